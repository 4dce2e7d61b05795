package dev.rekey.rotation;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Place;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.scan.ContentSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Works out how an exposed credential can be rotated. It only looks: planning changes nothing.
 *
 * <p>A new value is made first, in the standby slot or in one of its own, and everybody is moved to it;
 * then the exposed value is revoked: one round, after which all values are fresh and the exposed one is
 * dead.
 *
 * <p>Immutable and thread-safe as far as its parts are.
 */
public final class Planner {
  private final IssuerFinder issuers;
  private final SecretStore store;
  private final DependentFinder dependents;
  private final UsageSource usage;
  private final Clock clock;
  private final Optional<Reread> reread;
  private final Function<Dependent, Optional<Wave>> waves;

  private Planner(Builder builder) {
    this.issuers = require(builder.issuers, "issuers");
    this.store = require(builder.store, "store");
    this.dependents = require(builder.dependents, "dependents");
    this.usage = builder.usage;
    this.clock = builder.clock;
    this.reread = builder.reread;
    this.waves = builder.waves;
  }

  private static <T> T require(Optional<T> part, String name) {
    return part.orElseThrow(() -> new IllegalStateException("set " + name + " before build()"));
  }

  /** Starts a planner. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the plan for an exposure.
   *
   * <p>It never throws for a state of the world: what stands in the way is one of the plan's {@link
   * RotationPlan#blockers}.
   */
  public RotationPlan plan(Exposure exposure) {
    return plan(exposure, new HashMap<>());
  }

  /**
   * Returns the plans for exposures, the most urgent first.
   *
   * <p>Of several credentials of one issuer the first is planned, and the others are blocked until that
   * is done: it changes what they rest on, and often their values die with it.
   */
  public List<RotationPlan> plan(List<Exposure> exposures) {
    Map<String, String> taken = new HashMap<>();
    return exposures.stream()
        .sorted(Exposure.MOST_URGENT_FIRST)
        .map(exposure -> plan(exposure, taken))
        .toList();
  }

  /**
   * @param taken for each issuer that is planned for already, what is exposed of it
   */
  private RotationPlan plan(Exposure exposure, Map<String, String> taken) {
    Draft draft = new Draft(exposure, taken);
    try {
      draft.look();
    } catch (RotationException unreadable) {
      draft.blockers.add(Blocker.of(unreadable));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt(); // The plan is the caller's to throw away.
      draft.blockers.add(
          new Blocker(Blocker.Kind.UNREADABLE, "planning was interrupted", "Plan again."));
    }
    if (draft.blockers.isEmpty()) {
      taken.put(draft.issuerId, draft.exposedSlot);
    }
    return draft.plan();
  }

  /** A plan in the making. */
  private final class Draft {
    private final Exposure exposure;
    private final Fingerprint exposed;
    private final Map<String, String> taken;
    private Optional<SecretIssuer> issuer = Optional.empty();
    private String issuerId = "";
    private String issuerLabel = "";
    private String exposedSlot = "";
    private String standbySlot = "";
    private Snapshot snapshot = Snapshot.of(Map.of());
    private String secretName = "";
    private List<StoredVersion> retire = List.of();
    private List<Dependent> users = List.of();
    private List<Dependent> standbyUsers = List.of();
    private final List<OpaqueDependent> opaque = new ArrayList<>();
    private Optional<Sessions> lives = Optional.empty();
    private final Map<String, Wave> wave = new HashMap<>();
    private Wave publish = Wave.CANARY;
    private final List<String> unknowns = new ArrayList<>();
    private final Set<Risk> risks = EnumSet.noneOf(Risk.class);
    private final List<Blocker> blockers = new ArrayList<>();
    private final List<RotationStep> steps = new ArrayList<>();

    Draft(Exposure exposure, Map<String, String> taken) {
      this.exposure = exposure;
      this.taken = taken;
      this.exposed = exposure.credential().fingerprint();
    }

    void look() throws RotationException, InterruptedException {
      Optional<IssuerFinder.Holding> found = find();
      if (found.isEmpty()) {
        blockers.add(new Blocker(
            Blocker.Kind.NO_ISSUER,
            "no issuer that can be asked holds " + exposure.credential().label() + " now",
            "If it was rotated already, it is dead: close the exposure. Else connect the issuer,"
                + " or check that you may list its keys."));
        return;
      }
      look(found.get().issuer(), found.get().slot());
    }

