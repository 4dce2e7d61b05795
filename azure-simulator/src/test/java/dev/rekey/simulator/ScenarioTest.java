package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.simulator.Resource.MessagingNamespace;
import dev.rekey.simulator.Resource.Other;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioTest {
  private static final String HEAD = "{\"tenant\":\"" + TENANT + "\"";

  private static Scenario full() {
    return Scenario.tenant(TENANT)
        .client(CLIENT, "Microsoft.Web/sites/config/list/action")
        .subscription(
            SUB,
            ResourceGroup.of(
                    "rg1",
                    StorageAccount.named("acct1")
                        .tag("env", "prod")
                        .property("networkAcls", Map.of("defaultAction", "Deny"))
                        .blob("c/b.txt", "canary-blob")
                        .oldKeyUses(3),
                    Vault.named("vault1")
                        .tag("a", "b")
                        .secret("db", "canary-secret")
                        .certificate("web")
                        .denying(SecretPolicy.EXPIRY)
                        .deletionUses(2),
                    MessagingNamespace.eventHubs("events")
                        .property("disableLocalAuth", true)
                        .entity("eventhubs", "hub1")
                        .rule("hub1", "send", "Send")
                        .oldKeyUses(2),
                    WebApp.named("app1")
                        .tag("a", "b")
                        .property("httpsOnly", false)
                        .setting("A", "canary-setting")
                        .connectionString("C", "canary-string", "Custom"),
                    Other.of("Microsoft.Compute/virtualMachines", "vm1")
                        .property("x", 1)
                        .property("y", "canary-property")
                        .tag("a", "b")
                        .kind("k")
                        .sku("Premium")
                        .identity("SystemAssigned")
                        .location("northeurope")
                        .document("extensions", List.of(Map.of("name", "canary-document"))),
                    Other.of("Microsoft.App/managedEnvironments/daprComponents", "env1/state"),
                    WebApp.named("app2")
                        .document("config/web", Map.of("properties", Map.of("x", "canary-web")))
                        .slot(WebApp.named("blue")
                            .document("functions", List.of(Map.of("name", "canary-function")))))
                .tag("c", "d")
                .document(
                    "providers/Microsoft.Resources/deployments",
                    List.of(Map.of("name", "canary-deployment", "properties", Map.of("n", 1.5))))
                .locked())
        .subscription(Scenario.Subscription.of("00000000-0000-0000-0000-000000000001")
            .name("second")
            .tag("env", "prod")
            .document(
                "providers/Microsoft.Resources/deployments", List.of(Map.of("name", "canary"))))
        .managementGroup(Scenario.ManagementGroup.of("mg1", "All", SUB)
            .document(
                "providers/Microsoft.Resources/deployments", List.of(Map.of("name", "canary"))))
        .document("providers/Microsoft.Resources/deployments", List.of(Map.of("name", "canary")))
        .application(Application.of("00000000-0000-0000-0000-000000000720", "shop")
            .ownedBy(CLIENT)
            .secret("ci")
            .secret("old", -90, -1)
            .principalSecret("portal")
            .audience("AzureADMultipleOrgs")
            .homeTenant("00000000-0000-0000-0000-000000000901"))
        .build();
  }

  @Test
  void the_json_form_round_trips() throws Exception {
    assertThat(Scenario.parse(new StringReader(full().toJson()))).isEqualTo(full());
  }

  @Test
  void a_scenario_prints_none_of_its_values() {
    assertThat(full().toString()).contains("acct1", "vault1", "app1").doesNotContain("canary");
  }

  @Test
  void a_document_that_no_call_of_azure_answers_with_is_refused_at_the_start() {
    Map<String, Other> wrong = Map.of(
        "an unknown path",
        Other.of("Microsoft.Automation/automationAccounts", "a").document("variable", List.of()),
        "an object where there is a list",
        Other.of("Microsoft.Automation/automationAccounts", "a").document("variables", Map.of()),
        "a list where there is a text",
        Other.of("Microsoft.Automation/automationAccounts", "a")
            .document("runbooks/r/content", List.of()),
        "a type that the catalog doesn't know",
        Other.of("Microsoft.Planets/moons", "a").document("craters", List.of()));
    wrong.forEach((why, other) -> assertThatThrownBy(() -> Simulator.start(Scenario.tenant(TENANT)
            .subscription(SUB, ResourceGroup.of("rg1", other))
            .build()))
        .as(why)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(other.documents().keySet().iterator().next()));
    assertThatThrownBy(() -> Simulator.start(Scenario.tenant(TENANT)
            .document("providers/Microsoft.ServiceLinker/linkers", List.of())
            .build()))
        .hasMessageContaining("a tenant");
  }

  @Test
  void a_resource_inside_another_has_a_name_for_each_level() {
    assertThatThrownBy(() -> Other.of("Microsoft.App/managedEnvironments/daprComponents", "c1"))
        .hasMessageContaining("c1");
    assertThatThrownBy(() -> Other.of("Microsoft.App/managedEnvironments", "env1/c1"))
        .hasMessageContaining("env1/c1");
  }

  @Test
  void resources_of_one_type_may_have_one_name_in_two_groups() {
    Other vm = Other.of("Microsoft.Compute/virtualMachines", "web");
    Scenario.tenant(TENANT)
        .subscription(SUB, ResourceGroup.of("a", vm), ResourceGroup.of("b", vm))
        .build();
    assertThatThrownBy(() -> Scenario.tenant(TENANT)
            .subscription(SUB, ResourceGroup.of("a", vm, vm))
            .build())
        .hasMessageContaining("twice");
  }

  @Test
  void a_management_group_names_subscriptions_that_there_are() {
    assertThatThrownBy(() -> Scenario.tenant(TENANT)
            .managementGroup(Scenario.ManagementGroup.of("mg1", "All", SUB))
            .build())
        .hasMessageContaining(SUB);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        ",\"planet\":1}; /planet",
        ",\"clients\":[{\"id\":\"x\"}]}; A client must be named",
        ",\"subscriptions\":[{\"id\":\"x\"}]}; A subscription must be named",
        ",\"subscriptions\":[{\"id\":\"00000000-0000-0000-0000-000000000000\",\"groups\":[{}]}]};"
            + " A resource group must be named",
        ",\"subscriptions\":[{\"id\":\"00000000-0000-0000-0000-000000000000\",\"groups\":[{\"name\":"
            + "\"g\",\"storageAccounts\":[{\"name\":\"UP\"}]}]}]}; A storage account must be named",
        ",\"subscriptions\":[{\"id\":\"00000000-0000-0000-0000-000000000000\",\"groups\":[{\"name\":"
            + "\"g\",\"vaults\":[{\"name\":\"abc\",\"secrets\":{\"s\":[\"canary\"]}}]}]}]};"
            + " /subscriptions[0]/groups[0]/vaults[0]/secrets/s",
        "; not JSON",
        "} {}; not",
      })
  void malformed_json_is_refused_with_its_place_and_without_its_values(String tail, String why) {
    String json = HEAD + (tail == null ? "" : tail);
    assertThatThrownBy(() -> Scenario.parse(new StringReader(json)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why)
        .hasMessageNotContaining("canary");
  }

  @Test
  void names_are_used_once() {
    assertThatThrownBy(() -> Scenario.tenant(TENANT)
            .subscription(
                SUB,
                ResourceGroup.of("a", Vault.named("vault1")),
                ResourceGroup.of("b", Vault.named("VAULT1")))
            .build())
        .hasMessageContaining("twice");
  }

  @Test
  void a_namespace_s_name_is_used_once_in_both_services() {
    assertThatThrownBy(() -> Scenario.tenant(TENANT)
            .subscription(
                SUB,
                ResourceGroup.of(
                    "a",
                    MessagingNamespace.eventHubs("bus1"),
                    MessagingNamespace.serviceBus("Bus1")))
            .build())
        .hasMessageContaining("twice");
  }

  @Test
  void rules_and_entities_are_those_of_the_service() {
    MessagingNamespace bus = MessagingNamespace.serviceBus("bus1");
    assertThatThrownBy(() -> bus.entity("eventhubs", "hub1")).hasMessageContaining("eventhubs");
    assertThatThrownBy(() -> bus.rule("none", "send", "Send")).hasMessageContaining("none");
    assertThatThrownBy(() -> bus.rule("", "send", "Manage")).hasMessageContaining("Manage");
    assertThatThrownBy(() -> bus.rule("", "send")).hasMessageContaining("A rule has");
  }

  @Test
  void placeholders_become_keys_and_addresses_and_unknown_ones_are_refused() {
    Scenario scenario = Scenario.tenant(TENANT)
        .client(CLIENT)
        .subscription(
            SUB,
            ResourceGroup.of(
                "rg1",
                StorageAccount.named("acct1"),
                Vault.named("vault1").secret("s", "${key:acct1/key2}"),
                WebApp.named("app1").setting("A", "${blob:acct1} ${vault:vault1} ${other}")))
        .build();
    try (Simulator simulator = Simulator.start(scenario)) {
      Wire wire = new Wire(simulator.cloud(), simulator.trust());
      String vault = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.VAULT);
      assertThat(wire.call(
                  vault, "GET", simulator.vault("vault1").resolve("/secrets/s?api-version=7.4"), "")
              .json()
              .path("value")
              .asText())
          .isEqualTo(simulator.storageKey("acct1", "key2"));
      String arm = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
      assertThat(wire.call(
                  arm, "POST", Names.APP + "/config/appsettings/list?api-version=2025-03-01", "")
              .json()
              .at("/properties/A")
              .asText())
          .isEqualTo(simulator.blob("acct1") + " " + simulator.vault("vault1") + " ${other}");
    }
    Scenario wrong = Scenario.tenant(TENANT)
        .subscription(
            SUB, ResourceGroup.of("rg1", Vault.named("vault1").secret("s", "${key:none/key1}")))
        .build();
    assertThatThrownBy(() -> Simulator.start(wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("${key:none/key1}");
  }
}
