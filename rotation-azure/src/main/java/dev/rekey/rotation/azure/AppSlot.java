package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.Obstacles;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.StoredVersion;
import java.util.ArrayList;
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
  private final AppKind kind;
  private final String state;
  private final String swapTarget;
  private final VaultReach.Caller caller;

  private AppSlot(AppService service, ResourceId id, JsonNode shown) {
    this.service = service;
    this.id = id;
    this.kind = AppKind.of(shown);
    this.state = shown.at("/properties/state").asText();
    this.swapTarget = shown.at("/properties/targetSwapSlot").asText("");
    this.caller = VaultReach.Caller.of(label(id, kind), shown);
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

  AppKind kind() {
    return kind;
  }

  private String label() {
    return label(id, kind);
  }

  /** Returns what a slot is, for people. */
  static String label(ResourceId slot, AppKind kind) {
    return slot.isOf(SLOTS)
        ? "slot " + slot.name() + " of " + kind.label() + " " + slot.parent().name()
        : kind.label() + " " + slot.name();
  }

  private List<Settings> settings() {
    return List.of(
        new Settings(service.arm(), id, SettingsGroup.APP_SETTINGS, label()),
        new Settings(service.arm(), id, SettingsGroup.CONNECTION_STRINGS, label()));
  }

  /**
   * A setting, and what may be a credential in what it stands for.
   *
   * @param reference what it refers to, if it refers to the vault that is followed
   */
  record Holding(
      SettingsGroup group,
      String name,
      Set<Fingerprint> fingerprints,
      Optional<VaultReference> reference) {
    boolean isOfRuntime() {
      return group == SettingsGroup.APP_SETTINGS && FunctionHost.isStorage(name);
    }

    /** Whether it must be written to stand for something else. */
    boolean isWritten() {
      return reference.isEmpty() || reference.get().version().isPresent();
    }
  }

  /** Returns what each of its settings holds. */
  List<Holding> holdings() throws RotationException {
    List<Holding> holdings = new ArrayList<>();
    for (Settings settings : settings()) {
      Map<String, String> values = settings.values();
      for (SlotReferences.State state : states(settings.group(), values)) {
        holdings.add(new Holding(
            settings.group(),
            state.setting(),
            references().orElseThrow().held(state),
            Optional.of(state.reference())));
        values.remove(state.setting());
      }
      values.forEach((name, value) -> holdings.add(new Holding(
          settings.group(), name, service.rewriter().fingerprints(value), Optional.empty())));
    }
    return holdings;
  }

  Set<Fingerprint> observe() throws RotationException {
    Set<Fingerprint> fingerprints = new HashSet<>();
    holdings().forEach(holding -> fingerprints.addAll(holding.fingerprints()));
    return fingerprints;
  }

  /**
   * Returns what keeps settings from getting a new value from the followed vault: those that refer to
   * it must be resolved now, and those that are to must be able to.
   */
  Obstacles reach(List<Holding> holdings) throws RotationException {
    if (service.followed().isEmpty()) {
      return Obstacles.NONE;
    }
    Followed followed = service.followed().get();
    Obstacles all = Obstacles.NONE;
    for (Settings settings : settings()) {
      for (SlotReferences.State state : states(settings.group(), settings.values())) {
        boolean needed = holdings.stream()
            .anyMatch(holding ->
                holding.group() == settings.group() && holding.name().equals(state.setting()));
        if (needed && state.isUnsettled()) {
          all = all.and(Obstacles.unknown("Whether " + label() + " can have secrets of "
              + followed.address() + ": " + state.describe() + "."));
        } else if (needed && !state.isResolved()) {
          all = all.and(Obstacles.blocked(
              Blocker.Kind.STORE_OUT_OF_REACH,
              "in " + label() + ", " + state.describe()
                  + ": it goes on with that until it starts again, and can't have a new one",
              "Mend what the status names: the app's identity, its role at the vault, the vault's"
                  + " network, or the secret; and plan again."));
        }
      }
    }
    boolean becomes = holdings.stream().anyMatch(holding -> holding.reference().isEmpty());
    return becomes && followed.harmless().isPresent()
        ? all.and(new VaultReach(service.arm(), followed.address()).obstacles(caller))
        : all;
  }

  private Optional<SlotReferences> references() {
    return service.followed().map(followed -> new SlotReferences(service, followed, id, label()));
  }

  /** The settings of a set that refer to the vault that is followed. */
  private List<SlotReferences.State> states(SettingsGroup group, Map<String, String> values)
      throws RotationException {
    Optional<SlotReferences> references = references();
    return references.isPresent() ? references.get().states(group, values) : List.of();
  }

  /** Writes a value wherever another stands; returns whether it stood anywhere. */
  boolean adopt(Replacement replacement, AttemptId attempt) throws RotationException {
    Fingerprint from = replacement.from();
    Secret to = replacement.to();
    boolean changed = false;
    // The name of a user that changes with the value would be written beside no reference to it.
    Optional<String> reference =
        replacement.beside().isEmpty() ? provedReference(from, to, attempt) : Optional.empty();
    for (Settings settings : settings()) {
      changed |=
          settings.change(values -> replaced(settings, values, replacement, reference), attempt);
    }
    if (reference.isPresent()) {
      requireResolved(reference.get(), to, attempt);
    }
    changed |= refresh(from, attempt);
    if (changed && hasHost()) {
      host().syncTriggers(attempt);
    }
    return changed;
  }

  /**
   * Returns the reference that settings are to become which are a value and nothing else, where that is
   * wanted and was proved to work; its proof stands among the settings.
   */
  private Optional<String> provedReference(Fingerprint from, Secret to, AttemptId attempt)
      throws RotationException {
    Optional<Followed> followed = service.followed();
    Optional<String> harmless = followed.flatMap(Followed::harmless);
    if (harmless.isEmpty() || !isWholeSomewhere(from)) {
      return Optional.empty();
    }
    Optional<String> name = followed.get().newestName(service.fingerprint(to));
    if (name.isEmpty()) {
      return Optional.empty(); // The vault has not the value that is to stand there.
    }
    if (name.get().equalsIgnoreCase(harmless.get())) {
      throw new RotationException("the secret " + harmless.get() + " in "
          + followed.get().address() + " is no harmless one: it is the credential; name another");
    }
    new ReferenceProof(
            service, followed.get(), settings().get(0), references().orElseThrow(), label())
        .require(harmless.get(), attempt);
    return Optional.of(VaultReference.toNewest(followed.get().address(), name.get()));
  }

  private boolean isWholeSomewhere(Fingerprint fingerprint) throws RotationException {
    for (Settings settings : settings()) {
      for (Map.Entry<String, String> entry : settings.values().entrySet()) {
        if (becomesReference(entry, fingerprint)) {
          return true;
        }
      }
    }
    return false;
  }

  /** The platform itself reads what a runtime stores with, and not always through a reference. */
  private boolean becomesReference(Map.Entry<String, String> setting, Fingerprint fingerprint) {
    return service.rewriter().isWhole(setting.getValue(), fingerprint)
        && !FunctionHost.isStorage(setting.getKey());
  }

  /** Has the value written where references to it are not resolved after all, and says so. */
  private void requireResolved(String reference, Secret to, AttemptId attempt)
      throws RotationException {
    try {
      requireUpToDate(service.fingerprint(to));
    } catch (RotationException unresolved) {
      String value = to.reveal(characters -> new String(characters));
      for (Settings settings : settings()) {
        settings.change(
            values -> {
              Map<String, String> back = new LinkedHashMap<>(values);
              back.replaceAll((name, text) -> text.equals(reference) ? value : text);
              return back;
            },
            attempt);
      }
      throw unresolved;
    }
  }

  /** Has references that stand for a value stand for the newest version; returns whether any did. */
  private boolean refresh(Fingerprint from, AttemptId attempt) throws RotationException {
    Optional<SlotReferences> references = references();
    if (references.isEmpty() || stale(references.get(), from).isEmpty()) {
      return false;
    }
    references.get().refresh(attempt);
    service
        .patience()
        .require(
            () -> stale(references.get(), from),
            "; see whether the newest version of that secret is the new value, and whether the app"
                + " may read it. Where secrets of the vault are dependents themselves, they are to"
                + " be found before apps");
    return true;
  }

  private Optional<String> stale(SlotReferences references, Fingerprint from)
      throws RotationException {
    for (SlotReferences.State state : states(references)) {
      if (references.held(state).contains(from)) {
        return Optional.of(label() + " has the old value still: " + state.describe());
      }
    }
    return Optional.empty();
  }

  /** Checks that whatever refers to a secret whose newest version is a value has that version. */
  void requireUpToDate(Fingerprint expected) throws RotationException {
    Optional<SlotReferences> references = references();
    if (references.isEmpty() || states(references.get()).isEmpty()) {
      return;
    }
    // Once, however often the slot is looked at: it reads the whole vault.
    List<StoredVersion> holding = service.followed().orElseThrow().holding(expected);
    service
        .patience()
        .require(
            () -> references.get().outOfDate(states(references.get()), holding),
            "; see whether the app may read the secret");
  }

  private List<SlotReferences.State> states(SlotReferences references) throws RotationException {
    List<SlotReferences.State> states = new ArrayList<>();
    for (Settings settings : settings()) {
      states.addAll(references.states(settings.group(), settings.values()));
    }
    return states;
  }

  private boolean hasHost() {
    return kind == AppKind.FUNCTION_APP && !isAsleep();
  }

  private FunctionHost host() {
    return new FunctionHost(service, id, label());
  }

  private Map<String, String> replaced(
      Settings settings,
      Map<String, String> values,
      Replacement replacement,
      Optional<String> reference)
      throws RotationException {
    Fingerprint from = replacement.from();
    Map<String, String> replaced = ReferenceProof.without(values);
    for (SlotReferences.State state : states(settings.group(), values)) {
      SlotReferences references = references().orElseThrow();
      if (state.reference().version().isPresent() && references.held(state).contains(from)) {
        replaced.put(
            state.setting(), references.rewritten(state, service.fingerprint(replacement.to())));
      }
    }
    Map<String, String> rewritten = new LinkedHashMap<>(replaced);
    for (Map.Entry<String, String> entry : values.entrySet()) {
      if (reference.isPresent() && becomesReference(entry, from)) {
        replaced.put(entry.getKey(), reference.get());
        rewritten.remove(entry.getKey());
      }
    }
    try {
      replaced.putAll(service.rewriter().replaceAll(rewritten, replacement));
    } catch (RotationException shape) {
      throw new RotationException(
          "in the " + settings.group().word() + " of " + label() + ", "
              + Failures.plainText(shape.problem()),
          shape);
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
  private boolean isAsleep() {
    return !isProduction() && state.equalsIgnoreCase("Stopped");
  }

  /** Checks that whoever relies on it is served. */
  void requireWorking() throws RotationException {
    if (isAsleep()) {
      return;
    }
    if (!state.equalsIgnoreCase("Running")) {
      throw new RotationException(
          label() + " is not running: its state is " + Settings.plain(state));
    }
    if (hasHost()) {
      host().requireRunning();
    }
  }
}