    private void look(SecretIssuer issuer, String exposedOne)
        throws RotationException, InterruptedException {
      this.issuer = Optional.of(issuer);
      issuerId = issuer.id();
      issuerLabel = issuer.label();
      exposedSlot = exposedOne;
      String first = taken.get(issuerId);
      if (first != null) {
        blockers.add(new Blocker(
            Blocker.Kind.WAITS_FOR_ANOTHER,
            "another plan rotates " + first + " of " + issuerLabel + " first",
            "Execute that, and plan this again: if nobody holds it then, it died with the other."));
        return;
      }
      snapshot = issuer.snapshot();
      Optional<Snapshot.Slot> held = snapshot.slot(exposedSlot);
      // A slot that shows no value was proved to hold it just now.
      if (held.isEmpty() || !held.get().fingerprint().orElse(exposed).equals(exposed)) {
        blockers.add(new Blocker(
            Blocker.Kind.NO_ISSUER,
            issuerLabel + " holds " + exposure.credential().label() + " no longer",
            "Plan again; if it stays away, it is dead: close the exposure."));
        return;
      }
      if (issuer instanceof SlotIssuer) {
        standbySlot = snapshot.slots().keySet().stream()
            .filter(slot -> !slot.equals(exposedSlot))
            .findFirst()
            .orElse("");
        if (standbySlot.isEmpty()) {
          blockers.add(new Blocker(
              Blocker.Kind.NO_STANDBY,
              issuerLabel + " has no second slot to move dependents to",
              "Rotate it by hand, in a window in which dependents may be without it."));
          return;
        }
      }
      users = inOrder(dependents.findUsing(exposed));
      opaque.addAll(dependents.findOpaque(issuer));
      lookAtStore(issuer);
      if (!standbySlot.isEmpty()) {
        lookAtStandby(issuer);
        lookAtUsage(issuer, standbySlot);
      }
      lookAtUsage(issuer, exposedSlot);
      lookAtFollowers(issuer);
      lookAtSessions(issuer);
      lookAtObstacles(issuer);
      placeInWaves(issuer);
      addSteps(issuer);
    }

    /** Looks for the issuer, by what issuers show, and else by the value: nobody reads it for nothing. */
    private Optional<IssuerFinder.Holding> find() throws RotationException, InterruptedException {
      Optional<RotationException> untold = Optional.empty();
      try {
        Optional<IssuerFinder.Holding> shown =
            issuers.findIssuing(exposure.credential(), Optional.empty());
        if (shown.isPresent()) {
          return shown;
        }
      } catch (RotationException failed) {
        untold = Optional.of(failed);
      }
      Optional<Secret> value = exposedValue();
      if (value.isPresent()) {
        try (Secret secret = value.get()) {
          return issuers.findIssuing(exposure.credential(), Optional.of(secret));
        }
      }
      if (untold.isPresent()) {
        throw untold.get();
      }
      return Optional.empty();
    }

    private Optional<Secret> exposedValue() throws RotationException, InterruptedException {
      for (StoredVersion version : store.holding(exposed)) {
        if (version.enabled()) {
          return Optional.of(store.read(version));
        }
      }
      return reread.isPresent() ? reread.get().value(exposed, found()) : Optional.empty();
    }

    private List<Place> found() {
      return exposure.sightings().stream()
          .map(sighting -> sighting.finding().place())
          .toList();
    }

    private void lookAtStore(SecretIssuer issuer) throws RotationException {
      List<StoredVersion> holding = store.holding(exposed);
      retire = holding.stream().filter(StoredVersion::enabled).toList();
      List<String> followed = retire.stream()
          .filter(StoredVersion::newest)
          .map(StoredVersion::name)
          .distinct()
          .toList();
      // A name whose newest version is another value by now is somebody else's.
      secretName = followed.isEmpty() ? store.nameFor(issuer) : followed.get(0);
      for (String other : followed) {
        if (!other.equals(secretName)) {
          blockers.add(new Blocker(
              Blocker.Kind.STORED_UNDER_SEVERAL_NAMES,
              store.id() + " holds the exposed value under the names " + secretName + " and "
                  + other + ", and the new one is put under one of them only",
              "Have those who follow " + other + " follow " + secretName + ", disable " + other
                  + " there, and plan again."));
        }
      }
    }

