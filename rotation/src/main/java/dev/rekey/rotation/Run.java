package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Place;
import dev.rekey.detect.Secret;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
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

  private final Rotator rotator;
  private final String runId;
  private final RotationPlan plan;
  private final Approval approval;
  private final Ledger ledger;
  private final Pacing pacing;
  private final Deposit deposit;
  private final Checkup checkup;
  private final AttestationGate people;
  private final Snapshot.Slot exposed;

  Run(Rotator rotator, String runId, RotationPlan plan, Approval approval, Ledger ledger) {
    this.rotator = rotator;
    this.runId = runId;
    this.plan = plan;
    this.approval = approval;
    this.ledger = ledger;
    this.pacing = new Pacing(rotator, runId, ledger);
    this.deposit = new Deposit(rotator.store(), plan, ledger, pacing);
    this.checkup = new Checkup(rotator);
    this.people = new AttestationGate(rotator, plan, approval, ledger, pacing);
    this.exposed = plan.snapshot()
        .slot(plan.exposedSlot())
        .orElseThrow(() ->
            new IllegalArgumentException("the plan's snapshot lacks slot " + plan.exposedSlot()));
  }

  RotationResult go() {
    try {
      pacing.halt();
      SecretIssuer issuer = rotator.issuers().issuer(plan.issuer());
      Watch watch = new Watch(rotator, plan, approval, issuer);
      try (Issuance issuance = new Issuance(rotator, plan, ledger, pacing, issuer, watch)) {
        return go(issuer, watch, issuance);
      }
    } catch (Halted halted) {
      return suspended(halted);
    } catch (InterruptedException interrupted) {
      return suspended(Halted.interrupted());
    } catch (RotationException | RuntimeException failed) {
      String why = Pacing.problem(failed);
      return Thread.interrupted() ? suspended(Halted.interrupted()) : stopped(why);
    }
  }

  private RotationResult go(SecretIssuer issuer, Watch watch, Issuance issuance)
      throws RotationException, InterruptedException {
    Optional<JournalEntry> givenUp = ledger.intent(Steps.ROLL_BACK);
    if (givenUp.isPresent()) {
      return giveUp(issuer, watch, issuance, givenUp.get().fact("why"));
    }
    if (!ledger.intended(Steps.REVOKE)) {
      try {
        prepare(issuer, watch, issuance);
      } catch (AttestationGate.Overdue overdue) {
        return overdue(overdue.problem());
      } catch (RotationException | RuntimeException failed) {
        pacing.halt(); // A call that was cut short is no reason to give up.
        return giveUp(issuer, watch, issuance, Pacing.problem(failed));
      }
    } else if (!ledger.isDone(Steps.REVOKE) && !watch.isChanged(plan.exposedSlot(), exposed)) {
      // It seems that the call was never made. Time has passed, so every gate is tried again; but
      // what the issuer shows may be out of date, so nobody is given the exposed value back.
      prepare(issuer, watch, issuance);
    }
    return finish(issuer, watch, issuance);
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

  /** Everybody works, and somebody may need the exposed value: only a person can find out. */
  private RotationResult overdue(String why) {
    return strand(
        ResultCode.OVERDUE,
        "everybody who can be looked into was moved to the new credential, and the exposed one was"
            + " not revoked: " + why + ".",
        "Have it moved, say so with Rotator.attest, and resume run " + runId + ".");
  }

  /** It can't go on: where nothing was changed yet, nothing needs to be. */
  private RotationResult stopped(String why) {
    if (ledger.isEmpty()) {
      return rolledBack(why);
    }
    String resume = "Mend that, and resume run " + runId + ".";
    if (!ledger.intended(Steps.REVOKE)) {
      return strand(ResultCode.STOPPED, "the run could not go on: " + why + ".", resume);
    }
    ResultCode code = !ledger.isDone(Steps.REVOKE)
        ? ResultCode.REVOKING
        : isProved() ? ResultCode.UNFINISHED : ResultCode.UNPROVED;
    String revoked = switch (code) {
      case REVOKING -> " was being revoked";
      case UNPROVED -> " was revoked";
      default -> " was revoked and its old value is dead";
    };
    return strand(
        code,
        "every known dependent was moved to the new credential, "
            + plan.exposedSlot()
            + revoked
            + ", and that could not be gone on with: "
            + why
            + ".",
        resume);
  }

  /** Whether the exposed value was proved dead as far as the approval wants it. */
  private boolean isProved() {
    return ledger.isDone(Steps.PROVE)
        && accepted(DeathProof.Verdict.valueOf(ledger.outcome(Steps.PROVE).fact("verdict")));
  }

  /** Everything up to the point of no return. */
  private void prepare(SecretIssuer issuer, Watch watch, Issuance issuance)
      throws RotationException, InterruptedException {
    issuance.ensure(() -> makeReady(watch, issuance));
    watch.awaitAccepted(
        issuance.slot(),
        issuance.value(),
        issuance.waiting(Steps.ACCEPT, ledger.outcome(Steps.ISSUE).at()));
    for (Wave wave : Wave.values()) {
      if (wave == plan.publish()) {
        storeNew(Steps.STORE, issuance);
      }
      move(wave, issuer, issuance);
    }
    requireWorking(issuer, issuance);
    people.beforeRevoke(issuer, exposed);
    watch.gate(
        plan.exposedSlot(),
        exposed,
        Optional.of(plan.exposed()),
        movedAt(),
        later -> pacing.await(issuer, later, movedAt()));
    watch.requireUnchanged(issuance.slot(), issuance.held());
    pacing.halt();
  }

  /** Moves a wave, and lets it work for a while; whoever was moved before must work still. */
  private void move(Wave wave, SecretIssuer issuer, Issuance issuance)
      throws RotationException, InterruptedException {
    List<RotationPlan.User> users = plan.moved();
    boolean any = false;
    for (int i = 0; i < users.size(); i++) {
      if (users.get(i).wave() == wave) {
        moveTo(rotator.dependents().dependent(users.get(i).id()), i, issuer, issuance);
        any = true;
      }
    }
    String step = Steps.of(Steps.SOAK, wave.word());
    if (any && !rotator.soak().isZero() && !ledger.isDone(step)) {
      pacing.soak(issuer, step, "the " + wave.word() + " wave is given its time");
      for (RotationPlan.User user : users) {
        if (user.wave().compareTo(wave) <= 0) {
          checkup.now(rotator.dependents().dependent(user.id()), issuance.fingerprint());
        }
      }
    }
  }

  /** Everybody who was moved works with the new credential, as far as the policy wants it. */
  private void requireWorking(SecretIssuer issuer, Issuance issuance)
      throws RotationException, InterruptedException {
    for (RotationPlan.User user : plan.moved()) {
      checkup.required(
          rotator.dependents().dependent(user.id()),
          issuance.fingerprint(),
          seenUsing(issuer, issuance));
    }
  }

  /** Who uses the new credential, from when it was made: nobody can have used it before. */
  private Checkup.Use seenUsing(SecretIssuer issuer, Issuance issuance) {
    return checkup.callersOf(
        issuer, issuance.slot(), issuance.held(), ledger.outcome(Steps.ISSUE).at());
  }

  /** The new value in the place of the exposed one. */
  private Replacement replacement(SecretIssuer issuer, Issuance issuance) throws RotationException {
    return new Replacement(
        plan.exposed(), issuance.value(), issuer.beside(plan.exposedSlot(), issuance.slot()));
  }

  /** Before each try to make a new value: somebody may have begun to use the slot. */
  private void makeReady(Watch watch, Issuance issuance)
      throws RotationException, InterruptedException {
    Snapshot.Slot standby = issuance.standby();
    recoverConverged(standby);
    watch.preflight(
        issuance.untouched(),
        user -> ledger.isDone(Steps.of(Steps.CONVERGE, plan.standbyUsers().indexOf(user))));
    people.beforeIssue(watch.issuer());
    keep(watch);
    if (!plan.standbySlot().isEmpty()) {
      converge(watch, standby);
      watch.gate(
          plan.standbySlot(),
          standby,
          standby.fingerprint(),
          plan.plannedAt().minus(Use.LOOK_BACK),
          later -> pacing.await(watch.issuer(), later, plan.plannedAt()));
    }
  }

  /** Makes sure that the exposed value can be had when the dependents hold it no longer. */
  private void keep(Watch watch) throws RotationException, InterruptedException {
    try (Watch.Found value = watch.requireExposed()) {
      if (!value.lasting() || ledger.intended(Steps.KEEP)) {
        // It supersedes nothing but itself.
        deposit.put(Steps.KEEP, value.secret(), plan.exposed(), plan.exposedSlot(), plan.exposed());
      }
    }
  }

  /** From the point of no return on: only forward. */
  private RotationResult finish(SecretIssuer issuer, Watch watch, Issuance issuance)
      throws RotationException, InterruptedException {
    try (ExposedValue old = new ExposedValue(watch.exposedValue())) {
      revokeExposed(issuer, watch);
      DeathProof proof = prove(issuer, issuance, old);
      if (!accepted(proof.verdict())) {
        return strand(
            proof.verdict() == DeathProof.Verdict.ALIVE
                ? ResultCode.ALIVE
                : ResultCode.WEAKLY_PROVED,
            "every dependent uses the new credential, "
                + plan.exposedSlot()
                + " was revoked, and the proof of death says "
                + proof.verdict()
                + ".",
            "Look at the evidence in the journal; resume run " + runId + " to try again."
                + plan.wayToContain());
      }
      requireWorking(issuer, issuance);
      issuance.sweep();
      for (int i = 0; i < plan.retire().size(); i++) {
        retire(plan.retire().get(i), Steps.of(Steps.RETIRE, i));
      }
      if (ledger.isDone(Steps.KEEP)) {
        retire(deposit.version(Steps.KEEP, false), Steps.of(Steps.RETIRE, Steps.KEEP));
      }
      Map<String, String> facts = new HashMap<>();
      facts.put("result", "Completed");
      facts.put("verdict", proof.verdict().name());
      List<Place> residue = residue();
      residue.forEach(place -> facts.put("residue " + place, "dead since " + proof.at()));
      ledger.ended(facts);
      return new RotationResult.Completed(runId, proof, newestStored(), residue);
    }
  }

  /** Where the dead value still stands: by the plan, or better, by a look. */
  private List<Place> residue() throws InterruptedException {
    if (rotator.reread().isEmpty()) {
      return plan.residue();
    }
    Set<Place> left = new LinkedHashSet<>();
    for (Place place : plan.found()) {
      Optional<Set<Place>> standing = rotator.reread().get().standing(plan.exposed(), place);
      standing.ifPresent(left::addAll);
      if (standing.isEmpty() && plan.residue().contains(place)) {
        left.add(place);
      }
    }
    return List.copyOf(left);
  }

  // The steps.

  /** Who was moved off the standby slot by a call of which no outcome was written has been moved. */
  private void recoverConverged(Snapshot.Slot standby)
      throws RotationException, InterruptedException {
    for (int i = 0; i < plan.standbyUsers().size(); i++) {
      String step = Steps.of(Steps.CONVERGE, i);
      if (ledger.intended(step) && !ledger.isDone(step)) {
        Dependent dependent =
            rotator.dependents().dependent(plan.standbyUsers().get(i).id());
        if (hasMoved(dependent, standby.fingerprint().orElseThrow(), plan.exposed())) {
          ledger.recovered(step, dependent.label() + " has the exposed value");
          checkup.now(dependent, plan.exposed());
          ledger.done(step, Map.of("dependent", dependent.id()));
        }
      }
    }
  }

  /** Moves whoever uses the standby slot to the exposed one, which still works. */
  private void converge(Watch watch, Snapshot.Slot standby)
      throws RotationException, InterruptedException {
    for (int i = 0; i < plan.standbyUsers().size(); i++) {
      String step = Steps.of(Steps.CONVERGE, i);
      if (ledger.isDone(step)) {
        continue;
      }
      Dependent dependent =
          rotator.dependents().dependent(plan.standbyUsers().get(i).id());
      try (Watch.Found value = watch.requireExposed()) {
        pacing.intend(
            step, Map.of("dependent", dependent.id(), "to", plan.exposed().toString()));
        dependent.adopt(
            new Replacement(
                standby.fingerprint().orElseThrow(),
                value.secret(),
                watch.issuer().beside(plan.standbySlot(), plan.exposedSlot())),
            pacing.attempt(step));
      }
      checkup.now(dependent, plan.exposed());
      ledger.done(step, Map.of("dependent", dependent.id()));
    }
  }

  private void storeNew(String step, Issuance issuance) throws RotationException, Halted {
    deposit.put(step, issuance.value(), issuance.fingerprint(), issuance.slot(), plan.exposed());
  }

  private void moveTo(Dependent dependent, int index, SecretIssuer issuer, Issuance issuance)
      throws RotationException, InterruptedException {
    Fingerprint fresh = issuance.fingerprint();
    String step = Steps.of(Steps.ADOPT, index);
    if (ledger.isDone(step)) {
      return;
    }
    if (ledger.intended(step) && hasMoved(dependent, plan.exposed(), fresh)) {
      ledger.recovered(step, dependent.label() + " has the new value");
    } else {
      pacing.intend(step, Map.of("dependent", dependent.id(), "to", fresh.toString()));
      dependent.adopt(replacement(issuer, issuance), pacing.attempt(step));
    }
    ProofOfUse proved = checkup.await(
        dependent,
        fresh,
        seenUsing(issuer, issuance),
        pacing.waiting(issuer, step, ledger.begun(step)));
    ledger.done(step, Map.of("dependent", dependent.id(), "proved", proved.name()));
  }

  private static boolean hasMoved(Dependent dependent, Fingerprint from, Fingerprint to)
      throws RotationException {
    Set<Fingerprint> held = dependent.observe();
    return held.contains(to) && !held.contains(from);
  }

  private void revokeExposed(SecretIssuer issuer, Watch watch) throws RotationException, Halted {
    if (ledger.isDone(Steps.REVOKE)) {
      return;
    }
    String slot = plan.exposedSlot();
    // Whoever revoked it, we or somebody else: what the slot holds now is good and stays.
    if (watch.isChanged(slot, exposed)) {
      ledger.recovered(Steps.REVOKE, "the slot does not hold the exposed value any more");
      pacing.halt();
      issuer.endSessions(slot, pacing.attempt(Steps.REVOKE));
    } else {
      pacing.intend(Steps.REVOKE, Map.of("slot", slot, "before", exposed.identity()));
      issuer.revoke(slot, pacing.attempt(Steps.REVOKE));
    }
    ledger.done(Steps.REVOKE, Map.of("slot", slot));
  }

  private DeathProof prove(SecretIssuer issuer, Issuance issuance, ExposedValue old)
      throws RotationException, InterruptedException {
    Optional<DeathProof> proved = ledger.isDone(Steps.PROVE)
        ? Optional.of(Evidence.proof(ledger.outcome(Steps.PROVE), plan.exposedSlot(), exposed))
        : Optional.empty();
    if (proved.filter(proof -> accepted(proof.verdict())).isPresent()) {
      return proved.get(); // The dead stay dead; the last copy of the value may be disabled by now.
    }
    Deathwatch.Seen seen =
        ledger.suspension(Steps.PROVE).map(Deathwatch.Seen::read).orElse(Deathwatch.Seen.NOTHING);
    Wait wait = pacing.waiting(issuer, Steps.PROVE, ledger.begun(Steps.PROVE));
    ledger.intend(Steps.PROVE, Map.of("slot", plan.exposedSlot()));
    DeathProof proof = new Deathwatch(rotator.proof(issuer), rotator.clock(), wait, seen)
        .watch(issuer, plan.exposedSlot(), exposed, old.value(), issuance.slot(), issuance.value());
    ledger.done(Steps.PROVE, Evidence.facts(proof));
    return proof;
  }

  private void retire(StoredVersion version, String step) throws RotationException, Halted {
    if (!ledger.isDone(step)) {
      pacing.intend(step, Map.of("version", version.toString()));
      rotator.store().disable(version, pacing.attempt(step));
      ledger.done(step, Map.of("version", version.toString()));
    }
  }

  // The way back.

  /**
   * Gives everybody the last credential that the issuer accepts: the exposed one, which this run has not
   * touched. Where somebody else has revoked that meanwhile, it is the new one, and the way out is
   * forward.
   */
  private RotationResult giveUp(SecretIssuer issuer, Watch watch, Issuance issuance, String why)
      throws RotationException, InterruptedException {
    if (!isOvertaken(watch, issuance)) {
      return rollBack(watch, issuance, why);
    }
    LOG.warn("run {}: {} was revoked by somebody else: going on", runId, plan.exposedSlot());
    if (ledger.intended(Steps.of(Steps.ROLL_BACK, Steps.STORE))) {
      storeNew(Steps.of(Steps.FORWARD, Steps.STORE), issuance); // It has the exposed value again.
    } else {
      storeNew(Steps.STORE, issuance);
    }
    for (int i = 0; i < plan.moved().size(); i++) {
      moveOn(issuer, issuance, i);
    }
    return finish(issuer, watch, issuance);
  }

  /** Whether somebody else has revoked the exposed value, and the new one is there. */
  private boolean isOvertaken(Watch watch, Issuance issuance) throws InterruptedException {
    try {
      return ledger.isDone(Steps.ISSUE)
          && watch.isChanged(plan.exposedSlot(), exposed)
          && !watch.isChanged(issuance.slot(), issuance.held());
    } catch (RotationException unreadable) {
      Watch.stopIfInterrupted();
      return false; // Whoever needs the issuer on the way back says so.
    }
  }

  /** Moves a dependent that holds a value which is dead. */
  private void moveOn(SecretIssuer issuer, Issuance issuance, int index)
      throws RotationException, InterruptedException {
    Dependent dependent = rotator.dependents().dependent(plan.moved().get(index).id());
    if (dependent.observe().contains(plan.exposed())) {
      String step = Steps.of(Steps.FORWARD, index);
      pacing.intend(
          step, Map.of("dependent", dependent.id(), "to", issuance.fingerprint().toString()));
      dependent.adopt(replacement(issuer, issuance), pacing.attempt(step));
      ledger.done(step, Map.of("dependent", dependent.id()));
    }
    dependent.verify(issuance.fingerprint());
  }

  private RotationResult rollBack(Watch watch, Issuance issuance, String why)
      throws InterruptedException {
    LOG.warn("run {}: rolling back: {}", runId, why);
    if (ledger.isEmpty()) {
      return rolledBack(why);
    }
    if (!ledger.intended(Steps.ROLL_BACK)) {
      ledger.intend(Steps.ROLL_BACK, Map.of("why", why));
    }
    List<String> failures =
        new WayBack(rotator, plan, ledger, pacing, watch, issuance, deposit, people).go();
    if (!failures.isEmpty()) {
      return strand(
          ResultCode.HALF_UNDONE,
          "the rotation was given up (" + why + "), and going back failed: "
              + String.join("; ", failures) + ".",
          "Nothing was revoked by this run. Mend that, and resume run " + runId + ".");
    }
    return rolledBack(why);
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

  private StoredVersion newestStored() {
    String again = Steps.of(Steps.FORWARD, Steps.STORE);
    return deposit.version(ledger.isDone(again) ? again : Steps.STORE, true);
  }

  /** When the last dependent was moved: uses of the exposed value before that are no news. */
  private Instant movedAt() {
    return ledger.lastOutcome(step -> step.startsWith(Steps.ADOPT)
        || step.startsWith(Steps.FORWARD)
        || step.equals(Steps.ISSUE)
        || step.equals(Steps.ATTEST));
  }

  private RotationResult strand(ResultCode code, String now, String next) {
    ledger.stranded(code, now, next);
    return new RotationResult.Stranded(runId, code, now, next);
  }

  /** The exposed value, where it could be had, closed at the end of the run. */
  private record ExposedValue(Optional<Watch.Found> found) implements AutoCloseable {
    Optional<Secret> value() {
      return found.map(Watch.Found::secret);
    }

    @Override
    public void close() {
      found.ifPresent(Watch.Found::close);
    }
  }
}
