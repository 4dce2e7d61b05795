package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.StoredVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The settings of one slot that refer to the followed vault, and which version stands behind each now.
 *
 * <p>App Service fetches a secret when a setting changes, when it is asked to, and once a day; until
 * then a reference without a version goes on with the version that was fetched. So what an app uses is
 * not what the vault holds but what the reference says of itself.
 */
final class SlotReferences {
  private final AppService service;
  private final Followed followed;
  private final ResourceId slot;
  private final String label;

  SlotReferences(AppService service, Followed followed, ResourceId slot, String label) {
    this.service = service;
    this.followed = followed;
    this.slot = slot;
    this.label = label;
  }

  /**
   * A reference, and what ARM says of it.
   *
   * @param status {@code Resolved}, or why it is not
   * @param active the version that the app has, if it has one
   */
  record State(
      SettingsGroup group,
      String setting,
      VaultReference reference,
      String status,
      Optional<String> active) {
    boolean isResolved() {
      return status.equals("Resolved");
    }

    /** Whether it was written a moment ago, or took too long once: the next look may say otherwise. */
    boolean isUnsettled() {
      return status.equals("Initialized") || status.equals("FetchTimedOut");
    }

    /** Returns what it is and how it is, for messages. */
    String describe() {
      return Settings.plain(setting) + " in the " + group.word() + " refers to the secret "
          + reference.name() + ", is " + Settings.plain(status)
          + active.map(version -> " and has version " + Settings.plain(version)).orElse("");
    }
  }

  /** Returns the references of a set of settings, each with its state. */
  List<State> states(SettingsGroup group, Map<String, String> values) throws RotationException {
    Map<String, VaultReference> references = new HashMap<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      followed.reference(entry.getValue()).ifPresent(r -> references.put(entry.getKey(), r));
    }
    List<State> states = new ArrayList<>();
    if (!references.isEmpty()) {
      Map<String, JsonNode> shown = shown(group);
      for (Map.Entry<String, VaultReference> entry : references.entrySet()) {
        states.add(state(
            group,
            entry.getKey(),
            entry.getValue(),
            shown.getOrDefault(entry.getKey(), MissingNode.getInstance())));
      }
    }
    return states;
  }

  private State state(
      SettingsGroup group, String setting, VaultReference reference, JsonNode properties)
      throws RotationException {
    // One that ARM does not list yet was written a moment ago.
    String status = properties.path("status").asText("Initialized");
    Optional<String> active =
        Optional.of(properties.path("activeVersion").asText("")).filter(word -> !word.isEmpty());
    State state = new State(group, setting, reference, status, active);
    if (state.isResolved() && active.isEmpty()) {
      throw new RotationException("ARM does not say which version " + Settings.plain(setting)
          + " in the " + group.word() + " of " + label + " stands for, so that nobody can say what "
          + label + " uses");
    }
    return state;
  }

  private Map<String, JsonNode> shown(SettingsGroup group) throws RotationException {
    Map<String, JsonNode> shown = new HashMap<>();
    try {
      service
          .arm()
          .list(slot + "/config/configreferences/" + group.word(), WebApp.API_VERSION)
          .forEach(one -> shown.put(name(one), one.path("properties")));
      return shown;
    } catch (ArmException failed) {
      throw Failures.of("reading the references in the " + group.word() + " of " + label, failed);
    }
  }

  /** The name of the setting: where there is none, the id ends with it. */
  private static String name(JsonNode one) {
    String id = one.path("id").asText();
    return one.path("name").asText(id.substring(id.lastIndexOf('/') + 1));
  }

  /** Returns everything that may be a credential in the version that an app has. */
  Set<Fingerprint> held(State state) throws RotationException {
    if (state.active().isEmpty()) {
      return Set.of();
    }
    try {
      return followed.held(state.reference().name(), state.active().get());
    } catch (RotationException unreadable) {
      throw new RotationException(
          "what " + label + " uses is not known: " + state.describe() + ": " + unreadable.problem(),
          unreadable);
    }
  }

  /** Has App Service fetch whatever the slot refers to. */
  void refresh(AttemptId attempt) throws RotationException {
    try {
      service
          .arm()
          .post(
              slot + "/config/configreferences/appsettings/refresh",
              WebApp.API_VERSION,
              MissingNode.getInstance(),
              Failures.correlation(attempt));
    } catch (ArmException failed) {
      throw Failures.of("having the references of " + label + " fetched", failed);
    }
  }

  /**
   * Returns a reference with a version as one to the version of the same secret that is a value.
   *
   * @throws RotationException if no version of it is that value
   */
  String rewritten(State state, Fingerprint value) throws RotationException {
    Optional<String> version = followed.version(state.reference().name(), value);
    if (version.isEmpty()) {
      throw new RotationException(label + " can't be moved: " + state.describe()
          + ", and no version of that secret is the new value: have it follow the newest version of"
          + " the secret that will be");
    }
    return state.reference().withVersion(version.get());
  }

  /**
   * Returns what of references is not as it should be, where some versions in the vault are a value:
   * one that follows the newest version has it, and one that stands for the value is resolved.
   */
  Optional<String> outOfDate(List<State> states, List<StoredVersion> holding) {
    for (State state : states) {
      for (StoredVersion version : holding) {
        if (version.name().equalsIgnoreCase(state.reference().name())) {
          boolean has =
              state.active().filter(version.version()::equalsIgnoreCase).isPresent();
          boolean follows = state.reference().version().isEmpty() && version.newest();
          if ((follows && !has) || (has && !state.isResolved())) {
            return Optional.of(label + " is not up to date: " + state.describe()
                + ", and should have version " + version.version());
          }
        }
      }
    }
    return Optional.empty();
  }
}
