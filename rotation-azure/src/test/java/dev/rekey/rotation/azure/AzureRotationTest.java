package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rekey.canary.Canary;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.ApprovalException;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.RotationStep;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The whole way: an exposed key, a plan, a rotation, a proof; and what looks like one. */
class AzureRotationTest extends Shop {
  // What should happen.

  @Test
  void an_exposed_key_ends_dead_and_proved() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    assertThat(plan.dependents())
        .extracting(RotationPlan.User::label)
        .containsExactly("web app shop-web", "web app shop-worker");
    assertThat(plan.retire()).hasSize(1);
    assertThat(lab.count("PUT", ".+")).as("planning changes nothing").isZero();
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isZero();

    RotationResult result = rotator(lab, PATIENT).execute(plan, approval(plan));

    assertRotated(lab, result);
    RotationResult.Completed completed = (RotationResult.Completed) result;
    assertThat(completed.proof().rounds()).hasSize(3).allMatch(DeathProof.Round::showsDeath);
    assertThat(lab.count("PUT", ".+/stranger/.+")).isZero();
    assertThat(lab.vault().getSecret("other").getValue()).isEqualTo("x");
  }

  @Test
  void a_key_that_lives_on_for_a_while_is_tried_until_it_is_dead() {
    Lab lab = lab(StorageAccount.named("acct1").oldKeyUses(4));
    RotationResult result = rotate(lab, PATIENT);
    assertRotated(lab, result);
    List<DeathProof.Round> rounds = ((RotationResult.Completed) result).proof().rounds();
    assertThat(rounds).hasSize(7);
    assertThat(rounds.subList(0, 4)).allMatch(DeathProof.Round::showsLife);
    assertThat(rounds.subList(4, 7)).allMatch(DeathProof.Round::showsDeath);
  }

  @Test
  void a_key_that_does_not_die_is_no_success() {
    Lab lab = lab(StorageAccount.named("acct1").oldKeyUses(Integer.MAX_VALUE));
    RotationResult result = rotate(lab, BRIEF);
    assertThat(result).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("ALIVE");
  }

  // What stands in the way.

  @Test
  void a_dependent_that_uses_the_standby_key_is_moved_off_it_first() {
    Lab lab = lab(
        StorageAccount.named("acct1"), WebApp.named("nightly").setting("KEY", "${key:acct1/key2}"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.steps())
        .extracting(RotationStep::toString)
        .anyMatch(step -> step.startsWith("converge web app nightly: from key2 to key1: "));

    assertRotated(lab, rotator(lab, PATIENT).execute(plan, approval(plan)));

    assertThat(lab.count("PUT", ".+/nightly/config/appsettings.*")).isEqualTo(2);
    assertThat(lab.settings("nightly", "appsettings").get("KEY").asText())
        .isEqualTo(lab.azure.storageKey("acct1", "key2"));
  }

  @Test
  void a_secret_whose_followers_use_the_standby_key_stops_everything_before_the_first_call() {
    Lab lab = lab(
        StorageAccount.named("acct1"),
        Vault.named("vault1").secret("followed", "${key:acct1/key2}"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    Rotator rotator = rotator(lab, PATIENT);
    Approval approval = approval(plan);
    assertThatThrownBy(() -> rotator.execute(plan, approval))
        .isInstanceOf(ApprovalException.class)
        .hasMessageContaining("STANDBY_IN_USE");
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isZero();
    assertThat(journal()).doesNotExist();
  }

  @Test
  void a_dependent_that_takes_up_the_standby_key_after_planning_is_not_broken() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.set("stranger", "KEY", lab.azure.storageKey("acct1", "key2"));
    RotationResult result = rotator(lab, PATIENT).execute(plan, approval(plan));
    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("web app stranger uses key2");
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isZero();
  }

  @Test
  void a_vault_whose_newest_version_is_the_standby_key_blocks_the_plan() {
    Lab lab = lab(
        StorageAccount.named("acct1"),
        Vault.named("vault1").secret("followed", "${key:acct1/key2}"));
    assertThat(plan(lab, Lab.OWNER).blockers()).singleElement().satisfies(blocker -> {
      assertThat(blocker.kind()).isEqualTo(Blocker.Kind.STANDBY_IN_USE);
      assertThat(blocker.problem()).contains("follows the secret followed");
    });
  }

  @Test
  void keys_that_may_not_be_listed_block_the_plan_and_name_the_action() {
    Lab lab = lab(StorageAccount.named("acct1"));
    assertThat(plan(lab, Lab.LIMITED).blockers()).singleElement().satisfies(blocker -> {
      assertThat(blocker.kind()).isEqualTo(Blocker.Kind.NOT_PERMITTED);
      assertThat(blocker.problem()).contains(LIST_KEYS);
    });
  }

  // What looks like death.

  @Test
  void shared_keys_switched_off_during_the_proof_are_no_death() {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.wire.afterAnswer(
        "POST .+/regenerateKey\\?.*",
        2,
        () -> lab.patch("acct1", "allowSharedKeyAccess", BooleanNode.FALSE));
    assertNotDead(rotate(lab, BRIEF), "KeyBasedAuthenticationNotPermitted");
    lab.patch("acct1", "allowSharedKeyAccess", BooleanNode.TRUE);
  }

  @Test
  void a_firewall_that_closes_during_the_proof_is_no_death() {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.wire.afterAnswer(
        "POST .+/regenerateKey\\?.*",
        2,
        () -> lab.patch("acct1", "publicNetworkAccess", TextNode.valueOf("Disabled")));
    assertNotDead(rotate(lab, BRIEF), "AuthorizationFailure");
  }

  private void assertNotDead(RotationResult result, String code) {
    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.Stranded.class);
    assertThat(result.summary()).contains("DEAD_BY_ISSUER_ONLY").doesNotContain(" DEAD.");
    assertThat(read(journal())).contains(code);
  }

  @Test
  void a_firewall_that_opens_again_lets_the_proof_be_made() {
    Lab lab = lab(StorageAccount.named("acct1"));
    String old = lab.azure.storageKey("acct1", "key1");
    lab.wire.afterAnswer(
        "POST .+/regenerateKey\\?.*",
        2,
        () -> lab.patch("acct1", "publicNetworkAccess", TextNode.valueOf("Disabled")));
    assertThat(rotate(lab, BRIEF)).isInstanceOf(RotationResult.Stranded.class);
    lab.patch("acct1", "publicNetworkAccess", TextNode.valueOf("Enabled"));
    assertThat(old).isNotEqualTo(lab.azure.storageKey("acct1", "key1"));
    assertRotated(lab, resume(lab)); // The old value is still in the vault, to be tried.
  }

  // What is written.

  @Test
  void no_secret_is_written_anywhere() throws Exception {
    Lab lab = lab(StorageAccount.named("acct1").oldKeyUses(1));
    List<String> secrets = new ArrayList<>(List.of(
        lab.azure.clientSecret(Lab.OWNER),
        lab.azure.storageKey("acct1", "key1"),
        lab.azure.storageKey("acct1", "key2")));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure.faults().add(Fault.on("PUT", "/secrets/.+").dropAfter());
    lab.azure.faults().add(Fault.on("POST", REGENERATE).dropAfter().nth(2));
    RotationResult stranded = rotator(lab, PATIENT).execute(plan, approval(plan));
    RotationResult completed = resume(lab);
    assertRotated(lab, completed);
    secrets.add(lab.azure.storageKey("acct1", "key1"));
    secrets.add(lab.azure.storageKey("acct1", "key2"));
    lab.wire.sent(".*").stream()
        .map(Wire.Sent::authorization)
        .filter(header -> header.startsWith("SharedKey"))
        .map(header -> header.substring(header.indexOf(':') + 1))
        .distinct()
        .limit(3)
        .forEach(secrets::add);

    List<ProbeAnswer> answers = ((RotationResult.Completed) completed)
        .proof().rounds().stream().flatMap(round -> round.old().stream()).toList();
    List<String> written = List.of(
        plan.toJson(),
        plan.toString(),
        approval(plan).toJson(),
        stranded.toString() + stranded.summary(),
        completed.toString() + completed.summary(),
        answers.toString(),
        lab.issuer("acct1").toString() + lab.issuer("acct1").snapshot(),
        lab.store().toString() + lab.accounts(Lab.OWNER) + lab.apps(Lab.OWNER),
        lab.apps(Lab.OWNER).findUsing(Lab.fingerprint(secrets.get(4))).toString(),
        lab.azure.requests().toString(),
        read(journal()),
        read(Path.of("target", "test.log")));
    // Signatures repeat within a second, so there are one to three of them.
    assertThat(secrets).hasSizeBetween(6, 8);
    assertThat(written).allSatisfy(text -> assertThat(text).isNotEmpty());
    assertThat(read(Path.of("target", "test.log"))).contains("the client wrote it twice");
    for (String text : written) {
      for (int i = 0; i < secrets.size(); i++) {
        Canary.assertAbsent(
            text, secrets.get(i), "text " + written.indexOf(text) + ", secret " + i);
      }
    }
  }
}
