package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Microsoft Graph as a plain HTTP client sees it. */
class GraphTest {
  static final String GRAPH = "https://graph.microsoft.com";
  static final String SHOP = "00000000-0000-0000-0000-000000000720";
  static final String FOREIGN = "00000000-0000-0000-0000-000000000721";
  static final String SOCIAL = "00000000-0000-0000-0000-000000000722";
  private static final String OWNER = "00000000-0000-0000-0000-000000000712";
  private static final String STRANGER = "00000000-0000-0000-0000-000000000713";
  private static final String READER = "00000000-0000-0000-0000-000000000714";
  private static final String NOBODY = "00000000-0000-0000-0000-000000000715";
  private static final String BY_APP_ID = "/v1.0/applications(appId='" + SHOP + "')";

  private final Hands clock = new Hands(Instant.parse("2026-01-01T00:00:00Z"));
  private final Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
          .client(CLIENT)
          .client(OWNER, "Application.ReadWrite.All", "Application.Read.All")
          .client(STRANGER, "Application.ReadWrite.All")
          .client(READER, "Application.ReadWrite.*")
          .client(NOBODY, "application.*")
          .application(Application.of(SHOP, "shop")
              .ownedBy(OWNER)
              .secret("ci")
              .secret("old", -90, -1)
              .principalSecret("portal"))
          .application(Application.of(FOREIGN, "guest")
              .principalSecret("here")
              .homeTenant("00000000-0000-0000-0000-000000000901"))
          .application(Application.of(SOCIAL, "social")
              .audience("AzureADandPersonalMicrosoftAccount")
              .secret("one"))
          .build())
      .clock(clock)
      .random(new Random(3))
      .start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());

  @AfterEach
  void stop() {
    simulator.close();
  }

  private String token(String client) {
    return wire.token(client, simulator.clientSecret(client), GRAPH);
  }

  private Wire.Answer get(String path) {
    return wire.call(token(CLIENT), "GET", path, "");
  }

  private Wire.Answer post(String path, String body) {
    return wire.call(token(CLIENT), "POST", path, body);
  }

  private Wire.Answer add(String name) {
    Wire.Answer answer = post(
        BY_APP_ID + "/addPassword", "{\"passwordCredential\":{\"displayName\":\"" + name + "\"}}");
    assertThat(answer.status()).isEqualTo(200);
    return answer;
  }

  private Wire.Answer remove(String keyId) {
    return post(BY_APP_ID + "/removePassword", "{\"keyId\":\"" + keyId + "\"}");
  }

  private List<String> names() {
    return names(get(BY_APP_ID).json());
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object
        .path("passwordCredentials")
        .forEach(one -> names.add(one.path("displayName").asText()));
    return names;
  }

  private Wire.Answer signIn(String secret) {
    return wire.token(
        TENANT,
        Map.of(
            "grant_type",
            "client_credentials",
            "client_id",
            SHOP,
            "client_secret",
            secret,
            "scope",
            GRAPH + "/.default"));
  }

  private int code(String secret) {
    Wire.Answer answer = signIn(secret);
    return answer.status() == 200 ? 0 : answer.json().at("/error_codes/0").asInt();
  }

  private static void refused(Wire.Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.error()).isEqualTo(code);
    assertThat(answer.json().at("/error/innerError/request-id").asText())
        .isEqualTo(answer.header("request-id"));
  }

  @Test
  void an_application_is_found_by_filter_by_object_id_and_by_application_id() {
    JsonNode listed =
        get("/v1.0/applications?$filter=appId%20eq%20'" + SHOP + "'").json().path("value");
    assertThat(listed).hasSize(1);
    String objectId = listed.at("/0/id").asText();
    assertThat(objectId).isNotEqualTo(SHOP);
    assertThat(get("/v1.0/applications/" + objectId).json().path("appId").asText())
        .isEqualTo(SHOP);
    assertThat(get(BY_APP_ID).json().path("id").asText()).isEqualTo(objectId);
    JsonNode principal = get("/v1.0/servicePrincipals(appId='" + SHOP + "')").json();
    assertThat(principal.path("id").asText()).isNotIn(SHOP, objectId);
    assertThat(principal.path("accountEnabled").asBoolean()).isTrue();
    assertThat(names(principal)).containsExactly("portal");
  }

  @Test
  void only_what_is_selected_is_shown() {
    JsonNode shown = get(BY_APP_ID + "?$select=id,appId").json();
    List<String> fields = new ArrayList<>();
    shown.fieldNames().forEachRemaining(fields::add);
    assertThat(fields).containsExactly("@odata.context", "id", "appId");
  }

  @Test
  void lists_are_paged_by_links_to_the_same_host() {
    List<String> seen = new ArrayList<>();
    String next = simulator.cloud() + "v1.0/servicePrincipals?$top=3&$select=appId";
    int pages = 0;
    while (!next.isEmpty()) {
      JsonNode page = wire.call(token(CLIENT), "GET", URI.create(next), "").json();
      page.path("value").forEach(one -> {
        assertThat(one).hasSize(1);
        seen.add(one.path("appId").asText());
      });
      next = page.path("@odata.nextLink").asText("");
      pages++;
    }
    assertThat(pages).isEqualTo(3);
    assertThat(seen).hasSize(8).doesNotHaveDuplicates().contains(SHOP, FOREIGN);
  }

  @Test
  void all_applications_are_listed_with_the_keys_of_their_secrets() {
    List<String> seen = new ArrayList<>();
    String next = simulator.cloud()
        + "v1.0/applications?$select=id,appId,displayName,passwordCredentials&$top=2";
    while (!next.isEmpty()) {
      JsonNode page = wire.call(token(CLIENT), "GET", URI.create(next), "").json();
      assertThat(page.path("value")).hasSizeBetween(1, 2);
      page.path("value").forEach(one -> {
        assertThat(one).hasSize(4);
        assertThat(one.path("passwordCredentials").isArray()).isTrue();
        seen.add(one.path("appId").asText());
      });
      next = page.path("@odata.nextLink").asText("");
      assertThat(seen).hasSizeLessThan(9);
    }
    assertThat(seen).hasSize(7).doesNotHaveDuplicates().contains(SHOP).doesNotContain(FOREIGN);
  }

  @Test
  void the_application_of_another_tenant_is_not_here_and_its_principal_says_whose_it_is() {
    refused(get("/v1.0/applications(appId='" + FOREIGN + "')"), 404, "Request_ResourceNotFound");
    assertThat(get("/v1.0/servicePrincipals(appId='" + FOREIGN + "')")
            .json()
            .path("appOwnerOrganizationId")
            .asText())
        .endsWith("901");
  }

  @Test
  void the_text_of_a_secret_is_shown_once_and_then_only_its_hint() {
    JsonNode added = add("new").json();
    String text = added.path("secretText").asText();
    assertThat(text).matches("[A-Za-z0-9_.~-]{3}8Q~[A-Za-z0-9_.~-]{31}[a-d][A-Za-z0-9_.~-]{2}");
    assertThat(added.path("hint").asText()).isEqualTo(text.substring(0, 3));
    assertThat(added.path("startDateTime").asText()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(added.path("endDateTime").asText()).isEqualTo("2028-01-01T00:00:00Z");
    Wire.Answer after = get(BY_APP_ID);
    assertThat(names(after.json())).containsExactly("ci", "old", "new");
    assertThat(after.json().at("/passwordCredentials/2/keyId")).isEqualTo(added.path("keyId"));
    assertThat(after.body()).doesNotContain(text).contains("\"secretText\":null");
    assertThat(simulator.applicationSecret(SHOP, "new")).isEqualTo(text);
  }

  @Test
  void any_secret_that_is_there_and_not_expired_signs_in_wherever_it_is_held() {
    assertThat(code(simulator.applicationSecret(SHOP, "ci"))).isZero();
    assertThat(code(simulator.applicationSecret(SHOP, "portal"))).isZero();
    assertThat(code(simulator.applicationSecret(SHOP, "old"))).isEqualTo(7000222);
    assertThat(code("wrong")).isEqualTo(7000215);
    JsonNode added = add("new").json();
    assertThat(code(added.path("secretText").asText())).isZero();
    assertThat(remove(added.path("keyId").asText()).status()).isEqualTo(204);
    assertThat(code(added.path("secretText").asText())).isEqualTo(7000215);
    assertThat(code(simulator.applicationSecret(SHOP, "ci"))).isZero();
  }

  @Test
  void a_secret_expires_by_the_clock() {
    String text = post(
            BY_APP_ID + "/addPassword",
            "{\"passwordCredential\":{\"endDateTime\":\"2026-01-02T00:00:00Z\"}}")
        .json()
        .path("secretText")
        .asText();
    assertThat(code(text)).isZero();
    clock.move(Duration.ofDays(1));
    assertThat(code(text)).isEqualTo(7000222);
  }

  @Test
  void a_token_outlives_its_secret() {
    String keyId = add("new").json().path("keyId").asText();
    String token = signIn(simulator.applicationSecret(SHOP, "new"))
        .json()
        .path("access_token")
        .asText();
    remove(keyId);
    refused(wire.call(token, "GET", BY_APP_ID, ""), 403, "Authorization_RequestDenied");
    clock.move(Duration.ofHours(2));
    refused(wire.call(token, "GET", BY_APP_ID, ""), 401, "InvalidAuthenticationToken");
  }

  @Test
  void a_disabled_principal_gets_no_token_until_it_is_enabled() {
    String secret = simulator.applicationSecret(SHOP, "ci");
    String principal = "/v1.0/servicePrincipals(appId='" + SHOP + "')";
    assertThat(wire.call(token(CLIENT), "PATCH", principal, "{\"accountEnabled\":false}")
            .status())
        .isEqualTo(204);
    Wire.Answer answer = signIn(secret);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").asText()).isEqualTo("unauthorized_client");
    assertThat(code(secret)).isEqualTo(7000112);
    wire.call(token(CLIENT), "PATCH", principal, "{\"accountEnabled\":true}");
    assertThat(code(secret)).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "CONDITIONAL_ACCESS, 400, invalid_grant, 53003",
    "LOOP_DETECTED, 400, invalid_grant, 50196",
    "THROTTLED, 429, temporarily_unavailable, 90055",
    "UNAVAILABLE, 503, temporarily_unavailable, 90033",
  })
  void entra_refuses_a_right_secret_for_other_reasons(
      TokenRefusal refusal, int status, String error, int code) {
    String secret = simulator.applicationSecret(SHOP, "ci");
    simulator.refuseTokens(SHOP, refusal);
    Wire.Answer answer = signIn(secret);
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.json().path("error").asText()).isEqualTo(error);
    assertThat(answer.json().path("error_codes")).hasToString("[" + code + "]");
    assertThat(answer.json().path("error_description").asText())
        .startsWith("AADSTS" + code + ": ")
        .contains("Trace ID: " + answer.json().path("trace_id").asText())
        .contains("Correlation ID: " + answer.json().path("correlation_id").asText());
    assertThat(answer.header("Retry-After").isEmpty()).isEqualTo(status == 400);
    simulator.allowTokens(SHOP);
    assertThat(code(secret)).isZero();
  }

  @Test
  void replicas_answer_in_turn_and_learn_of_a_change_late() {
    simulator.replicas().lag(Duration.ZERO, Duration.ofSeconds(10));
    // The first request of the pair adds, the second asks the replica that lags.
    String text = add("new").json().path("secretText").asText();
    assertThat(names()).containsExactly("ci", "old");
    assertThat(names()).containsExactly("ci", "old", "new");
    assertThat(names()).containsExactly("ci", "old");
    simulator.replicas().lag(Duration.ZERO, Duration.ofSeconds(10));
    assertThat(List.of(code(text), code(text), code(text))).containsExactly(0, 7000215, 0);
    clock.move(Duration.ofSeconds(10));
    assertThat(List.of(code(text), code(text))).containsExactly(0, 0);
    assertThat(names()).isEqualTo(names()).contains("new");
  }

  @Test
  void a_removed_secret_goes_on_signing_in_at_a_replica_that_lags() {
    String ci = simulator.applicationSecret(SHOP, "ci");
    String keyId = get(BY_APP_ID).json().at("/passwordCredentials/0/keyId").asText();
    clock.move(Duration.ofMinutes(1));
    String token = token(CLIENT);
    simulator.replicas().lag(Duration.ofSeconds(20));
    wire.call(token, "POST", BY_APP_ID + "/removePassword", "{\"keyId\":\"" + keyId + "\"}");
    assertThat(code(ci)).isZero();
    assertThat(names(wire.call(token, "GET", BY_APP_ID, "").json())).contains("ci");
    clock.move(Duration.ofSeconds(20));
    assertThat(code(ci)).isEqualTo(7000215);
    assertThat(names(wire.call(token, "GET", BY_APP_ID, "").json())).doesNotContain("ci");
  }

  @Test
  void a_replica_that_lags_refuses_to_remove_what_it_does_not_know_yet() {
    String token = token(CLIENT);
    simulator.replicas().lag(Duration.ofSeconds(5));
    String keyId = wire.call(token, "POST", BY_APP_ID + "/addPassword", "{}")
        .json()
        .path("keyId")
        .asText();
    String body = "{\"keyId\":\"" + keyId + "\"}";
    refused(
        wire.call(token, "POST", BY_APP_ID + "/removePassword", body), 400, "Request_BadRequest");
    clock.move(Duration.ofSeconds(5));
    assertThat(wire.call(token, "POST", BY_APP_ID + "/removePassword", body).status())
        .isEqualTo(204);
  }

  @Test
  void the_lags_are_set_by_the_control_plane_too() {
    String token = token(CLIENT);
    assertThat(wire.control("PUT", "replicas", "{\"lagMillis\":[60000]}").status())
        .isEqualTo(204);
    wire.call(token, "POST", BY_APP_ID + "/addPassword", "{}");
    assertThat(names(wire.call(token, "GET", BY_APP_ID, "").json())).hasSize(2);
    for (String body : List.of("", "{}", "{\"lagMillis\":[]}", "{\"lagMillis\":[-1]}")) {
      assertThat(wire.control("PUT", "replicas", body).status()).as(body).isEqualTo(400);
    }
  }

  @Test
  void permissions_are_those_of_microsoft_graph() {
    for (String client : List.of(OWNER, STRANGER, READER, CLIENT)) {
      assertThat(wire.call(token(client), "GET", BY_APP_ID, "").status())
          .as(client)
          .isEqualTo(200);
    }
    refused(wire.call(token(NOBODY), "GET", BY_APP_ID, ""), 403, "Authorization_RequestDenied");
    refused(
        wire.call(token(NOBODY), "GET", "/v1.0/applications", ""),
        403,
        "Authorization_RequestDenied");
    for (String client : List.of(STRANGER, READER, NOBODY)) {
      refused(
          wire.call(token(client), "POST", BY_APP_ID + "/addPassword", "{}"),
          403,
          "Authorization_RequestDenied");
    }
    for (String client : List.of(OWNER, CLIENT)) {
      assertThat(
              wire.call(token(client), "POST", BY_APP_ID + "/addPassword", "{}").status())
          .as(client)
          .isEqualTo(200);
    }
  }

  @Test
  void a_missing_wrong_or_foreign_token_is_refused() {
    String code = "InvalidAuthenticationToken";
    refused(wire.send("GET", simulator.cloud().resolve(BY_APP_ID), Map.of(), ""), 401, code);
    refused(wire.call("nonsense", "GET", BY_APP_ID, ""), 401, code);
    String arm = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    Wire.Answer answer = wire.call(arm, "GET", BY_APP_ID, "");
    refused(answer, 401, code);
    assertThat(answer.json().at("/error/message").asText()).contains("Invalid audience");
    assertThat(wire.call(token(CLIENT), "GET", "/subscriptions?api-version=2022-12-01", "")
            .status())
        .isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "{\"colour\":1}",
        "{\"passwordCredential\":7}",
        "{\"passwordCredential\":{\"displayName\":7}}",
        "{\"passwordCredential\":{\"secretText\":\"mine\"}}",
        "{\"passwordCredential\":{\"keyId\":\"00000000-0000-0000-0000-000000000001\"}}",
        "{\"passwordCredential\":{\"endDateTime\":\"tomorrow\"}}",
        "{\"passwordCredential\":{\"endDateTime\":\"2025-12-31T00:00:00Z\"}}",
        "{\"passwordCredential\":{\"startDateTime\":\"2027-01-01T00:00:00Z\","
            + "\"endDateTime\":\"2026-12-31T00:00:00Z\"}}",
      })
  void a_malformed_addition_adds_nothing(String body) {
    assertThat(post(BY_APP_ID + "/addPassword", body).status()).isEqualTo(400);
    assertThat(names()).containsExactly("ci", "old");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"keyId\":\"x\"}",
        "{\"keyId\":\"00000000-0000-0000-0000-000000000001\"}",
      })
  void an_unknown_key_is_not_removed(String body) {
    refused(post(BY_APP_ID + "/removePassword", body), 400, "Request_BadRequest");
    assertThat(names()).containsExactly("ci", "old");
  }

  @Test
  void a_secret_of_the_principal_is_not_removed_from_the_application() {
    String portal = get("/v1.0/servicePrincipals(appId='" + SHOP + "')")
        .json()
        .at("/passwordCredentials/0/keyId")
        .asText();
    refused(remove(portal), 400, "Request_BadRequest");
  }

  @Test
  void an_application_for_personal_accounts_has_two_secrets_at_most() {
    String path = "/v1.0/applications(appId='" + SOCIAL + "')/addPassword";
    assertThat(post(path, "{}").status()).isEqualTo(200);
    Wire.Answer third = post(path, "{}");
    refused(third, 400, "Request_BadRequest");
    assertThat(third.body()).contains("maximum of 2");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /v1.0/applications?$filter=createdDateTime%20ge%20x, 400, Request_UnsupportedQuery",
    "GET, /v1.0/applications?$orderby=id, 400, Request_UnsupportedQuery",
    "GET, /v1.0/applications?$top=1000, 400, Request_BadRequest",
    "GET, /v1.0/applications?$skiptoken=x, 400, Request_BadRequest",
    "GET, /v1.0/applications?$select=colour, 400, BadRequest",
    "GET, /v1.0/applications/nonsense, 400, Request_BadRequest",
    "GET, /v1.0/applications/00000000-0000-0000-0000-000000000001, 404, Request_ResourceNotFound",
    "GET, /v1.0/users, 400, BadRequest",
    "GET, /v1.0, 400, BadRequest",
    "POST, /v1.0/applications, 405, Request_BadRequest",
    "DELETE, /v1.0/applications(appId='00000000-0000-0000-0000-000000000720'), 405, "
        + "Request_BadRequest",
    "PATCH, /v1.0/applications(appId='00000000-0000-0000-0000-000000000720'), 400, "
        + "Request_BadRequest",
    "GET, /v1.0/applications(appId='00000000-0000-0000-0000-000000000720')/addPassword, 405, "
        + "Request_BadRequest",
    "POST, /v1.0/applications(appId='00000000-0000-0000-0000-000000000720')/explode, 400, "
        + "BadRequest",
  })
  void what_it_does_not_do_it_refuses(String method, String path, int status, String code) {
    refused(wire.call(token(CLIENT), method, path, ""), status, code);
  }

  @Test
  void a_dropped_answer_leaves_the_secret_behind_and_a_throttle_none() {
    simulator.faults().add(Fault.on("POST", ".*/addPassword").dropAfter());
    assertThatThrownBy(() -> add("lost")).isInstanceOf(UncheckedIOException.class);
    assertThat(names()).contains("lost");
    simulator
        .faults()
        .add(Fault.on("POST", ".*/addPassword")
            .status(429, "{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"\"}}")
            .header("Retry-After", "5"));
    assertThat(post(BY_APP_ID + "/addPassword", "{}").status()).isEqualTo(429);
    assertThat(names()).hasSize(3);
  }

  @Test
  void a_client_is_an_application_whose_own_secret_can_be_rotated() {
    String path = "/v1.0/applications(appId='" + CLIENT + "')";
    assertThat(names(get(path).json())).containsExactly("client");
    String fresh = post(path + "/addPassword", "{}").json().path("secretText").asText();
    assertThat(wire.token(CLIENT, fresh, GRAPH)).isNotEmpty();
  }
}
