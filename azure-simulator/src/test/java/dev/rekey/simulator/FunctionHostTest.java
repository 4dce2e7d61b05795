package dev.rekey.simulator;

import static dev.rekey.simulator.Names.APP;
import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FunctionHostTest {
  private static final String V = "?api-version=2024-04-01";
  private static final String STRING = "AccountName=acct1;AccountKey=${key:acct1/key1}";
  private static final String STATUS = "/hostruntime/admin/host/status";
  private static final String REFERENCE =
      "@Microsoft.KeyVault(SecretUri=${vault:vault1}secrets/storage)";

  private final Simulator simulator = Simulator.start(Scenario.tenant(TENANT)
      .client(CLIENT)
      .subscription(
          SUB,
          ResourceGroup.of(
              "rg1",
              StorageAccount.named("acct1"),
              Vault.named("vault1").secret("storage", STRING),
              WebApp.named("app1")
                  .kind("functionapp,linux")
                  .setting("AzureWebJobsStorage", STRING)
                  .setting("WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", STRING)
                  .slot(WebApp.named("staging")),
              WebApp.named("vaulted")
                  .kind("functionapp")
                  .setting("AzureWebJobsStorage", REFERENCE)
                  .reading("vault1"),
              WebApp.named("blind").kind("functionapp").setting("AzureWebJobsStorage", REFERENCE),
              WebApp.named("stopped").kind("functionapp").property("state", "Stopped"),
              WebApp.named("web")))
      .build());
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);

  @AfterEach
  void stop() {
    simulator.close();
  }

  private Wire.Answer send(String method, String path, String body) {
    return wire.call(token, method, path + V, body);
  }

  private static String app(String name) {
    return APP.replace("app1", name);
  }

  private String state(String app) {
    return send("GET", app(app) + STATUS, "").json().path("state").asText();
  }

  private void regenerate(String key) {
    wire.call(
        token,
        "POST",
        Names.ACCOUNT + "/regenerateKey?api-version=2025-06-01",
        "{\"keyName\":\"" + key + "\"}");
  }

  @Test
  void a_host_runs_while_its_storage_takes_its_key() {
    assertThat(state("app1")).isEqualTo("Running");
    regenerate("key2");
    assertThat(state("app1")).isEqualTo("Running");
    regenerate("key1");
    JsonNode status = send("GET", APP + STATUS, "").json();
    assertThat(status.path("state").asText()).isEqualTo("Error");
    assertThat(status.path("errors")).hasSize(1);
  }

  @Test
  void a_host_reads_its_storage_through_a_reference() {
    assertThat(state("vaulted")).isEqualTo("Running");
    assertThat(state("blind")).isEqualTo("Error");
    regenerate("key1");
    assertThat(state("vaulted")).isEqualTo("Error");
  }

  @Test
  void triggers_are_synced_of_function_apps_and_their_slots_only() {
    assertThat(send("POST", APP + "/syncfunctiontriggers", "").status()).isEqualTo(204);
    assertThat(send("POST", APP + "/slots/staging/syncfunctiontriggers", "").status())
        .isEqualTo(204);
    assertThat(send("POST", app("web") + "/syncfunctiontriggers", "").status()).isEqualTo(404);
    assertThat(send("POST", app("stopped") + "/syncfunctiontriggers", "").status())
        .isEqualTo(400);
    assertThat(send("GET", app("web") + STATUS, "").status()).isEqualTo(404);
    assertThat(send("GET", app("stopped") + STATUS, "").status()).isEqualTo(400);
  }

  @Test
  void a_content_share_that_can_t_be_mounted_is_refused() {
    ObjectNode body = Wire.JSON.createObjectNode();
    ObjectNode settings = body.putObject("properties");
    String dead = "AccountName=acct1;AccountKey=" + simulator.storageKey("acct1", "key1");
    regenerate("key1");
    settings.put("WEBSITE_CONTENTAZUREFILECONNECTIONSTRING", dead);
    Wire.Answer refused = send("PUT", APP + "/config/appsettings", body.toString());
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.body()).doesNotContain(dead);

    settings.put(
        "WEBSITE_CONTENTAZUREFILECONNECTIONSTRING",
        "@Microsoft.KeyVault(VaultName=vault1;SecretName=storage)");
    assertThat(send("PUT", APP + "/config/appsettings", body.toString()).status())
        .isEqualTo(400);
    settings.put("WEBSITE_SKIP_CONTENTSHARE_VALIDATION", "1");
    assertThat(send("PUT", APP + "/config/appsettings", body.toString()).status())
        .isEqualTo(200);
  }
}
