package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.rotation.Approval;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes that die and answers that are lost: everything is done once, and ends well. */
class AzureRecoveryTest extends Shop {
  @ParameterizedTest
  @CsvSource({
    "POST, .+/regenerateKey, 1",
    "POST, .+/regenerateKey, 2",
    "PUT, /secrets/.+, 1",
    "PUT, .+/shop-web/config/appsettings, 1",
    "PUT, .+/shop-worker/config/appsettings, 1",
    "PUT, .+/shop-worker/config/connectionstrings, 1"
  })
  void a_process_that_dies_with_an_answer_is_taken_up_again(String method, String path, int nth) {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure.faults().add(Fault.on(method, path).dropAfter().nth(nth));
    lab.wire.killOnLostAnswer(method + " .*");
    Rotator rotator = rotator(lab, PATIENT);
    Approval approval = approval(plan);
    assertThatThrownBy(() -> rotator.execute(plan, approval)).isInstanceOf(Wire.Killed.class);
    lab.azure.faults().clear();
    lab.wire.heal();
    assertRotated(lab, resume(lab));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void a_process_that_dies_before_its_request_arrives_is_taken_up_again(int nth) {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure.faults().add(Fault.on("POST", REGENERATE).dropBefore().nth(nth));
    lab.wire.killOnLostAnswer("POST .*");
    Rotator rotator = rotator(lab, PATIENT);
    Approval approval = approval(plan);
    assertThatThrownBy(() -> rotator.execute(plan, approval)).isInstanceOf(Wire.Killed.class);
    lab.azure.faults().clear();
    lab.wire.heal();
    assertThat(resume(lab)).isInstanceOf(RotationResult.Completed.class);
    assertThat(lab.requests("POST", ".+/regenerateKey.*"))
        .filteredOn(request -> request.status() == 200)
        .hasSize(2);
  }

  @Test
  void a_revocation_whose_answer_is_lost_is_not_repeated() {
    Lab lab = lab(StorageAccount.named("acct1"));
    lab.azure.faults().add(Fault.on("POST", REGENERATE).dropAfter().nth(2));
    assertThat(rotate(lab, PATIENT)).isInstanceOf(RotationResult.Stranded.class);
    assertRotated(lab, resume(lab));
  }

  @Test
  void a_put_that_the_client_repeats_leaves_no_orphan() {
    Lab lab = lab(StorageAccount.named("acct1"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.azure.faults().add(Fault.on("PUT", "/secrets/.+").dropAfter());
    assertRotated(lab, rotator(lab, PATIENT).execute(plan, approval(plan)));
    assertThat(lab.vault().listPropertiesOfSecretVersions("acct1-key").stream()).hasSize(3);
  }

  @Test
  void an_app_that_can_t_be_written_is_rolled_back_to_a_living_key() {
    Lab lab = lab(StorageAccount.named("acct1"));
    String exposed = lab.azure.storageKey("acct1", "key1");
    lab.azure
        .faults()
        .add(Fault.on("PUT", ".+/shop-worker/config/connectionstrings")
            .status(403, "{}")
            .times(0));
    RotationResult result = rotate(lab, PATIENT);
    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("connectionstrings of web app shop-worker");
    assertThat(lab.azure.storageKey("acct1", "key1")).isEqualTo(exposed);
    assertThat(lab.settings("shop-web", "appsettings").get("KEY").asText()).isEqualTo(exposed);
    assertThat(lab.settings("shop-worker", "appsettings").get("STORAGE").asText())
        .contains(exposed);
    assertThat(
            lab.settings("shop-worker", "connectionstrings").at("/files/value").asText())
        .contains(exposed);
    assertThat(lab.count("POST", ".+/regenerateKey.*")).isEqualTo(1);
  }
}