    /** Regenerating the standby slot kills whoever uses it, exactly as revoking does. */
    private void lookAtStandby(SecretIssuer issuer) throws RotationException {
      Snapshot.Slot held = held(standbySlot);
      if (held.isVacant()) {
        return;
      }
      if (held.fingerprint().isEmpty()) {
        unknowns.add("Who is configured with " + standbySlot + ": its issuer shows no values.");
        risks.add(Risk.USE_UNKNOWN);
        return;
      }
      Fingerprint standby = held.fingerprint().get();
      if (standby.equals(exposed)) {
        blockers.add(new Blocker(
            Blocker.Kind.STANDBY_IN_USE,
            exposedSlot + " and " + standbySlot + " of " + issuer.label() + " hold the same value",
            "Regenerate " + standbySlot + ": whoever uses the value goes on with " + exposedSlot
                + "; and plan again."));
        return;
      }
      standbyUsers = inOrder(dependents.findUsing(standby));
      for (StoredVersion version : store.holding(standby)) {
        if (version.enabled() && version.newest()) {
          blockers.add(new Blocker(
              Blocker.Kind.STANDBY_IN_USE,
              "whoever follows the secret "
                  + version.name()
                  + " in "
                  + store.id()
                  + " uses "
                  + standbySlot
                  + " of "
                  + issuer.label(),
              "Put the value of " + exposedSlot + " as its newest version, and plan again."));
        }
      }
    }

    /** Everybody is asked, so that one plan tells all that must be mended. */
    private void lookAtObstacles(SecretIssuer issuer) {
      Obstacles all = issuer.obstacles().and(store.obstacles(secretName));
      for (Dependent user : moved()) {
        all = all.and(user.obstacles(store));
      }
      blockers.addAll(all.blockers());
      unknowns.addAll(all.unknowns());
    }

    /** Where the name of a user changes with the value, a name in the store hands out the value alone. */
    private void lookAtFollowers(SecretIssuer issuer) {
      boolean followed = retire.stream().anyMatch(StoredVersion::newest);
      if (!followed
          || standbySlot.isEmpty()
          || issuer.beside(exposedSlot, standbySlot).isEmpty()) {
        return;
      }
      for (Dependent user : users) {
        if (user.followsStore()) {
          blockers.add(new Blocker(
              Blocker.Kind.FOLLOWS_WITHOUT_NAME,
              user.label() + " takes its password from the secret " + secretName + ", and from "
                  + exposedSlot + " to " + standbySlot + " of " + issuer.label()
                  + " the name of the user changes with it",
              "Have it read name and password from one value, such as a connection string, or from"
                  + " its own settings, and plan again."));
        }
      }
      risks.add(Risk.GAP);
      unknowns.add(
          "Whether whoever follows the secret " + secretName + " takes the name of the user"
              + " too, which changes from " + exposedSlot + " to " + standbySlot
              + ": the slot in the metadata of the version tells it. Who does not is refused until then.");
    }

    private Snapshot.Slot held(String slot) {
      return snapshot.slot(slot).orElseThrow();
    }

    private void lookAtUsage(SecretIssuer issuer, String slot) throws RotationException {
      Snapshot.Slot held = held(slot);
      if (held.isVacant()) {
        return;
      }
      Instant since = clock.instant().minus(Use.LOOK_BACK);
      UsageSource.Usage use = usage.usesOf(issuer, slot, held, since);
      unknowns.add(
          !Use.why(use).isEmpty()
              ? "Whether anybody unknown uses " + slot + ": " + Use.why(use) + "."
              : "Who used " + slot + " before " + since + " and not since.");
      if (use instanceof UsageSource.Usage.Counted counted) {
        counted.callers().forEach(caller -> addIfUnknown(caller, slot));
      }
      Use.risk(use)
          .filter(risk -> slot.equals(standbySlot) || risk == Risk.USE_UNKNOWN)
          .ifPresent(risks::add);
    }

