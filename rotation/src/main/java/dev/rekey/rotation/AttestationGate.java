package dev.rekey.rotation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The gate for those into whom nobody can look, before a value dies that they may use: a person has said
 * that they don't, or where a usage source counts, they were not among the callers for long.
 */
final class AttestationGate {
  private final Rotator rotator;
  private final RotationPlan plan;
  private final Approval approval;
  private final Ledger ledger;
  private final Pacing pacing;

  AttestationGate(
      Rotator rotator, RotationPlan plan, Approval approval, Ledger ledger, Pacing pacing) {
    this.rotator = rotator;
    this.plan = plan;
    this.approval = approval;
    this.ledger = ledger;
    this.pacing = pacing;
  }

  /** Says that somebody was not moved in time: a person must act, and nothing needs to be undone. */
  static final class Overdue extends RotationException {
    private static final long serialVersionUID = 1L;

    Overdue(String message) {
      super(message);
    }
  }

  /** Before the standby slot is regenerated: who can't be looked into is known not to use it. */
  void beforeIssue(SecretIssuer issuer) throws RotationException {
    Snapshot.Slot standby = plan.snapshot().slot(plan.standbySlot()).orElse(Snapshot.Slot.VACANT);
    for (OpaqueDependent known : rotator.dependents().findOpaque(issuer)) {
      if (plan.opaque().stream().noneMatch(planned -> planned.is(known.id()))) {
        throw new GateClosed(
            known.label() + " began to use " + issuer.label() + " after the plan was made");
      }
    }
    if (standby.isVacant() || plan.opaque().isEmpty()) {
      return;
    }
    Instant since = plan.plannedAt().minus(Use.LOOK_BACK);
    UsageSource.Usage usage = rotator.usage().usesOf(issuer, plan.standbySlot(), standby, since);
    List<OpaqueDependent> left = unless(person -> approval.attestations().stream()
            .anyMatch(attestation -> person.is(attestation.dependent())))
        .stream()
        .filter(person -> mayHaveUsed(person, usage))
        .toList();
    if (!left.isEmpty()) {
      throw new GateClosed("nobody says in the approval that " + labels(left) + " does not use "
          + plan.standbySlot() + " of " + issuer.label() + ", and no usage source tells");
    }
  }

  /**
   * Before the exposed value dies: who can't be looked into was moved.
   *
   * @throws Halted if a person is waited for
   * @throws Overdue if the time for that is over
   */
  void beforeRevoke(SecretIssuer issuer, Snapshot.Slot exposed)
      throws RotationException, InterruptedException {
    if (plan.opaque().isEmpty() || ledger.isDone(Steps.ATTEST)) {
      return;
    }
    if (!ledger.isOpen(Steps.ATTEST)) {
      pacing.intend(Steps.ATTEST, Map.of("for", rotator.grace().toString()));
    }
    Instant began = ledger.begun(Steps.ATTEST);
    Instant deadline = began.plus(rotator.grace());
    List<OpaqueDependent> left = unless(person -> ledger.isAttested(person, storedAt()));
    boolean overdue = !rotator.clock().instant().isBefore(deadline);
    if (overdue && !left.isEmpty()) {
      UsageSource.Usage usage = rotator.usage().usesOf(issuer, plan.exposedSlot(), exposed, began);
      left = left.stream().filter(person -> mayHaveUsed(person, usage)).toList();
    }
    if (left.isEmpty()) {
      ledger.done(Steps.ATTEST, Map.of());
      return;
    }
    String what = labels(left) + " must be moved to the new credential, secret " + plan.secretName()
        + " in " + plan.store() + ", by a person who says so";
    if (overdue) {
      throw new Overdue(what + ", and nobody did within " + rotator.grace());
    }
    throw Halted.forPerson(deadline, what, Steps.ATTEST);
  }

  /**
   * Before a new value is removed again: who was moved to it by hand was moved back by hand.
   *
   * @throws GateClosed if somebody was not
   */
  void requireMovedBack() throws GateClosed {
    List<OpaqueDependent> left = movedByHand();
    if (!left.isEmpty()) {
      throw new GateClosed(
          labels(left) + " was moved to the new credential by hand, and must be"
              + " moved back to the exposed one by a person who says so, before the new one is removed");
    }
  }

  /** Who was moved to the new value by hand, and not back since the run was given up. */
  List<OpaqueDependent> movedByHand() {
    Instant givenUp = ledger.intent(Steps.ROLL_BACK).orElseThrow().at();
    return plan.opaque().stream()
        .filter(person -> ledger.isAttested(person, Instant.MIN))
        .filter(person -> !ledger.isAttested(person, givenUp))
        .toList();
  }

  /** Since when somebody can have been moved. */
  private Instant storedAt() {
    return ledger.outcome(Steps.STORE).at();
  }

  /** Whoever was only seen may be one that is known under another name: the approval can accept it. */
  private boolean isAccepted(OpaqueDependent person) {
    return person.link() == Link.OBSERVED && approval.accepted().contains(Risk.USE_NON_ZERO);
  }

  private List<OpaqueDependent> unless(Predicate<OpaqueDependent> cleared) {
    return plan.opaque().stream()
        .filter(cleared.negate())
        .filter(person -> !isAccepted(person))
        .toList();
  }

  /**
   * Whether uses may be somebody's: those under their name, and those of whom nobody knows who it is. A
   * source names callers as it sees them, by addresses often, and one that a finder knows by a resource
   * id may be behind any of these.
   */
  private boolean mayHaveUsed(OpaqueDependent person, UsageSource.Usage usage) {
    if (!(usage instanceof UsageSource.Usage.Counted counted)) {
      return true;
    }
    boolean nameless = counted.count() > 0 && counted.callers().isEmpty();
    return nameless
        || counted.callers().stream().anyMatch(caller -> person.is(caller) || !isKnown(caller));
  }

  private boolean isKnown(String caller) {
    return plan.moved().stream().anyMatch(user -> user.id().equalsIgnoreCase(caller))
        || plan.opaque().stream()
            .anyMatch(other -> other.link() != Link.OBSERVED && other.is(caller));
  }

  private static String labels(List<OpaqueDependent> people) {
    List<String> labels = new ArrayList<>();
    people.forEach(person -> labels.add(person.label() + " (" + person.id() + ")"));
    return String.join(", ", labels);
  }
}
