package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static dev.rekey.simulator.Names.WEAK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Workspace;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.io.IOException;
import java.io.StringReader;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The logs in a workspace: what is written, when it is seen, and what can be asked. */
class LogsTest {
  private static final String API = "https://api.loganalytics.io";
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final String BLOBS = "StorageBlobLogs | where AccountName =~ 'ACCT1'";

  private final Hands clock = new Hands(START);
  private final Scenario scenario = Scenario.tenant(TENANT)
      .client(CLIENT)
      .client(WEAK, "Microsoft.OperationalInsights/workspaces/query/read")
      .subscription(
          SUB,
          ResourceGroup.of(
              "rg1",
              StorageAccount.named("acct1").blob("c/b", "x").oldKeyUses(1).logsTo("acme-logs"),
              StorageAccount.named("acct2").blob("c/b", "x"),
              Workspace.named("acme-logs").withSignIns(),
              Workspace.named("empty-logs")))
      .build();
  private final Simulator simulator =
      Simulator.of(scenario).clock(clock).random(new Random(5)).start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = token(API);

  @AfterEach
  void stop() {
    simulator.close();
  }

  private String token(String resource) {
    return wire.token(CLIENT, simulator.clientSecret(CLIENT), resource);
  }

  private URI url(String workspace) {
    return simulator
        .logs(workspace)
        .resolve("/v1/workspaces/" + Workspace.customerId(workspace) + "/query");
  }

  private Wire.Answer ask(String with, String workspace, String query) {
    String body = Wire.JSON.createObjectNode().put("query", query).toString();
    return wire.call(with, "POST", url(workspace), body);
  }

  private List<String> rows(String query) {
    Wire.Answer answer = ask(token, "acme-logs", query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    List<String> rows = new ArrayList<>();
    answer.json().at("/tables/0/rows").forEach(row -> rows.add(row.toString()));
    return rows;
  }

  private Wire.Answer read(String account, String key) {
    return wire.signed(simulator.blob(account), account, "/c/b", key, clock);
  }

  private String key(String name) {
    return simulator.storageKey("acct1", name);
  }

  private static String hash(String key) throws Exception {
    return HexFormat.of()
        .withUpperCase()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(Base64.getDecoder().decode(key)));
  }

  @Test
  void a_signed_request_names_the_slot_and_the_hash_of_the_key() throws Exception {
    read("acct1", key("key1"));
    read("acct1", key("key2"));
    assertThat(rows(BLOBS + " | summarize N = count() by AuthenticationType, AuthenticationHash"))
        .containsExactly(
            "[\"AccountKey\",\"key1(" + hash(key("key1")) + ")\",1]",
            "[\"AccountKey\",\"key2(" + hash(key("key2")) + ")\",1]");
    assertThat(rows(BLOBS + " | extend Ip = replace_regex(CallerIpAddress, ':[0-9]+$', '')"
            + " | summarize N = count(), Last = max(TimeGenerated) by Ip"))
        .containsExactly("[\"127.0.0.1\",2,\"2026-01-01T00:00:00Z\"]");
  }

  @Test
  void a_refused_request_names_no_slot() {
    read("acct1", Base64.getEncoder().encodeToString(new byte[64]));
    assertThat(rows(BLOBS + " | summarize N = count() by StatusCode, AuthenticationHash"))
        .containsExactly("[\"403\",\"\",1]");
  }

  @Test
  void a_key_that_lives_on_after_it_was_regenerated_names_its_old_slot() {
    String old = key("key2");
    String arm = token("https://management.azure.com");
    String path = Names.ACCOUNT + "/regenerateKey?api-version=2024-01-01";
    assertThat(wire.call(arm, "POST", path, "{\"keyName\":\"key2\"}").status()).isEqualTo(200);
    read("acct1", old);
    assertThat(rows(BLOBS + " and AuthenticationHash startswith 'key2('"
            + " | summarize N = count() by StatusCode"))
        .containsExactly("[\"200\",1]");
  }

  @Test
  void a_token_names_no_slot_but_its_own_hash() {
    wire.send(
        "GET",
        simulator.blob("acct1").resolve("/c/b"),
        Map.of(
            "Authorization",
            "Bearer " + token("https://storage.azure.com"),
            "x-ms-version",
            "2021-12-02"),
        "");
    assertThat(rows(BLOBS + " and AuthenticationType == 'OAuth' and AuthenticationHash != ''"
            + " | summarize N = count()"))
        .containsExactly("[1]");
  }

