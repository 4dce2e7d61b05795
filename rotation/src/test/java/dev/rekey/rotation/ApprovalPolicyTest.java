package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.rotation.ApprovalException.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ApprovalPolicyTest {
  private static final Duration DAY = Duration.ofDays(1);

  private final FakeWorld world = new FakeWorld(23);
  private final RotationPlan plan = world.plan();
  private final Instant now = world.now[0];

  private List<Fault.Rule> broken(RotationPlan planned, Approval approval, Instant at) {
    return ApprovalPolicy.DEFAULT.faults(planned, approval, at).stream()
        .map(Fault::rule)
        .toList();
  }

  private List<Fault.Rule> broken(Approval approval) {
    return broken(plan, approval, now);
  }

  private Approval.Builder approving(String requester, String... approvers) {
    Approval.Builder approving =
        Approval.of(plan).requester(requester).expires(now.plus(Duration.ofDays(30)));
    for (String approver : approvers) {
      approving.approver(approver, now, "CHANGE-1");
    }
    return approving;
  }

  /** The same plan, as production answers. */
  private RotationPlan answering(String answer) {
    return RotationPlan.parse(
        plan.toJson().replace("\"answer\":\"UNKNOWN\"", "\"answer\":\"" + answer + "\""));
  }

  @Test
  void what_two_others_approved_in_time_is_good() {
    assertThat(broken(world.approve(plan))).isEmpty();
  }

  @Test
  void an_approval_is_good_until_the_moment_it_expires() {
    Approval approval = world.approve(plan);
    assertThat(broken(plan, approval, approval.expires().minusNanos(1))).isEmpty();
    assertThat(broken(plan, approval, approval.expires())).containsExactly(Fault.Rule.NOT_EXPIRED);
  }

  @Test
  void an_approval_is_bound_to_its_plan() {
    RotationPlan other = answering("NO");
    Approval approval = world.approve(plan);
    assertThat(broken(other, approval, now)).containsExactly(Fault.Rule.SAME_PLAN);
    assertThat(ApprovalPolicy.DEFAULT.faults(other, approval, now).get(0).problem())
        .contains(other.hash())
        .contains(plan.hash());
  }

  @Test
  void accepting_one_risk_does_not_accept_another() {
    world.usage = UsageSource.NONE;
    RotationPlan risky = world.plan();
    assertThat(ApprovalPolicy.DEFAULT.faults(risky, world.approve(risky, Risk.USE_NON_ZERO), now))
        .singleElement()
        .satisfies(fault -> assertThat(fault.toString())
            .startsWith("RISKS_ACCEPTED: ")
            .contains("USE_UNKNOWN")
            .contains(Risk.USE_UNKNOWN.meaning()));
    assertThat(broken(risky, world.approve(risky, Risk.USE_UNKNOWN), now)).isEmpty();
  }

  @Test
  void who_asks_does_not_approve_however_the_name_is_written() {
    assertThat(broken(approving("Ann", "ann ", "Bob").build()))
        .containsExactly(Fault.Rule.FOUR_EYES);
    assertThat(broken(approving("Ann", "Bob", "Cleo").build())).isEmpty();
    ApprovalPolicy lax = new ApprovalPolicy(false, 1, 1, DAY, DAY);
    assertThat(lax.faults(plan, approving("Ann", "Ann").build(), now)).isEmpty();
  }

  @Test
  void production_and_what_is_not_known_want_two_and_the_rest_one() {
    for (String answer : List.of("YES", "UNKNOWN", "NO")) {
      RotationPlan answered = answering(answer);
      Approval one = Approval.of(answered)
          .requester("Asker")
          .approver("Ann", now, "CHANGE-1")
          .expires(now.plusSeconds(60))
          .build();
      List<Fault> faults = ApprovalPolicy.DEFAULT.faults(answered, one, now);
      if (answer.equals("NO")) {
        assertThat(faults).isEmpty();
      } else {
        assertThat(faults).singleElement().satisfies(fault -> {
          assertThat(fault.rule()).isEqualTo(Fault.Rule.APPROVERS);
          assertThat(fault.problem()).contains("2 people", "1 did", answer, "a test");
          assertThat(fault.fix()).contains("by 1 more");
        });
      }
    }
  }

  @Test
  void a_plan_and_each_consent_are_good_for_a_day_and_not_from_the_future() {
    Instant planned = plan.plannedAt();
    Approval fresh = approving("Asker")
        .approver("Ann", planned, "t")
        .approver("Bob", planned.plus(DAY), "t")
        .build();
    assertThat(broken(plan, fresh, planned.plus(DAY))).isEmpty();
    assertThat(broken(plan, fresh, planned.plus(DAY).plusNanos(1)))
        .containsExactly(Fault.Rule.PLAN_AGE, Fault.Rule.APPROVAL_AGE);
    assertThat(broken(plan, fresh, planned.plus(DAY).minus(Duration.ofMinutes(5))))
        .isEmpty();
    assertThat(
            broken(plan, fresh, planned.plus(DAY).minus(Duration.ofMinutes(5)).minusNanos(1)))
        .as("the clocks of people differ, but not that much")
        .containsExactly(Fault.Rule.APPROVAL_AGE);
    assertThat(broken(plan, fresh, planned.minus(Duration.ofMinutes(6))))
        .contains(Fault.Rule.PLAN_AGE);
  }

  @Test
  void all_faults_are_told_at_once_each_with_what_to_do() {
    world.usage = UsageSource.NONE;
    world.state.slots().remove("key2");
    RotationPlan blocked = world.plan();
    Approval approval = Approval.of(plan)
        .requester("Ann")
        .approver("Ann", now.minus(Duration.ofDays(2)), "t")
        .expires(now)
        .build();
    List<Fault> faults =
        ApprovalPolicy.DEFAULT.faults(blocked, approval, now.plus(DAY).plus(DAY));

    assertThat(faults)
        .extracting(Fault::rule)
        .containsExactly(
            Fault.Rule.NO_BLOCKERS,
            Fault.Rule.SAME_PLAN,
            Fault.Rule.NOT_EXPIRED,
            Fault.Rule.FOUR_EYES,
            Fault.Rule.APPROVERS,
            Fault.Rule.PLAN_AGE,
            Fault.Rule.APPROVAL_AGE);
    ApprovalException thrown = new ApprovalException(faults);
    assertThat(thrown.faults()).isEqualTo(faults);
    assertThat(thrown.getMessage())
        .contains(faults.stream().map(Fault::toString).toList());
    assertThat(thrown.getMessage()).doesNotContain("\n").doesNotContain("..");
  }

  @Test
  void a_policy_that_can_not_be_met_or_says_nothing_is_refused() {
    assertThatThrownBy(() -> new ApprovalPolicy(true, 0, 2, DAY, DAY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ApprovalPolicy(true, 2, 1, DAY, DAY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ApprovalPolicy(true, 1, 2, Duration.ZERO, DAY))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new ApprovalPolicy(true, 1, 2, DAY, DAY.negated()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
