package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.ApprovalException;
import dev.rekey.rotation.ResultCode;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Guards;
import dev.rekey.simulator.Resource.StorageAccount;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** An account is contained, seen to refuse its keys, and opened again, over the wire. */
class AzureContainmentTest extends Shop {
  private static final String SWITCH = Lab.account("acct1") + "#allowSharedKeyAccess";
  private static final String PATCH = ".+/storageAccounts/acct1\\?.*";

  private static Approval accepting(RotationPlan plan, Risk... risks) {
    return Approval.of(plan)
        .requester("Ann")
        .approver("Bob", Instant.now(), "CHANGE-1")
        .approver("Cleo", Instant.now(), "CHANGE-1")
        .expires(Instant.now().plus(Duration.ofHours(1)))
        .accept(risks)
        .build();
  }

  private RotationResult contain(Lab lab, RotationPlan plan) {
    return rotator(lab, BRIEF)
        .containment()
        .contain(plan, SWITCH, accepting(plan, Risk.CONTAINMENT_BREAKS));
  }

  @Test
  void an_exposed_key_is_contained_made_anew_by_hand_and_the_account_opened_again() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    RotationResult result = contain(lab, plan);

    assertThat(result)
        .as("%s", result)
        .isInstanceOfSatisfying(
            RotationResult.Contained.class,
            contained -> assertThat(contained.shown())
                .isEqualTo(RotationResult.Contained.Shown.BY_ENDPOINTS));
    Rotator rotator = rotator(lab, BRIEF);
    assertThatThrownBy(() -> rotator.containment().undo(result.runId(), accepting(plan)))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("EXPOSED_AGAIN");

    lab.regenerate("acct1", "key1");
    assertThat(rotator.containment().undo(result.runId(), accepting(plan)))
        .isInstanceOfSatisfying(
            RotationResult.Reopened.class,
            reopened -> assertThat(reopened.exposedAgain()).isFalse());
    assertThat(lab.wire.sent("PATCH " + PATCH)).hasSize(2);
    assertThat(RotationJournal.file(journal()).unfinished()).isEmpty();
    assertThat(read(journal())).doesNotContain(lab.azure.storageKey("acct1", "key2"));
  }

  @Test
  void a_change_whose_answer_was_lost_is_seen_and_not_made_again() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure.faults().add(Fault.on("PATCH", ".+/storageAccounts/acct1").dropAfter());
    RotationResult result = contain(lab, plan);

    assertThat(result).as("%s", result).isInstanceOf(RotationResult.Contained.class);
    assertThat(read(journal())).contains("\"recovered\":\"it is on\"");
    assertThat(lab.count("PATCH", PATCH)).isEqualTo(1);
  }

  @Test
  void a_lock_that_was_set_meanwhile_calls_a_person_and_a_policy_keeps_it_contained() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure
        .guards()
        .deny(Guards.Denial.toAll(
            Lab.account("acct1"), "stack", "Microsoft.Storage/storageAccounts/write"));
    RotationResult denied = contain(lab, plan);
    assertThat(denied).isInstanceOfSatisfying(RotationResult.Stranded.class, stranded -> {
      assertThat(stranded.code()).isEqualTo(ResultCode.CONTAINING);
      assertThat(stranded.now()).contains("DenyAssignmentAuthorizationFailed");
    });

    lab.azure.guards().clear();
    Rotator rotator = rotator(lab, BRIEF);
    assertThat(rotator.resume(denied.runId())).isInstanceOf(RotationResult.Contained.class);
    lab.azure
        .guards()
        .disallow(new Guards.Policy(
            Lab.GROUP,
            "no-shared-keys",
            "Microsoft.Storage/storageAccounts",
            "allowSharedKeyAccess",
            "true"));
    RotationResult kept =
        rotator.containment().undo(denied.runId(), accepting(plan, Risk.EXPOSED_AGAIN));
    assertThat(kept).isInstanceOfSatisfying(RotationResult.Stranded.class, stranded -> {
      assertThat(stranded.code()).isEqualTo(ResultCode.REOPENING);
      assertThat(stranded.now()).contains("RequestDisallowedByPolicy");
    });
    lab.azure.guards().clear();
    assertThat(rotator.resume(denied.runId())).isInstanceOf(RotationResult.Reopened.class);
  }

  @Test
  void a_firewall_is_not_taken_for_the_switch() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.patch("acct1", "publicNetworkAccess", TextNode.valueOf("Disabled"));
    assertThat(contain(lab, plan))
        .isInstanceOfSatisfying(
            RotationResult.Contained.class,
            contained -> assertThat(contained.shown())
                .isEqualTo(RotationResult.Contained.Shown.BY_ISSUER_ONLY));
    assertThat(RotationJournal.file(journal()).unfinished()).hasSize(1);
  }
}
