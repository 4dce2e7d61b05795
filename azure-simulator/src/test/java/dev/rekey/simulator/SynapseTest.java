package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.GROUP;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static dev.rekey.simulator.Names.WEAK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.SynapseWorkspace;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.io.StringReader;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SynapseTest {
  private static final String AUDIENCE = "https://dev.azuresynapse.net";
  private static final String V = "?api-version=2020-12-01";

  private final Scenario scenario = Scenario.tenant(TENANT)
      .client(CLIENT)
      .client(WEAK, "Microsoft.Synapse/workspaces/artifacts/read")
      .subscription(
          SUB,
          ResourceGroup.of(
              "rg1",
              StorageAccount.named("acct1"),
              workspace(),
              SynapseWorkspace.named("shut").property("publicNetworkAccess", "Disabled")))
      .build();
  private final Simulator simulator =
      Simulator.of(scenario).random(new Random(6)).start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), AUDIENCE);

  private static SynapseWorkspace workspace() {
    SynapseWorkspace workspace = SynapseWorkspace.named("syn1")
        .artifact(
            "linkedservices",
            "blobs",
            Map.of(
                "type",
                "AzureBlobStorage",
                "typeProperties",
                Map.of(
                    "connectionString",
                    "AccountKey=${key:acct1/key1}",
                    "secure",
                    Map.of("type", "SecureString", "value", "hidden"))))
        .artifact("sqlScripts", "script", Map.of("content", Map.of("query", "select 1")));
    for (int i = 0; i < 205; i++) {
      workspace = workspace.artifact("pipelines", "p" + i, Map.of("activities", List.of("a")));
    }
    return workspace;
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  private Wire.Answer get(String workspace, String path) {
    return wire.call(token, "GET", simulator.synapse(workspace).resolve(path), "");
  }

  @Test
  void artifacts_are_listed_and_what_is_secure_is_masked() {
    JsonNode service = get("syn1", "/linkedservices" + V).json().at("/value/0");
    assertThat(service.path("name").asText()).isEqualTo("blobs");
    assertThat(service.path("type").asText())
        .isEqualTo("Microsoft.Synapse/workspaces/linkedservices");
    assertThat(service.at("/properties/typeProperties/connectionString").asText())
        .isEqualTo("AccountKey=" + simulator.storageKey("acct1", "key1"));
    assertThat(service.at("/properties/typeProperties/secure/value").asText())
        .isEqualTo("**********");
    assertThat(get("syn1", "/sqlscripts" + V)
            .json()
            .at("/value/0/properties/content/query")
            .asText())
        .isEqualTo("select 1");
    assertThat(get("syn1", "/notebooks" + V).json().path("value")).isEmpty();
  }

  @Test
  void a_long_list_is_followed_page_by_page() {
    Set<String> names = new HashSet<>();
    String next = simulator.synapse("syn1").resolve("/pipelines" + V).toString();
    int pages = 0;
    while (!next.isEmpty()) {
      JsonNode page = wire.call(token, "GET", URI.create(next), "").json();
      page.path("value").forEach(one -> names.add(one.path("name").asText()));
      next = page.path("nextLink").asText("");
      assertThat(++pages).isLessThan(4);
    }
    assertThat(names).hasSize(205);
  }

  @Test
  void arm_names_the_development_endpoint() {
    String arm = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    JsonNode shown = wire.call(
            arm,
            "GET",
            GROUP + "/providers/Microsoft.Synapse/workspaces/syn1?api-version=2021-06-01",
            "")
        .json();
    assertThat(shown.at("/properties/connectivityEndpoints/dev").asText() + "/")
        .isEqualTo(simulator.synapse("syn1").toString());
  }

  @Test
  void refusals_name_what_is_missing() {
    URI pipelines = simulator.synapse("syn1").resolve("/pipelines" + V);
    assertThat(wire.send("GET", pipelines, Map.of(), "").status()).isEqualTo(401);
    String arm = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    assertThat(wire.call(arm, "GET", pipelines, "").status()).isEqualTo(401);
    String weak = wire.token(WEAK, simulator.clientSecret(WEAK), AUDIENCE);
    Wire.Answer denied = wire.call(weak, "GET", pipelines, "");
    assertThat(denied.status()).isEqualTo(403);
    assertThat(denied.body()).contains("Microsoft.Synapse/workspaces/artifacts/read");
    assertThat(get("shut", "/pipelines" + V).error()).isEqualTo("PublicNetworkAccessDenied");
    assertThat(get("syn1", "/pipelines").status()).isEqualTo(400);
    assertThat(get("syn1", "/pipelines" + V + "&$skiptoken=x").status()).isEqualTo(400);
    assertThat(get("syn1", "/secrets" + V).status()).isEqualTo(404);
  }

  @Test
  void a_scenario_is_written_and_read_and_shows_no_content() throws Exception {
    assertThat(Scenario.parse(new StringReader(scenario.toJson()))).isEqualTo(scenario);
    assertThat(scenario.toString()).doesNotContain("select 1");
    assertThatThrownBy(() -> SynapseWorkspace.named("syn1").artifact("poems", "p", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("poems");
  }
}
