package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.Rewriter;
import dev.rekey.rotation.RotationException;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One web app, function app or slot, and what is configured in it.
 *
 * <p>ARM replaces the whole set of settings at once and knows no condition for it. So the set is read,
 * changed in the values that hold the credential and nowhere else, read again and compared just before
 * it is written, and read once more after: whatever somebody else changes meanwhile shows, and ends the
 * step. What can't be seen is a change between the second reading and the arrival of the write, which
 * is lost: freeze deployments while a rotation runs.
 */
final class WebApp implements Dependent {
  static final String API_VERSION = "2024-04-01";

  private final ArmClient arm;
  private final Rewriter rewriter;
  private final ResourceId id;

  WebApp(ArmClient arm, Rewriter rewriter, ResourceId id) {
    this.arm = arm;
    this.rewriter = rewriter;
    this.id = id;
  }

  /** One of the two sets of settings: how its values are reached in ARM's answer. */
  private enum Group {
    APP_SETTINGS("appsettings") {
      @Override
      JsonNode value(JsonNode entry) {
        return entry;
      }

      @Override
      void replace(ObjectNode properties, String name, String value) {
        properties.put(name, value);
      }
    },
    CONNECTION_STRINGS("connectionstrings") {
      @Override
      JsonNode value(JsonNode entry) {
        return entry.path("value");
      }

      @Override
      void replace(ObjectNode properties, String name, String value) {
        ((ObjectNode) properties.get(name)).put("value", value);
      }
    };

    private final String word;

    Group(String word) {
      this.word = word;
    }

    abstract JsonNode value(JsonNode entry);

    abstract void replace(ObjectNode properties, String name, String value);
  }

  @Override
  public String id() {
    return id.toString();
  }

  @Override
  public String label() {
    return id.isOf("Microsoft.Web/sites/slots")
        ? "slot " + id.name() + " of web app " + id.parent().name()
        : "web app " + id.name();
  }

  @Override
  public Set<Fingerprint> observe() throws RotationException {
    Set<Fingerprint> fingerprints = new HashSet<>();
    for (Group group : Group.values()) {
      for (Map.Entry<String, JsonNode> entry : read(group).properties()) {
        fingerprints.addAll(rewriter.fingerprints(value(group, entry)));
      }
    }
    return fingerprints;
  }

  @Override
  public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
    for (Group group : Group.values()) {
      adopt(group, replacement, attempt);
    }
  }

  private void adopt(Group group, Replacement replacement, AttemptId attempt)
      throws RotationException {
    ObjectNode before = read(group);
    ObjectNode after = before.deepCopy();
    for (Map.Entry<String, JsonNode> entry : before.properties()) {
      Optional<String> replaced = replaced(group, entry, replacement);
      if (replaced.isPresent()) {
        group.replace(after, entry.getKey(), replaced.get());
      }
    }
    if (after.equals(before)) {
      return;
    }
    if (!read(group).equals(before)) {
      throw changedBySomebody(group);
    }
    JsonNode body = JsonNodeFactory.instance.objectNode().set("properties", after);
    try {
      arm.put(config(group), API_VERSION, body, Failures.correlation(attempt));
    } catch (ArmException failed) {
      throw Failures.of("writing the " + group.word + " of " + label(), failed);
    }
    if (!read(group).equals(after)) {
      throw changedBySomebody(group);
    }
  }

  private Optional<String> replaced(
      Group group, Map.Entry<String, JsonNode> entry, Replacement replacement)
      throws RotationException {
    try {
      return rewriter.replace(value(group, entry), replacement);
    } catch (RotationException shape) {
      throw new RotationException(
          plain(entry.getKey()) + " in the " + group.word + " of " + label() + ": "
              + shape.problem(),
          shape);
    }
  }

  /** A value that can't be read can't be said not to hold the credential. */
  private String value(Group group, Map.Entry<String, JsonNode> entry) throws RotationException {
    JsonNode value = group.value(entry.getValue());
    if (value.isNull()) {
      return "";
    }
    if (!value.isValueNode()) {
      throw new RotationException(plain(entry.getKey()) + " in the " + group.word + " of " + label()
          + " was answered in an unknown form");
    }
    return value.asText();
  }

  private RotationException changedBySomebody(Group group) {
    return new RotationException("somebody else changes the "
        + group.word
        + " of "
        + label()
        + " at this moment; wait until that is done, and plan again");
  }

  @Override
  public void verify(Fingerprint expected) throws RotationException {
    if (!observe().contains(expected)) {
      throw new RotationException(
          label() + " is not configured with the expected credential: " + id);
    }
    String state;
    try {
      state = arm.get(id.toString(), API_VERSION).at("/properties/state").asText();
    } catch (ArmException failed) {
      throw Failures.of("reading " + label(), failed);
    }
    if (!state.equalsIgnoreCase("Running")) {
      throw new RotationException(label() + " is not running: its state is " + plain(state));
    }
  }

  @Override
  public PlannedCall describeAdopt() {
    String type = "Microsoft.Web/sites" + (id.isOf("Microsoft.Web/sites/slots") ? "/slots" : "");
    PlannedCall call = PlannedCall.of("PUT " + id
            + "/config/appsettings, /config/connectionstrings (only what holds the key)")
        .needing(type + "/Read", id.toString())
        .needing(type + "/config/list/Action", id.toString())
        .needing(type + "/config/Write", id.toString())
        .withEffect(label() + " restarts.")
        .withEffect("What somebody else writes into the settings of " + label()
            + " between our last reading and our write is lost.");
    for (Group group : Group.values()) {
      call = call.withAz(Az.command(
          "rest",
          "--method",
          "put",
          "--url",
          config(group) + "?api-version=" + API_VERSION,
          "--body",
          "@all-" + group.word + ".json"));
    }
    return call;
  }

  private ObjectNode read(Group group) throws RotationException {
    JsonNode properties;
    try {
      properties = arm.postRead(config(group) + "/list", API_VERSION).path("properties");
    } catch (ArmException failed) {
      throw Failures.of("reading the " + group.word + " of " + label(), failed);
    }
    // An app without settings answers an empty object; anything else is not known to be empty.
    if (!(properties instanceof ObjectNode settings)) {
      throw new RotationException(
          "the " + group.word + " of " + label() + " were answered in an unknown form");
    }
    return settings;
  }

  private String config(Group group) {
    return id + "/config/" + group.word;
  }

  private static String plain(String word) {
    return word.matches("[A-Za-z0-9_.:-]{1,128}") ? word : "unknown";
  }
}
