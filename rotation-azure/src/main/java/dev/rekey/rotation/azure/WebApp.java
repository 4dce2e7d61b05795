package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
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
 * it is written, and read once more after: a change of somebody else's in between is not overwritten
 * but for the time of one request, and shows.
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
      String value(JsonNode entry) {
        return entry.asText();
      }

      @Override
      void replace(ObjectNode properties, String name, String value) {
        properties.put(name, value);
      }
    },
    CONNECTION_STRINGS("connectionstrings") {
      @Override
      String value(JsonNode entry) {
        return entry.path("value").asText();
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

    abstract String value(JsonNode entry);

    abstract void replace(ObjectNode properties, String name, String value);
  }

  @Override
  public String id() {
    return id.toString();
  }

  @Override
  public String label() {
    return "web app " + id.name();
  }

  @Override
  public Set<Fingerprint> observe() throws RotationException {
    Set<Fingerprint> fingerprints = new HashSet<>();
    for (Group group : Group.values()) {
      for (Map.Entry<String, JsonNode> entry : read(group).properties()) {
        fingerprints.addAll(rewriter.fingerprints(group.value(entry.getValue())));
      }
    }
    return fingerprints;
  }

  @Override
  public void adopt(Fingerprint from, Secret to, AttemptId attempt) throws RotationException {
    for (Group group : Group.values()) {
      adopt(group, from, to, attempt);
    }
  }

  private void adopt(Group group, Fingerprint from, Secret to, AttemptId attempt)
      throws RotationException {
    ObjectNode before = read(group);
    ObjectNode after = before.deepCopy();
    for (Map.Entry<String, JsonNode> entry : before.properties()) {
      Optional<String> replaced = rewriter.replace(group.value(entry.getValue()), from, to);
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
  public String describeAdopt() {
    return "PUT " + id + "/config/appsettings, /config/connectionstrings (only what holds the key)";
  }

  private ObjectNode read(Group group) throws RotationException {
    JsonNode properties;
    try {
      properties = arm.postRead(config(group) + "/list", API_VERSION).path("properties");
    } catch (ArmException failed) {
      throw Failures.of("reading the " + group.word + " of " + label(), failed);
    }
    if (properties.isMissingNode() || properties.isNull()) {
      return JsonNodeFactory.instance.objectNode();
    }
    if (!(properties instanceof ObjectNode settings)) {
      throw new RotationException(
          "the " + group.word + " of " + label() + " were answered in an unknown form");
    }
    return settings;
  }

  private String config(Group group) {
    return id + "/config/" + group.word;
  }

  private static String plain(String state) {
    return state.matches("[A-Za-z]{1,32}") ? state : "unknown";
  }
}
