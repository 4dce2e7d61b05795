package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.simulator.Resource.Other;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceGraphTest {
  private static final String PATH =
      "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
  private static final String BLIND = "00000000-0000-0000-0000-000000000712";

  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final Clock clock = new Clock() {
    @Override
    public java.time.ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  };
  private final Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
          .client(CLIENT)
          .client(BLIND, "Microsoft.Web/sites/read")
          .subscription(
              SUB,
              ResourceGroup.of(
                  "Rg1",
                  StorageAccount.named("acct1")
                      .tag("env", "prod")
                      .property("publicNetworkAccess", "Enabled")
                      .withoutDataPlane(),
                  StorageAccount.named("acct2").withoutDataPlane(),
                  Vault.named("vault1"),
                  WebApp.named("app1"),
                  Other.of("Microsoft.Compute/virtualMachines", "vm1")))
          .subscription("00000000-0000-0000-0000-000000000001", ResourceGroup.of("rg2"))
          .build())
      .clock(clock)
      .random(new Random(5))
      .start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);

  @AfterEach
  void stop() {
    simulator.close();
  }

  private Wire.Answer ask(String with, String query, String options) {
    ObjectNode body = Wire.JSON.createObjectNode().put("query", query);
    if (!options.isEmpty()) {
      try {
        body.set("options", Wire.JSON.readTree(options));
      } catch (java.io.IOException e) {
        throw new AssertionError(e);
      }
    }
    return wire.call(with, "POST", PATH, body.toString());
  }

  private List<String> names(String query) {
    Wire.Answer answer = ask(token, query, "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    List<String> names = new ArrayList<>();
    answer.json().path("data").forEach(row -> names.add(row.path("name").asText()));
    return names;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "Resources | where type =~ 'Microsoft.Storage/storageAccounts'; acct1 acct2",
        "Resources | where type == 'microsoft.storage/storageaccounts'; acct1 acct2",
        "Resources | where type == 'Microsoft.Storage/storageAccounts'; ''",
        "resources | where type in~ ('microsoft.web/sites', \"Microsoft.KeyVault/vaults\"); app1 vault1",
        "Resources | where name =~ 'ACCT1' or name == 'vm1' | project name | order by name asc; acct1 vm1",
        "Resources | where name startswith 'acct' and not(name endswith '2'); acct1",
        "Resources | where tags.env == 'prod'; acct1",
        "Resources | where tags['env'] != 'prod' and name contains 'CCT'; acct2",
        "Resources | where isnotempty(properties.publicNetworkAccess) and type has 'storage'; acct1",
        "Resources | where tolower(resourceGroup) == 'rg1' | order by name desc | limit 2; vm1 vault1",
        "Resources | where type in ('microsoft.web/sites') // the app; app1",
        "Resources | where subscriptionId == '00000000-0000-0000-0000-000000000001'; ''",
        "Resources | where name !~ 'acct1' and type =~ 'microsoft.storage/storageaccounts'; acct2",
      })
  void queries_choose_rows(String query, String expected) {
    List<String> wanted = expected.isEmpty() ? List.of() : List.of(expected.split(" ", -1));
    if (query.contains("order by")) {
      assertThat(names(query)).isEqualTo(wanted);
    } else {
      assertThat(names(query)).containsExactlyInAnyOrderElementsOf(wanted);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Planets",
        "Resources |",
        "Resources | join kind=inner (x) on id",
        "Resources | where",
        "Resources | where name",
        "Resources | where name ~ 'a'",
        "Resources | where name == 'a",
        "Resources | where (name == 'a'",
        "Resources | project",
        "Resources | project 1a",
        "Resources where name == 'a'",
        "Resources | limit many",
        "Resources | where name == 'a' ; drop"
      })
  void what_it_cannot_read_it_refuses_with_a_position(String query) {
    Wire.Answer answer = ask(token, query, "");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).isEqualTo("BadRequest");
    assertThat(answer.json().at("/error/details/0/code").asText()).isEqualTo("InvalidQuery");
    JsonNode failure = answer.json().at("/error/details/1");
    assertThat(failure.path("code").asText()).isEqualTo("ParserFailure");
    assertThat(failure.path("line").asInt()).isEqualTo(1);
    assertThat(failure.path("characterPositionInLine").asInt()).isBetween(0, query.length());
  }

  @Test
  void random_text_never_breaks_the_parser() {
    Random random = new Random(42);
    String pieces = "Resources|where'\"()[],.=~!in project order by name \\ 1 //\n{}$é";
    for (int i = 0; i < 2_000; i++) {
      StringBuilder query = new StringBuilder(i % 2 == 0 ? "Resources | " : "");
      for (int j = random.nextInt(30); j > 0; j--) {
        query.append(pieces.charAt(random.nextInt(pieces.length())));
      }
      try {
        assertThat(Kusto.run(query.toString(), Map.of("resources", List::of)).rows())
            .isEmpty();
      } catch (Kusto.ParserFailure e) {
        assertThat(e.at()).as("seed 42, query %d", i).isBetween(0, query.length());
      }
    }
  }

  @Test
  void pages_follow_their_tokens_and_together_hold_everything() {
    String query = "Resources | project id, name | order by id asc";
    List<String> seen = new ArrayList<>();
    String token = "";
    int pages = 0;
    do {
      JsonNode page = ask(
              this.token,
              query,
              "{\"$top\":2" + (token.isEmpty() ? "" : ",\"$skipToken\":\"" + token + "\"") + "}")
          .json();
      assertThat(page.path("totalRecords").asInt()).isEqualTo(5);
      assertThat(page.path("count").asInt()).isEqualTo(page.path("data").size());
      assertThat(page.path("resultTruncated").asText()).isEqualTo("false");
      page.path("data").forEach(row -> seen.add(row.path("name").asText()));
      token = page.path("$skipToken").asText();
      pages++;
    } while (!token.isEmpty());
    assertThat(pages).isEqualTo(3);
    assertThat(seen).containsExactlyInAnyOrder("acct1", "acct2", "vault1", "app1", "vm1");
  }

  @Test
  void a_query_without_ids_is_cut_off_instead_of_paged() {
    JsonNode page = ask(token, "Resources | project name", "{\"$top\":2}").json();
    assertThat(page.path("resultTruncated").asText()).isEqualTo("true");
    assertThat(page.has("$skipToken")).isFalse();
  }

  @Test
  void options_that_are_unknown_or_out_of_range_are_refused() {
    for (String options : List.of(
        "{\"$top\":0}",
        "{\"$top\":1001}",
        "{\"$top\":\"2\"}",
        "{\"$skip\":-1}",
        "{\"colour\":1}",
        "{\"resultFormat\":\"csv\"}",
        "{\"$skipToken\":\"nonsense\"}")) {
      assertThat(ask(token, "Resources", options).status()).as(options).isEqualTo(400);
    }
    assertThat(wire.call(token, "POST", PATH, "{\"query\":\"Resources\",\"subscriptions\":[\"x\"]}")
            .json()
            .at("/error/details/0/code")
            .asText())
        .isEqualTo("NoValidSubscriptionsInQueryRequest");
  }

  @Test
  void containers_are_the_subscriptions_and_the_groups() {
    try (Simulator tagged = Simulator.start(Scenario.tenant(TENANT)
        .client(CLIENT)
        .client(BLIND, "Microsoft.Resources/subscriptions/resourceGroups/read")
        .subscription(Scenario.Subscription.of(SUB, ResourceGroup.of("Rg1").tag("env", "prod"))
            .name("shop")
            .tag("env", "Prod"))
        .subscription("00000000-0000-0000-0000-000000000001", ResourceGroup.of("rg2"))
        .managementGroup(Scenario.ManagementGroup.of("mg1", "All", SUB))
        .build())) {
      Wire other = new Wire(tagged.cloud(), tagged.trust());
      String reader = other.token(CLIENT, tagged.clientSecret(CLIENT), Wire.ARM);
      String query = "ResourceContainers | project id, name, type, location, resourceGroup,"
          + " subscriptionId, tenantId, tags, properties | order by id asc";
      JsonNode rows = other
          .call(reader, "POST", PATH, "{\"query\":\"" + query + "\"}")
          .json()
          .path("data");
      assertThat(rows.findValuesAsText("type"))
          .containsExactly(
              "microsoft.resources/subscriptions",
              "microsoft.resources/subscriptions/resourcegroups",
              "microsoft.resources/subscriptions",
              "microsoft.resources/subscriptions/resourcegroups");
      assertThat(rows.at("/0/name").asText()).isEqualTo("shop");
      assertThat(rows.at("/0/properties/managementGroupAncestorsChain/0/name").asText())
          .isEqualTo("mg1");
      assertThat(rows.at("/1/id").asText())
          .isEqualTo("/subscriptions/" + SUB + "/resourceGroups/Rg1");
      assertThat(rows.at("/1/resourceGroup").asText()).isEqualTo("rg1");
      assertThat(rows.at("/2/tags").isNull()).isTrue();
      String where = "ResourceContainers | where tags['env'] =~ 'PROD' | project id, name";
      assertThat(other
              .call(reader, "POST", PATH, "{\"query\":\"" + where + "\"}")
              .json()
              .path("data")
              .findValuesAsText("name"))
          .containsExactly("shop", "Rg1");
      assertThat(other
              .call(
                  reader,
                  "POST",
                  PATH,
                  "{\"query\":\"ResourceContainers\",\"managementGroups\":[\"mg1\"]}")
              .json()
              .path("totalRecords")
              .asInt())
          .isEqualTo(2);
      String blind = other.token(BLIND, tagged.clientSecret(BLIND), Wire.ARM);
      assertThat(other
              .call(blind, "POST", PATH, "{\"query\":\"ResourceContainers | project id\"}")
              .json()
              .path("totalRecords")
              .asInt())
          .isEqualTo(2);
    }
  }

  @Test
  void the_inventory_s_query_shows_sku_and_identity_and_only_what_resource_graph_has() {
    try (Simulator mixed = Simulator.start(Scenario.tenant(TENANT)
        .client(CLIENT)
        .subscription(
            SUB,
            ResourceGroup.of(
                "Rg1",
                Other.of("Microsoft.ApiManagement/service", "apim1")
                    .sku("Premium")
                    .identity("SystemAssigned")
                    .tag("env", "prod"),
                Other.of("Microsoft.App/managedEnvironments", "env1"),
                Other.of("Microsoft.App/managedEnvironments/daprComponents", "env1/state"),
                WebApp.named("app1").slot(WebApp.named("blue"))))
        .build())) {
      Wire other = new Wire(mixed.cloud(), mixed.trust());
      String reader = other.token(CLIENT, mixed.clientSecret(CLIENT), Wire.ARM);
      String end = " | project id, name, type, kind, location, resourceGroup, subscriptionId,"
          + " tenantId, tags, sku, identity, properties | order by id asc";
      JsonNode all = other
          .call(reader, "POST", PATH, "{\"query\":\"Resources" + end + "\"}")
          .json();
      List<String> types = new ArrayList<>();
      all.path("data").forEach(row -> types.add(row.path("type").asText()));
      assertThat(types)
          .containsExactly(
              "microsoft.apimanagement/service",
              "microsoft.app/managedenvironments",
              "microsoft.web/sites",
              "microsoft.web/sites/slots");
      JsonNode one = other
          .call(
              reader,
              "POST",
              PATH,
              "{\"query\":\"Resources | where type in~ ('Microsoft.ApiManagement/service')"
                  + " | where resourceGroup in~ ('RG1') | where subscriptionId in~ ('" + SUB
                  + "') | where tags['env'] =~ 'PROD'" + end + "\"}")
          .json();
      assertThat(one.path("totalRecords").asInt()).isEqualTo(1);
      assertThat(one.at("/data/0/sku/name").asText()).isEqualTo("Premium");
      assertThat(one.at("/data/0/identity/principalId").asText()).hasSize(36);
    }
  }

  @Test
  void the_sixteenth_query_in_five_seconds_is_refused_until_they_are_over() {
    for (int i = 15; i > 0; i--) {
      Wire.Answer answer = ask(token, "Resources | project id", "");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.header("x-ms-user-quota-remaining")).isEqualTo(Integer.toString(i - 1));
    }
    now = now.plus(Duration.ofSeconds(2));
    Wire.Answer refused = ask(token, "Resources | project id", "");
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.error()).isEqualTo("RateLimiting");
    assertThat(refused.header("Retry-After")).isEqualTo("3");
    assertThat(refused.header("x-ms-user-quota-resets-after")).isEqualTo("00:00:03");
    now = now.plus(Duration.ofSeconds(3));
    assertThat(ask(token, "Resources | project id", "").status()).isEqualTo(200);
  }

  @Test
  void what_a_client_may_not_read_it_does_not_see() {
    String blind = wire.token(BLIND, simulator.clientSecret(BLIND), Wire.ARM);
    assertThat(ask(blind, "Resources | project name", "").body())
        .contains("acct1")
        .doesNotContain("app1");
  }
}
