package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes the new credential of a run, once, and has its value as long as the run needs it.
 *
 * <p>Where a run is taken up again, what an earlier try made is looked for. Where the issuer tells its
 * value again, or the store has it, that is the new credential. Where its value was told once and is
 * lost, nobody has it: it is removed, or overwritten, and another is made.
 */
final class Issuance implements AutoCloseable {
  private final Rotator rotator;
  private final RotationPlan plan;
  private final Ledger ledger;
  private final Pacing pacing;
  private final SecretIssuer issuer;
  private final Watch watch;
  private Optional<Secret> value = Optional.empty();
  /** Whether a value was made that nobody has. */
  private boolean lost;

  Issuance(
      Rotator rotator,
      RotationPlan plan,
      Ledger ledger,
      Pacing pacing,
      SecretIssuer issuer,
      Watch watch) {
    this.rotator = rotator;
    this.plan = plan;
    this.ledger = ledger;
    this.pacing = pacing;
    this.issuer = issuer;
    this.watch = watch;
  }

  /** What is looked at, and made ready, before a new value is made, however late that is. */
  @FunctionalInterface
  interface Readiness {
    void require() throws RotationException, InterruptedException;
  }

  /** Returns what the standby slot held when it was planned; vacant where there is no such slot. */
  Snapshot.Slot standby() {
    return plan.snapshot().slot(plan.standbySlot()).orElse(Snapshot.Slot.VACANT);
  }

  /** Returns what the standby slot must hold still, before anything is made in it. */
  Optional<Snapshot.Slot> untouched() {
    return plan.standbySlot().isEmpty() || lost ? Optional.empty() : Optional.of(standby());
  }

  /** Returns the slot of the new credential. */
  String slot() {
    return ledger.outcome(Steps.ISSUE).fact("slot");
  }

  /** Returns the identity of the new value. */
  Fingerprint fingerprint() {
    return Fingerprint.parse(ledger.outcome(Steps.ISSUE).fact("fingerprint"));
  }

  /** Returns what the slot of the new credential must show. */
  Snapshot.Slot held() {
    return new Snapshot.Slot(
        ledger.outcome(Steps.ISSUE).fact("identity"), Optional.of(fingerprint()), Optional.empty());
  }

  /** Returns the new value, which stays this object's. */
  Secret value() throws RotationException {
    return recalled()
        .orElseThrow(() -> new GateClosed(
            "the new value was told once and is lost, and the store does not have it"));
  }

  /** Makes a new value, unless it was made and can be had. */
  void ensure(Readiness readiness) throws RotationException, InterruptedException {
    if (ledger.isDone(Steps.ISSUE)
        ? recalled().isPresent()
        : ledger.intended(Steps.ISSUE) && isRecovered()) {
      return;
    }
    if (ledger.intended(Steps.ISSUE)) {
      lost = ledger.isDone(Steps.ISSUE) || lost;
      discard();
    }
    readiness.require();
    make();
  }

  private void make() throws RotationException, InterruptedException {
    Map<String, String> facts =
        Map.of("slot", plan.standbySlot(), "before", standby().identity());
    pacing.intend(Steps.ISSUE, facts);
    Issued issued = issuer instanceof SlotIssuer slots
        ? slots.issue(plan.standbySlot(), pacing.attempt(Steps.ISSUE))
        : ((OneShotIssuer) issuer).issue(pacing.attempt(Steps.ISSUE));
    value.ifPresent(Secret::close);
    value = Optional.of(issued.value());
    if (!watch.isRight(issued.value(), issued.fingerprint())) {
      throw new GateClosed(
          issuer.label() + " returned another value than the one whose identity it tells");
    }
    Snapshot.Slot now = watch.awaitIssued(issued.slot(), standby(), waiting());
    if (now.fingerprint().filter(shown -> !shown.equals(issued.fingerprint())).isPresent()) {
      throw new GateClosed(
          issued.slot() + " of " + issuer.label() + " was changed by somebody else; plan again");
    }
    done(issued.slot(), issued.fingerprint(), now);
  }

