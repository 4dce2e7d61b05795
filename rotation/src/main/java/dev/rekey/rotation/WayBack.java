package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Undoes a run before its point of no return: everybody gets the exposed value back, which the issuer
 * still accepts, and what the run made is removed where it would be nobody's.
 */
final class WayBack {
  private final Rotator rotator;
  private final RotationPlan plan;
  private final Ledger ledger;
  private final Pacing pacing;
  private final Watch watch;
  private final Issuance issuance;
  private final Deposit deposit;
  private final AttestationGate people;
  private final List<String> failures = new ArrayList<>();

  WayBack(
      Rotator rotator,
      RotationPlan plan,
      Ledger ledger,
      Pacing pacing,
      Watch watch,
      Issuance issuance,
      Deposit deposit,
      AttestationGate people) {
    this.rotator = rotator;
    this.plan = plan;
    this.ledger = ledger;
    this.pacing = pacing;
    this.watch = watch;
    this.issuance = issuance;
    this.deposit = deposit;
    this.people = people;
  }

  /** A part of the way back. */
  @FunctionalInterface
  private interface Undo {
    void run() throws RotationException, InterruptedException;
  }

  /** Undoes all that can be undone, and returns what could not. */
  List<String> go() throws InterruptedException {
    attempt(this::giveStoreBack); // The store first: a dependent may follow it.
    // Forward, as they were moved: one may follow what another holds.
    for (int i = 0; i < plan.moved().size(); i++) {
      int index = i;
      if (ledger.intended(Steps.of(Steps.ADOPT, index))) {
        attempt(() -> giveBack(index));
      }
    }
    for (int i = plan.standbyUsers().size() - 1; i >= 0; i--) {
      int index = i;
      if (ledger.intended(Steps.of(Steps.CONVERGE, index))) {
        attempt(() -> diverge(index));
      }
    }
    if (failures.isEmpty()) {
      attempt(this::discard);
    }
    return failures;
  }

  /** One that can't be undone must not keep the others from it. */
  private void attempt(Undo undo) throws InterruptedException {
    try {
      undo.run();
    } catch (RotationException | RuntimeException failed) {
      pacing.halt();
      failures.add(Pacing.problem(failed));
    }
  }

  /** What the run made is nobody's any more, unless somebody has it whom only a person moves back. */
  private void discard() throws RotationException, InterruptedException {
    if (watch.issuer() instanceof OneShotIssuer) {
      people.requireMovedBack();
    }
    if (people.movedByHand().isEmpty()) {
      disableNew();
    }
    issuance.undo();
  }

  /** The version that this run put: nobody follows it any more, and nobody shall find it later. */
  private void disableNew() throws RotationException, InterruptedException {
    String step = Steps.of(Steps.ROLL_BACK, Steps.RETIRE);
    if (!ledger.isDone(Steps.of(Steps.ROLL_BACK, Steps.STORE)) || ledger.isDone(step)) {
      return;
    }
    Optional<StoredVersion> ours =
        rotator.store().find(plan.secretName(), pacing.attempt(Steps.STORE));
    if (ours.isPresent()) {
      pacing.intend(step, Map.of("version", ours.get().toString()));
      rotator.store().disable(ours.get(), pacing.attempt(step));
      ledger.done(step, Map.of("version", ours.get().toString()));
    }
  }

  /** Whoever follows the store gets the exposed value again, as a version newer than ours. */
  private void giveStoreBack() throws RotationException, InterruptedException {
    String step = Steps.of(Steps.ROLL_BACK, Steps.STORE);
    if (!ledger.isDone(step) && deposit.isPut(Steps.STORE)) {
      try (Watch.Found value = watch.requireExposed()) {
        deposit.put(
            step, value.secret(), plan.exposed(), plan.exposedSlot(), issuance.fingerprint());
      }
    }
  }

  private void giveBack(int index) throws RotationException, InterruptedException {
    Dependent dependent = rotator.dependents().dependent(plan.moved().get(index).id());
    // The value that we wrote, whatever the standby slot holds by now.
    JournalEntry adopted = ledger.intent(Steps.of(Steps.ADOPT, index)).orElseThrow();
    Fingerprint fresh = Fingerprint.parse(adopted.fact("to"));
    if (dependent.observe().contains(fresh)) {
      String step = Steps.of(Steps.ROLL_BACK, index);
      Map<String, String> beside = watch.issuer().beside(issuance.slot(), plan.exposedSlot());
      try (Watch.Found value = watch.requireExposed()) {
        pacing.intend(step, Map.of("dependent", dependent.id()));
        dependent.adopt(new Replacement(fresh, value.secret(), beside), pacing.attempt(step));
      }
      ledger.done(step, Map.of("dependent", dependent.id()));
    }
    dependent.verify(plan.exposed());
  }

  /**
   * Gives the standby value back to whoever used that alone, as long as its slot holds it and tells it.
   * Otherwise the exposed value is the one that works for everybody.
   */
  private void diverge(int index) throws RotationException, InterruptedException {
    RotationPlan.User user = plan.standbyUsers().get(index);
    Snapshot.Slot standby = issuance.standby();
    if (plan.usesExposed(user) || watch.isChanged(plan.standbySlot(), standby)) {
      return;
    }
    Fingerprint back = standby.fingerprint().orElseThrow();
    Dependent dependent = rotator.dependents().dependent(user.id());
    if (dependent.observe().contains(plan.exposed())) {
      Optional<Secret> value = watch.read(plan.standbySlot(), standby, back);
      if (value.isEmpty()) {
        return;
      }
      String step = Steps.of(Steps.of(Steps.ROLL_BACK, Steps.CONVERGE), index);
      Map<String, String> beside = watch.issuer().beside(plan.exposedSlot(), plan.standbySlot());
      try (Secret secret = value.get()) {
        pacing.intend(step, Map.of("dependent", dependent.id()));
        dependent.adopt(new Replacement(plan.exposed(), secret, beside), pacing.attempt(step));
      }
      ledger.done(step, Map.of("dependent", dependent.id()));
    }
    dependent.verify(back);
  }
}
