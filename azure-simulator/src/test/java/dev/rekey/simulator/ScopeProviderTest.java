package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.GROUP;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static dev.rekey.simulator.Names.WEAK;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.Other;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Scenario.ManagementGroup;
import dev.rekey.simulator.Scenario.ResourceGroup;
import dev.rekey.simulator.Scenario.Subscription;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Deployments, policies, event subscriptions and management groups. */
class ScopeProviderTest {
  private static final String DEPLOYMENTS = "providers/Microsoft.Resources/deployments";
  private static final String EVENTS = "providers/Microsoft.EventGrid/eventSubscriptions";
  private static final String POLICIES = "providers/Microsoft.Authorization/policyDefinitions";
  private static final String MG = "/providers/Microsoft.Management/managementGroups";
  private static final String V = "?api-version=2021-04-01";

  private final Simulator simulator = Simulator.start(Scenario.tenant(TENANT)
      .client(CLIENT)
      .client(WEAK, "Microsoft.Resources/deployments/operations/read", "*/action")
      .document(DEPLOYMENTS, List.of(Map.of("name", "of-tenant")))
      .managementGroup(ManagementGroup.of("mg1", "All of it", SUB)
          .document(DEPLOYMENTS, List.of(Map.of("name", "of-group"))))
      .subscription(Subscription.of(
              SUB,
              ResourceGroup.of(
                      "rg1",
                      StorageAccount.named("acct1"),
                      Other.of("Microsoft.EventGrid/topics", "t1")
                          .location("northeurope")
                          .document(EVENTS, List.of(event("of-topic"))))
                  .document(DEPLOYMENTS, List.of(deployment(), Map.of("name", "d2")))
                  .document(DEPLOYMENTS + "/d1/operations", List.of(Map.of("operationId", "o1")))
                  .document(
                      "providers/Microsoft.Storage/storageAccounts/acct1/" + EVENTS,
                      List.of(event("of-account")))
                  .document(
                      "providers/Microsoft.Storage/storageAccounts/acct1/" + EVENTS
                          + "/of-account/getFullUrl",
                      Map.of("endpointUrl", "https://example.com/hook?code=1"))
                  .document(EVENTS, List.of(event("of-rg"))))
          .name("shop")
          .document(EVENTS, List.of(event("of-subscription")))
          .document(
              POLICIES,
              List.of(
                  Map.of("name", "p1", "properties", Map.of("policyType", "Custom")),
                  Map.of("name", "p2", "properties", Map.of("policyType", "BuiltIn"))))
          .document(DEPLOYMENTS, List.of(Map.of("name", "of-subscription"))))
      .build());
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());

  private static Map<String, Object> deployment() {
    return Map.of(
        "name",
        "d1",
        "properties",
        Map.of(
            "parameters",
            Map.of(
                "password",
                Map.of("type", "SecureString", "value", "canary"),
                "plain",
                Map.of("type", "String", "value", "shown"))));
  }

  private static Map<String, Object> event(String name) {
    return Map.of(
        "name",
        name,
        "properties",
        Map.of(
            "destination",
            Map.of(
                "endpointType",
                "WebHook",
                "properties",
                Map.of(
                    "endpointBaseUrl",
                    "https://example.com/hook",
                    "endpointUrl",
                    "https://example.com/hook?code=1"))));
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  private Wire.Answer as(String client, String method, String path) {
    String token = wire.token(client, simulator.clientSecret(client), Wire.ARM);
    return wire.call(token, method, path, "");
  }

  private List<String> names(String path) {
    Wire.Answer answer = as(CLIENT, "GET", path);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("value").findValuesAsText("name");
  }

  @Test
  void each_scope_has_deployments_of_its_own() {
    assertThat(names("/" + DEPLOYMENTS + V)).containsExactly("of-tenant");
    assertThat(names(MG + "/mg1/" + DEPLOYMENTS + "/" + V)).containsExactly("of-group");
    assertThat(names("/subscriptions/" + SUB + "/" + DEPLOYMENTS + "/" + V))
        .containsExactly("of-subscription");
    assertThat(names(GROUP.replace("resourceGroups", "resourcegroups") + "/" + DEPLOYMENTS + V))
        .containsExactly("d1", "d2");
    assertThat(names(GROUP + "/" + DEPLOYMENTS + V + "&$top=1")).containsExactly("d1");
    JsonNode one = as(CLIENT, "GET", GROUP + "/" + DEPLOYMENTS + "/D1" + V).json();
    assertThat(one.path("id").asText()).isEqualTo(GROUP + "/" + DEPLOYMENTS + "/d1");
    assertThat(one.path("type").asText()).isEqualTo("Microsoft.Resources/deployments");
    assertThat(one.toString()).contains("shown").doesNotContain("canary");
  }

  @Test
  void operations_belong_to_a_deployment_that_there_is() {
    JsonNode operations =
        as(CLIENT, "GET", GROUP + "/" + DEPLOYMENTS + "/d1/operations" + V).json();
    assertThat(operations.at("/value/0/operationId").asText()).isEqualTo("o1");
    assertThat(operations.at("/value/0/id").asText()).contains("/deployments/d1/operations/");
    assertThat(as(CLIENT, "GET", GROUP + "/" + DEPLOYMENTS + "/d2/operations" + V)
            .json()
            .path("value"))
        .isEmpty();
    assertThat(
            as(CLIENT, "GET", GROUP + "/" + DEPLOYMENTS + "/d3/operations" + V).status())
        .isEqualTo(404);
    Wire.Answer refused = as(WEAK, "GET", GROUP + "/" + DEPLOYMENTS + "/d1/operations" + V);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.body()).contains("Microsoft.Resources/deployments/operations/read");
    assertThat(as(WEAK, "POST", GROUP + "/" + DEPLOYMENTS + "/d1/exportTemplate" + V)
            .status())
        .isEqualTo(403);
    assertThat(as(CLIENT, "POST", GROUP + "/" + DEPLOYMENTS + "/d1/exportTemplate" + V)
            .json()
            .path("template")
            .isObject())
        .isTrue();
  }

  @Test
  void a_read_only_lock_stops_the_export_of_a_template() {
    simulator.guards().lock(GROUP, "lock", Guards.Level.READ_ONLY);
    assertThat(as(CLIENT, "POST", GROUP + "/" + DEPLOYMENTS + "/d1/exportTemplate" + V)
            .error())
        .isEqualTo("ScopeLocked");
    assertThat(as(CLIENT, "GET", GROUP + "/" + DEPLOYMENTS + "/d1" + V).status())
        .isEqualTo(200);
  }

  @Test
  void policies_are_filtered_by_their_type() {
    String path = "/subscriptions/" + SUB + "/" + POLICIES + "?api-version=2023-04-01";
    assertThat(names(path)).containsExactly("p1", "p2");
    assertThat(names(path + "&$filter=policyType%20eq%20'Custom'")).containsExactly("p1");
    assertThat(as(CLIENT, "GET", path + "&$filter=colour%20eq%20'red'").status())
        .isEqualTo(400);
  }

  @Test
  void event_subscriptions_of_a_region_are_only_in_the_list_of_that_region() {
    String v = "?api-version=2022-06-15";
    String base = "/subscriptions/" + SUB + "/";
    assertThat(names(base + EVENTS + v)).containsExactly("of-subscription", "of-rg");
    String regional = base + "providers/Microsoft.EventGrid/locations/%s/eventSubscriptions" + v;
    assertThat(names(regional.formatted("NorthEurope"))).containsExactly("of-topic");
    assertThat(names(regional.formatted("westeurope"))).containsExactly("of-account");
    String account = GROUP + "/providers/Microsoft.Storage/storageAccounts/acct1/" + EVENTS;
    JsonNode listed = as(CLIENT, "GET", regional.formatted("westeurope")).json();
    assertThat(listed.at("/value/0/id").asText()).isEqualTo(account + "/of-account");
    assertThat(listed.at("/value/0/type").asText())
        .isEqualTo("Microsoft.EventGrid/eventSubscriptions");
    assertThat(listed.toString()).contains("endpointBaseUrl").doesNotContain("code=1");
    assertThat(as(CLIENT, "POST", account + "/of-account/getFullUrl" + v)
            .json()
            .path("endpointUrl")
            .asText())
        .contains("code=1");
    assertThat(as(CLIENT, "POST", account + "/none/getFullUrl" + v).status()).isEqualTo(404);
  }

  @Test
  void management_groups_name_their_subscriptions() {
    String v = "?api-version=2020-05-01";
    JsonNode all = as(CLIENT, "GET", MG + v).json();
    assertThat(all.at("/value/0/id").asText()).isEqualTo(MG + "/mg1");
    assertThat(all.at("/value/0/properties/displayName").asText()).isEqualTo("All of it");
    assertThat(as(CLIENT, "GET", MG + "/MG1" + v + "&$expand=children")
            .json()
            .at("/properties/children/0/name")
            .asText())
        .isEqualTo(SUB);
    assertThat(as(CLIENT, "GET", MG + "/mg1/descendants" + v)
            .json()
            .at("/value/0/properties/displayName")
            .asText())
        .isEqualTo("shop");
    assertThat(as(CLIENT, "GET", MG + "/none" + v).status()).isEqualTo(404);
  }

  @Test
  void scopes_versions_and_paths_that_there_are_not_are_refused() {
    assertThat(as(CLIENT, "GET", GROUP + "/" + DEPLOYMENTS + "?api-version=2001-01-01")
            .error())
        .isEqualTo("InvalidApiVersionParameter");
    assertThat(as(CLIENT, "GET", GROUP + "/" + DEPLOYMENTS + "/d1/secrets" + V).status())
        .isEqualTo(404);
    assertThat(as(CLIENT, "DELETE", GROUP + "/" + DEPLOYMENTS + "/d1" + V).status())
        .isEqualTo(405);
    assertThat(as(CLIENT, "GET", MG + "/none/" + DEPLOYMENTS + V).status()).isEqualTo(404);
    assertThat(
            as(CLIENT, "GET", "/subscriptions/" + SUB + "/resourceGroups/none/" + DEPLOYMENTS + V)
                .error())
        .isEqualTo("ResourceGroupNotFound");
    assertThat(as(CLIENT, "GET", "/" + EVENTS + "?api-version=2022-06-15").status())
        .isEqualTo(404);
    assertThat(as(
                CLIENT,
                "GET",
                GROUP + "/providers/Microsoft.Storage/storageAccounts/none/" + EVENTS
                    + "?api-version=2022-06-15")
            .error())
        .isEqualTo("ResourceNotFound");
  }
}
