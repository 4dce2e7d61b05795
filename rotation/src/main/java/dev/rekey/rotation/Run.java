package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a plan: a saga with a point of no return.
 *
 * <p>Each change is written as an intent before its call and as an outcome after it. Where a run is
 * taken up again and finds an intent without an outcome, it <em>observes</em> whether the call took
 * effect, by the issuer's snapshot, the store's attempt id or the dependent's configuration, and never
 * calls twice. Until the exposed slot is about to be revoked, every failure is undone: dependents go
 * back to the exposed value, which the issuer still accepts. From the intent to revoke on there is only
 * forward, because from then on nobody can be sure that it still does.
 */
final class Run {
  private static final Logger LOG = LoggerFactory.getLogger(Rotator.class);

  private static final String CONVERGE = "converge";
  private static final String ISSUE = "issue";
  private static final String ACCEPT = "accept";
  private static final String STORE = "store";
  private static final String ADOPT = "adopt";
  private static final String REVOKE = "revoke";
  private static final String PROVE = "prove";
  private static final String RETIRE = "retire";
  private static final String ROLL_BACK = "rollback";

  private final Rotator rotator;
  private final String runId;
  private final RotationPlan plan;
  private final Approval approval;
  private final Ledger ledger;
  private final Snapshot.Slot exposed;
  private final Snapshot.Slot standby;

  Run(Rotator rotator, String runId, RotationPlan plan, Approval approval, Ledger ledger) {
    this.rotator = rotator;
    this.runId = runId;
    this.plan = plan;
    this.approval = approval;
    this.ledger = ledger;
    this.exposed = slot(plan, plan.exposedSlot());
    this.standby = slot(plan, plan.standbySlot());
  }

  private static Snapshot.Slot slot(RotationPlan plan, String name) {
    return plan.snapshot()
        .slot(name)
        .orElseThrow(() -> new IllegalArgumentException("the plan's snapshot lacks slot " + name));
  }

  RotationResult go() {
    try {
      halt();
      SecretIssuer issuer = rotator.issuers().issuer(plan.issuer());
      Watch watch = new Watch(rotator, plan, approval, issuer);
      Optional<JournalEntry> givenUp = ledger.intent(ROLL_BACK);
      if (givenUp.isPresent()) {
        return rollBack(watch, givenUp.get().fact("why"));
      }
      if (!ledger.intended(REVOKE)) {
        try {
          prepare(issuer, watch);
        } catch (RotationException | RuntimeException failed) {
          halt(); // A call that was cut short is no reason to give up.
          return rollBack(watch, problem(failed));
        }
      } else if (!ledger.isDone(REVOKE)
          && !watch.isChanged(plan.exposedSlot(), exposed.fingerprint())) {
        // It seems that the call was never made. Time has passed, so every gate is tried again; but
        // what the issuer shows may be out of date, so nobody is given the exposed value back.
        prepare(issuer, watch);
      }
      return finish(issuer, watch);
    } catch (Halted halted) {
      return suspended(halted);
    } catch (InterruptedException interrupted) {
      return suspended(Halted.interrupted());
    } catch (RotationException | RuntimeException failed) {
      String why = problem(failed);
      return Thread.interrupted() ? suspended(Halted.interrupted()) : stopped(why);
    }
  }

  private RotationResult suspended(Halted halted) {
    ledger.suspended(halted);
    RotationResult.Suspended suspended = halted.suspended(runId);
    LOG.info("{}", suspended.summary());
    if (suspended.code() == ResultCode.INTERRUPTED) {
      Thread.currentThread().interrupt(); // Whoever interrupted the thread finds it interrupted.
    }
    return suspended;
  }

  /** Between two calls is where a run can stop. */
  private void halt() throws Halted {
    rotator.brake().check(runId);
  }

  /**
   * Writes that a call that changes something is about to be made: the next thing that happens, unless
   * the run is to stop.
   */
  private void intend(String step, Map<String, String> facts) throws Halted {
    halt();
    ledger.intend(step, facts);
    halt(); // Meanwhile somebody may have said so, a listener too.
  }

  /** A wait that ends when the run is to stop. */
  private Wait waiting(SecretIssuer issuer, String step, Instant began) {
    Pause pause = duration -> {
      halt();
      rotator.pause().pause(duration);
    };
    return new Wait(step, began, rotator.proof(issuer), rotator.clock(), pause);
  }

