package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageAccountKeysTest {
  private static final String LIST = ".+/listKeys";
  private static final String REGENERATE = ".+/regenerateKey.*";
  private static final AttemptId ATTEMPT = new AttemptId("20261124T000000Z-0badcafe", "issue");

  private final Lab lab =
      Lab.of(StorageAccount.named("acct1"), StorageAccount.named("bare").withoutDataPlane());

  @AfterEach
  void stop() {
    lab.close();
  }

  private SlotIssuer issuer() throws RotationException {
    return lab.issuer("acct1");
  }

  private String key(String name) {
    return lab.azure.storageKey("acct1", name);
  }

  @Test
  void the_snapshot_holds_fingerprints_and_ages_of_both_keys() throws RotationException {
    Snapshot snapshot = issuer().snapshot();
    assertThat(snapshot.slots().keySet()).containsExactly("key1", "key2");
    for (String name : List.of("key1", "key2")) {
      Snapshot.Slot slot = snapshot.slot(name).orElseThrow();
      assertThat(slot.fingerprint()).contains(Lab.fingerprint(key(name)));
      assertThat(Duration.between(slot.issuedAt().orElseThrow(), Instant.now()).abs())
          .isLessThan(Duration.ofMinutes(1));
    }
    assertThat(issuer().snapshot().holding(Lab.fingerprint(key("key2")))).contains("key2");
    assertThat(issuer().snapshot().holding(Lab.fingerprint("another"))).isEmpty();
  }

  @Test
  void issuing_changes_one_key_and_its_age_once() throws RotationException {
    Snapshot before = issuer().snapshot();
    try (Issued made = issuer().issue("key2", ATTEMPT)) {
      Secret fresh = made.value();
      Snapshot after = issuer().snapshot();
      assertThat(after.slot("key1")).isEqualTo(before.slot("key1"));
      assertThat(after.slot("key2").orElseThrow().fingerprint())
          .contains(Lab.FINGERPRINTS.fingerprint(fresh))
          .isNotEqualTo(before.slot("key2").orElseThrow().fingerprint());
      assertThat(after.slot("key2").orElseThrow().issuedAt().orElseThrow())
          .isAfter(before.slot("key2").orElseThrow().issuedAt().orElseThrow());
      assertThat(Lab.text(fresh)).isEqualTo(key("key2"));
    }
    assertThat(lab.count("POST", REGENERATE)).isEqualTo(1);
  }

  @Test
  void revoking_kills_the_value() throws Exception {
    String old = key("key1");
    issuer().revoke("key1", ATTEMPT);
    assertThat(key("key1")).isNotEqualTo(old);
    try (Secret value = Secret.of(old)) {
      assertThat(issuer().probe("key1", value)).hasOnlyElementsOfType(ProbeAnswer.Refused.class);
    }
    try (Secret value = issuer().read("key1").orElseThrow()) {
      assertThat(issuer().probe("key1", value)).hasOnlyElementsOfType(ProbeAnswer.Accepted.class);
    }
  }

  @Test
  void the_attempt_is_told_to_the_activity_log() throws RotationException {
    issuer().issue("key2", ATTEMPT).close();
    assertThat(lab.wire.sent("POST .+/regenerateKey\\?.*"))
        .extracting(Wire.Sent::correlation)
        .containsExactly("20261124T000000Z-0badcafe.issue");
  }

  @Test
  void the_longest_attempt_id_can_be_told() throws RotationException {
    AttemptId longest = new AttemptId("r".repeat(64), "s".repeat(64));
    issuer().issue("key2", longest).close();
    assertThat(lab.wire.sent("POST .+/regenerateKey\\?.*").get(0).correlation()).hasSize(100);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void a_refused_issue_is_sent_once(int status) throws RotationException {
    SlotIssuer issuer = issuer();
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/regenerateKey").status(status, "{}").times(0));
    assertThatThrownBy(() -> issuer.issue("key2", ATTEMPT))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("regenerating key2 of storage account acct1 failed")
        .hasMessageContaining(Integer.toString(status));
    assertThat(lab.count("POST", REGENERATE)).isEqualTo(1);
  }

  @Test
  void an_issue_whose_answer_is_lost_is_applied_once_and_seen_by_its_twin()
      throws RotationException {
    SlotIssuer issuer = issuer();
    Snapshot before = issuer.snapshot();
    lab.azure.faults().add(Fault.on("POST", ".+/regenerateKey").dropAfter().times(0));
    assertThatThrownBy(() -> issuer.issue("key2", ATTEMPT)).isInstanceOf(RotationException.class);
    assertThat(lab.count("POST", REGENERATE)).isEqualTo(1);
    assertThat(issuer.snapshot().slot("key2")).isNotEqualTo(before.slot("key2"));
    try (Secret value = issuer.read("key2").orElseThrow()) {
      assertThat(Lab.text(value)).isEqualTo(key("key2"));
    }
  }

  @Test
  void an_issue_that_never_arrived_is_sent_once_too() throws RotationException {
    SlotIssuer issuer = issuer();
    Snapshot before = issuer.snapshot();
    lab.azure.faults().add(Fault.on("POST", ".+/regenerateKey").dropBefore().times(0));
    assertThatThrownBy(() -> issuer.issue("key2", ATTEMPT)).isInstanceOf(RotationException.class);
    assertThat(lab.count("POST", REGENERATE)).isEqualTo(1);
    assertThat(issuer.snapshot()).isEqualTo(before);
  }

  @Test
  void an_account_that_is_older_than_key_ages_has_none() throws RotationException {
    lab.azure
        .faults()
        .add(Fault.on("POST", LIST)
            .status(
                200,
                "{\"keys\":[{\"keyName\":\"key1\",\"value\":\"YQ==\",\"creationTime\":null},"
                    + "{\"keyName\":\"key2\",\"value\":\"Yg==\"}]}"));
    Snapshot snapshot = issuer().snapshot();
    assertThat(snapshot.slots().values())
        .extracting(Snapshot.Slot::issuedAt)
        .containsExactly(Optional.empty(), Optional.empty());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "7",
        "null",
        "{\"keys\":null}",
        "{\"keys\":[]}",
        "{\"keys\":\"key1\"}",
        "{\"keys\":{\"keyName\":\"key1\",\"value\":\"YQ==\"}}",
        "{\"keys\":[null]}",
        "{\"keys\":[{\"keyName\":\"key1\"}]}",
        "{\"keys\":[{\"keyName\":\"key1\",\"value\":null}]}",
        "{\"keys\":[{\"keyName\":\"key1\",\"value\":7}]}",
        "{\"keys\":[{\"keyName\":\"key1\",\"value\":\"\"}]}",
        "{\"keys\":[{\"value\":\"YQ==\"}]}",
        "{\"keys\":[{\"keyName\":null,\"value\":\"YQ==\"}]}",
        "<html/>",
        ""
      })
  void an_answer_without_keys_is_no_snapshot(String body) throws RotationException {
    SlotIssuer issuer = issuer();
    lab.azure.faults().add(Fault.on("POST", LIST).status(200, body).times(0));
    assertThatThrownBy(issuer::snapshot)
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("storage account acct1")
        .hasMessageNotContaining("YQ==");
  }

  @Test
  void a_slot_that_is_not_there_is_named() throws RotationException {
    SlotIssuer issuer = issuer();
    assertThatThrownBy(() -> issuer.read("kerb1"))
        .isInstanceOf(RotationException.class)
        .hasMessage("storage account acct1 has no key kerb1");
    assertThatThrownBy(() -> issuer.issue("kerb1", ATTEMPT)).isInstanceOf(RotationException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{\"properties\":{\"primaryEndpoints\":{}}}",
        "{\"properties\":{\"primaryEndpoints\":{\"blob\":null}}}",
        "{\"properties\":{\"primaryEndpoints\":{\"blob\":\"http://acct1.example/\"}}}",
        "{\"properties\":{\"primaryEndpoints\":{\"blob\":\"https://user:pw@acct1.example/\"}}}",
        "{\"properties\":{\"primaryEndpoints\":{\"blob\":\"https:///\"}}}",
        "{\"properties\":{\"primaryEndpoints\":{\"blob\":\"no uri at all\"}}}",
        "{\"properties\":{\"primaryEndpoints\":{\"blob\":{\"a\":1}}}}"
      })
  void an_account_without_a_blob_endpoint_can_t_be_probed(String body) throws Exception {
    SlotIssuer issuer = issuer();
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/storageAccounts/acct1").status(200, body).times(0));
    try (Secret value = issuer.read("key1").orElseThrow()) {
      assertThat(issuer.probe("key1", value)).isEmpty();
    }
  }

  @Test
  void the_calls_of_a_plan_are_named() throws RotationException {
    assertThat(issuer().describeIssue("key2").az())
        .containsExactly("az storage account keys renew --subscription"
            + " 00000000-0000-0000-0000-000000000001 --resource-group rg-prod --account-name acct1"
            + " --key secondary -o none");
    assertThat(issuer().describeIssue("kerb1").az()).isEmpty();
    assertThat(issuer().describeIssue("key2").text())
        .isEqualTo("POST " + Lab.account("acct1") + "/regenerateKey {\"keyName\":\"key2\"}");
    assertThat(issuer().describeRevoke("key1").text()).contains("\"key1\"");
    assertThat(issuer().id()).isEqualTo(Lab.account("acct1"));
    assertThat(issuer().label()).isEqualTo("storage account acct1");
  }
}
