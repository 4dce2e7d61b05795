package dev.rekey.simulator;

import static dev.rekey.simulator.Names.ACCOUNT;
import static dev.rekey.simulator.Names.APP;
import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.GROUP;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What Azure refuses, the simulator refuses. */
class RefusalTest {
  private static final String V = "?api-version=2025-06-01";
  private static final String W = "?api-version=2025-03-01";

  private final Hands clock = new Hands(Instant.parse("2026-01-01T00:00:00.1234567Z"));
  private final Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
          .client(CLIENT)
          .client(Names.WEAK, "Microsoft.Storage/storageAccounts/REGENERATEKEY/action")
          .subscription(
              SUB,
              ResourceGroup.of(
                  "rg1",
                  StorageAccount.named("acct1").oldKeyUses(2).blob("c/b", "x"),
                  StorageAccount.named("shut").property("publicNetworkAccess", "Disabled"),
                  Vault.named("vault1").property("enablePurgeProtection", true),
                  WebApp.named("app1").setting("A", "1")))
          .build())
      .clock(clock)
      .random(new Random(11))
      .start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
  private final String vaultToken = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.VAULT);

  @AfterEach
  void stop() {
    simulator.close();
  }

  private void refused(Wire.Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.error()).isEqualTo(code);
  }

  private Map<String, String> form() {
    Map<String, String> form = new HashMap<>();
    form.put("grant_type", "client_credentials");
    form.put("client_id", CLIENT);
    form.put("client_secret", simulator.clientSecret(CLIENT));
    form.put("scope", Wire.ARM + "/.default");
    return form;
  }

  @ParameterizedTest
  @CsvSource({
    "client_secret, wrong, 401, invalid_client, 7000215",
    "client_secret, '', 401, invalid_client, 7000218",
    "client_id, 00000000-0000-0000-0000-000000000999, 400, unauthorized_client, 700016",
    "grant_type, password, 400, unsupported_grant_type, 70003",
    "grant_type, '', 400, invalid_request, 900144",
    "scope, https://management.azure.com, 400, invalid_scope, 1002012",
    "scope, https://example.com/.default, 400, invalid_resource, 500011",
  })
  void entra_refuses(String field, String value, int status, String error, int code) {
    Map<String, String> form = form();
    form.put(field, value);
    Wire.Answer answer = wire.token(TENANT, form);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().path("error").asText()).isEqualTo(error);
    assertThat(answer.json().at("/error_codes/0").asInt()).isEqualTo(code);
    assertThat(answer.json().path("error_description").asText()).startsWith("AADSTS" + code + ": ");
    assertThat(answer.body()).doesNotContain(simulator.clientSecret(CLIENT));
  }

  @Test
  void entra_refuses_another_tenant() {
    Wire.Answer answer = wire.token(SUB, form());
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error_codes/0").asInt()).isEqualTo(90002);
  }

  @Test
  void arm_refuses_a_missing_wrong_or_expired_token() {
    URI uri = simulator.cloud().resolve(ACCOUNT + V);
    Wire.Answer missing = wire.send("GET", uri, Map.of(), "");
    refused(missing, 401, "AuthenticationFailed");
    assertThat(missing.header("WWW-Authenticate")).startsWith("Bearer authorization_uri=");
    refused(wire.call("nonsense", "GET", uri, ""), 401, "InvalidAuthenticationToken");
    refused(wire.call(vaultToken, "GET", uri, ""), 401, "InvalidAuthenticationTokenAudience");
    clock.move(Duration.ofHours(1));
    refused(wire.call(token, "GET", uri, ""), 401, "ExpiredAuthenticationToken");
  }

  @Test
  void arm_takes_tokens_for_its_own_address() {
    String own = wire.token(
        CLIENT,
        simulator.clientSecret(CLIENT),
        Entra.withoutSlash(simulator.cloud().toString()));
    assertThat(wire.call(own, "GET", ACCOUNT + V, "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, '', 400, MissingApiVersionParameter",
    "GET, ?api-version=2099-01-01, 400, NoRegisteredProviderFound",
    "DELETE, ?api-version=2025-06-01, 405, MethodNotAllowed",
    "PUT, ?api-version=2025-06-01, 405, MethodNotAllowed",
    "GET, /listKeys?api-version=2025-06-01, 405, MethodNotAllowed",
    "POST, /explode?api-version=2025-06-01, 404, NotFound",
  })
  void arm_refuses_wrong_versions_and_methods(String method, String rest, int status, String code) {
    refused(wire.call(token, method, ACCOUNT + rest, ""), status, code);
  }

  @ParameterizedTest
  @CsvSource({
    "/subscriptions?api-version=1999-01-01, 400, InvalidApiVersionParameter",
    "/subscriptions/x?api-version=2022-12-01, 400, InvalidSubscriptionId",
    "/subscriptions/00000000-0000-0000-0000-0000000000ff?api-version=2022-12-01, 404,"
        + " SubscriptionNotFound",
    "/planets?api-version=2022-12-01, 404, NotFound",
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/none/providers/"
        + "Microsoft.Web/sites/a?api-version=2025-03-01, 404, ResourceGroupNotFound",
    "/subscriptions/00000000-0000-0000-0000-000000000000/providers/Microsoft.Web/sites"
        + "?api-version=2099-03-01, 404, InvalidResourceType",
  })
  void arm_refuses_unknown_places(String path, int status, String code) {
    refused(wire.call(token, "GET", path, ""), status, code);
  }

  @Test
  void paths_and_parameter_names_are_read_in_any_letter_case() {
    String path =
        ACCOUNT.toUpperCase(java.util.Locale.ROOT).replace("/SUBSCRIPTIONS", "/subscriptions");
    assertThat(wire.call(token, "POST", path + "/LISTKEYS?API-Version=2025-06-01", "")
            .status())
        .isEqualTo(200);
  }

  @Test
  void a_denied_action_is_named_with_its_scope() {
    String weak = wire.token(Names.WEAK, simulator.clientSecret(Names.WEAK), Wire.ARM);
    Wire.Answer answer =
        wire.call(weak, "POST", ACCOUNT + "/regenerateKey" + V, "{\"keyName\":\"key1\"}");
    refused(answer, 403, "AuthorizationFailed");
    assertThat(answer.body())
        .contains("'Microsoft.Storage/storageAccounts/regenerateKey/action'", "'" + ACCOUNT + "'");
    assertThat(wire.call(weak, "POST", ACCOUNT + "/listKeys" + V, "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{\"keyName\":\"key3\"}",
        "{\"keyName\":\"kerb1\"}",
        "{\"keyName\":1}",
        "{\"keyName\":\"key1\",\"more\":1}"
      })
  void regenerate_refuses_other_bodies_and_changes_nothing(String body) {
    String key1 = simulator.storageKey("acct1", "key1");
    Wire.Answer answer = wire.call(token, "POST", ACCOUNT + "/regenerateKey" + V, body);
    refused(answer, 400, "InvalidValuesForRequestParameters");
    assertThat(simulator.storageKey("acct1", "key1")).isEqualTo(key1);
  }

  @Test
  void malformed_json_and_other_media_types_are_refused() {
    for (String body :
        List.of("{", "[]", "\"x\"", "{\"keyName\":\"key1\",\"keyName\":\"key2\"}", "{} {}")) {
      refused(
          wire.call(token, "POST", ACCOUNT + "/regenerateKey" + V, body),
          400,
          "InvalidRequestContent");
    }
    refused(
        wire.send(
            "POST",
            simulator.cloud().resolve(ACCOUNT + "/regenerateKey" + V),
            Map.of("Authorization", "Bearer " + token, "Content-Type", "text/plain"),
            "{}"),
        415,
        "UnsupportedMediaType");
  }

  @Test
  void a_patch_is_checked_as_a_whole_and_then_obeyed() {
    refused(
        wire.call(
            token, "PATCH", ACCOUNT + V, "{\"properties\":{\"allowSharedKeyAccess\":\"no\"}}"),
        400,
        "InvalidValuesForRequestParameters");
    refused(
        wire.call(
            token,
            "PATCH",
            ACCOUNT + V,
            "{\"properties\":{\"allowSharedKeyAccess\":false,\"colour\":1}}"),
        400,
        "InvalidValuesForRequestParameters");
    assertThat(blob("acct1", "/c/b", simulator.storageKey("acct1", "key1")).status())
        .isEqualTo(200);
    wire.call(token, "PATCH", ACCOUNT + V, "{\"properties\":{\"allowSharedKeyAccess\":false}}");
    assertThat(
            blob("acct1", "/c/b", simulator.storageKey("acct1", "key1")).header("x-ms-error-code"))
        .isEqualTo("KeyBasedAuthenticationNotPermitted");
  }

  @Test
  void app_service_refuses_settings_in_its_own_shape() {
    for (String body : List.of(
        "{}",
        "{\"properties\":[]}",
        "{\"properties\":{\"A\":1}}",
        "{\"properties\":{\"A\":null}}")) {
      Wire.Answer answer = wire.call(token, "PUT", APP + "/config/appsettings" + W, body);
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.json().path("Code").asText()).isEqualTo("BadRequest");
      assertThat(answer.json().path("Details")).hasSize(3);
    }
    assertThat(wire.call(
                token,
                "PUT",
                APP + "/config/connectionstrings" + W,
                "{\"properties\":{\"A\":{\"value\":\"v\",\"type\":\"Odd\"}}}")
            .status())
        .isEqualTo(400);
    assertThat(wire.call(token, "POST", APP + "/config/appsettings/list" + W, "")
            .json()
            .at("/properties/A")
            .asText())
        .isEqualTo("1");
    refused(wire.call(token, "GET", APP + "/config/appsettings" + W, ""), 405, "MethodNotAllowed");
  }

  private Wire.Answer blob(String account, String path, String key) {
    return wire.signed(simulator.blob(account), account, path, key, clock);
  }

  @Test
  void an_old_key_lives_on_for_as_many_requests_as_the_scenario_says() {
    String old = simulator.storageKey("acct1", "key1");
    wire.call(token, "POST", ACCOUNT + "/regenerateKey" + V, "{\"keyName\":\"key1\"}");
    assertThat(blob("acct1", "/c/b", old).status()).isEqualTo(200);
    assertThat(blob("acct1", "/c/b", simulator.storageKey("acct1", "key1")).status())
        .isEqualTo(200);
    assertThat(blob("acct1", "/c/b", old).status()).isEqualTo(200);
    assertThat(blob("acct1", "/c/b", old).status()).isEqualTo(403);
    assertThat(blob("acct1", "/c/b", simulator.storageKey("acct1", "key1")).status())
        .isEqualTo(200);
  }

  @Test
  void creation_times_differ_after_a_regenerate_even_if_the_clock_stands_still() {
    String path = ACCOUNT + "/regenerateKey" + V;
    wire.call(token, "POST", path, "{\"keyName\":\"key2\"}");
    Wire.Answer answer = wire.call(token, "POST", path, "{\"keyName\":\"key2\"}");
    assertThat(answer.json().at("/keys/0/creationTime").asText())
        .isEqualTo("2026-01-01T00:00:00.1234567Z");
    assertThat(answer.json().at("/keys/1/creationTime").asText())
        .isEqualTo("2026-01-01T00:00:00.1234569Z");
    assertThat(wire.call(token, "GET", ACCOUNT + V, "")
            .json()
            .at("/properties/keyCreationTime/key2")
            .asText())
        .isEqualTo("2026-01-01T00:00:00.1234569Z");
  }

  @Test
  void the_blob_service_refuses_without_testing_the_key() {
    URI root = simulator.blob("acct1").resolve("/?restype=service&comp=properties");
    String key = simulator.storageKey("acct1", "key1");
    assertThat(wire.send("GET", root, Map.of(), "").header("x-ms-error-code"))
        .isEqualTo("NoAuthenticationInformation");
    for (String malformed :
        List.of("SharedKey", "SharedKey acct1", "SharedKey acct1:abc", "Basic x")) {
      Wire.Answer answer = wire.send("GET", root, Map.of("Authorization", malformed), "");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.header("x-ms-error-code")).isEqualTo("InvalidAuthenticationInfo");
    }
    Wire.Answer late = wire.signed(
        simulator.blob("acct1"), "acct1", "/c/b", key, Clock.offset(clock, Duration.ofMinutes(16)));
    assertThat(late.header("x-ms-error-code")).isEqualTo("AuthenticationFailed");
    assertThat(late.body()).contains("Request date header too old").doesNotContain("MAC signature");
    assertThat(blob("shut", "/", simulator.storageKey("shut", "key1")).header("x-ms-error-code"))
        .isEqualTo("AuthorizationFailure");
    assertThat(blob("acct1", "/c/none", key).header("x-ms-error-code")).isEqualTo("BlobNotFound");
    assertThat(blob("acct1", "/none/b", key).header("x-ms-error-code"))
        .isEqualTo("ContainerNotFound");
    assertThat(wire.send("GET", simulator.blob("acct1").resolve("/c/b?sig=x"), Map.of(), "")
            .status())
        .isEqualTo(501);
  }

  private Wire.Answer vault(String method, String path, String body) {
    return wire.call(vaultToken, method, simulator.vault("vault1").resolve(path), body);
  }

  @Test
  void a_vault_refuses_bad_versions_names_bodies_and_methods() {
    refused(vault("GET", "/secrets/a", ""), 400, "BadParameter");
    refused(vault("GET", "/secrets/a?api-version=6.0", ""), 400, "BadParameter");
    refused(vault("GET", "/secrets/a_b?api-version=7.4", ""), 400, "BadParameter");
    refused(vault("GET", "/secrets?api-version=7.4&maxresults=26", ""), 400, "BadParameter");
    refused(vault("GET", "/secrets?api-version=7.4&$skiptoken=x", ""), 400, "BadParameter");
    refused(vault("GET", "/secrets/a?api-version=7.4", ""), 404, "SecretNotFound");
    refused(vault("POST", "/secrets/a?api-version=7.4", "{}"), 405, "MethodNotAllowed");
    refused(vault("GET", "/keys/a?api-version=7.4", ""), 404, "NotFound");
    StringBuilder tags = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      tags.append(i == 0 ? "" : ",").append("\"t").append(i).append("\":\"x\"");
    }
    for (String body : List.of(
        "[]",
        "{}",
        "{\"value\":1}",
        "{\"value\":\"" + "x".repeat(25 * 1024 + 1) + "\"}",
        "{\"value\":\"v\",\"tags\":{" + tags + "}}",
        "{\"value\":\"v\",\"tags\":{\"t\":1}}",
        "{\"value\":\"v\",\"colour\":1}",
        "{\"value\":\"v\",\"attributes\":{\"exp\":\"soon\"}}",
        "{\"value\":\"v\",\"attributes\":{\"enabled\":\"yes\"}}")) {
      refused(vault("PUT", "/secrets/a?api-version=7.4", body), 400, "BadParameter");
    }
    refused(vault("GET", "/secrets/a?api-version=7.4", ""), 404, "SecretNotFound");
  }

  @Test
  void a_vault_does_not_change_a_value_and_purges_nothing_that_is_protected() {
    assertThat(vault("PUT", "/secrets/a?api-version=7.5", "{\"value\":\"v\"}").status())
        .isEqualTo(200);
    refused(vault("PATCH", "/secrets/a?api-version=7.6", "{\"value\":\"w\"}"), 400, "BadParameter");
    assertThat(vault("GET", "/secrets/A/?api-version=2025-07-01", "")
            .json()
            .path("value")
            .asText())
        .isEqualTo("v");
    assertThat(vault("DELETE", "/secrets/a?api-version=7.4", "").status()).isEqualTo(200);
    refused(vault("DELETE", "/deletedsecrets/a?api-version=7.4", ""), 403, "Forbidden");
    assertThat(vault("POST", "/deletedsecrets/a/recover?api-version=7.4", "").status())
        .isEqualTo(200);
    assertThat(vault("GET", "/secrets/a?api-version=7.4", "").status()).isEqualTo(200);
  }

  @Test
  void vaults_and_groups_are_listed() {
    assertThat(wire.call(
                token,
                "GET",
                GROUP + "/providers/Microsoft.KeyVault/vaults?api-version=2023-07-01",
                "")
            .json()
            .at("/value/0/properties/vaultUri")
            .asText())
        .isEqualTo(simulator.vault("vault1").toString());
    assertThat(wire.call(
                token,
                "GET",
                "/subscriptions/" + SUB + "/resourcegroups?api-version=2021-04-01",
                "")
            .json()
            .at("/value/0/name")
            .asText())
        .isEqualTo("rg1");
  }
}
