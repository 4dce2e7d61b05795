package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceId;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * The app settings, or the connection strings, of one slot.
 *
 * <p>ARM replaces the whole set at once and knows no condition for it. So the set is read, changed in
 * what is to change and nowhere else, read again and compared just before it is written, and read once
 * more after:
 *
 * <ul>
 *   <li>What somebody else wrote between the two readings would be lost: nothing is written, and that
 *       is an error.
 *   <li>Where somebody else wrote after us what they had read before us, our change is lost: theirs
 *       stays, and ours is merged into it again.
 *   <li>What somebody else wrote after us with our change in it stays as it is.
 *   <li>What somebody else wrote between our second reading and the arrival of our write is lost, and
 *       nothing shows it: freeze deployments while a rotation runs.
 * </ul>
 */
final class Settings {
  /** How often our change is merged again into what somebody else wrote over it. */
  private static final int ROUNDS = 3;

  private final ArmClient arm;
  private final ResourceId slot;
  private final SettingsGroup group;
  private final String label;

  /** Names the slot for messages. */
  Settings(ArmClient arm, ResourceId slot, SettingsGroup group, String label) {
    this.arm = arm;
    this.slot = slot;
    this.group = group;
    this.label = label;
  }

  /** What is to become of a set of settings. */
  @FunctionalInterface
  interface Change {
    /**
     * Returns the values that are wanted instead of those that are there, by the names of the settings:
     * the same where nothing is to change.
     */
    Map<String, String> of(Map<String, String> values) throws RotationException;
  }

  SettingsGroup group() {
    return group;
  }

  /** Returns the values, by the names of the settings, in ARM's order. */
  Map<String, String> values() throws RotationException {
    return values(read());
  }

  /** Makes a change, unless nothing is to change; returns whether something was written. */
  boolean change(Change change, AttemptId attempt) throws RotationException {
    for (int round = 0; round < ROUNDS; round++) {
      ObjectNode before = read();
      Map<String, String> values = values(before);
      Map<String, String> wanted = change.of(values);
      if (wanted.equals(values)) {
        return round > 0;
      }
      if (!read().equals(before)) {
        throw new RotationException("somebody else changes the " + group.word() + " of " + label
            + " at this moment; nothing was written there, for theirs would have been lost: wait"
            + " until that is done, and plan again");
      }
      Set<String> ours = changed(values, wanted);
      ObjectNode after = before.deepCopy();
      for (String name : ours) {
        if (wanted.containsKey(name)) {
          group.replace(after, name, wanted.getOrDefault(name, ""));
        } else {
          after.remove(name);
        }
      }
      write(after, attempt);
      ObjectNode now = read();
      if (now.equals(after) || holds(values(now), wanted, ours, change)) {
        return true;
      }
    }
    throw new RotationException("somebody else writes the " + group.word() + " of " + label
        + " again and again, without our change; stop that, and plan again");
  }

  private static Set<String> changed(Map<String, String> before, Map<String, String> after) {
    Set<String> names = new LinkedHashSet<>(before.keySet());
    names.addAll(after.keySet());
    names.removeIf(name -> Objects.equals(before.get(name), after.get(name)));
    return names;
  }

  /**
   * Whether what stands there now has our change, whatever else somebody changed meanwhile.
   *
   * @throws RotationException if they changed what we changed, and to something of their own
   */
  private boolean holds(
      Map<String, String> now, Map<String, String> wanted, Set<String> ours, Change change)
      throws RotationException {
    Set<String> missing = changed(now, change.of(now));
    for (String name : ours) {
      if (!missing.contains(name) && !Objects.equals(now.get(name), wanted.get(name))) {
        throw new RotationException("somebody else changed " + plain(name) + " in the "
            + group.word() + " of " + label + " at the same moment, and theirs was kept: look"
            + " whether it is meant, and plan again");
      }
    }
    return missing.isEmpty();
  }

  private void write(ObjectNode all, AttemptId attempt) throws RotationException {
    JsonNode body = JsonNodeFactory.instance.objectNode().set("properties", all);
    try {
      arm.put(address(), WebApp.API_VERSION, body, Failures.correlation(attempt));
    } catch (ArmException failed) {
      throw Failures.of("writing the " + group.word() + " of " + label, failed);
    }
  }

  private ObjectNode read() throws RotationException {
    JsonNode properties;
    try {
      properties = arm.postRead(address() + "/list", WebApp.API_VERSION).path("properties");
    } catch (ArmException failed) {
      throw Failures.of("reading the " + group.word() + " of " + label, failed);
    }
    // A slot without settings answers an empty object; anything else is not known to be empty.
    if (!(properties instanceof ObjectNode settings)) {
      throw new RotationException(
          "the " + group.word() + " of " + label + " were answered in an unknown form");
    }
    return settings;
  }

  /** A value that can't be read can't be said not to hold the credential. */
  private Map<String, String> values(ObjectNode properties) throws RotationException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : properties.properties()) {
      JsonNode value = group.value(entry.getValue());
      if (!value.isValueNode()) {
        throw new RotationException(plain(entry.getKey()) + " in the " + group.word() + " of "
            + label + " was answered in an unknown form");
      }
      values.put(
          entry.getKey(),
          Optional.of(value).filter(v -> !v.isNull()).map(JsonNode::asText).orElse(""));
    }
    return values;
  }

  private String address() {
    return slot + "/config/" + group.word();
  }

  /** Returns the name of a setting, fit for a message. */
  static String plain(String word) {
    return word.matches("[A-Za-z0-9_.:-]{1,128}") ? word : "unknown";
  }
}