    /** Whoever was seen and is no known dependent is one all the same. */
    private void addIfUnknown(String caller, String slot) {
      boolean known = Stream.concat(users.stream(), standbyUsers.stream())
              .anyMatch(user -> user.id().equalsIgnoreCase(caller))
          || opaque.stream().anyMatch(other -> other.is(caller));
      if (!known && !caller.isBlank()) {
        opaque.add(OpaqueDependent.seen(caller, slot));
      }
    }

    /**
     * Who follows the name in the store is moved by its next version, all at once: where the issuer
     * tells the new value again, that is put before the last wave only, and else first, to be safe.
     */
    private void placeInWaves(SecretIssuer issuer) throws RotationException {
      List<Dependent> all = moved();
      List<Dependent> unnamed = new ArrayList<>();
      for (Dependent user : all) {
        Optional<Wave> named = waves.apply(user);
        wave.put(user.id(), named.orElseGet(() -> waveOf(user)));
        if (named.isEmpty()) {
          unnamed.add(user);
        }
      }
      if (all.size() > 1 && !wave.containsValue(Wave.CANARY)) {
        unnamed.stream()
            .min(Comparator.comparing(user -> wave.getOrDefault(user.id(), Wave.PRODUCTION)))
            .ifPresent(first -> wave.put(first.id(), Wave.CANARY));
      }
      boolean followed = retire.stream().anyMatch(StoredVersion::newest);
      boolean triedBefore = wave.values().stream().anyMatch(one -> one != Wave.PRODUCTION);
      boolean needed = all.stream().anyMatch(Dependent::followsStore);
      if (followed && triedBefore && !needed && tellsAgain(issuer)) {
        publish = Wave.PRODUCTION;
      }
    }

    private Wave waveOf(Dependent user) {
      List<Signal> known = exposure.sightings().stream()
          .filter(sighting -> isOf(user, sighting))
          .map(sighting -> sighting.context().production())
          .toList();
      return Signal.worst(known).countsAsYes() ? Wave.PRODUCTION : Wave.NON_PRODUCTION;
    }

    private void lookAtSessions(SecretIssuer issuer) throws RotationException {
      Sessions sessions = issuer.sessions(exposedSlot);
      if (sessions.possible()) {
        risks.add(Risk.DEAD_FOR_NEW);
        lives = Optional.of(sessions);
      }
    }

    /** Whether the issuer tells the exposed value again; else the store must, on a way back. */
    private boolean tellsAgain(SecretIssuer issuer) throws RotationException {
      if (!(issuer instanceof SlotIssuer slots)) {
        return false;
      }
      Optional<Secret> told = slots.read(exposedSlot);
      told.ifPresent(Secret::close);
      return told.isPresent();
    }

    private void addSteps(SecretIssuer issuer) throws RotationException {
      add(
          RotationStep.Kind.CHECK,
          "all that was looked at for this plan, and once more before each of the two slots",
          dependents.describeFind());
      for (Dependent user : standbyUsers) {
        add(
            RotationStep.Kind.CONVERGE,
            user.label() + ": from " + standbySlot + " to " + exposedSlot,
            user.describeAdopt());
        verify(user);
      }
      if (retire.isEmpty() && !tellsAgain(issuer)) {
        add(
            RotationStep.Kind.KEEP,
            "the exposed value, as secret " + secretName,
            store.describePut(secretName));
      }
      add(
          RotationStep.Kind.ISSUE,
          (standbySlot.isEmpty() ? "one more value" : standbySlot) + " of " + issuerLabel,
          issuer instanceof SlotIssuer slots
              ? slots.describeIssue(standbySlot)
              : ((OneShotIssuer) issuer).describeIssue());
      for (Wave one : Wave.values()) {
        if (one == publish) {
          add(RotationStep.Kind.STORE, "secret " + secretName, store.describePut(secretName));
        }
        for (Dependent user : moved()) {
          if (wave.get(user.id()) == one) {
            add(RotationStep.Kind.ADOPT, user.label(), user.describeAdopt());
            verify(user);
          }
        }
      }
      for (OpaqueDependent user : opaque) {
        add(RotationStep.Kind.ATTEST, user.label(), PlannedCall.of(user.moving()));
      }
      add(
          RotationStep.Kind.REVOKE,
          exposedSlot + " of " + issuerLabel,
          issuer.describeRevoke(exposedSlot));
      add(
          RotationStep.Kind.PROVE,
          exposedSlot + " of " + issuerLabel,
          PlannedCall.of(
              "its issuer holds it no longer, every endpoint refuses the old value and takes"
                  + " the new one"));
      for (StoredVersion version : retire) {
        add(RotationStep.Kind.RETIRE, "version " + version, store.describeDisable(version));
      }
    }

