package dev.rekey.simulator;

import static dev.rekey.simulator.Names.ACCOUNT;
import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.GROUP;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is shown of locks, deny assignments and policies is what holds. */
class GuardsTest {
  private static final String V = "?api-version=2025-06-01";
  private static final String PATCH = "{\"properties\":{\"allowSharedKeyAccess\":false}}";

  private final Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
          .client(CLIENT, "Microsoft.Storage/storageAccounts/regenerateKey/action")
          .subscription(
              SUB,
              ResourceGroup.of(
                  "rg1",
                  StorageAccount.named("acct1"),
                  Vault.named("vault1"),
                  WebApp.named("app1").reading("vault1")))
          .build())
      .random(new Random(12))
      .start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);

  @AfterEach
  void stop() {
    simulator.close();
  }

  private JsonNode list(String scope, String what, String version, String filter) {
    String query =
        filter.isEmpty() ? "" : "&$filter=" + URLEncoder.encode(filter, StandardCharsets.UTF_8);
    Wire.Answer answer = wire.call(
        token,
        "GET",
        scope + "/providers/Microsoft.Authorization/" + what + "?api-version=" + version + query,
        "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("value");
  }

  private Wire.Answer patch() {
    return wire.call(token, "PATCH", ACCOUNT + V, PATCH);
  }

  @Test
  void a_read_only_lock_stops_what_is_no_get_in_its_scope() {
    assertThat(list(ACCOUNT, "locks", "2016-09-01", "")).isEmpty();
    simulator.guards().lock(GROUP, "careful", Guards.Level.READ_ONLY);

    assertThat(list(ACCOUNT, "locks", "2016-09-01", "atScope()").toString())
        .isEqualTo("[{\"properties\":{\"level\":\"ReadOnly\"},\"id\":\"" + GROUP
            + "/providers/Microsoft.Authorization/locks/careful\","
            + "\"type\":\"Microsoft.Authorization/locks\",\"name\":\"careful\"}]");
    assertThat(patch().error()).isEqualTo("ScopeLocked");
    assertThat(wire.call(token, "POST", ACCOUNT + "/listKeys" + V, "").status()).isEqualTo(409);
    assertThat(wire.call(token, "GET", ACCOUNT + V, "").status()).isEqualTo(200);
    simulator.guards().unlock("careful");
    assertThat(patch().status()).isEqualTo(200);
  }

  @Test
  void locks_below_are_listed_only_without_a_filter_and_hold_only_there() {
    simulator.guards().lock(ACCOUNT, "careful", Guards.Level.CAN_NOT_DELETE);
    assertThat(list(GROUP, "locks", "2016-09-01", "")).hasSize(1);
    assertThat(list(GROUP, "locks", "2016-09-01", "atScope()")).isEmpty();
    assertThat(patch().status()).as("it keeps only from deleting").isEqualTo(200);
  }

  @Test
  void permissions_are_everything_but_what_the_client_is_denied() {
    JsonNode roles = list(ACCOUNT, "permissions", "2022-04-01", "");
    assertThat(roles).hasSize(1);
    assertThat(roles.at("/0/actions/0").asText()).isEqualTo("*");
    assertThat(roles.at("/0/notActions/0").asText())
        .isEqualTo("Microsoft.Storage/storageAccounts/regenerateKey/action");
  }

  @Test
  void a_deny_assignment_wins_over_roles() {
    simulator
        .guards()
        .deny(Guards.Denial.toAll(GROUP, "stack", "Microsoft.Storage/*/write")
            .excluding(Scenario.Client.objectId(Names.WEAK)));
    JsonNode shown = list(ACCOUNT, "denyAssignments", "2022-04-01", "atScope()").path(0);
    assertThat(shown.at("/properties/denyAssignmentName").asText()).isEqualTo("stack");
    assertThat(shown.at("/properties/principals/0/type").asText()).isEqualTo("SystemDefined");
    assertThat(shown.at("/properties/excludePrincipals")).hasSize(1);
    Wire.Answer denied = patch();
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied.error()).isEqualTo("DenyAssignmentAuthorizationFailed");
    simulator.guards().clear();
    simulator
        .guards()
        .deny(Guards.Denial.toAll(GROUP, "stack", "*").excluding(Scenario.Client.objectId(CLIENT)));
    assertThat(patch().status()).isEqualTo(200);
  }

  @Test
  void a_policy_is_told_of_a_resource_before_it_is_written_and_refuses_it_then() {
    String check = GROUP + "/providers/Microsoft.PolicyInsights/checkPolicyRestrictions"
        + "?api-version=2023-03-01";
    String body = "{\"resourceDetails\":{\"resourceContent\":{\"type\":"
        + "\"Microsoft.Storage/storageAccounts\",\"name\":\"acct1\"," + PATCH.substring(1) + "}}";
    assertThat(wire.call(token, "POST", check, body)
            .json()
            .at("/contentEvaluationResult/policyEvaluations"))
        .isEmpty();
    simulator
        .guards()
        .disallow(new Guards.Policy(
            GROUP,
            "keep-keys",
            "Microsoft.Storage/storageAccounts",
            "allowSharedKeyAccess",
            "false"));

    JsonNode evaluation = wire.call(token, "POST", check, body)
        .json()
        .at("/contentEvaluationResult/policyEvaluations/0");
    assertThat(evaluation.path("evaluationResult").asText()).isEqualTo("NonCompliant");
    assertThat(evaluation.at("/effectDetails/policyEffect").asText()).isEqualTo("Deny");
    Wire.Answer refused = patch();
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.error()).isEqualTo("RequestDisallowedByPolicy");
  }

  @Test
  void the_roles_of_an_identity_are_those_by_which_it_reads_vaults() {
    String vault = GROUP + "/providers/Microsoft.KeyVault/vaults/vault1";
    String principal = wire.call(token, "GET", Names.APP + "?api-version=2025-03-01", "")
        .json()
        .at("/identity/principalId")
        .asText();
    JsonNode roles = list(
        vault, "roleAssignments", "2022-04-01", "atScope() and assignedTo('" + principal + "')");
    assertThat(roles).hasSize(1);
    assertThat(roles.at("/0/properties/roleDefinitionId").asText())
        .endsWith("/4633458b-17de-408a-b874-0445c86b69e6");
    assertThat(list(vault, "roleAssignments", "2022-04-01", "assignedTo('" + TENANT + "')"))
        .isEmpty();
  }
}
