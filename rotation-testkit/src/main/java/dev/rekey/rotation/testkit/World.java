package dev.rekey.rotation.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Checksum;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import dev.rekey.detect.Remedy;
import dev.rekey.detect.Secret;
import dev.rekey.detect.Severity;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationListener;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.Rotator;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import dev.rekey.rotation.StoredVersion;
import dev.rekey.rotation.UsageSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * An exposed credential, who made it, where it is stored and who uses it: the component under test
 * among doubles in memory.
 *
 * <p>What is looked at here is looked at past the faults.
 */
final class World {
  /** Few looks: how often is looked is the rotator's to get right, not the component's. */
  private static final ProofPolicy PROOF =
      new ProofPolicy(1, Duration.ofSeconds(1), Duration.ofSeconds(30));

  final FingerprintKey key;
  final Hands clock;
  final SecretIssuer issuer;
  final SecretStore store;
  final DependentFinder dependents;
  final Held exposed;
  private final Consumer<Duration> passing;
  private final Map<Fingerprint, Held> known = new LinkedHashMap<>();
  private final Map<String, Set<String>> history = new TreeMap<>();
  private List<String> users = List.of();

  /**
   * A value, and where it is.
   *
   * @param slot the slot of the issuer
   * @param text the value
   */
  record Held(String slot, String text) {
    @Override
    public String toString() {
      return "Held[" + slot + "]";
    }
  }

  /** What a rotator is given: the component under test reached in one way or the other. */
  record Parts(SecretIssuer issuer, SecretStore store, DependentFinder dependents) {}

  World(FingerprintKey key, Hands clock, Consumer<Duration> passing, Parts parts, Held exposed) {
    this.key = key;
    this.clock = clock;
    this.passing = passing;
    this.issuer = parts.issuer();
    this.store = parts.store();
    this.dependents = parts.dependents();
    this.exposed = exposed;
    learn(exposed);
  }

  Parts parts() {
    return new Parts(issuer, store, dependents);
  }

  void learn(Held held) {
    known.put(Values.fingerprint(key, held.text()), held);
  }

  /** Returns every value that was ever seen. */
  List<String> values() {
    return known.values().stream().map(Held::text).toList();
  }

  void pass(Duration time) {
    clock.pass(time);
    passing.accept(time);
  }

  /** Something may have changed at the issuer. */
  void changed() {
    requireWorking("after a change");
    try {
      remember(issuer.snapshot());
    } catch (RotationException failed) {
      throw new AssertionError("what its slots hold after a change can't be told", failed);
    }
  }

  private void remember(Snapshot snapshot) {
    snapshot
        .slots()
        .forEach((name, slot) ->
            history.computeIfAbsent(name, n -> new LinkedHashSet<>()).add(slot.identity()));
  }

  /** Returns the identities of all values that a slot was seen with, from the plan on. */
  Set<String> history(String slot) {
    return history.getOrDefault(slot, Set.of());
  }

  // Plans and rotators.

  /** Returns a value that was found somewhere, with nothing beside it. */
  static Exposure exposure(FingerprintKey key, String text) {
    AssetContext context = AssetContext.unknown("a contract test");
    Finding finding = new Finding(
        "contract.value",
        "a value of a contract test",
        Severity.HIGH,
        Remedy.ROTATE,
        new Place("contract/file", "", new Location(3, 4, 1, 4)),
        "***",
        1,
        Checksum.NONE,
        Values.fingerprint(key, text),
        Map.of());
    return Exposure.of(List.of(new Sighting(finding, context)));
  }