    /** Whoever follows what is stored comes after those that may be what is followed. */
    private static List<Dependent> inOrder(List<Dependent> found) {
      return found.stream()
          .sorted(Comparator.comparing(Dependent::followsStore))
          .toList();
    }

    private List<Dependent> moved() {
      List<Dependent> moved = new ArrayList<>(users);
      standbyUsers.stream()
          .filter(user -> users.stream().noneMatch(other -> other.id().equals(user.id())))
          .forEach(moved::add);
      return moved;
    }

    private void verify(Dependent user) {
      add(
          RotationStep.Kind.VERIFY,
          user.label(),
          PlannedCall.of("its configuration is read again; it is running"));
    }

    private void add(RotationStep.Kind kind, String target, PlannedCall call) {
      steps.add(new RotationStep(kind, target, call));
    }

    RotationPlan plan() {
      // Last, and whatever was found: a plan that can't be approved may need it most.
      List<String> labels = moved().stream().map(Dependent::label).toList();
      List<PlannedSwitch> containment = issuer.stream()
          .flatMap(known -> known.killSwitches().stream())
          .map(killSwitch -> PlannedSwitch.of(killSwitch, labels))
          .toList();
      return new RotationPlan(
          clock.instant(),
          exposure.credential().label(),
          exposed,
          production(),
          issuerId,
          issuerLabel,
          exposedSlot,
          standbySlot,
          snapshot,
          store.id(),
          secretName,
          publish,
          retire,
          labels(users),
          labels(standbyUsers),
          opaque,
          found(),
          exposure.sightings().stream()
              .filter(sighting -> users.stream().noneMatch(user -> isOf(user, sighting)))
              .map(sighting -> sighting.finding().place())
              .toList(),
          Duration.ZERO,
          blockers.isEmpty() ? gaps() : List.of(),
          blockers.isEmpty() ? windows() : List.of(),
          unknowns(),
          risks,
          blockers,
          Ladder.of(issuer, moved(), store, exposure.credential().remedy()),
          containment,
          blockers.isEmpty() ? steps : List.of());
    }

    /**
     * Whether production uses it: by the places where it was found, and by each dependent, of which
     * only those are known that are such a place themselves.
     */
    private Signal production() {
      Stream<String> elsewhere = Stream.concat(
          moved().stream().filter(user -> !isPlace(user)).map(Dependent::label),
          opaque.stream().map(OpaqueDependent::label));
      return Signal.worst(Stream.concat(
              exposure.sightings().stream().map(sighting -> sighting.context().production()),
              elsewhere.map(label ->
                  Signal.unknown(label + " uses it, and is no place of which that is known")))
          .toList());
    }

    private List<String> gaps() {
      String to = standbySlot.isEmpty() ? "the new value" : standbySlot;
      return List.of((opaque.isEmpty() ? "Nobody that is known" : "Nobody that can be looked into")
          + ": everybody is moved to " + to
          + " and verified before step " + number(RotationStep.Kind.REVOKE) + " revokes "
          + exposedSlot + ".");
    }

    private List<String> windows() {
      int issue = number(RotationStep.Kind.ISSUE);
      int revoke = number(RotationStep.Kind.REVOKE);
      List<String> windows = new ArrayList<>();
      windows.add("Until step " + revoke
          + ", whoever has the exposed value opens with it what it opens today.");
      String exposedWindow =
          exposedSlot + " between the last look and step " + revoke + ", loses it there.";
      windows.add(
          standbySlot.isEmpty()
              ? "Whoever takes up " + exposedWindow
              : "Whoever takes up " + standbySlot + " between the last look and step " + issue
                  + ", or " + exposedWindow);
      windows.add(
          "From step " + number(RotationStep.Kind.STORE) + " on, whoever follows the secret "
              + secretName + " gets the new value, before those of later steps are moved.");
      lives.ifPresent(sessions -> windows.add("After step " + revoke + ", "
          + sessions.what()
          + sessions
              .atMost()
              .map(longest -> ": for " + longest.toMinutes() + " minutes at most.")
              .orElse(": for how long is not known.")));
      return windows;
    }

