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
                    Other.of("Microsoft.Compute/virtualMachines", "vm1").property("x", 1))
                .locked())
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
