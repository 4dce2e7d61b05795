package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One slot of an app, as ARM showed it: production, or a deployment slot beside it. */
final class AppSlot {
  static final String SLOTS = "Microsoft.Web/sites/slots";

  private final AppService service;
  private final ResourceId id;
  private final String state;
  private final String swapTarget;

  private AppSlot(AppService service, ResourceId id, JsonNode shown) {
    this.service = service;
    this.id = id;
    this.state = shown.at("/properties/state").asText();
    this.swapTarget = shown.at("/properties/targetSwapSlot").asText("");
  }

  /** Returns the slot that ARM shows by an answer. */
  static AppSlot of(AppService service, ResourceId id, JsonNode shown) {
    return new AppSlot(service, id, shown);
  }

  ResourceId id() {
    return id;
  }

  private boolean isProduction() {
    return !id.isOf(SLOTS);
  }

  private String label() {
    return label(id);
  }

  /** Returns what a slot is, for people. */
  static String label(ResourceId slot) {
    return slot.isOf(SLOTS)
        ? "slot " + slot.name() + " of web app " + slot.parent().name()
        : "web app " + slot.name();
  }

  private List<Settings> settings() {
    return List.of(
        new Settings(service.arm(), id, SettingsGroup.APP_SETTINGS, label()),
        new Settings(service.arm(), id, SettingsGroup.CONNECTION_STRINGS, label()));
  }

  Set<Fingerprint> observe() throws RotationException {
    Set<Fingerprint> fingerprints = new HashSet<>();
    for (Settings settings : settings()) {
      for (String value : settings.values().values()) {
        fingerprints.addAll(service.rewriter().fingerprints(value));
      }
    }
    return fingerprints;
  }

  /** Writes a value wherever another stands; returns whether it stood anywhere. */
  boolean adopt(Fingerprint from, Secret to, AttemptId attempt) throws RotationException {
    boolean changed = false;
    for (Settings settings : settings()) {
      changed |= settings.change(values -> replaced(settings, values, from, to), attempt);
    }
    return changed;
  }

  private Map<String, String> replaced(
      Settings settings, Map<String, String> values, Fingerprint from, Secret to)
      throws RotationException {
    Map<String, String> replaced = new LinkedHashMap<>();
    for (Map.Entry<String, String> entry : values.entrySet()) {
      try {
        Optional<String> value = service.rewriter().replace(entry.getValue(), from, to);
        value.ifPresent(text -> replaced.put(entry.getKey(), text));
      } catch (RotationException shape) {
        throw new RotationException(
            Settings.plain(entry.getKey()) + " in the " + settings.group().word() + " of " + label()
                + ": " + shape.problem(),
            shape);
      }
    }
    return replaced;
  }

  /**
   * Between the two phases of a swap with preview, a slot runs with what sticks to another: what is
   * written to it then is partly undone when the swap goes on, or is given up.
   */
  void requireNoPendingSwap() throws RotationException {
    if (!swapTarget.isEmpty()) {
      throw new RotationException(label() + " waits in the middle of a swap with preview into "
          + Failures.plainText(swapTarget) + ": complete the swap or cancel it, and plan again");
    }
  }

  /** Slots beside production are often stopped: nobody is served by one, so nobody is broken. */
  void requireRunning() throws RotationException {
    boolean stopped = !isProduction() && state.equalsIgnoreCase("Stopped");
    if (!state.equalsIgnoreCase("Running") && !stopped) {
      throw new RotationException(
          label() + " is not running: its state is " + Settings.plain(state));
    }
  }
}
