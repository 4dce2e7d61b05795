package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;

class ApprovalTest {
  private final FakeWorld world = new FakeWorld(23);
  private final RotationPlan plan = world.plan();
  private final Approval approval = world.approve(plan, Risk.DEAD_BY_ISSUER_ONLY, Risk.USE_UNKNOWN);

  @Test
  void an_approval_survives_its_json() {
    assertThat(Approval.parse(approval.toJson())).isEqualTo(approval);
    assertThat(approval.toJson()).contains("[\"USE_UNKNOWN\",\"DEAD_BY_ISSUER_ONLY\"]");
  }

  @Test
  void an_approval_is_good_until_the_moment_it_expires() {
    assertThatCode(() -> approval.check(plan, approval.expires().minusNanos(1)))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> approval.check(plan, approval.expires()))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("expired");
  }

  @Test
  void an_approval_is_bound_to_its_plan() {
    RotationPlan other = RotationPlan.parse(plan.toJson().replace("app till", "app tell"));
    assertThatThrownBy(() -> approval.check(other, world.now[0]))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining(other.hash())
        .hasMessageContaining(plan.hash());
  }

  @Test
  void accepting_one_risk_does_not_accept_another() {
    world.usage = UsageSource.NONE;
    RotationPlan risky = world.plan();
    assertThatThrownBy(() -> world.approve(risky, Risk.USE_NON_ZERO).check(risky, world.now[0]))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("USE_UNKNOWN")
        .hasMessageContaining(Risk.USE_UNKNOWN.meaning());
  }

  @Test
  void an_approval_names_two_people() {
    assertThatThrownBy(() -> new Approval("h", " ", "b", world.now[0], Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Approval("h", "a", "", world.now[0], Set.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_malformed_approval_is_refused_by_the_name_of_its_field() {
    refused("\"expires\":\"", "\"expires\":\"x", "field expires is not a time");
    refused("\"USE_UNKNOWN\"", "\"ANYTHING\"", "field accepted has no known value");
    refused("\"USE_UNKNOWN\"", "7", "field accepted has no known value");
    refused("\"planHash\":", "\"hash\":", "field planHash");
    refused("\"approver\":\"approver\"", "\"approver\":null", "field approver");
    refused("rekey.approval/1", "rekey.plan/1", "schema");
  }

  private void refused(String part, String replacement, String message) {
    String json = approval.toJson().replace(part, replacement);
    assertThat(json).isNotEqualTo(approval.toJson());
    assertThatThrownBy(() -> Approval.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
