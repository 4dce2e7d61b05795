package dev.rekey.simulator;

import static dev.rekey.simulator.Names.APP;
import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VaultReferencesTest {
  private static final String V = "?api-version=2024-04-01";
  private static final String REFERENCES = "/config/configreferences/appsettings";
  private static final String BY_NAME = "@Microsoft.KeyVault(VaultName=vault1;SecretName=db)";

  private final Hands clock = new Hands(Instant.parse("2026-01-01T00:00:00Z"));
  private final Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
          .client(CLIENT)
          .client(Names.WEAK, "Microsoft.Web/sites/config/read", "*/configreferences/*")
          .subscription(
              SUB,
              ResourceGroup.of(
                  "rg1",
                  Vault.named("vault1").secret("db", "one").secret("off", "x"),
                  Vault.named("denied").secret("db", "one"),
                  Vault.named("shut")
                      .secret("db", "one")
                      .property("publicNetworkAccess", "Disabled"),
                  WebApp.named("app1")
                      .setting("URI", "@Microsoft.KeyVault(SecretUri=${vault:vault1}secrets/db)")
                      .setting("PLAIN", "x")
                      .connectionString("named", BY_NAME, "Custom")
                      .slot(WebApp.named("staging").setting("URI", BY_NAME).reading("vault1"))
                      .reading("vault1", "shut"),
                  WebApp.named("nobody").setting("URI", BY_NAME)))
          .build())
      .clock(clock)
      .start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private String token = arm();

  @AfterEach
  void stop() {
    simulator.close();
  }

  private String arm() {
    return wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
  }

  private Wire.Answer send(String method, String path, String body) {
    return wire.call(token, method, path + V, body);
  }

  private JsonNode reference(String site, String group, String name) {
    Wire.Answer answer = send("GET", site + "/config/configreferences/" + group + "/" + name, "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().get("properties");
  }

  private String active() {
    return reference(APP, "appsettings", "URI").path("activeVersion").asText();
  }

  /** Puts a version and returns its id. */
  private String put(String name, String body) {
    String vault = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.VAULT);
    Wire.Answer answer = wire.call(
        vault,
        "PUT",
        simulator.vault("vault1").resolve("/secrets/" + name + "?api-version=7.4"),
        body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("id").asText().replaceAll(".*/", "");
  }

  private void write(String reference) {
    ObjectNode body = Wire.JSON.createObjectNode();
    body.putObject("properties").put("R", reference);
    assertThat(send("PUT", APP + "/config/appsettings", body.toString()).status())
        .isEqualTo(200);
  }

  @Test
  void references_are_listed_with_what_they_stand_for() {
    JsonNode all = send("GET", APP + REFERENCES, "").json();
    assertThat(all.path("value")).hasSize(1);
    JsonNode one = all.at("/value/0");
    assertThat(one.path("id").asText()).isEqualTo(APP + REFERENCES + "/URI");
    assertThat(one.at("/properties/status").asText()).isEqualTo("Resolved");
    assertThat(one.at("/properties/vaultName").asText()).isEqualTo("vault1");
    assertThat(one.at("/properties/secretName").asText()).isEqualTo("db");
    assertThat(one.at("/properties").has("secretVersion")).isFalse();
    assertThat(one.at("/properties/activeVersion").asText()).matches("[0-9a-f]{32}");
    assertThat(
            reference(APP, "connectionstrings", "named").path("activeVersion").asText())
        .isEqualTo(active());
    assertThat(reference(APP + "/slots/staging", "appsettings", "URI")
            .path("status")
            .asText())
        .isEqualTo("Resolved");
    assertThat(reference(APP.replace("app1", "nobody"), "appsettings", "URI")
            .path("status")
            .asText())
        .isEqualTo("MSINotEnabled");
  }

  @Test
  void a_new_version_is_seen_after_a_refresh_a_change_of_settings_or_a_day() {
    String first = active();
    String second = put("db", "{\"value\":\"two\"}");
    assertThat(active()).isEqualTo(first).isNotEqualTo(second);
    send("POST", APP + "/restart", "");
    assertThat(active()).isEqualTo(first);
    assertThat(send("POST", APP + REFERENCES + "/refresh", "").json().path("value"))
        .hasSize(1);
    assertThat(active()).isEqualTo(second);
    assertThat(
            reference(APP, "connectionstrings", "named").path("activeVersion").asText())
        .isEqualTo(second);

    String third = put("db", "{\"value\":\"three\"}");
    assertThat(active()).isEqualTo(second);
    send("PUT", APP + "/config/connectionstrings", "{\"properties\":{}}");
    assertThat(active()).isEqualTo(third);

    String fourth = put("db", "{\"value\":\"four\"}");
    clock.move(Duration.ofHours(23));
    token = arm();
    assertThat(active()).isEqualTo(third);
    clock.move(Duration.ofHours(1));
    token = arm();
    assertThat(active()).isEqualTo(fourth);
  }

  @Test
  void a_version_in_the_reference_stays() {
    String first = active();
    write("@Microsoft.KeyVault(VaultName=vault1;SecretName=db;SecretVersion=" + first + ")");
    put("db", "{\"value\":\"two\"}");
    send("POST", APP + REFERENCES + "/refresh", "");
    JsonNode pinned = reference(APP, "appsettings", "R");
    assertThat(pinned.path("activeVersion").asText()).isEqualTo(first);
    assertThat(pinned.path("secretVersion").asText()).isEqualTo(first);
  }

  @Test
  void what_can_t_be_fetched_leaves_the_version_that_was_there() {
    String first = active();
    put("db", "{\"value\":\"two\",\"attributes\":{\"enabled\":false}}");
    send("POST", APP + REFERENCES + "/refresh", "");
    assertThat(reference(APP, "appsettings", "URI").path("status").asText())
        .isEqualTo("OtherReasons");
    assertThat(active()).isEqualTo(first);
  }

  @ParameterizedTest
  @CsvSource({
    "SecretName=db, InvalidSyntax",
    "SecretUri=vault1/db, InvalidSyntax",
    "SecretUri=https://gone.vault.azure.net/secrets/db, VaultNotFound",
    "VaultName=gone;SecretName=db, VaultNotFound",
    "VaultName=denied;SecretName=db, AccessToKeyVaultDenied",
    "VaultName=shut;SecretName=db, AccessToKeyVaultDenied",
    "VaultName=vault1;SecretName=gone, SecretNotFound",
    "VaultName=vault1;SecretName=db;SecretVersion=0123, SecretVersionNotFound",
  })
  void what_does_not_resolve_says_why(String words, String status) {
    write("@Microsoft.KeyVault(" + words + ")");
    JsonNode reference = reference(APP, "appsettings", "R");
    assertThat(reference.path("status").asText()).isEqualTo(status);
    assertThat(reference.has("activeVersion")).isFalse();
  }

  @Test
  void references_need_permissions_and_a_known_address() {
    assertThat(send("GET", APP + REFERENCES + "/PLAIN", "").status()).isEqualTo(404);
    assertThat(send("GET", APP + "/config/configreferences/other", "").status()).isEqualTo(404);
    assertThat(send("POST", APP + REFERENCES, "").status()).isEqualTo(405);
    String weak = wire.token(Names.WEAK, simulator.clientSecret(Names.WEAK), Wire.ARM);
    assertThat(wire.call(weak, "GET", APP + REFERENCES + V, "").status()).isEqualTo(403);
    assertThat(wire.call(weak, "POST", APP + REFERENCES + "/refresh" + V, "").status())
        .isEqualTo(403);
  }
}
