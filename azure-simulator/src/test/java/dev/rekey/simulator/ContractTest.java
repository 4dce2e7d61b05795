package dev.rekey.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.MessagingNamespace;
import dev.rekey.simulator.Resource.Other;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.io.InputStream;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replays recorded exchanges with real Azure and compares the answers. */
class ContractTest {
  private static final String NET = "the simulator has no such service or provider";
  private static final String REGENERATE = "keys of this service are shown and not regenerated";
  private static final String SWAP = "a swap is done before it is answered";
  private static final String GRAPH_OBJECT = "00000000-0000-0000-0000-000000000700";
  private static final String FAULT = "throttling of this kind is made by a STATUS fault";

  /** Every entry that is not replayed, with the reason; the last test keeps this list complete. */
  private static final Map<String, Map<Integer, String>> LEFT_OUT = Map.of(
      "01-storage.json",
      Map.of(11, "there is no queue service; RefusalTest has the same answer for blobs"),
      "02-keyvault.json",
      Map.of(),
      "03-app-service.json",
      leftOut(SWAP, 9, NET, 13, 14, 18, 19, FAULT, 16, 17),
      "04-servicebus-eventhubs.json",
      leftOut("aliases of Geo-disaster recovery are not simulated", 6, NET, 7, 8),
      "05-cosmos.json",
      leftOut(REGENERATE, 1, 2, 3, 4),
      "06-other-service-keys.json",
      leftOut(
          REGENERATE,
          1,
          2,
          3,
          4,
          5,
          7,
          9,
          11,
          12,
          14,
          16,
          "the simulator has no keys of its own here that could be missing",
          19),
      "08-container-apps.json",
      leftOut("the simulator only reads container apps", 2, 3, 5, 6),
      "09-arg-subscriptions-deployments.json",
      leftOut(NET, 4),
      "10-arm-errors.json",
      leftOut(NET, 1, 2, 5, 7, 8, 9, 10, 11, 12, 13),
      "11-reported-errors.json",
      leftOut(NET, 5, 11, "access policies are not simulated", 2, FAULT, 8, 9, 10));

  private static Map<Integer, String> leftOut(Object... reasonsAndIndexes) {
    Map<Integer, String> all = new TreeMap<>();
    String reason = "";
    for (Object next : reasonsAndIndexes) {
      if (next instanceof String text) {
        reason = text;
      } else {
        all.put((Integer) next, reason);
      }
    }
    return all;
  }

  private final List<Simulator> started = new ArrayList<>();
  private final Map<String, String> versions = new HashMap<>();

  @AfterEach
  void stop() {
    started.forEach(Simulator::close);
  }