    /** The number of the first step of a kind, as people count. */
    private int number(RotationStep.Kind kind) {
      int number = 1;
      while (steps.get(number - 1).kind() != kind) {
        number++;
      }
      return number;
    }

    private List<String> unknowns() {
      List<String> all = new ArrayList<>(unknowns);
      snapshot.slots().forEach((name, slot) -> {
        if (slot.issuedAt().isEmpty() && !slot.isVacant()) {
          all.add("When " + name + " was made: its issuer does not say.");
        }
      });
      Signal production = production();
      if (production.answer() == Signal.Answer.UNKNOWN) {
        all.add("Whether production uses it: " + production.reason() + ".");
      }
      all.add(
          "Who uses it where nobody looks: dependents are those that the planner's finders know.");
      opaque.forEach(
          user -> all.add("Which value " + user.label() + " has: nobody can look into it."
              + (standbySlot.isEmpty() || held(standbySlot).isVacant()
                  ? ""
                  : " Unless a usage source tells that it does not use " + standbySlot
                      + ", the approval must hold an attestation that it does not.")));
      return all;
    }

    private boolean isPlace(Dependent user) {
      return exposure.sightings().stream().anyMatch(sighting -> isOf(user, sighting));
    }

    private static boolean isOf(Dependent user, Sighting sighting) {
      return user.id().equalsIgnoreCase(sighting.context().resource());
    }

    private List<RotationPlan.User> labels(List<Dependent> users) {
      return users.stream()
          .map(user -> new RotationPlan.User(
              user.id(), user.label(), user.link(), wave.getOrDefault(user.id(), Wave.PRODUCTION)))
          .toList();
    }
  }

  /** Collects what a planner needs. Not thread-safe. */
  public static final class Builder {
    private Optional<IssuerFinder> issuers = Optional.empty();
    private Optional<SecretStore> store = Optional.empty();
    private Optional<DependentFinder> dependents = Optional.empty();
    private UsageSource usage = UsageSource.NONE;
    private Clock clock = Clock.systemUTC();
    private Optional<Reread> reread = Optional.empty();
    private Function<Dependent, Optional<Wave>> waves = dependent -> Optional.empty();

    private Builder() {}

    /** Sets who knows the issuers. Required. */
    public Builder issuers(IssuerFinder finder) {
      issuers = Optional.of(finder);
      return this;
    }

    /** Sets where the new credential is put. Required. */
    public Builder store(SecretStore vault) {
      store = Optional.of(vault);
      return this;
    }

    /** Sets who knows the dependents. Required. */
    public Builder dependents(DependentFinder finder) {
      dependents = Optional.of(finder);
      return this;
    }

    /** Sets who knows about uses; {@link UsageSource#NONE} if not set. */
    public Builder usage(UsageSource source) {
      usage = Objects.requireNonNull(source, "usage");
      return this;
    }

    /**
     * Sets where the exposed value may be read again, by the places where it was found: issuers that
     * don't show what they hold are found by trying it.
     */
    public Builder sources(Detector detector, List<ContentSource> sources) {
      reread = Optional.of(new Reread(detector, List.copyOf(sources)));
      return this;
    }

    /**
     * Sets who is moved with whom, where it says so. Whoever else is known not to serve production is
     * moved before the rest; and if nobody is the canary, the first of several is.
     */
    public Builder waves(Function<Dependent, Optional<Wave>> of) {
      waves = Objects.requireNonNull(of, "waves");
      return this;
    }

    /** Sets the clock; the system's if not set. */
    public Builder clock(Clock source) {
      clock = Objects.requireNonNull(source, "clock");
      return this;
    }

    /**
     * Returns the planner.
     *
     * @throws IllegalStateException if a required part is missing
     */
    public Planner build() {
      return new Planner(this);
    }
  }
}