  @Test
  void an_account_that_is_not_connected_leaves_no_entry() {
    read("acct2", simulator.storageKey("acct2", "key1"));
    assertThat(rows("StorageBlobLogs | summarize N = count()")).containsExactly("[0]");
  }

  @Test
  void a_sign_in_names_the_secret_and_a_wrong_secret_none() {
    int before = rows("AADServicePrincipalSignInLogs | where ResultType == '0'").size();
    token(API);
    wire.token(
        TENANT,
        Map.of(
            "grant_type",
            "client_credentials",
            "client_id",
            CLIENT,
            "client_secret",
            "wrong",
            "scope",
            API + "/.default"));
    assertThat(rows("AADServicePrincipalSignInLogs"
            + " | where ServicePrincipalCredentialKeyId != '' and IPAddress == '127.0.0.1'"))
        .hasSize(before + 1);
  }

  @Test
  void entries_are_seen_when_they_have_arrived() {
    simulator.logs().lag(Duration.ofMinutes(10));
    read("acct1", key("key1"));
    clock.move(Duration.ofMinutes(10).minusMillis(1));
    assertThat(rows(BLOBS)).isEmpty();
    clock.move(Duration.ofMillis(1));
    assertThat(rows(BLOBS)).hasSize(1);
    assertThatThrownBy(() -> simulator.logs().lag(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_caller_can_say_an_address_of_its_own_and_an_anonymous_one_leaves_no_entry() {
    URI blob = simulator.blob("acct1").resolve("/c/b");
    Map<String, String> caller = Map.of("simulator-caller", "10.0.0.7:4711");
    wire.send("GET", blob, caller, "");
    assertThat(rows("AADServicePrincipalSignInLogs")).isNotEmpty();
    assertThat(rows(BLOBS)).isEmpty();
    Map<String, String> signed = new TreeMap<>(caller);
    signed.put("Authorization", "Bearer " + token("https://storage.azure.com"));
    wire.send("GET", blob, signed, "");
    assertThat(rows(BLOBS + " and CallerIpAddress == '10.0.0.7:4711'")).hasSize(1);
  }

  @Test
  void a_test_can_write_what_the_simulator_does_not_do() {
    simulator
        .logs()
        .write(
            "acme-logs",
            "StorageQueueLogs",
            START,
            Map.of("AccountName", "acct1", "AuthenticationHash", "key1(0A),SasSignature(0B)"));
    assertThat(rows("union isfuzzy=true StorageBlobLogs, StorageQueueLogs, Nothing_CL"
            + " | where AuthenticationHash contains 'KEY1('"
            + " | summarize N = count() by Type"))
        .containsExactly("[\"StorageQueueLogs\",1]");
    assertThatThrownBy(() ->
            simulator.logs().write("acme-logs", "StorageQueueLogs", START, Map.of("Colour", "red")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> simulator.logs().write("acme-logs", "Nothing", START, Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_timespan_bounds_what_is_looked_at() {
    read("acct1", key("key1"));
    ObjectNode body = Wire.JSON.createObjectNode().put("query", BLOBS);
    body.put("timespan", "2026-01-01T00:00:00Z/2026-01-01T00:00:01Z");
    assertThat(count(body)).isEqualTo(1);
    body.put("timespan", "2026-01-01T00:00:00.000001Z/2026-01-02T00:00:00Z");
    assertThat(count(body)).isZero();
    body.put("timespan", "P1D");
    assertThat(wire.call(token, "POST", url("acme-logs"), body.toString()).status())
        .isEqualTo(400);
  }

  private int count(ObjectNode body) {
    JsonNode answer =
        wire.call(token, "POST", url("acme-logs"), body.toString()).json();
    return answer.at("/tables/0/rows").size();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "StorageBlobLogs | take 5; SyntaxError",
        "StorageBlobLogs |; SyntaxError",
        "StorageBlobLogs | where AccountName = 'x'; SyntaxError",
        "StorageBlobLogs | where AccountName == \"x\"; SyntaxError",
        "StorageBlobLogs | where AccountName == 'x' 'y'; SyntaxError",
        "StorageBlobLogs | where AccountName == 'it\\q'; SyntaxError",
        "StorageBlobLogs | where AccountName == 'open; SyntaxError",
        "StorageBlobLogs // all of it; SyntaxError",
        "Nothing_CL; SemanticError",
        "StorageBlobLogs | where Colour == 'red'; SemanticError",
        "StorageBlobLogs | where TimeGenerated == 'x'; SemanticError",
        "StorageBlobLogs | where TimeGenerated >= 'x'; SemanticError",
        "StorageBlobLogs | where TimeGenerated >= datetime(yesterday); SemanticError",
        "StorageBlobLogs | where TimeGenerated >= datetime(2026-01-01T00:00:00.123456789Z);"
            + " SemanticError",
        "StorageBlobLogs | where AccountName; SemanticError",
        "StorageBlobLogs | summarize N = countif(AccountName); SemanticError",
        "StorageBlobLogs | extend A = lower(AccountName, 'a', 'b'); SemanticError",
        "StorageBlobLogs | summarize N = count() by AccountName | where StatusCode == '1';"
            + " SemanticError",
      })
  void what_can_not_be_read_is_refused(String query, String code) {
    Wire.Answer answer = ask(token, "acme-logs", query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).isEqualTo("BadArgumentError");
    assertThat(answer.json().at("/error/innererror/code").asText()).isEqualTo(code);
  }

  @Test
  void texts_are_read_with_their_escapes() {
    simulator
        .logs()
        .write("acme-logs", "StorageBlobLogs", START, Map.of("AccountName", "a'b\\c\n\t\""));
    assertThat(rows("StorageBlobLogs | where AccountName == 'a\\'b\\\\c\\n\\t\\\"'"))
        .hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://management.azure.com", "https://storage.azure.com"})
  void a_token_for_another_audience_is_refused(String resource) {
    Wire.Answer answer = ask(token(resource), "acme-logs", BLOBS);
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.error()).isEqualTo("InvalidAuthenticationTokenAudience");
  }

  @Test
  void who_may_not_is_refused_and_who_says_nothing_too() {
    String weak = wire.token(WEAK, simulator.clientSecret(WEAK), API);
    Wire.Answer refused = ask(weak, "acme-logs", BLOBS);
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.error()).isEqualTo("InsufficientAccessError");
    assertThat(refused.header("x-ms-request-id")).isNotEmpty();
    assertThat(ask("nonsense", "acme-logs", BLOBS).error()).isEqualTo("InvalidAuthenticationToken");
    Wire.Answer nobody = wire.send("POST", url("acme-logs"), Map.of(), "{}");
    assertThat(nobody.status()).isEqualTo(401);
    assertThat(nobody.error()).isEqualTo("AuthenticationFailed");
    clock.move(Duration.ofHours(2));
    assertThat(ask(token, "acme-logs", BLOBS).error()).isEqualTo("InvalidAuthenticationToken");
  }

  @Test
  void an_empty_workspace_answers_without_content_and_another_id_not_at_all() {
    assertThat(ask(token, "empty-logs", BLOBS).status()).isEqualTo(204);
    URI other = simulator
        .logs("acme-logs")
        .resolve("/v1/workspaces/" + Workspace.customerId("empty-logs") + "/query");
    Wire.Answer answer = wire.call(token, "POST", other, "{\"query\":\"StorageBlobLogs\"}");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.error()).isEqualTo("PathNotFoundError");
    Wire.Answer bare = wire.send(
        "POST", url("acme-logs"), Map.of("Authorization", "Bearer " + token), "{\"query\":\"x\"}");
    assertThat(bare.status()).isEqualTo(200);
    assertThat(bare.body()).isEmpty();
  }

  @Test
  void arm_shows_the_id_by_which_a_workspace_is_asked() {
    String path = Names.GROUP + "/providers/Microsoft.OperationalInsights/workspaces/acme-logs";
    Wire.Answer answer = wire.call(
        token("https://management.azure.com"), "GET", path + "?api-version=2020-08-01", "");
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().at("/properties/customerId").asText())
        .isEqualTo(Workspace.customerId("acme-logs"));
  }

  @Test
  void a_scenario_with_workspaces_is_read_again_and_knows_where_logs_go() throws IOException {
    assertThat(Scenario.parse(new StringReader(scenario.toJson()))).isEqualTo(scenario);
    Scenario nowhere = Scenario.tenant(TENANT)
        .client(CLIENT)
        .subscription(SUB, ResourceGroup.of("rg1", StorageAccount.named("acct1").logsTo("nothing")))
        .build();
    assertThatThrownBy(() -> Simulator.start(nowhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nothing");
  }
}
