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
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What resource providers show of the documents of a scenario, and what they keep to themselves. */
class DocumentProviderTest {
  private static final String AUTOMATION = "Microsoft.Automation/automationAccounts";
  private static final String V = "?api-version=2023-11-01";

  private final List<Simulator> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(Simulator::close);
  }

  /** A client at a simulator with these resources. */
  private final class Azure {
    private final Simulator simulator;
    private final Wire wire;

    Azure(Resource... resources) {
      this(ResourceGroup.of("rg1", resources));
    }

    Azure(ResourceGroup group) {
      simulator = Simulator.start(Scenario.tenant(TENANT)
          .client(CLIENT)
          .client(WEAK, AUTOMATION + "/runbooks/content/read", "*/action")
          .subscription(SUB, group)
          .build());
      started.add(simulator);
      wire = new Wire(simulator.cloud(), simulator.trust());
    }

    Wire.Answer as(String client, String method, String path) {
      String token = wire.token(client, simulator.clientSecret(client), Wire.ARM);
      return wire.call(token, method, GROUP + "/providers/" + path, "");
    }

    Wire.Answer get(String path) {
      return as(CLIENT, "GET", path);
    }

    Wire.Answer post(String path) {
      return as(CLIENT, "POST", path);
    }

    JsonNode shown(String path) {
      Wire.Answer answer = get(path);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      return answer.json();
    }
  }

  private static Map<String, Object> item(String name, Map<String, Object> properties) {
    return Map.of("name", name, "properties", properties);
  }

  private static Other account() {
    List<Object> variables = new ArrayList<>();
    for (int i = 0; i < 230; i++) {
      variables.add(item("v" + i, Map.of("value", "\"text\"", "isEncrypted", i == 1)));
    }
    return Other.of(AUTOMATION, "auto1")
        .document("variables", variables)
        .document("runbooks", List.of(Map.of("name", "Start")))
        .document("runbooks/start/content", "Write-Output 1")
        .document("runbooks/Ghost/content", "Write-Output 2");
  }

  @Test
  void a_list_is_shown_page_by_page_with_id_type_and_name_of_each_item() {
    Azure azure = new Azure(account());
    Wire.Answer page = azure.get(AUTOMATION + "/auto1/variables" + V);
    assertThat(page.header("x-ms-ratelimit-remaining-subscription-reads")).isNotEmpty();
    assertThat(page.json().at("/value/0/id").asText())
        .isEqualTo(GROUP + "/providers/" + AUTOMATION + "/auto1/variables/v0");
    assertThat(page.json().at("/value/0/type").asText()).isEqualTo(AUTOMATION + "/variables");
    List<String> names = new ArrayList<>();
    int pages = 1;
    while (true) {
      page.json().path("value").forEach(one -> names.add(one.path("name").asText()));
      String next = page.json().path("nextLink").asText();
      if (next.isEmpty()) {
        break;
      }
      assertThat(next).startsWith(azure.simulator.cloud().toString());
      page = azure.wire.call(
          azure.wire.token(CLIENT, azure.simulator.clientSecret(CLIENT), Wire.ARM),
          "GET",
          URI.create(next),
          "");
      pages++;
      assertThat(pages).isLessThan(9);
    }
    assertThat(pages).isEqualTo(3);
    assertThat(names).hasSize(230).doesNotHaveDuplicates();
  }

  @Test
  void a_marker_of_another_list_is_refused() {
    Azure azure = new Azure(account()
        .document("connections", account().documents().getOrDefault("variables", List.of())));
    String next =
        azure.shown(AUTOMATION + "/auto1/variables" + V).path("nextLink").asText();
    String marker = next.substring(next.indexOf("skiptoken=") + 10);
    assertThat(azure
            .get(AUTOMATION + "/auto1/connections" + V + "&$skiptoken=" + marker)
            .status())
        .isEqualTo(400);
  }

  @Test
  void a_text_is_answered_as_it_is_if_its_item_is_in_the_list() {
    Azure azure = new Azure(account());
    Wire.Answer text = azure.get(AUTOMATION + "/auto1/RunBooks/START/content" + V);
    assertThat(text.body()).isEqualTo("Write-Output 1");
    assertThat(text.header("Content-Type")).isEqualTo("text/powershell");
    Wire.Answer ghost = azure.get(AUTOMATION + "/auto1/runbooks/Ghost/content" + V);
    assertThat(ghost.status()).isEqualTo(404);
    assertThat(ghost.error()).isEqualTo("ResourceNotFound");
    assertThat(azure.get(AUTOMATION + "/auto1/runbooks/start/draft/content" + V).status())
        .isEqualTo(404);
  }

  @Test
  void without_a_document_a_list_is_empty_an_object_is_not_found_and_a_post_is_answered() {
    Azure azure = new Azure(Other.of(AUTOMATION, "auto1"), WebApp.named("app1"));
    assertThat(azure.shown(AUTOMATION + "/auto1/variables" + V).path("value")).isEmpty();
    assertThat(azure.get(AUTOMATION + "/auto1/variables/none" + V).status()).isEqualTo(404);
    String app = "Microsoft.Web/sites/app1/";
    assertThat(azure
            .get(app + "sourcecontrols/web?api-version=2024-04-01")
            .json()
            .path("Code")
            .asText())
        .isEqualTo("NotFound");
    Wire.Answer mounts =
        azure.post(app + "config/azurestorageaccounts/list?api-version=2024-04-01");
    assertThat(mounts.json().path("properties").isObject()).isTrue();
    assertThat(mounts.json().path("type").asText()).isEqualTo("Microsoft.Web/sites/config");
    assertThat(mounts.header("x-ms-ratelimit-remaining-subscription-resource-requests"))
        .isNotEmpty();
    assertThat(azure
            .shown(app + "config/web?api-version=2024-04-01")
            .at("/properties/ipSecurityRestrictions/0/ipAddress")
            .asText())
        .isEqualTo("Any");
  }

  @Test
  void a_slot_has_documents_of_its_own() {
    Map<String, Object> mount = Map.of("properties", Map.of("m", Map.of("accessKey", "x")));
    Azure azure = new Azure(WebApp.named("app1")
        .slot(WebApp.named("blue").document("config/azurestorageaccounts/list", mount)));
    String version = "config/azurestorageaccounts/list?api-version=2024-04-01";
    assertThat(azure
            .post("Microsoft.Web/sites/app1/slots/blue/" + version)
            .json()
            .at("/properties/m/accessKey")
            .asText())
        .isEqualTo("x");
    assertThat(azure.post("Microsoft.Web/sites/app1/" + version).json().path("properties"))
        .isEmpty();
  }

  @Test
  void what_azure_never_returns_is_left_out_wherever_it_would_be_shown() {
    String vm = "Microsoft.Compute/virtualMachines";
    Azure azure = new Azure(
        account(),
        Other.of(vm, "vm1")
            .property("osProfile", Map.of("customData", "canary", "computerName", "vm1"))
            .property("userData", "canary-user")
            .document(
                "extensions",
                List.of(
                    item("e", Map.of("settings", Map.of("a", 1), "protectedSettings", "canary")))),
        Other.of("Microsoft.ContainerInstance/containerGroups", "aci1")
            .property(
                "containers",
                List.of(item(
                    "c",
                    Map.of(
                        "environmentVariables",
                        List.of(
                            Map.of("name", "A", "value", "plain"),
                            Map.of("name", "B", "secureValue", "canary"))))))
            .property("imageRegistryCredentials", List.of(Map.of("password", "canary"))),
        Other.of("Microsoft.DataFactory/factories", "f1")
            .document(
                "linkedservices",
                List.of(item(
                    "l",
                    Map.of(
                        "typeProperties",
                        Map.of(
                            "password",
                            Map.of("type", "SecureString", "value", "canary"),
                            "url",
                            "plain"))))));
    assertThat(azure.get(AUTOMATION + "/auto1/variables/v0" + V).body()).contains("text");
    assertThat(azure.get(AUTOMATION + "/auto1/variables/v1" + V).body()).doesNotContain("text");
    String version = "?api-version=2024-07-01";
    assertThat(azure.get(vm + "/vm1" + version).body())
        .contains("computerName")
        .doesNotContain("canary");
    assertThat(azure.get(vm + version).body()).doesNotContain("canary");
    assertThat(azure.get(vm + "/vm1" + version + "&$expand=userData").body())
        .contains("canary-user")
        .doesNotContain("customData");
    for (String path : List.of("/vm1/extensions", "/vm1/extensions/e")) {
      assertThat(azure.get(vm + path + version).body())
          .contains("settings")
          .doesNotContain("canary");
    }
    assertThat(azure
            .get("Microsoft.ContainerInstance/containerGroups/aci1?api-version=2023-05-01")
            .body())
        .contains("plain", "\"B\"")
        .doesNotContain("canary");
    assertThat(azure
            .get("Microsoft.DataFactory/factories/f1/linkedservices?api-version=2018-06-01")
            .body())
        .contains("plain", "**********")
        .doesNotContain("canary");
    assertThat(azure
            .wire
            .call(
                azure.wire.token(CLIENT, azure.simulator.clientSecret(CLIENT), Wire.ARM),
                "POST",
                "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01",
                "{\"query\":\"Resources\"}")
            .body())
        .contains("vm1")
        .doesNotContain("canary");
  }

  @Test
  void resources_inside_another_are_in_its_list_and_have_their_own_calls() {
    String env = "Microsoft.App/managedEnvironments";
    Azure azure = new Azure(
        Other.of(env, "env1")
            .document("daprComponents", List.of(Map.of("name", "inline")))
            .document("daprComponents/inline/listSecrets", List.of(Map.of("name", "a"))),
        Other.of(env + "/daprComponents", "env1/own")
            .property("metadata", List.of(Map.of("name", "m", "value", "v")))
            .document("listSecrets", List.of(Map.of("name", "b"))));
    String version = "?api-version=2024-03-01";
    assertThat(azure.shown(env + "/env1/daprComponents" + version).findValuesAsText("id"))
        .containsExactly(
            GROUP + "/providers/" + env + "/env1/daprComponents/inline",
            GROUP + "/providers/" + env + "/env1/daprComponents/own");
    assertThat(azure
            .shown(env + "/env1/daprComponents/own" + version)
            .at("/properties/metadata/0/value")
            .asText())
        .isEqualTo("v");
    assertThat(
            azure.post(env + "/env1/daprComponents/own/listSecrets" + version).body())
        .contains("\"b\"");
    assertThat(azure
            .post(env + "/env1/daprComponents/inline/listSecrets" + version)
            .body())
        .isEqualTo("{\"value\":[{\"name\":\"a\"}]}");
    assertThat(
            azure.post(env + "/env1/daprComponents/none/listSecrets" + version).status())
        .isEqualTo(404);
  }

  @Test
  void a_child_type_has_versions_of_its_own() {
    Azure azure = new Azure(Other.of("Microsoft.ContainerRegistry/registries", "acr1"));
    String tasks = "Microsoft.ContainerRegistry/registries/acr1/tasks?api-version=";
    assertThat(azure.get(tasks + "2019-06-01-preview").status()).isEqualTo(200);
    assertThat(azure.get(tasks + "2023-07-01").status()).isEqualTo(400);
    assertThat(azure
            .get("Microsoft.ContainerRegistry/registries/acr1?api-version=2023-07-01")
            .status())
        .isEqualTo(200);
  }

  @Test
  void unknown_paths_versions_and_methods_are_refused_in_arm_s_shapes() {
    Azure azure = new Azure(account());
    assertThat(azure.get(AUTOMATION + "/auto1/secrets" + V).error())
        .isEqualTo("InvalidResourceType");
    assertThat(azure.get(AUTOMATION + "/auto1/variables?api-version=2024-01-01").error())
        .isEqualTo("NoRegisteredProviderFound");
    assertThat(azure.get(AUTOMATION + "?api-version=2024-01-01").error())
        .isEqualTo("InvalidResourceType");
    Wire.Answer method = azure.post(AUTOMATION + "/auto1/variables" + V);
    assertThat(method.status()).isEqualTo(405);
    assertThat(method.header("Allow")).isEqualTo("GET");
    assertThat(azure.get(AUTOMATION + "/none/variables" + V).error()).isEqualTo("ResourceNotFound");
  }

  @Test
  void a_missing_permission_is_named() {
    Azure azure = new Azure(account(), Other.of("Microsoft.App/jobs", "job1"));
    Wire.Answer content = azure.as(WEAK, "GET", AUTOMATION + "/auto1/runbooks/Start/content" + V);
    assertThat(content.status()).isEqualTo(403);
    assertThat(content.error()).isEqualTo("AuthorizationFailed");
    assertThat(content.body()).contains(AUTOMATION + "/runbooks/content/read");
    assertThat(azure
            .as(WEAK, "POST", "Microsoft.App/jobs/job1/listSecrets?api-version=2024-03-01")
            .body())
        .contains("Microsoft.App/jobs/listSecrets/action");
    assertThat(azure.as(WEAK, "GET", AUTOMATION + "/auto1/variables" + V).status())
        .isEqualTo(200);
  }

  @Test
  void a_read_only_lock_stops_the_lists_by_post_and_no_others() {
    Azure azure = new Azure(
        ResourceGroup.of("rg1", Other.of("Microsoft.App/jobs", "job1")).locked());
    Wire.Answer secrets = azure.post("Microsoft.App/jobs/job1/listSecrets?api-version=2024-03-01");
    assertThat(secrets.status()).isEqualTo(409);
    assertThat(secrets.error()).isEqualTo("ScopeLocked");
    assertThat(azure
            .get("Microsoft.App/jobs/job1/executions?api-version=2024-03-01")
            .status())
        .isEqualTo(200);
  }

  @Test
  void api_management_pages_by_skip_and_has_all_again_in_workspaces() {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      values.add(item("n" + i, Map.of("secret", i == 0, "value", "value-" + i)));
    }
    Azure azure = new Azure(Other.of("Microsoft.ApiManagement/service", "apim1")
        .document("namedValues", values)
        .document("workspaces", List.of(Map.of("name", "w1")))
        .document("workspaces/w1/namedValues", values.subList(1, 2))
        .document(
            "policies/policy",
            Map.of("properties", Map.of("value", "<policies/>", "format", "xml"))));
    String base = "Microsoft.ApiManagement/service/apim1/";
    String version = "?api-version=2024-05-01";
    JsonNode first = azure.shown(base + "namedValues" + version + "&$top=2");
    assertThat(first.path("value")).hasSize(2);
    assertThat(first.path("nextLink").asText()).contains("%24skip=2").contains("$top=2");
    assertThat(first.toString()).doesNotContain("value-0").contains("value-1");
    assertThat(azure.shown(base + "namedValues" + version + "&$skip=4").path("value"))
        .hasSize(1);
    assertThat(azure.shown(base + "workspaces/w1/namedValues" + version).path("value"))
        .hasSize(1);
    assertThat(azure.get(base + "workspaces/none/namedValues" + version).status())
        .isEqualTo(404);
    JsonNode policy = azure.shown(base + "policies/policy" + version + "&format=rawxml");
    assertThat(policy.path("type").asText()).isEqualTo("Microsoft.ApiManagement/service/policies");
    assertThat(policy.at("/properties/value").asText()).isEqualTo("<policies/>");
  }

  @Test
  void containers_and_the_metadata_of_secrets_are_those_of_the_account_and_the_vault() {
    Azure azure = new Azure(
        StorageAccount.named("acct1")
            .blob("c1/a.txt", "x")
            .blob("c1/b.txt", "x")
            .blob("c2/a", "x"),
        Vault.named("vault1").secret("db", "canary"));
    JsonNode containers = azure.shown(
        "Microsoft.Storage/storageAccounts/acct1/blobServices/default/containers?api-version=2023-05-01");
    assertThat(containers.findValuesAsText("name")).containsExactly("c1", "c2");
    assertThat(containers.at("/value/0/type").asText())
        .isEqualTo("Microsoft.Storage/storageAccounts/blobServices/containers");
    JsonNode secrets =
        azure.shown("Microsoft.KeyVault/vaults/vault1/secrets?api-version=2023-07-01");
    assertThat(secrets.at("/value/0/properties/attributes/enabled").asBoolean()).isTrue();
    assertThat(secrets.at("/value/0/id").asText())
        .isEqualTo(GROUP + "/providers/Microsoft.KeyVault/vaults/vault1/secrets/db");
    assertThat(secrets.toString()).doesNotContain("canary");
    assertThat(azure
            .shown("Microsoft.KeyVault/vaults/vault1/secrets/db?api-version=2023-07-01")
            .path("name")
            .asText())
        .isEqualTo("db");
  }

  @Test
  void placeholders_in_documents_and_properties_become_keys() {
    Azure azure = new Azure(
        StorageAccount.named("acct1"),
        Other.of("Microsoft.Logic/workflows", "w1")
            .property("definition", Map.of("key", List.of("${key:acct1/key1}", "plain"))),
        Other.of(AUTOMATION, "auto1")
            .document("runbooks", List.of(Map.of("name", "r")))
            .document("runbooks/r/content", "key ${key:acct1/key2}"));
    assertThat(azure
            .shown("Microsoft.Logic/workflows/w1?api-version=2019-05-01")
            .at("/properties/definition/key/0")
            .asText())
        .isEqualTo(azure.simulator.storageKey("acct1", "key1"));
    assertThat(azure.get(AUTOMATION + "/auto1/runbooks/r/content" + V).body())
        .isEqualTo("key " + azure.simulator.storageKey("acct1", "key2"));
  }
}