  private static IssuerFinder finder(SecretIssuer issuer, String slot) {
    return new IssuerFinder() {
      @Override
      public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value) {
        return Optional.of(new Holding(issuer, slot));
      }

      @Override
      public SecretIssuer issuer(String id) {
        return issuer;
      }
    };
  }

  private static UsageSource usage() {
    return (source, slot, held, since) -> new UsageSource.Usage.Counted(0, List.of());
  }

  RotationPlan plan() {
    RotationPlan plan = Planner.builder()
        .issuers(finder(issuer, exposed.slot()))
        .store(store)
        .dependents(dependents)
        .usage(usage())
        .clock(clock)
        .build()
        .plan(exposure(key, exposed.text()));
    assertThat(plan.blockers())
        .as("what keeps the world's rotation from being made")
        .isEmpty();
    users = plan.moved().stream().map(RotationPlan.User::id).toList();
    assertThat(users).as("who uses the exposed value").isNotEmpty();
    remember(plan.snapshot());
    return plan;
  }

  Approval approve(RotationPlan plan) {
    return Approval.of(plan)
        .requester("Asker")
        .approver("Ann", clock.instant(), "CONTRACT")
        .approver("Bob", clock.instant(), "CONTRACT")
        .accept(plan.risks().toArray(new Risk[0]))
        .expires(clock.instant().plus(Duration.ofHours(12)))
        .build();
  }

  Rotator rotator(RotationJournal journal, Parts parts, RotationListener listener) {
    return Rotator.builder(journal)
        .issuers(finder(parts.issuer(), exposed.slot()))
        .store(parts.store())
        .dependents(parts.dependents())
        .usage(usage())
        .proof(PROOF)
        .clock(clock)
        .pause(this::pass)
        .listener(listener)
        .fingerprintKey(key)
        .build();
  }

  // What must always hold.

  /** Everybody works: what each dependent holds is accepted. */
  void requireWorking(String what) {
    try {
      for (String user : users) {
        Held held = heldBy(user);
        List<ProbeAnswer> answers = probe(held);
        assertThat(answers)
            .as("%s: %s holds a value that its issuer accepts", what, user)
            .hasAtLeastOneElementOfType(ProbeAnswer.Accepted.class)
            .noneMatch(ProbeAnswer.Refused.class::isInstance);
      }
    } catch (RotationException | InterruptedException failed) {
      throw new AssertionError(what + ": whether everybody works can't be told", failed);
    }
  }

  /** Returns the one value of the issuer that a dependent holds. */
  Held heldBy(String user) throws RotationException {
    Dependent dependent = dependents.dependent(user);
    List<Held> held = new ArrayList<>();
    for (Fingerprint fingerprint : dependent.observe()) {
      if (!known.containsKey(fingerprint)) {
        lookFor(fingerprint);
      }
      Optional.ofNullable(known.get(fingerprint)).ifPresent(held::add);
    }
    assertThat(held).as("the values of the issuer that %s holds", user).hasSize(1);
    return held.get(0);
  }

  /** A value whose answer was lost, and that its issuer tells again. */
  private void lookFor(Fingerprint fingerprint) throws RotationException {
    if (issuer instanceof SlotIssuer slots) {
      for (String slot : slots.snapshot().slots().keySet()) {
        Optional<Secret> value = slots.read(slot);
        if (value.isPresent()) {
          try (Secret secret = value.get()) {
            if (key.fingerprint(secret).equals(fingerprint)) {
              learn(new Held(slot, Values.text(secret)));
            }
          }
        }
      }
    }
  }

  List<ProbeAnswer> probe(Held held) throws RotationException, InterruptedException {
    try (Secret secret = Secret.of(held.text())) {
      return issuer.probe(held.slot(), secret);
    }
  }

  /** Every endpoint refuses a value, given time. */
  void requireDead(Held held, String what) throws RotationException, InterruptedException {
    Probing.requireRefused(() -> probe(held), this::pass, what + ": the dead value");
  }

  /** Every endpoint accepts a value, given time. */
  void requireAlive(Held held, String what) throws RotationException, InterruptedException {
    Probing.requireAccepted(() -> probe(held), this::pass, what + ": the good value");
  }

  /** Who follows the name in the store gets what the dependents hold. */
  void requireFollowed(RotationPlan plan, Held held, String what) throws RotationException {
    Fingerprint fingerprint = Values.fingerprint(key, held.text());
    List<StoredVersion> versions = store.holding(fingerprint);
    Optional<StoredVersion> followed = versions.stream()
        .filter(version -> version.enabled() && version.newest())
        .filter(version -> version.name().equals(plan.secretName()))
        .findFirst();
    assertThat(followed)
        .as("%s: the newest version of the name, which holds what dependents hold", what)
        .isPresent();
    try (Secret value = store.read(followed.orElseThrow())) {
      assertThat(key.fingerprint(value))
          .as("%s: the value of that version", what)
          .isEqualTo(fingerprint);
    }
  }
}