  /**
   * What a failed call says. Code that breaks its contract must not end a run without a word; only a
   * broken journal does, for then nothing may be called any more.
   */
  private static String problem(Exception failed) {
    if (failed instanceof RotationException known) {
      return known.problem();
    }
    if (failed instanceof JournalException journal) {
      throw journal;
    }
    // Its message may hold anything, the value too.
    StackTraceElement[] trace = failed.getStackTrace();
    return failed.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  /** It can't go on: where nothing was changed yet, nothing needs to be. */
  private RotationResult stopped(String why) {
    if (ledger.isEmpty()) {
      return rolledBack(why);
    }
    String resume = "Mend that, and resume run " + runId + ".";
    if (!ledger.intended(REVOKE)) {
      return strand(ResultCode.STOPPED, "the run could not go on: " + why + ".", resume);
    }
    ResultCode code = !ledger.isDone(REVOKE)
        ? ResultCode.REVOKING
        : isProved() ? ResultCode.UNFINISHED : ResultCode.UNPROVED;
    String revoked = switch (code) {
      case REVOKING -> " was being regenerated";
      case UNPROVED -> " was regenerated";
      default -> " was regenerated and its old value is dead";
    };
    return strand(
        code,
        "every known dependent was moved to the new key, "
            + plan.exposedSlot()
            + revoked
            + ", and that could not be gone on with: "
            + why
            + ".",
        resume);
  }

  /** Whether the exposed value was proved dead as far as the approval wants it. */
  private boolean isProved() {
    return ledger.isDone(PROVE)
        && accepted(DeathProof.Verdict.valueOf(ledger.outcome(PROVE).fact("verdict")));
  }

  /** Everything up to the point of no return. */
  private void prepare(SecretIssuer issuer, Watch watch)
      throws RotationException, InterruptedException {
    Fingerprint fresh = issueStandby(issuer, watch);
    try (Secret value = watch.read(plan.standbySlot(), fresh)) {
      watch.awaitAccepted(value, waiting(issuer, ACCEPT, ledger.outcome(ISSUE).at()));
      storeNew(value, fresh);
      List<Dependent> moved = new ArrayList<>();
      List<RotationPlan.User> users = plan.moved();
      for (int i = 0; i < users.size(); i++) {
        Dependent dependent = rotator.dependents().dependent(users.get(i).id());
        moveTo(dependent, i, value, fresh);
        moved.add(dependent);
      }
      for (Dependent dependent : moved) {
        dependent.verify(fresh);
      }
    }
    watch.gate(plan.exposedSlot(), exposed.fingerprint(), movedAt());
    watch.requireUnchanged(plan.standbySlot(), fresh);
    halt();
  }

  /** From the point of no return on: only forward. */
  private RotationResult finish(SecretIssuer issuer, Watch watch)
      throws RotationException, InterruptedException {
    Fingerprint fresh = Fingerprint.parse(ledger.outcome(ISSUE).fact("fingerprint"));
    try (ExposedValue old = new ExposedValue(watch.exposedValue(exposed.fingerprint()))) {
      revokeExposed(issuer, watch);
      DeathProof proof = prove(issuer, watch, old, fresh);
      if (!accepted(proof.verdict())) {
        return strand(
            proof.verdict() == DeathProof.Verdict.ALIVE
                ? ResultCode.ALIVE
                : ResultCode.WEAKLY_PROVED,
            "every dependent uses the new key, "
                + plan.exposedSlot()
                + " was regenerated, and the proof of death says "
                + proof.verdict()
                + ".",
            "Look at the evidence in the journal; resume run " + runId + " to try again.");
      }
      for (RotationPlan.User user : plan.moved()) {
        rotator.dependents().dependent(user.id()).verify(fresh);
      }
      for (int i = 0; i < plan.retire().size(); i++) {
        retire(plan.retire().get(i), i);
      }
      Map<String, String> facts = new HashMap<>();
      facts.put("result", "Completed");
      facts.put("verdict", proof.verdict().name());
      plan.residue().forEach(place -> facts.put("residue " + place, "dead since " + proof.at()));
      ledger.ended(facts);
      return new RotationResult.Completed(runId, proof, stored(), plan.residue());
    }
  }

  // The steps.

  private Fingerprint issueStandby(SecretIssuer issuer, Watch watch)
      throws RotationException, InterruptedException {
    if (ledger.isDone(ISSUE)) {
      return Fingerprint.parse(ledger.outcome(ISSUE).fact("fingerprint"));
    }
    String slot = plan.standbySlot();
    if (ledger.intended(ISSUE) && watch.isChanged(slot, standby.fingerprint())) {
      ledger.recovered(ISSUE, "the slot was regenerated");
    } else {
      // Before each try, however late: somebody may have begun to use the slot.
      watch.preflight(
          exposed.fingerprint(),
          standby.fingerprint(),
          user -> ledger.isDone(CONVERGE + "." + plan.standbyUsers().indexOf(user)));
      converge(watch);
      watch.gate(slot, standby.fingerprint(), plan.plannedAt().minus(Use.LOOK_BACK));
      intend(ISSUE, Map.of("slot", slot, "before", standby.fingerprint().toString()));
      issuer.issue(slot, new AttemptId(runId, ISSUE)).close();
    }
    Fingerprint fresh =
        watch.awaitChange(slot, standby.fingerprint(), waiting(issuer, ISSUE, ledger.begun(ISSUE)));
    ledger.done(ISSUE, Map.of("slot", slot, "fingerprint", fresh.toString()));
    return fresh;
  }

  /** Moves whoever uses the standby slot to the exposed one, which still works. */
  private void converge(Watch watch) throws RotationException, InterruptedException {
    for (int i = 0; i < plan.standbyUsers().size(); i++) {
      String step = CONVERGE + "." + i;
      if (ledger.isDone(step)) {
        continue;
      }
      Dependent dependent =
          rotator.dependents().dependent(plan.standbyUsers().get(i).id());
      if (ledger.intended(step)
          && hasMoved(dependent, standby.fingerprint(), exposed.fingerprint())) {
        ledger.recovered(step, dependent.label() + " has the exposed value");
      } else {
        try (Secret value = watch.read(plan.exposedSlot(), exposed.fingerprint())) {
          intend(
              step,
              Map.of("dependent", dependent.id(), "to", exposed.fingerprint().toString()));
          dependent.adopt(standby.fingerprint(), value, new AttemptId(runId, step));
        }
      }
      dependent.verify(exposed.fingerprint());
      ledger.done(step, Map.of("dependent", dependent.id()));
    }
  }

  private void storeNew(Secret value, Fingerprint fresh) throws RotationException, Halted {
    if (ledger.isDone(STORE)) {
      return;
    }
    StoredVersion version = put(STORE, value, fresh, plan.standbySlot(), exposed.fingerprint());
    ledger.done(STORE, Map.of("name", version.name(), "version", version.version()));
  }

  /** Puts a value into the store, or finds the version that an earlier attempt put. */
  private StoredVersion put(
      String step, Secret value, Fingerprint identity, String slot, Fingerprint supersedes)
      throws RotationException, Halted {
    AttemptId attempt = new AttemptId(runId, step);
    if (ledger.intended(step)) {
      Optional<StoredVersion> found = rotator.store().find(plan.secretName(), attempt);
      if (found.isPresent()) {
        ledger.recovered(step, "version " + found.get() + " was put");
        return found.get();
      }
    }
    intend(step, Map.of("name", plan.secretName()));
    return rotator
        .store()
        .put(
            value,
            new SecretMetadata(plan.secretName(), identity, plan.issuer(), slot, supersedes),
            attempt);
  }

  private void moveTo(Dependent dependent, int index, Secret value, Fingerprint fresh)
      throws RotationException, InterruptedException {
    String step = ADOPT + "." + index;
    if (ledger.isDone(step)) {
      return;
    }
    if (ledger.intended(step) && hasMoved(dependent, exposed.fingerprint(), fresh)) {
      ledger.recovered(step, dependent.label() + " has the new value");
    } else {
      intend(step, Map.of("dependent", dependent.id(), "to", fresh.toString()));
      dependent.adopt(exposed.fingerprint(), value, new AttemptId(runId, step));
    }
    dependent.verify(fresh);
    ledger.done(step, Map.of("dependent", dependent.id()));
  }

  private static boolean hasMoved(Dependent dependent, Fingerprint from, Fingerprint to)
      throws RotationException {
    Set<Fingerprint> held = dependent.observe();
    return held.contains(to) && !held.contains(from);
  }

  private void revokeExposed(SecretIssuer issuer, Watch watch) throws RotationException, Halted {
    if (ledger.isDone(REVOKE)) {
      return;
    }
    String slot = plan.exposedSlot();
    // Whoever regenerated it, we or somebody else: what it holds now is good and stays.
    if (watch.isChanged(slot, exposed.fingerprint())) {
      ledger.recovered(REVOKE, "the slot was regenerated");
    } else {
      intend(REVOKE, Map.of("slot", slot, "before", exposed.fingerprint().toString()));
      issuer.revoke(slot, new AttemptId(runId, REVOKE));
    }
    ledger.done(REVOKE, Map.of("slot", slot));
  }

  private DeathProof prove(SecretIssuer issuer, Watch watch, ExposedValue old, Fingerprint fresh)
      throws RotationException, InterruptedException {
    Optional<DeathProof> proved = ledger.isDone(PROVE)
        ? Optional.of(Evidence.proof(ledger.outcome(PROVE), plan.exposedSlot(), exposed))
        : Optional.empty();
    if (proved.filter(proof -> accepted(proof.verdict())).isPresent()) {
      return proved.get(); // The dead stay dead; the last copy of the value may be disabled by now.
    }
    Deathwatch.Seen seen =
        ledger.suspension(PROVE).map(Deathwatch.Seen::read).orElse(Deathwatch.Seen.NOTHING);
    Wait wait = waiting(issuer, PROVE, ledger.begun(PROVE));
    ledger.intend(PROVE, Map.of("slot", plan.exposedSlot()));
    try (Secret value = watch.read(plan.standbySlot(), fresh)) {
      DeathProof proof = new Deathwatch(rotator.proof(issuer), rotator.clock(), wait, seen)
          .watch(issuer, plan.exposedSlot(), exposed, old.value(), value);
      ledger.done(PROVE, Evidence.facts(proof));
      return proof;
    }
  }

  private void retire(StoredVersion version, int index) throws RotationException, Halted {
    String step = RETIRE + "." + index;
    if (!ledger.isDone(step)) {
      intend(step, Map.of("version", version.toString()));
      rotator.store().disable(version, new AttemptId(runId, step));
      ledger.done(step, Map.of("version", version.toString()));
    }
  }

  // The way back.

  /** Gives everybody the exposed value back, which the issuer still accepts. */
  private RotationResult rollBack(Watch watch, String why) throws InterruptedException {
    LOG.warn("run {}: rolling back: {}", runId, why);
    if (ledger.isEmpty()) {
      return rolledBack(why);
    }
    if (!ledger.intended(ROLL_BACK)) {
      ledger.intend(ROLL_BACK, Map.of("why", why));
    }
    List<String> failures = new ArrayList<>();
    // The store first: a dependent may follow it.
    attempt(failures, () -> giveStoreBack(watch));
    for (int i = plan.moved().size() - 1; i >= 0; i--) {
      int index = i;
      if (ledger.intended(ADOPT + "." + index)) {
        attempt(failures, () -> giveBack(watch, index));
      }
    }
    for (int i = plan.standbyUsers().size() - 1; i >= 0; i--) {
      int index = i;
      if (ledger.intended(CONVERGE + "." + index)) {
        attempt(failures, () -> diverge(watch, index));
      }
    }
    if (!failures.isEmpty()) {
      return strand(
          ResultCode.HALF_UNDONE,
          "the rotation was given up (" + why + "), and going back failed: "
              + String.join("; ", failures) + ".",
          "Nothing was revoked by this run. Mend that, and resume run " + runId + ".");
    }
    return rolledBack(why);
  }

  /** A part of the way back. */
  @FunctionalInterface
  private interface Undo {
    void run() throws RotationException, InterruptedException;
  }

  /** One that can't be undone must not keep the others from it. */
  private void attempt(List<String> failures, Undo undo) throws InterruptedException {
    try {
      undo.run();
    } catch (RotationException | RuntimeException failed) {
      halt();
      failures.add(problem(failed));
    }
  }

  /** Whoever follows the store gets the exposed value again, as a version newer than ours. */
  private void giveStoreBack(Watch watch) throws RotationException, Halted {
    String step = ROLL_BACK + "." + STORE;
    boolean wasPut = ledger.isDone(STORE)
        || (ledger.intended(STORE)
            && rotator
                .store()
                .find(plan.secretName(), new AttemptId(runId, STORE))
                .isPresent());
    if (!wasPut || ledger.isDone(step)) {
      return;
    }
    Fingerprint fresh = Fingerprint.parse(ledger.outcome(ISSUE).fact("fingerprint"));
    try (Secret value = watch.read(plan.exposedSlot(), exposed.fingerprint())) {
      StoredVersion version = put(step, value, exposed.fingerprint(), plan.exposedSlot(), fresh);
      ledger.done(step, Map.of("name", version.name(), "version", version.version()));
    }
  }

  private void giveBack(Watch watch, int index) throws RotationException, InterruptedException {
    Dependent dependent = rotator.dependents().dependent(plan.moved().get(index).id());
    // The value that we wrote, whatever the standby slot holds by now.
    Fingerprint fresh =
        Fingerprint.parse(ledger.intent(ADOPT + "." + index).orElseThrow().fact("to"));
    if (dependent.observe().contains(fresh)) {
      String step = ROLL_BACK + "." + index;
      try (Secret value = watch.read(plan.exposedSlot(), exposed.fingerprint())) {
        intend(step, Map.of("dependent", dependent.id()));
        dependent.adopt(fresh, value, new AttemptId(runId, step));
      }
      ledger.done(step, Map.of("dependent", dependent.id()));
    }
    dependent.verify(exposed.fingerprint());
  }

  /**
   * Gives the standby value back to whoever used that alone, as long as its slot holds it. Once the
   * slot was regenerated, the exposed value is the one that works for everybody.
   */
  private void diverge(Watch watch, int index) throws RotationException, InterruptedException {
    RotationPlan.User user = plan.standbyUsers().get(index);
    if (plan.usesExposed(user) || watch.isChanged(plan.standbySlot(), standby.fingerprint())) {
      return;
    }
    Dependent dependent = rotator.dependents().dependent(user.id());
    if (dependent.observe().contains(exposed.fingerprint())) {
      String step = ROLL_BACK + "." + CONVERGE + "." + index;
      try (Secret value = watch.read(plan.standbySlot(), standby.fingerprint())) {
        intend(step, Map.of("dependent", dependent.id()));
        dependent.adopt(exposed.fingerprint(), value, new AttemptId(runId, step));
      }
      ledger.done(step, Map.of("dependent", dependent.id()));
    }
    dependent.verify(standby.fingerprint());
  }

  private RotationResult rolledBack(String why) {
    ResultCode code = ledger.isEmpty() ? ResultCode.UNTOUCHED : ResultCode.UNDONE;
    ledger.ended(Map.of("result", "RolledBack", "code", code.id(), "why", why));
    RotationResult result = new RotationResult.RolledBack(runId, code, why);
    LOG.warn("{}", result.summary());
    return result;
  }

  // What they rest on.

  private boolean accepted(DeathProof.Verdict verdict) {
    return switch (verdict) {
      case DEAD -> true;
      case DEAD_FOR_NEW -> approval.accepted().contains(Risk.DEAD_FOR_NEW);
      case DEAD_BY_ISSUER_ONLY -> approval.accepted().contains(Risk.DEAD_BY_ISSUER_ONLY);
      case ALIVE -> false;
    };
  }

  private StoredVersion stored() {
    JournalEntry entry = ledger.outcome(STORE);
    return new StoredVersion(entry.fact("name"), entry.fact("version"), true, true);
  }

  /** When the last dependent was moved: uses of the exposed value before that are no news. */
  private Instant movedAt() {
    return ledger.lastOutcome(step -> step.startsWith(ADOPT) || step.equals(ISSUE));
  }

  private RotationResult strand(ResultCode code, String now, String next) {
    ledger.stranded(code, now, next);
    return new RotationResult.Stranded(runId, code, now, next);
  }

  /** The exposed value, where it could be had, closed at the end of the run. */
  private record ExposedValue(Optional<Secret> value) implements AutoCloseable {
    @Override
    public void close() {
      value.ifPresent(Secret::close);
    }
  }
}
