package dev.rekey.rotation;

import dev.rekey.detect.exposure.Signal;
import dev.rekey.rotation.ApprovalException.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What an approval must be like for a rotator to execute its plan.
 *
 * <p>That it is for this plan, has not expired and accepts each risk is required whatever the policy.
 *
 * @param fourEyes whether who asks may not approve
 * @param approvers how many people approve, at least 1
 * @param productionApprovers how many approve a plan that is for production, at least as many; where
 *     that is not known, it is for production
 * @param planAge how old a plan may be
 * @param approvalAge how old each approver's consent may be
 */
public record ApprovalPolicy(
    boolean fourEyes,
    int approvers,
    int productionApprovers,
    Duration planAge,
    Duration approvalAge) {
  /** Four eyes, one approver, two for production; plan and consents at most a day old. */
  public static final ApprovalPolicy DEFAULT =
      new ApprovalPolicy(true, 1, 2, Duration.ofDays(1), Duration.ofDays(1));

  /** By how much the clocks of those who plan, approve and rotate may differ. */
  static final Duration CLOCKS_DIFFER = Duration.ofMinutes(5);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if nobody approves, fewer approve for production, or an age is
   *     not positive
   */
  public ApprovalPolicy {
    if (approvers < 1 || productionApprovers < approvers) {
      throw new IllegalArgumentException(
          "at least one approves, and for production at least as many");
    }
    if (isNotPositive(planAge) || isNotPositive(approvalAge)) {
      throw new IllegalArgumentException("an age is positive");
    }
  }

  private static boolean isNotPositive(Duration age) {
    return age.isNegative() || age.isZero();
  }

  /** Returns all that is wrong with an approval for a plan at a moment; nothing where it is good. */
  public List<Fault> faults(RotationPlan plan, Approval approval, Instant now) {
    Objects.requireNonNull(now, "now");
    List<Fault> faults = new ArrayList<>();
    plan.blockers()
        .forEach(blocker -> faults.add(new Fault(
            Fault.Rule.NO_BLOCKERS,
            "a plan with blockers can't be executed, and this one has " + blocker.kind() + ", "
                + blocker.problem(),
            blocker.fix())));
    if (!approval.planHash().equals(plan.hash())) {
      faults.add(new Fault(
          Fault.Rule.SAME_PLAN,
          "the approval is for another plan (" + approval.planHash() + ", not " + plan.hash() + ")",
          "Have this plan read and approved."));
    }
    if (!now.isBefore(approval.expires())) {
      faults.add(new Fault(
          Fault.Rule.NOT_EXPIRED,
          "the approval expired at " + approval.expires(),
          "Plan and approve again."));
    }
    for (Risk risk : plan.orderedRisks()) {
      if (!approval.accepted().contains(risk)) {
        faults.add(new Fault(
            Fault.Rule.RISKS_ACCEPTED,
            "the approval does not accept " + risk + " (" + risk.meaning() + ")",
            "Accept it by name, or remove its cause and plan again."));
      }
    }
    people(plan, approval, faults);
    ages(plan, approval, now, faults);
    return List.copyOf(faults);
  }

  private void people(RotationPlan plan, Approval approval, List<Fault> faults) {
    String requester = Line.person(approval.requester());
    boolean both = approval.approvers().stream()
        .anyMatch(approver -> Line.person(approver.name()).equals(requester));
    if (fourEyes && both) {
      faults.add(new Fault(
          Fault.Rule.FOUR_EYES,
          approval.requester() + " asked for the rotation and approves it too",
          "Have somebody else approve, and leave out who asked."));
    }
    Signal production = plan.production();
    int wanted = production.countsAsYes() ? productionApprovers : approvers;
    if (approval.approvers().size() < wanted) {
      faults.add(new Fault(
          Fault.Rule.APPROVERS,
          wanted + " people must approve, and " + approval.approvers().size()
              + " did; production is " + production.answer() + " (" + production.reason() + ")",
          "Have the plan approved by " + (wanted - approval.approvers().size()) + " more."));
    }
  }

  private void ages(RotationPlan plan, Approval approval, Instant now, List<Fault> faults) {
    if (isAged(plan.plannedAt(), planAge, now)) {
      faults.add(new Fault(
          Fault.Rule.PLAN_AGE,
          "the plan was made at " + plan.plannedAt() + ", and may be " + planAge + " old at " + now,
          "Plan and approve again."));
    }
    for (Approval.Approver approver : approval.approvers()) {
      if (isAged(approver.at(), approvalAge, now)) {
        faults.add(new Fault(
            Fault.Rule.APPROVAL_AGE,
            approver.name() + " approved at " + approver.at() + ", and that may be " + approvalAge
                + " old at " + now,
            "Have " + approver.name() + " approve again."));
      }
    }
  }

  /** What is of the future has no age that could be trusted. */
  private static boolean isAged(Instant at, Duration most, Instant now) {
    return Duration.between(at, now).compareTo(most) > 0 || at.isAfter(now.plus(CLOCKS_DIFFER));
  }
}