  private Simulator simulator(String subscription, ResourceGroup... groups) {
    Simulator simulator = Simulator.start(Scenario.tenant(Names.TENANT)
        .client(Names.CLIENT)
        .client(
            Names.WEAK,
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.Storage/storageAccounts/*")
        .subscription(subscription, groups)
        .build());
    started.add(simulator);
    return simulator;
  }

  private static Wire wire(Simulator simulator) {
    return new Wire(simulator.cloud(), simulator.trust());
  }

  private static String sub(int number) {
    return "00000000-0000-0000-0000-00000000000" + number;
  }

  private static Recording entry(String file, int index) {
    return Recording.load(file).get(index);
  }

  /** The address of a recorded request at the simulator. */
  private URI target(Simulator simulator, Recording recording) {
    String path = recording.path();
    for (Map.Entry<String, String> version : versions.entrySet()) {
      path = path.replace(version.getKey(), version.getValue());
    }
    path = path.replace(GRAPH_OBJECT, Directory.applicationObjectId(Names.CLIENT));
    String name = recording.host().replaceAll("\\..*", "");
    URI base = recording.host().contains(".vault.")
        ? simulator.vault(name)
        : recording.host().contains(".blob.") ? simulator.blob(name) : simulator.cloud();
    return URI.create(base.toString().replaceAll("/$", "") + path);
  }

  private Wire.Answer replay(
      Simulator simulator, Recording recording, String client, String audience, String body) {
    Wire wire = wire(simulator);
    String token = wire.token(client, simulator.clientSecret(client), audience);
    String sent = body;
    if (body.isEmpty() && recording.requestBody().isObject()) {
      sent = recording.requestBody().toString();
    }
    Wire.Answer answer = wire.call(token, recording.method(), target(simulator, recording), sent);
    remember(recording, answer);
    return answer;
  }

  /** Recorded version ids are stand-ins for the ones that the simulator makes. */
  private void remember(Recording recording, Wire.Answer answer) {
    String recorded = recording.responseBody().path("id").asText();
    if (recorded.matches(".*/secrets/.*/[0-9]{32}") && answer.status() == 200) {
      String actual = answer.json().path("id").asText();
      versions.put(
          recorded.substring(recorded.lastIndexOf('/') + 1),
          actual.substring(actual.lastIndexOf('/') + 1));
    }
  }

  private void arm(Simulator simulator, String file, int index, boolean exact) {
    Recording recording = entry(file, index);
    recording.compare(replay(simulator, recording, Names.CLIENT, Wire.ARM, ""), exact);
  }

  private void vault(Simulator simulator, int index, String body) {
    Recording recording = entry("02-keyvault.json", index);
    recording.compare(replay(simulator, recording, Names.CLIENT, Wire.VAULT, body), true);
  }

  /** An account with the properties that a recorded answer shows, as far as they are settable. */
  private static StorageAccount account(JsonNode shown) {
    Map<String, Object> properties = new LinkedHashMap<>();
    shown.path("properties").fields().forEachRemaining(field -> {
      if (!Set.of(
              "keyCreationTime",
              "creationTime",
              "primaryEndpoints",
              "primaryLocation",
              "statusOfPrimary")
          .contains(field.getKey())) {
        properties.put(field.getKey(), Wire.JSON.convertValue(field.getValue(), Object.class));
      }
    });
    Map<String, String> tags = new TreeMap<>();
    shown
        .path("tags")
        .fields()
        .forEachRemaining(t -> tags.put(t.getKey(), t.getValue().asText()));
    return new StorageAccount(
        shown.path("name").asText(),
        shown.path("location").asText(),
        shown.path("kind").asText(),
        shown.at("/sku/name").asText(),
        tags,
        properties,
        Map.of(),
        0,
        true,
        "");
  }

  @Test
  void keys_are_listed_and_regenerated_as_recorded() {
    String file = "01-storage.json";
    Simulator simulator = simulator(
        sub(0),
        ResourceGroup.of("rg1", StorageAccount.named("acct1")),
        ResourceGroup.of("rg2", StorageAccount.named("acct2")),
        ResourceGroup.of("rg3", StorageAccount.named("acct3")));
    for (int index = 0; index <= 4; index++) {
      arm(simulator, file, index, true);
    }
  }

  @Test
  void storage_accounts_are_shown_and_patched_as_recorded() {
    String file = "01-storage.json";
    JsonNode listed = entry(file, 5).responseBody().path("value");
    arm(
        simulator(sub(1), ResourceGroup.of("rg4", account(listed.get(0)), account(listed.get(1)))),
        file,
        5,
        false);
    arm(
        simulator(sub(1), ResourceGroup.of("rg5", account(entry(file, 6).responseBody()))),
        file,
        6,
        false);
    arm(
        simulator(
            sub(1),
            ResourceGroup.of("rg6", account(entry(file, 7).responseBody().at("/value/0")))),
        file,
        7,
        false);
    arm(
        simulator(
            sub(2),
            ResourceGroup.of("rg7", StorageAccount.named("acct8").tag("gone", "after the patch"))),
        file,
        8,
        false);
  }

  @Test
  void the_blob_service_answers_as_recorded() {
    Simulator simulator = simulator(sub(0), ResourceGroup.of("rg1", StorageAccount.named("acct9")));
    Recording missing = entry("01-storage.json", 9);
    missing.compare(
        replay(simulator, missing, Names.CLIENT, "https://storage.azure.com", ""), false);
    Recording withoutRole = entry("01-storage.json", 10);
    withoutRole.compare(
        replay(simulator, withoutRole, Names.WEAK, "https://storage.azure.com", ""), false);
  }

  @Test
  void keys_of_rules_are_listed_and_regenerated_as_recorded() {
    Simulator first = simulator(
        sub(0),
        ResourceGroup.of(
            "rg1",
            MessagingNamespace.serviceBus("ns1").rule("", "rule1", "Send").withoutDataPlane()),
        ResourceGroup.of("rg2", MessagingNamespace.serviceBus("ns2").withoutDataPlane()),
        ResourceGroup.of(
            "rg3",
            MessagingNamespace.serviceBus("ns3").rule("", "rule2", "Listen").withoutDataPlane()));
    Simulator second = simulator(
        sub(1),
        ResourceGroup.of(
            "rg4",
            MessagingNamespace.serviceBus("ns4")
                .entity("queues", "queue1")
                .rule("queue1", "rule3", "Send")
                .withoutDataPlane(),
            MessagingNamespace.eventHubs("ns5")
                .entity("eventhubs", "eh1")
                .rule("eh1", "rule3", "Send")
                .withoutDataPlane()));
    for (int index = 0; index <= 5; index++) {
      Recording recording = entry("04-servicebus-eventhubs.json", index);
      Wire.Answer answer = replay(
          index < 4 ? first : second,
          recording,
          Names.CLIENT,
          Wire.ARM,
          index == 3 ? "{\"policykey\":\"PrimaryKey\"}" : "");
      recording.compare(answer, true);
      String key = answer.json().path("primaryKey").asText();
      assertThat(key).matches("[A-Za-z0-9+/]{43}=");
      assertThat(answer.json().path("primaryConnectionString").asText())
          .isEqualTo(recording
              .responseBody()
              .path("primaryConnectionString")
              .asText()
              .replace("<redacted:base64-44>", key));
    }
  }

  @Test
  void a_vault_challenges_and_lists_as_recorded() {
    Simulator simulator = simulator(
        sub(0),
        ResourceGroup.of("rg1", Vault.named("vault1").property("softDeleteRetentionInDays", 7)));
    Recording challenge = entry("02-keyvault.json", 0);
    challenge.compare(
        wire(simulator).send("GET", target(simulator, challenge), Map.of(), ""), true);
    Wire wire = wire(simulator);
    wire.call(
        wire.token(Names.CLIENT, simulator.clientSecret(Names.CLIENT), Wire.VAULT),
        "PUT",
        simulator.vault("vault1").resolve("/secrets/test-secret-with-exp?api-version=7.3"),
        "{\"value\":\"v\",\"contentType\":\"\",\"tags\":{\"c7n\":\"true\"},"
            + "\"attributes\":{\"exp\":1769817424}}");
    vault(simulator, 1, "");
  }

  @Test
  void a_vault_refuses_an_audience_with_a_slash_as_recorded() {
    Simulator simulator = simulator(sub(0), ResourceGroup.of("rg1", Vault.named("vault2")));
    Recording recording = entry("02-keyvault.json", 2);
    recording.compare(
        replay(simulator, recording, Names.CLIENT, Wire.VAULT + "/", "{\"value\":\"v\"}"), true);
    vault(simulator, 3, "{\"value\":\"v\"}");
  }

  @Test
  void the_life_of_a_secret_without_soft_delete_is_as_recorded() {
    Simulator simulator = simulator(
        sub(0), ResourceGroup.of("rg1", Vault.named("vault3").property("enableSoftDelete", false)));
    String change = "{\"contentType\":\"text/plain\",\"attributes\":{\"exp\":2764484780},"
        + "\"tags\":{\"foo\":\"bar\"}}";
    Map<Integer, String> bodies = Map.of(
        4,
        "{\"value\":\"v\"}",
        7,
        change,
        8,
        change,
        11,
        "{\"value\":\"v\",\"attributes\":{\"enabled\":false}}");
    for (int index = 4; index <= 13; index++) {
      vault(simulator, index, bodies.getOrDefault(index, ""));
    }
    vault(simulator, 17, "{\"value\":\"v\"}");
    vault(simulator, 18, "{\"value\":\"v\"}");
    vault(simulator, 19, "");
  }

  @Test
  void secrets_are_paged_as_recorded() {
    Simulator simulator = simulator(
        sub(0), ResourceGroup.of("rg1", Vault.named("vault3").property("enableSoftDelete", false)));
    Wire wire = wire(simulator);
    String token = wire.token(Names.CLIENT, simulator.clientSecret(Names.CLIENT), Wire.VAULT);
    for (int i = 1; i <= 7; i++) {
      wire.call(
          token,
          "PUT",
          simulator.vault("vault3").resolve("/secrets/s" + i + "?api-version=7.0"),
          "{\"value\":\"v\",\"contentType\":\"t\",\"attributes\":{\"nbf\":1,\"exp\":2}}");
    }
    Recording first = entry("02-keyvault.json", 14);
    Wire.Answer page = wire.call(token, "GET", target(simulator, first), "");
    first.compare(page, true);
    page = wire.call(token, "GET", URI.create(page.json().path("nextLink").asText()), "");
    entry("02-keyvault.json", 15).compare(page, true);
    int pages = 2;
    while (!page.json().path("nextLink").isNull()) {
      page = wire.call(token, "GET", URI.create(page.json().path("nextLink").asText()), "");
      pages++;
    }
    assertThat(pages).isEqualTo(4);
    entry("02-keyvault.json", 16).compare(page, true);
  }

  @Test
  void the_life_of_a_secret_with_soft_delete_is_as_recorded() {
    Simulator simulator = simulator(sub(0), ResourceGroup.of("rg1", Vault.named("vault4")));
    Recording challenge = entry("02-keyvault.json", 20);
    challenge.compare(
        wire(simulator).send("PUT", target(simulator, challenge), Map.of(), ""), true);
    for (int index = 21; index <= 25; index++) {
      vault(simulator, index, "");
    }
    arm(simulator, "02-keyvault.json", 26, true);
  }

  @Test
  void app_service_answers_as_recorded() {
    String file = "03-app-service.json";
    arm(
        simulator(
            sub(0),
            ResourceGroup.of(
                "rg1", WebApp.named("app1").setting("WEBSITE_NODE_DEFAULT_VERSION", "6.9.1"))),
        file,
        0,
        false);
    Simulator simulator = simulator(
        sub(1),
        ResourceGroup.of("rg2", WebApp.named("app2").setting("OLD", "x")),
        ResourceGroup.of("rg3", WebApp.named("app3")),
        ResourceGroup.of("rg7", WebApp.named("app7")),
        ResourceGroup.of("rg9"));
    arm(simulator, file, 1, false);
    arm(simulator, file, 3, false);
    arm(simulator, file, 2, false);
    arm(simulator, file, 11, true);
    arm(simulator, file, 15, true);
  }

  @Test
  void deployment_slots_answer_as_recorded() {
    String file = "03-app-service.json";
    Simulator simulator = simulator(
        sub(1),
        ResourceGroup.of(
            "rg4",
            WebApp.named("app4")
                .slot(WebApp.named("staging")
                    .setting("WEBSITE_NODE_DEFAULT_VERSION", "6.9.1")
                    .property("serverFarmId", "plan2"))),
        ResourceGroup.of(
            "rg5", WebApp.named("app5").sticky(List.of("stickykey"), List.of("stickyName"))));
    arm(simulator, file, 4, false);
    arm(simulator, file, 5, true);
    arm(simulator, file, 6, true);
    Recording swap = entry(file, 8);
    Wire.Answer accepted = replay(simulator, swap, Names.CLIENT, Wire.ARM, "");
    swap.compare(accepted, true);
    Wire wire = wire(simulator);
    String token = wire.token(Names.CLIENT, simulator.clientSecret(Names.CLIENT), Wire.ARM);
    Recording done = entry(file, 10);
    Wire.Answer result = wire.call(token, "GET", URI.create(accepted.header("Location")), "");
    done.compare(result, false);
    assertThat(result.json().at("/properties/slotSwapStatus/destinationSlotName"))
        .isEqualTo(done.responseBody().at("/properties/slotSwapStatus/destinationSlotName"));
    WebApp staging = WebApp.named("staging")
        .tag("azd-env-name", "x")
        .property("serverFarmId", "plan1")
        .property(
            "siteConfig",
            Wire.JSON.convertValue(
                entry(file, 7).responseBody().at("/value/0/properties/siteConfig"), Object.class));
    arm(
        simulator(sub(2), ResourceGroup.of("rg6", WebApp.named("app6").slot(staging))),
        file,
        7,
        false);
  }

  @Test
  void resource_graph_and_subscriptions_answer_as_recorded() {
    String file = "09-arg-subscriptions-deployments.json";
    arm(
        simulator(
            sub(0),
            ResourceGroup.of(
                "rg1",
                Other.of("Microsoft.DevCenter/projects", "proj1")
                    .property("provisioningState", "Succeeded"))),
        file,
        0,
        true);
    Recording table = entry(file, 1);
    Simulator simulator = simulator(sub(1), ResourceGroup.of("rg2", StorageAccount.named("acct1")));
    table.compare(
        replay(
            simulator,
            table,
            Names.CLIENT,
            Wire.ARM,
            "{\"query\":\"Resources | where type =~ 'Microsoft.Storage/storageAccounts'"
                + " | project type, id\"}"),
        true);
    arm(simulator(sub(2)), file, 2, true);
    List<Object> deployments = new ArrayList<>();
    for (int i = 0; i < 101; i++) {
      deployments.add(Map.of("name", "d" + i));
    }
    Simulator deployed = Simulator.start(Scenario.tenant(Names.TENANT)
        .client(Names.CLIENT)
        .subscription(Scenario.Subscription.of(sub(3))
            .document("providers/Microsoft.Resources/deployments", deployments))
        .build());
    started.add(deployed);
    Recording page = entry(file, 3);
    Wire.Answer first = replay(deployed, page, Names.CLIENT, Wire.ARM, "");
    page.compare(first, true);
    assertThat(first.json().path("nextLink").asText())
        .startsWith(deployed.cloud().toString())
        .contains("/deployments/?api-version=2021-04-01&%24skiptoken=");
  }

  /** A recorded answer as a document of a scenario. */
  private static Object document(JsonNode body) {
    try {
      String key = "A".repeat(86) + "==";
      return Wire.JSON.readValue(
          body.toString().replace("<redacted:base64-88>", key), Object.class);
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> members(JsonNode body) {
    return Wire.JSON.convertValue(body, Map.class);
  }

  /** Replays one call below a resource whose answer the scenario has. */
  private void below(
      String file, int index, int subscription, String group, Other resource, String path) {
    JsonNode body = entry(file, index).responseBody();
    arm(
        simulator(
            sub(subscription),
            ResourceGroup.of(
                group,
                resource.document(
                    path, document(body.path("value").isArray() ? body.path("value") : body)))),
        file,
        index,
        true);
  }

  @Test
  void keys_of_further_services_are_listed_as_recorded() {
    String cosmos = "05-cosmos.json";
    String type = "Microsoft.DocumentDB/databaseAccounts";
    below(cosmos, 0, 0, "rg1", Other.of(type, "cosmos1"), "listKeys");
    below(cosmos, 5, 0, "rg2", Other.of(type, "cosmos2"), "readonlykeys");
    below(cosmos, 6, 0, "rg3", Other.of(type, "cosmos3"), "listKeys");
    String file = "06-other-service-keys.json";
    below(
        file,
        0,
        0,
        "rg1",
        Other.of("Microsoft.AppConfiguration/configurationStores", "appcfg1"),
        "listKeys");
    below(
        file,
        6,
        0,
        "rg1",
        Other.of("Microsoft.CognitiveServices/accounts", "account2"),
        "listKeys");
    below(file, 8, 0, "rg2", Other.of("Microsoft.Cache/Redis", "redis1"), "listKeys");
    Other search = Other.of("Microsoft.Search/searchServices", "search1");
    below(file, 10, 0, "rg3", search, "listAdminKeys");
    Recording query = entry(file, 13);
    arm(
        simulator(
            sub(0),
            ResourceGroup.of(
                "rg3", search.document("listQueryKeys", document(query.responseBody())))),
        file,
        13,
        true);
    below(file, 15, 0, "rg4", Other.of("Microsoft.Batch/batchAccounts", "batch1"), "listKeys");
    Other hub = Other.of("Microsoft.Devices/IotHubs", "hub1");
    below(file, 17, 2, "rg6", hub, "IotHubKeys/iothubowner/listkeys");
    below(file, 18, 3, "rg6", hub, "listkeys");
    below(
        file,
        20,
        5,
        "rg8",
        Other.of("Microsoft.ContainerRegistry/registries", "acr1"),
        "listCredentials");
  }

  @Test
  void container_apps_answer_as_recorded() {
    String file = "08-container-apps.json";
    Other app = Other.of("Microsoft.App/containerApps", "capp1");
    below(file, 0, 0, "rg1", app, "listSecrets");
    below(file, 1, 0, "rg1", app, "revisions");
    JsonNode shown = entry(file, 4).responseBody();
    Other web = new Other(
        "Microsoft.App/containerApps",
        "web",
        shown.path("location").asText(),
        "",
        Map.of("azd-env-name", "x", "azd-service-name", "web"),
        members(shown.path("properties")),
        Map.of(),
        members(shown.path("identity")),
        Map.of("", Map.of("systemData", members(shown.path("systemData")))));
    arm(simulator(sub(0), ResourceGroup.of("rg2", web)), file, 4, true);
  }

  @Test
  void publishing_credentials_of_a_slot_answer_as_recorded() {
    String file = "03-app-service.json";
    WebApp slot = WebApp.named("slotTest")
        .document("config/publishingcredentials/list", document(entry(file, 12).responseBody()));
    arm(
        simulator(sub(3), ResourceGroup.of("rg8", WebApp.named("app8").slot(slot))),
        file,
        12,
        true);
  }

  @Test
  void arm_refuses_as_recorded() {
    String file = "10-arm-errors.json";
    Simulator simulator = simulator(
        sub(0), ResourceGroup.of("rg1", StorageAccount.named("acct1")), ResourceGroup.of("rg4"));
    for (int index : List.of(3, 4, 6)) {
      arm(simulator, file, index, true);
    }
    // Another provider than the recorded one, but ARM's gateway refuses alike for all.
    Wire wire = wire(simulator);
    entry(file, 0)
        .compare(
            wire.call(
                wire.token(Names.WEAK, simulator.clientSecret(Names.WEAK), Wire.ARM),
                "GET",
                Names.ACCOUNT + "?api-version=2023-05-01",
                ""),
            true);
  }

  @Test
  void reported_errors_have_the_same_codes_and_texts() {
    String file = "11-reported-errors.json";
    Simulator open = simulator(sub(0), ResourceGroup.of("rg1", Vault.named("vault1")));
    Recording rbac = entry(file, 0);
    sameText(rbac, replay(open, rbac, Names.WEAK, Wire.VAULT, ""));

    Simulator closed = simulator(
        sub(0),
        ResourceGroup.of("rg1", Vault.named("vault1").property("publicNetworkAccess", "Disabled")));
    Recording firewall = entry(file, 1);
    sameText(firewall, replay(closed, firewall, Names.CLIENT, Wire.VAULT, ""));

    Wire wire = wire(open);
    String token = wire.token(Names.CLIENT, open.clientSecret(Names.CLIENT), Wire.VAULT);
    URI secret = open.vault("vault1").resolve("/secrets/secret1?api-version=7.4");
    wire.call(token, "PUT", secret, "{\"value\":\"v\"}");
    wire.call(token, "DELETE", secret, "");
    Recording deleted = entry(file, 3);
    sameText(deleted, replay(open, deleted, Names.CLIENT, Wire.VAULT, "{\"value\":\"v\"}"));

    Simulator locked =
        simulator(sub(0), ResourceGroup.of("rg1", StorageAccount.named("acct1")).locked());
    Recording lock = entry(file, 7);
    sameText(lock, replay(locked, lock, Names.CLIENT, Wire.ARM, ""));
  }

  @Test
  void reported_errors_of_the_blob_service_have_the_same_codes_and_texts() {
    String file = "11-reported-errors.json";
    Simulator off = simulator(
        sub(0),
        ResourceGroup.of(
            "rg1", StorageAccount.named("acct1").property("allowSharedKeyAccess", false)));
    Recording notPermitted = entry(file, 4);
    notPermitted.compare(
        wire(off)
            .signed(
                off.blob("acct1"),
                "acct1",
                notPermitted.path(),
                off.storageKey("acct1", "key1"),
                Clock.systemUTC()),
        true);
    Simulator on = simulator(sub(0), ResourceGroup.of("rg1", StorageAccount.named("acct1")));
    Recording wrongKey = entry(file, 6);
    wrongKey.compare(
        wire(on)
            .signed(
                on.blob("acct1"),
                "acct1",
                wrongKey.path(),
                off.storageKey("acct1", "key1"),
                Clock.systemUTC()),
        true);
  }

  /** Compares the message too, up to where ids and places of the recording begin. */
  private static void sameText(Recording recording, Wire.Answer answer) {
    recording.compare(answer, true);
    assertThat(firstLine(answer.json())).isEqualTo(firstLine(recording.responseBody()));
  }

  private static String firstLine(JsonNode body) {
    return body.at("/error/message").asText().replaceAll("\r\n(?s).*", "");
  }

  @Test
  void official_examples_have_the_same_shape() throws Exception {
    Simulator simulator = simulator(
        "34adfa4f-cedf-4dc0-ba29-b6d1a69ab345",
        ResourceGroup.of(
            "testrg123",
            WebApp.named("sitef6141").setting("Setting1", "Value1").setting("Setting2", "V2"),
            StorageAccount.named("sto2220"),
            Vault.named("myvault").secret("listsecrettest0", "v").secret("listsecrettest1", "v")));
    Wire wire = wire(simulator);
    String token = wire.token(Names.CLIENT, simulator.clientSecret(Names.CLIENT), Wire.ARM);
    String group =
        "/subscriptions/34adfa4f-cedf-4dc0-ba29-b6d1a69ab345/resourceGroups/testrg123/providers/";
    example("01-webapp-list-appsettings")
        .compareBody(
            wire.call(
                token,
                "POST",
                group
                    + "Microsoft.Web/sites/sitef6141/config/appsettings/list?api-version=2025-03-01",
                ""),
            false);
    String query =
        "{\"query\":\"Resources | project id, name, type, location\",\"options\":{\"$top\":1%s}}";
    String arg = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
    String skip = wire.call(token, "POST", arg, query.formatted(""))
        .json()
        .path("$skipToken")
        .asText();
    example("02-resourcegraph-next-page")
        .compareBody(
            wire.call(token, "POST", arg, query.formatted(",\"$skipToken\":\"" + skip + "\"")),
            true);
    String vaultToken = wire.token(Names.CLIENT, simulator.clientSecret(Names.CLIENT), Wire.VAULT);
    URI secrets = simulator.vault("myvault").resolve("/secrets/");
    wire.call(
        vaultToken,
        "PUT",
        secrets.resolve("listsecrettest0?api-version=2025-07-01"),
        "{\"value\":\"v2\",\"contentType\":\"plainText\"}");
    example("05-keyvault-getsecrets")
        .compareBody(
            wire.call(
                vaultToken,
                "GET",
                secrets.resolve("/secrets?api-version=2025-07-01&maxresults=1"),
                ""),
            false);
    example("06-keyvault-getsecretversions")
        .compareBody(
            wire.call(
                vaultToken,
                "GET",
                secrets.resolve("listsecrettest0/versions?api-version=2025-07-01&maxresults=1"),
                ""),
            false);
    Wire.Answer keys = wire.call(
        token,
        "POST",
        group + "Microsoft.Storage/storageAccounts/sto2220/listKeys?api-version=2023-05-01",
        "");
    // The example's "Full" is older than the recordings, which win: names are compared only.
    JsonNode shown = example("10-storage-listkeys").responseBody().at("/keys/0");
    shown
        .fieldNames()
        .forEachRemaining(name ->
            assertThat(keys.json().at("/keys/0/" + name).isTextual()).as(name).isTrue());
  }

  /** Asks for what an example answers, in a scenario that was made from it. */
  private void likeTheExample(
      String name, String method, Other resource, String below, String version, JsonNode expected) {
    Simulator simulator = simulator(sub(0), ResourceGroup.of("rg1", resource));
    Wire wire = wire(simulator);
    Wire.Answer answer = wire.call(
        wire.token(Names.CLIENT, simulator.clientSecret(Names.CLIENT), Wire.ARM),
        method,
        Names.GROUP + "/providers/" + Asset.path(resource.type(), resource.name()) + below
            + "?api-version=" + version,
        "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    new Recording(
            name,
            0,
            Wire.JSON
                .createObjectNode()
                .set("response", Wire.JSON.createObjectNode().set("body", expected)))
        .compareBody(answer, false);
  }

  private static Other shownBy(String type, String name, JsonNode example) {
    Other resource = Other.of(type, name);
    for (Map.Entry<String, Object> property :
        members(example.path("properties")).entrySet()) {
      resource = resource.property(property.getKey(), property.getValue());
    }
    return example.has("systemData")
        ? resource.document("", Map.of("systemData", members(example.path("systemData"))))
        : resource;
  }

  @Test
  void official_examples_of_other_kinds_have_the_same_shape() throws Exception {
    JsonNode workflow = example("03-logic-workflow-get").responseBody();
    likeTheExample(
        "03",
        "GET",
        shownBy("Microsoft.Logic/workflows", "w1", workflow),
        "",
        "2016-06-01",
        workflow);
    JsonNode secrets = example("04-containerapp-listsecrets").responseBody();
    likeTheExample(
        "04",
        "POST",
        Other.of("Microsoft.App/containerApps", "c1")
            .document("listSecrets", document(secrets.path("value"))),
        "/listSecrets",
        "2025-10-02-preview",
        secrets);
    JsonNode variable = example("07-automation-variable-put").responseBody();
    likeTheExample(
        "07",
        "GET",
        Other.of("Microsoft.Automation/automationAccounts", "a1")
            .document("variables", List.of(members(variable))),
        "/variables/sampleVariable",
        "2024-10-23",
        variable);
    JsonNode containers = example("09-containerinstance-get").responseBody();
    likeTheExample(
        "09",
        "GET",
        shownBy("Microsoft.ContainerInstance/containerGroups", "demo1", containers),
        "",
        "2018-10-01",
        containers);
    JsonNode services = example("11-datafactory-linkedservices").responseBody();
    likeTheExample(
        "11",
        "GET",
        Other.of("Microsoft.DataFactory/factories", "f1")
            .document("linkedservices", document(services.path("value"))),
        "/linkedservices",
        "2018-06-01",
        services);
    JsonNode value = example("12-apim-namedvalue-listvalue").responseBody();
    likeTheExample(
        "12",
        "POST",
        Other.of("Microsoft.ApiManagement/service", "s1")
            .document("namedValues", List.of(Map.of("name", "v1")))
            .document("namedValues/v1/listValue", members(value)),
        "/namedValues/v1/listValue",
        "2022-08-01",
        value);
    JsonNode extensions = example("13-vm-extensions-list").responseBody();
    Object seeded = document(extensions.path("value"));
    // The example has every property of the schema; this one is never returned.
    ((com.fasterxml.jackson.databind.node.ObjectNode) extensions.at("/value/0/properties"))
        .remove("protectedSettings");
    likeTheExample(
        "13",
        "GET",
        Other.of("Microsoft.Compute/virtualMachines", "vm1").document("extensions", seeded),
        "/extensions",
        "2022-03-01",
        extensions);
    JsonNode script = example("14-deploymentscript-get").responseBody();
    likeTheExample(
        "14",
        "GET",
        shownBy("Microsoft.Resources/deploymentScripts", "MyDeploymentScript", script)
            .kind("AzurePowerShell"),
        "",
        "2020-10-01",
        script);
  }

  private static Recording example(String name) throws Exception {
    try (InputStream in = ContractTest.class.getResourceAsStream("/examples/" + name + ".json")) {
      JsonNode example = Wire.JSON.readTree(in);
      return new Recording(
          name, 0, Wire.JSON.createObjectNode().set("response", example.at("/responses/200")));
    }
  }

  @Test
  void the_life_of_a_client_secret_is_as_recorded() {
    String file = "07-graph-applications.json";
    Simulator simulator = Simulator.start(Scenario.tenant(Names.TENANT)
        .client(Names.CLIENT)
        .client(Names.WEAK, "Application.*")
        .build());
    started.add(simulator);
    String graph = "https://graph.microsoft.com";
    for (int index = 0; index <= 2; index++) {
      Recording recording = entry(file, index);
      recording.compare(replay(simulator, recording, Names.CLIENT, graph, ""), index == 1);
    }
    Wire wire = wire(simulator);
    String keyId = wire.call(
            wire.token(Names.CLIENT, simulator.clientSecret(Names.CLIENT), graph),
            "GET",
            "/v1.0/applications(appId='" + Names.CLIENT + "')",
            "")
        .json()
        .at("/passwordCredentials/1/keyId")
        .asText();
    Recording removal = entry(file, 3);
    removal.compare(
        replay(simulator, removal, Names.CLIENT, graph, "{\"keyId\":\"" + keyId + "\"}"), true);
    Recording unnamed = entry(file, 4);
    unnamed.compare(replay(simulator, unnamed, Names.CLIENT, graph, ""), true);
    Recording denied = entry(file, 5);
    sameText(denied, replay(simulator, denied, Names.WEAK, graph, ""));
  }

  @Test
  void every_entry_is_replayed_or_left_out_for_a_reason() {
    Map<String, Set<Integer>> replayed = Map.ofEntries(
        Map.entry("01-storage.json", Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10)),
        Map.entry(
            "02-keyvault.json",
            Set.of(
                0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
                23, 24, 25, 26)),
        Map.entry("03-app-service.json", Set.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 15)),
        Map.entry("04-servicebus-eventhubs.json", Set.of(0, 1, 2, 3, 4, 5)),
        Map.entry("05-cosmos.json", Set.of(0, 5, 6)),
        Map.entry("06-other-service-keys.json", Set.of(0, 6, 8, 10, 13, 15, 17, 18, 20)),
        Map.entry("07-graph-applications.json", Set.of(0, 1, 2, 3, 4, 5)),
        Map.entry("08-container-apps.json", Set.of(0, 1, 4)),
        Map.entry("09-arg-subscriptions-deployments.json", Set.of(0, 1, 2, 3)),
        Map.entry("10-arm-errors.json", Set.of(0, 3, 4, 6)),
        Map.entry("11-reported-errors.json", Set.of(0, 1, 3, 4, 6, 7)));
    replayed.forEach((file, indexes) -> {
      for (Recording recording : Recording.load(file)) {
        assertThat(indexes.contains(recording.index()))
            .as("%s is replayed, or left out", recording)
            .isNotEqualTo(LEFT_OUT.getOrDefault(file, Map.of()).containsKey(recording.index()));
      }
    });
  }
}
