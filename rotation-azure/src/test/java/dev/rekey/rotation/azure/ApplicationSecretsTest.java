package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.azure.GraphClient;
import dev.rekey.canary.Canary;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.Permission;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.ProbeAnswer.Accepted;
import dev.rekey.rotation.ProbeAnswer.Refused;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.Snapshot;
import dev.rekey.simulator.Application;
import dev.rekey.simulator.Fault;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApplicationSecretsTest {
  private static final AttemptId ATTEMPT = new AttemptId("20261124T000000Z-0badcafe", "issue");
  private static final AttemptId REVOKE = new AttemptId("20261124T000000Z-0badcafe", "revoke");
  private static final String NAME = "rekey 20261124T000000Z-0badcafe/issue";
  private static final String ADD = ".+/addPassword";
  private static final String REMOVE = ".+/removePassword";

  private final EntraLab lab = new EntraLab(EntraLab.shop().principalSecret("portal"));

  @AfterEach
  void stop() {
    lab.close();
  }

  private static ApplicationSecrets.Shown shown(ApplicationSecrets secrets, String name)
      throws RotationException {
    return secrets.secrets().values().stream()
        .filter(secret -> secret.displayName().orElse("").equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static String add(ApplicationSecrets secrets, AttemptId attempt)
      throws RotationException {
    try (Issued added = secrets.issue(attempt)) {
      return Lab.text(added.value());
    }
  }

  /** Fails with these words, and with none of the values anywhere. */
  private void assertFails(ThrowingCallable call, String... words) {
    assertThatThrownBy(call).isInstanceOf(RotationException.class).satisfies(failed -> {
      StringWriter trace = new StringWriter();
      failed.printStackTrace(new PrintWriter(trace));
      for (String name : List.of("ci", "old", "portal")) {
        Canary.assertAbsent(trace.toString(), lab.text(name), "a stack trace");
      }
      assertThat(failed.getMessage()).contains(words);
    });
  }

  @Test
  void the_snapshot_holds_names_and_dates_of_every_secret_and_shows_no_part_of_one()
      throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    assertThat(secrets.secrets()).hasSize(2);
    ApplicationSecrets.Shown ci = shown(secrets, "ci");
    assertThat(ci.hint()).contains(lab.text("ci").substring(0, 3));
    assertThat(ci.starts()).isPresent();
    assertThat(ci.ends().orElseThrow()).isAfter(lab.clock.instant());
    assertThat(ci.toString())
        .contains(ci.keyId(), "ci")
        .doesNotContain(ci.hint().orElseThrow());
    assertThat(secrets.label()).isEqualTo("application shop (" + EntraLab.SHOP + ")");
  }

  @Test
  void each_secret_is_a_slot_that_is_told_by_its_key_id_and_shows_no_fingerprint()
      throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    ApplicationSecrets.Shown ci = shown(secrets, "ci");
    assertThat(secrets.snapshot().slots())
        .hasSize(2)
        .containsKey(shown(secrets, "old").keyId());
    assertThat(secrets.snapshot().slot(ci.keyId()))
        .contains(new Snapshot.Slot(ci.keyId(), Optional.empty(), ci.starts()));
    assertThat(ci.starts()).isPresent();
  }

  @Test
  void tokens_that_were_got_with_a_secret_outlive_it_for_a_time_that_is_known() throws Exception {
    assertThat(lab.secrets().sessions("any"))
        .satisfies(sessions -> assertThat(sessions.possible()).isTrue())
        .satisfies(sessions -> assertThat(sessions.atMost()).contains(Duration.ofHours(28)))
        .satisfies(sessions -> assertThat(sessions.what()).contains("60 to 90 minutes by default"));
  }

  @Test
  void adding_kills_nobody_and_tells_the_text_once() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    Map<String, ApplicationSecrets.Shown> before = secrets.secrets();
    try (Issued added = secrets.issue(ATTEMPT)) {
      String text = Lab.text(added.value());
      assertThat(added.fingerprint()).isEqualTo(Lab.fingerprint(text));
      assertThat(secrets.secrets()).containsAllEntriesOf(before).hasSize(3);
      ApplicationSecrets.Shown fresh = secrets.secrets().get(added.slot());
      assertThat(fresh.displayName()).contains(NAME);
      assertThat(Duration.between(lab.clock.instant(), fresh.ends().orElseThrow()))
          .isBetween(Duration.ofDays(89), Duration.ofDays(90));
      assertThat(text).isEqualTo(lab.text(NAME));
      assertThat(EntraLab.probe(secrets, text)).isInstanceOf(Accepted.class);
      assertThat(EntraLab.probe(secrets, lab.text("ci"))).isInstanceOf(Accepted.class);
      assertThat(lab.signIn(EntraLab.SHOP, text)).isNotEmpty();
      Canary.assertAbsent(added + " " + fresh + " " + secrets.secrets(), text, "what is shown");
    }
    assertThat(lab.wire.sent("POST " + ADD)).hasSize(1);
  }

  @Test
  void a_start_of_our_own_is_never_sent() throws Exception {
    add(lab.secrets(), ATTEMPT);
    assertThat(lab.wire.sent("POST " + ADD).get(0).body())
        .contains(NAME)
        .doesNotContain("startDateTime");
  }

  @Test
  void removing_kills_one_and_leaves_the_others_and_the_tokens() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    String ci = lab.text("ci");
    String fresh = add(secrets, ATTEMPT);
    secrets.revoke(shown(secrets, "ci").keyId(), REVOKE);
    assertThat(secrets.secrets().values())
        .extracting(secret -> secret.displayName().orElse(""))
        .containsExactlyInAnyOrder("old", NAME);
    ProbeAnswer answer = EntraLab.probe(secrets, ci);
    assertThat(answer).isInstanceOf(Refused.class);
    assertThat(answer.evidence()).contains("AADSTS7000215");
    assertThat(EntraLab.probe(secrets, fresh)).isInstanceOf(Accepted.class);
  }

  @Test
  void a_removed_secret_goes_on_being_taken_until_every_replica_knows() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    String ci = lab.text("ci");
    String keyId = shown(secrets, "ci").keyId();
    lab.azure.replicas().lag(Duration.ZERO, Duration.ofSeconds(15), Duration.ofSeconds(30));
    secrets.revoke(keyId, REVOKE);
    assertThat(EntraLab.probe(secrets, ci)).isInstanceOf(Refused.class);
    assertThat(EntraLab.probe(secrets, ci)).isInstanceOf(Accepted.class);
    assertThat(EntraLab.probe(secrets, ci)).isInstanceOf(Accepted.class);
    lab.clock.move(Duration.ofSeconds(15));
    assertThat(EntraLab.probe(secrets, ci)).isInstanceOf(Refused.class);
    assertThat(EntraLab.probe(secrets, ci)).isInstanceOf(Refused.class);
    assertThat(EntraLab.probe(secrets, ci)).isInstanceOf(Accepted.class);
    lab.clock.move(Duration.ofSeconds(15));
    for (int i = 0; i < 3; i++) {
      assertThat(EntraLab.probe(secrets, ci)).isInstanceOf(Refused.class);
    }
  }

  @Test
  void an_addition_whose_answer_is_lost_is_sent_once_found_by_its_attempt_and_removed()
      throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    assertThat(secrets.issuedBy(ATTEMPT)).isEmpty();
    lab.azure.faults().add(Fault.on("POST", ADD).dropAfter().times(1));
    assertFails(() -> secrets.issue(ATTEMPT), "adding a secret to application shop", "failed");
    assertThat(lab.wire.sent("POST " + ADD)).hasSize(1);
    List<String> orphans = secrets.issuedBy(ATTEMPT);
    assertThat(orphans).hasSize(1);
    assertThat(secrets.issuedBy(REVOKE)).isEmpty();
    secrets.revoke(orphans.get(0), ATTEMPT);
    assertThat(secrets.issuedBy(ATTEMPT)).isEmpty();
    add(secrets, ATTEMPT);
    assertThat(secrets.issuedBy(ATTEMPT)).hasSize(1).doesNotContainAnyElementsOf(orphans);
  }

  @Test
  void an_addition_that_never_arrived_is_sent_once_and_leaves_nothing() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    lab.azure.faults().add(Fault.on("POST", ADD).dropBefore().times(0));
    assertFails(() -> secrets.issue(ATTEMPT), "adding a secret");
    assertThat(lab.wire.sent("POST " + ADD)).hasSize(1);
    assertThat(secrets.issuedBy(ATTEMPT)).isEmpty();
  }

  @Test
  void an_orphan_is_not_seen_by_a_replica_that_lags_and_seen_by_the_next() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    lab.azure.replicas().lag(Duration.ofSeconds(10), Duration.ZERO);
    lab.azure.faults().add(Fault.on("POST", ADD).dropAfter());
    assertFails(() -> secrets.issue(ATTEMPT), "adding a secret");
    lab.azure.replicas().lag(Duration.ofSeconds(10), Duration.ZERO);
    assertThat(secrets.issuedBy(ATTEMPT)).isEmpty();
    assertThat(secrets.issuedBy(ATTEMPT)).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 408, 429, 500, 502, 503, 504})
  void a_refused_change_is_sent_once(int status) throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    String keyId = shown(secrets, "ci").keyId();
    for (String path : List.of(ADD, REMOVE)) {
      lab.azure
          .faults()
          .add(Fault.on("POST", path)
              .status(status, "{\"error\":{\"code\":\"Directory_X\",\"message\":\"m\"}}")
              .header("Retry-After", "1")
              .times(0));
    }
    assertFails(
        () -> secrets.issue(ATTEMPT), "Microsoft Graph answered " + status + " Directory_X");
    assertFails(
        () -> secrets.revoke(keyId, REVOKE),
        "removing the secret " + keyId,
        Integer.toString(status));
    assertThat(lab.wire.sent("POST " + ADD)).hasSize(1);
    assertThat(lab.wire.sent("POST " + REMOVE)).hasSize(1);
    assertThat(secrets.secrets()).hasSize(2);
  }

  @Test
  void a_removal_whose_answer_is_lost_is_a_failure_and_none_when_it_is_repeated() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    String keyId = shown(secrets, "ci").keyId();
    lab.azure.faults().add(Fault.on("POST", REMOVE).dropAfter());
    assertThatThrownBy(() -> secrets.revoke(keyId, REVOKE)).isInstanceOf(RotationException.class);
    assertThat(secrets.snapshot().slot(keyId)).isEmpty();
    secrets.revoke(keyId, REVOKE);
    assertThat(secrets.secrets()).as("its other secret").hasSize(1);
    assertThatThrownBy(() -> secrets.revoke("ci", REVOKE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_removal_that_one_replica_does_not_know_yet_and_another_shows_is_a_failure()
      throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    try (Issued added = secrets.issue(ATTEMPT)) {
      lab.clock.move(Duration.ofSeconds(1));
      Duration late = Duration.ofSeconds(10);
      lab.azure.replicas().lag(late, late, late, Duration.ZERO);
      assertFails(
          () -> secrets.revoke(added.slot(), REVOKE), "No password credential found with keyId");
      lab.azure.replicas().lag(Duration.ZERO);
      assertThat(secrets.snapshot().slot(added.slot())).isPresent();
    }
  }

  @Test
  void a_removal_of_which_it_can_t_be_read_whether_it_is_gone_is_a_failure() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    String keyId = shown(secrets, "ci").keyId();
    secrets.revoke(keyId, REVOKE);
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/applications/.+").status(403, "{}").times(0));
    assertThatThrownBy(() -> secrets.revoke(keyId, REVOKE))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("reading the secrets of application shop");
  }

  @Test
  void an_owner_may_change_what_it_owns_and_a_stranger_is_told_what_to_grant() throws Exception {
    add(lab.secrets(EntraLab.OWNER), ATTEMPT);
    ApplicationSecrets strange = lab.secrets(EntraLab.STRANGER);
    assertThat(strange.secrets()).hasSize(3);
    assertFails(
        () -> strange.issue(ATTEMPT),
        "403 Authorization_RequestDenied",
        "Application.ReadWrite.OwnedBy",
        "owner",
        "(request id ");
  }

  @Test
  void the_secrets_of_a_service_principal_are_its_own() throws Exception {
    GraphClient graph = lab.graph(Lab.OWNER);
    String id = graph
        .get("/servicePrincipals(appId='" + EntraLab.SHOP + "')", Map.of())
        .path("id")
        .asText();
    ApplicationSecrets secrets = lab.applications().secrets("/servicePrincipals/" + id);
    assertThat(secrets.label()).startsWith("service principal shop");
    assertThat(secrets.describeRevoke("k").az()).allMatch(az -> az.startsWith("az ad sp "));
    assertThat(secrets.secrets()).hasSize(1);
    String fresh = add(secrets, ATTEMPT);
    assertThat(EntraLab.probe(secrets, fresh)).isInstanceOf(Accepted.class);
    assertThat(lab.secrets().secrets()).hasSize(2);
    String portal = lab.text("portal");
    secrets.revoke(shown(secrets, "portal").keyId(), REVOKE);
    assertThat(EntraLab.probe(secrets, portal)).isInstanceOf(Refused.class);
  }

  @Test
  void an_application_without_room_for_a_third_secret_says_so() throws Exception {
    try (EntraLab full = new EntraLab(Application.of(EntraLab.SHOP, "shop")
        .audience("AzureADandPersonalMicrosoftAccount")
        .secret("one")
        .secret("two"))) {
      ApplicationSecrets secrets = full.secrets();
      assertThatThrownBy(() -> secrets.issue(ATTEMPT))
          .isInstanceOf(RotationException.class)
          .hasMessageContaining("maximum of 2");
    }
  }

  @Test
  void a_long_attempt_is_known_by_its_digest() throws Exception {
    AttemptId longest = new AttemptId("r".repeat(64), "s".repeat(64));
    assertThat(ApplicationSecrets.nameOf(longest)).hasSizeLessThanOrEqualTo(90);
    assertThat(ApplicationSecrets.nameOf(ATTEMPT)).isEqualTo(NAME);
    ApplicationSecrets secrets = lab.secrets();
    add(secrets, longest);
    assertThat(secrets.issuedBy(longest)).hasSize(1);
    assertThat(secrets.issuedBy(new AttemptId("r".repeat(64), "t".repeat(64)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "",
        "<html/>",
        "{\"passwordCredentials\":null}",
        "{\"passwordCredentials\":{}}",
        "{\"passwordCredentials\":[null]}",
        "{\"passwordCredentials\":[{\"keyId\":null}]}",
        "{\"passwordCredentials\":[{\"keyId\":\"../x\"}]}",
      })
  void an_answer_without_secrets_is_no_snapshot(String body) throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/applications/.+").status(200, body).times(0));
    assertFails(secrets::secrets, "application shop");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"keyId\":\"00000000-0000-0000-0000-000000000001\"}",
        "{\"keyId\":\"00000000-0000-0000-0000-000000000001\",\"secretText\":null}",
        "{\"secretText\":\"text-that-must-not-be-shown\"}",
        "{\"keyId\":\"x\",\"secretText\":\"text-that-must-not-be-shown\"}",
      })
  void an_addition_that_is_answered_without_key_id_or_text_is_a_failure(String body)
      throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    lab.azure.faults().add(Fault.on("POST", ADD).status(200, body));
    assertThatThrownBy(() -> secrets.issue(ATTEMPT))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("lacks its key id or its text")
        .hasMessageNotContaining("must-not-be-shown");
  }

  @Test
  void dates_and_hints_that_graph_does_not_tell_are_absent() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/applications/.+")
            .status(
                200,
                "{\"passwordCredentials\":[{\"keyId\":\"00000000-0000-0000-0000-000000000001\","
                    + "\"displayName\":\"two\\nlines\",\"hint\":null,\"endDateTime\":\"soon\"}]}"));
    ApplicationSecrets.Shown only = secrets.secrets().values().iterator().next();
    assertThat(only.hint()).isEmpty();
    assertThat(only.starts()).isEmpty();
    assertThat(only.ends()).isEmpty();
    assertThat(only.label()).doesNotContain("\n").contains("two lines");
  }

  @Test
  void the_calls_of_a_plan_are_named_with_their_commands_and_what_they_need() throws Exception {
    ApplicationSecrets secrets = lab.secrets();
    String keyId = shown(secrets, "ci").keyId();
    String objectId = secrets.id().replace("/applications/", "");
    Permission permission = new Permission(
        "Application.ReadWrite.OwnedBy", lab.endpoint() + "/v1.0" + secrets.id(), false);
    assertThat(permission.isAction()).isFalse();

    PlannedCall issue = secrets.describeIssue();
    assertThat(issue.text()).startsWith("POST /v1.0" + secrets.id() + "/addPassword {");
    assertThat(issue.az())
        .singleElement()
        .asString()
        .startsWith("az ad app credential reset --id " + objectId + " --append --display-name ")
        .contains(" --end-date "
            + lab.clock.instant().plus(Duration.ofDays(90)).toString().substring(0, 19))
        .endsWith(" --query password -o tsv | tr -d '\\n' > new-value.txt");
    assertThat(issue.permissions()).containsExactly(permission);
    assertThat(issue.effects()).singleElement().asString().contains("told once", "new-value.txt");

    PlannedCall revoke = secrets.describeRevoke(keyId);
    assertThat(revoke.text())
        .isEqualTo("POST /v1.0" + secrets.id() + "/removePassword {\"keyId\":\"" + keyId + "\"}");
    assertThat(revoke.az())
        .containsExactly(
            "az ad app credential delete --id " + objectId + " --key-id " + keyId + " -o none");
    assertThat(revoke.permissions()).containsExactly(permission);
  }
}