  private void done(String slot, Fingerprint fingerprint, Snapshot.Slot now) {
    ledger.done(
        Steps.ISSUE,
        Map.of("slot", slot, "fingerprint", fingerprint.toString(), "identity", now.identity()));
  }

  private Wait waiting() {
    return waiting(Steps.ISSUE, ledger.begun(Steps.ISSUE));
  }

  /**
   * A wait for what the new value needs. A value that is told once is in this process alone until it is
   * stored, and it is stored when it is known to work: nobody may let go of it before that.
   */
  Wait waiting(String step, Instant began) {
    return issuer instanceof OneShotIssuer
        ? pacing.waitingOnThread(issuer, step, began)
        : pacing.waiting(issuer, step, began);
  }

  /** Whether a call of which no outcome was written took effect and its value can be had. */
  private boolean isRecovered() throws RotationException {
    if (!(issuer instanceof SlotIssuer) || !watch.isChanged(plan.standbySlot(), standby())) {
      return false;
    }
    Snapshot.Slot now = issuer.snapshot().slot(plan.standbySlot()).orElse(Snapshot.Slot.VACANT);
    if (now.fingerprint().isPresent()) {
      value = watch.read(plan.standbySlot(), now, now.fingerprint().get());
    }
    if (value.isEmpty()) {
      lost = true;
      return false;
    }
    Fingerprint fingerprint = now.fingerprint().orElseThrow();
    ledger.recovered(Steps.ISSUE, "the slot was regenerated");
    done(plan.standbySlot(), fingerprint, now);
    return true;
  }

  /** The value of the credential that was made: in memory, at its issuer, or in the store. */
  private Optional<Secret> recalled() throws RotationException {
    if (value.isEmpty()) {
      value = watch.read(slot(), held(), fingerprint());
    }
    if (value.isEmpty() && ledger.intended(Steps.STORE)) {
      List<StoredVersion> put =
          rotator.store().find(plan.secretName(), pacing.attempt(Steps.STORE)).stream()
              .toList();
      value = watch.stored(fingerprint(), put);
    }
    return value;
  }

  /**
   * Removes what this run made and nobody has: the answer may have been lost, and copies of the issuer
   * may not show yet what was made, so that it is looked for as long as the policy has time.
   */
  private void discard() throws RotationException, InterruptedException {
    if (!(issuer instanceof OneShotIssuer oneShot)) {
      return;
    }
    if (ledger.isDone(Steps.ISSUE)) {
      watch.requireUnused(slot(), fingerprint());
    }
    Wait wait = waiting();
    Set<String> made = made(oneShot);
    while (made.isEmpty() && !ledger.isDone(Steps.ISSUE) && !wait.isOver()) {
      wait.pause("whether a credential was made whose answer was lost", Map.of());
      made = made(oneShot);
    }
    for (String slot : made) {
      remove(slot);
    }
  }

  /** The slots that this run made, as far as the issuer shows them in one way or the other. */
  private Set<String> made(OneShotIssuer oneShot) throws RotationException {
    Set<String> made = new TreeSet<>(oneShot.issuedBy(pacing.attempt(Steps.ISSUE)));
    if (ledger.isDone(Steps.ISSUE) && issuer.snapshot().slot(slot()).isPresent()) {
      made.add(slot());
    }
    return made;
  }

  private void remove(String slot) throws RotationException, InterruptedException {
    pacing.intend(Steps.DISCARD, Map.of("slot", slot));
    issuer.revoke(slot, pacing.attempt(Steps.DISCARD));
    ledger.done(Steps.DISCARD, Map.of("slot", slot));
  }

  /** Removes what this run made beside the new credential. */
  void sweep() throws RotationException, InterruptedException {
    if (issuer instanceof OneShotIssuer oneShot) {
      Set<String> orphans = made(oneShot);
      orphans.remove(slot());
      for (String slot : orphans) {
        remove(slot);
      }
    }
  }

  /**
   * Removes all that this run made, once nobody has it. Where a slot was regenerated, its value is fresh
   * and stays.
   */
  void undo() throws RotationException, InterruptedException {
    if (ledger.intended(Steps.ISSUE)) {
      discard();
    }
  }

  @Override
  public void close() {
    value.ifPresent(Secret::close);
  }
}
