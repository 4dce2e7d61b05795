package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole rotations with slots, function apps and references among the dependents. */
class WebAppRotationTest extends Shop {
  private static final String STRING =
      "DefaultEndpointsProtocol=https;AccountName=acct1;AccountKey=${key:acct1/key1}";

  private Lab lab() {
    return lab(
        StorageAccount.named("acct1"),
        Vault.named("vault1").secret("acct1-key", "${key:acct1/key1}").secret("string", STRING),
        WebApp.named("follower")
            .setting("KEY", "@Microsoft.KeyVault(SecretUri=${vault:vault1}secrets/acct1-key)")
            .reading("vault1")
            .slot(WebApp.named("staging")
                .setting("S", "@Microsoft.KeyVault(SecretUri=${vault:vault1}secrets/string)")
                .setting("KEY", "${key:acct1/key1}")
                .reading("vault1")),
        WebApp.named("jobs").kind("functionapp").setting("AzureWebJobsStorage", STRING));
  }

  private static DependentFinder dependents(Lab lab) {
    return DependentFinder.of(
        VaultSecrets.in(lab.vault(), Lab.DETECTOR), lab.apps(Lab.OWNER).following(lab.store()));
  }

  private RotationResult rotate(Lab lab) {
    RotationPlan plan = Planner.builder()
        .issuers(lab.accounts(Lab.OWNER))
        .store(lab.store())
        .dependents(dependents(lab))
        .build()
        .plan(exposure(lab));
    assertThat(plan.blockers()).isEmpty();
    return rotator(lab).execute(plan, approval(plan));
  }

  private Rotator rotator(Lab lab) {
    return Rotator.builder(RotationJournal.file(journal()))
        .issuers(lab.accounts(Lab.OWNER))
        .store(lab.store())
        .dependents(dependents(lab))
        .proof(PATIENT)
        .pause(duration -> {})
        .build();
  }

  private static void assertUsers(Lab lab, String value) throws Exception {
    List<Dependent> users = dependents(lab).findUsing(Lab.fingerprint(value));
    assertThat(users)
        .extracting(Dependent::id)
        .contains(Lab.app("follower"), Lab.app("jobs"), Lab.app("shop-web"));
    for (Dependent user : users) {
      user.verify(Lab.fingerprint(value));
    }
  }

  @Test
  void everybody_is_moved_and_the_old_key_dies() throws Exception {
    Lab lab = lab();
    String old = lab.azure.storageKey("acct1", "key1");
    assertRotated(lab, rotate(lab));
    assertUsers(lab, lab.azure.storageKey("acct1", "key2"));
    assertThat(dependents(lab).findUsing(Lab.fingerprint(old))).isEmpty();
    assertThat(lab.settings("follower", "appsettings").get("KEY").asText())
        .startsWith("@Microsoft.KeyVault(");
  }

  @Test
  void a_host_that_does_not_start_again_takes_everybody_back() throws Exception {
    Lab lab = lab();
    String old = lab.azure.storageKey("acct1", "key1");
    Fault error = Fault.on("GET", ".+/jobs/hostruntime/admin/host/status")
        .status(200, "{\"state\":\"Error\"}")
        .times(Lab.LOOKS);
    lab.wire.afterAnswer(
        "POST .+/jobs/syncfunctiontriggers.*", 1, () -> lab.azure.faults().add(error));
    RotationResult result = rotate(lab);
    if (!(result instanceof RotationResult.RolledBack)) {
      // An app that refers to what embeds the key can go back only after that went back.
      assertThat(result.summary()).contains("they are to be found before apps");
      String run = RotationJournal.file(journal()).unfinished().get(0);
      result = rotator(lab).resume(run);
    }
    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("the function host of function app jobs is not running");
    assertThat(lab.azure.storageKey("acct1", "key1")).isEqualTo(old);
    assertUsers(lab, old);
    assertThat(dependents(lab).findUsing(Lab.fingerprint(lab.azure.storageKey("acct1", "key2"))))
        .isEmpty();
  }
}
