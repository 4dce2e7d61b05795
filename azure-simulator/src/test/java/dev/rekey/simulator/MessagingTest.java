package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.GROUP;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static dev.rekey.simulator.Names.WEAK;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.MessagingNamespace;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces of Service Bus and Event Hubs: what is answered, and what is refused. */
class MessagingTest {
  private static final String V = "?api-version=2021-11-01";
  private static final String ROOT = "RootManageSharedAccessKey";
  private static final String BUS = GROUP + "/providers/Microsoft.ServiceBus/namespaces/bus1";
  private static final String RULE = BUS + "/authorizationRules/" + ROOT;
  private static final String EVENTS = GROUP + "/providers/Microsoft.EventHub/namespaces/events1";
  private static final String OWN = "b".repeat(43) + "=";

  /** A clock that the test moves. */
  private static final class Hands extends Clock {
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  private final Hands clock = new Hands();
  private final Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
          .client(CLIENT)
          .client(
              WEAK,
              "Microsoft.ServiceBus/namespaces/authorizationRules/REGENERATEKEYS/action",
              "Microsoft.EventHub/namespaces/read")
          .subscription(
              SUB,
              ResourceGroup.of(
                  "rg1",
                  MessagingNamespace.serviceBus("bus1")
                      .entity("queues", "orders")
                      .entity("topics", "news")
                      .rule("", "send", "Send")
                      .rule("orders", "worker", "Listen")
                      .rule("orders", "owner", "Listen", "Manage", "Send"),
                  MessagingNamespace.eventHubs("events1")
                      .entity("eventhubs", "clicks")
                      .rule("clicks", "owner", "Listen", "Manage", "Send"),
                  MessagingNamespace.serviceBus("slow1").oldKeyUses(2)),
              ResourceGroup.of("rg2", MessagingNamespace.serviceBus("held1")).locked())
          .build())
      .clock(clock)
      .random(new Random(12))
      .start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);

  @AfterEach
  void stop() {
    simulator.close();
  }

  private Wire.Answer arm(String method, String path, String body) {
    return wire.call(token, method, path, body);
  }

  private static void refused(Wire.Answer answer, int status, String code) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.error()).isEqualTo(code);
  }

  private String key(String path) {
    return simulator.sharedAccessKey("bus1", path);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Signs as service-bus-sas says, independently of the simulator's check. */
  private String sign(String scope, String rule, String key, Duration lifetime) {
    long end = clock.now.plus(lifetime).getEpochSecond();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String text = encode(scope) + "\n" + end;
      String signature =
          Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
      return "SharedAccessSignature sr=" + encode(scope) + "&sig=" + encode(signature) + "&se="
          + end + "&skn=" + encode(rule);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private Wire.Answer get(String namespace, String path, String authorization) {
    return wire.send(
        "GET",
        simulator.messaging(namespace).resolve(path),
        authorization.isEmpty() ? Map.of() : Map.of("Authorization", authorization),
        "");
  }

  private String namespace() {
    return simulator.messaging("bus1").toString();
  }

  private Wire.Answer info(String rule, String key) {
    return get("bus1", "/$namespaceinfo", sign(namespace(), rule, key, Duration.ofMinutes(5)));
  }

  private Wire.Answer info() {
    return info(ROOT, key(ROOT + "/PrimaryKey"));
  }

  private static void detail(Wire.Answer answer, String detail) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(401);
    assertThat(answer.body())
        .startsWith("<Error><Code>401</Code><Detail>" + detail)
        .contains(" TrackingId:")
        .endsWith("</Detail></Error>");
    assertThat(answer.header("Content-Type")).startsWith("application/xml");
  }

  // The management plane.

  @Test
  void namespaces_entities_and_rules_are_shown_without_keys() {
    JsonNode bus = arm("GET", BUS + V, "").json();
    assertThat(bus.path("type").asText()).isEqualTo("Microsoft.ServiceBus/namespaces");
    assertThat(bus.at("/properties/serviceBusEndpoint").asText()).isEqualTo(namespace());
    assertThat(names(BUS + "/queues")).containsExactly("orders");
    assertThat(names(BUS + "/topics")).containsExactly("news");
    assertThat(names(EVENTS + "/eventhubs")).containsExactly("clicks");
    assertThat(names(BUS + "/authorizationRules")).containsExactly(ROOT, "send");
    assertThat(names(BUS + "/queues/orders/AuthorizationRules")).containsExactly("worker", "owner");
    assertThat(names(BUS + "/topics/news/authorizationRules")).isEmpty();
    JsonNode rule =
        arm("GET", BUS + "/queues/orders/authorizationRules/worker" + V, "").json();
    assertThat(rule.path("id").asText())
        .isEqualTo(BUS + "/queues/orders/authorizationRules/worker");
    assertThat(rule.path("type").asText())
        .isEqualTo("Microsoft.ServiceBus/namespaces/queues/authorizationRules");
    assertThat(rule.at("/properties/rights/0").asText()).isEqualTo("Listen");
    assertThat(rule.toString()).doesNotContain(key("orders/worker/PrimaryKey"));
  }

  private List<String> names(String path) {
    List<String> names = new ArrayList<>();
    arm("GET", path + V, "")
        .json()
        .path("value")
        .forEach(one -> names.add(one.path("name").asText()));
    return names;
  }

  @Test
  void resource_graph_shows_namespaces_to_who_may_read_them() {
    String query = "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01";
    String all = "{\"query\":\"Resources | where type in~ ('Microsoft.ServiceBus/namespaces',"
        + " 'Microsoft.EventHub/namespaces') | project name\"}";
    assertThat(arm("POST", query, all).body()).contains("bus1", "events1");
    String weak = wire.token(WEAK, simulator.clientSecret(WEAK), Wire.ARM);
    assertThat(wire.call(weak, "POST", query, all).body())
        .contains("bus1")
        .doesNotContain("events1");
  }

  @Test
  void regenerating_changes_one_key_and_answers_with_both() {
    String primary = key(ROOT + "/PrimaryKey");
    String secondary = key(ROOT + "/SecondaryKey");
    JsonNode keys = arm("POST", RULE + "/regenerateKeys" + V, "{\"keyType\":\"PrimaryKey\"}")
        .json();
    assertThat(keys.path("primaryKey").asText())
        .isEqualTo(key(ROOT + "/PrimaryKey"))
        .isNotEqualTo(primary);
    assertThat(keys.path("secondaryKey").asText()).isEqualTo(secondary);
    assertThat(keys).isEqualTo(arm("POST", RULE + "/ListKeys" + V, "").json());
  }

  @Test
  void the_same_own_key_twice_is_one_change() {
    String body = "{\"keyType\":\"SecondaryKey\",\"key\":\"" + OWN + "\"}";
    JsonNode first = arm("POST", RULE + "/regenerateKeys" + V, body).json();
    assertThat(first.path("secondaryKey").asText()).isEqualTo(OWN);
    assertThat(arm("POST", RULE + "/regenerateKeys" + V, body).json()).isEqualTo(first);
    assertThat(info(ROOT, OWN).status()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}",
        "{\"keyType\":\"primaryKey\"}",
        "{\"keyType\":\"key1\"}",
        "{\"keyType\":7}",
        "{\"policykey\":\"PrimaryKey\"}",
        "{\"keyType\":\"PrimaryKey\",\"more\":1}",
        "{\"keyType\":\"PrimaryKey\",\"key\":7}",
        "{\"keyType\":\"PrimaryKey\",\"key\":\"\"}",
        "{\"keyType\":\"PrimaryKey\",\"key\":\"c2hvcnQ=\"}",
        "{\"keyType\":\"PrimaryKey\",\"key\":\"not base64, but just as long as a key is...!\"}"
      })
  void regenerate_refuses_other_bodies_and_changes_nothing(String body) {
    String primary = key(ROOT + "/PrimaryKey");
    refused(arm("POST", RULE + "/regenerateKeys" + V, body), 400, "BadRequest");
    assertThat(key(ROOT + "/PrimaryKey")).isEqualTo(primary);
  }

  @ParameterizedTest
  @CsvSource({
    "GET, '', 400, MissingApiVersionParameter",
    "GET, ?api-version=2099-01-01, 400, NoRegisteredProviderFound",
    "DELETE, ?api-version=2021-11-01, 405, MethodNotAllowed",
    "PUT, /authorizationRules/new?api-version=2021-11-01, 405, MethodNotAllowed",
    "GET, /authorizationRules/send/listKeys?api-version=2021-11-01, 405, MethodNotAllowed",
    "POST, /authorizationRules/none/listKeys?api-version=2021-11-01, 404, NotFound",
    "GET, /authorizationRules/none?api-version=2021-11-01, 404, NotFound",
    "GET, /queues/none?api-version=2021-11-01, 404, NotFound",
    "GET, /queues/news?api-version=2021-11-01, 404, NotFound",
    "GET, /queues/none/authorizationRules?api-version=2021-11-01, 404, NotFound",
    "GET, /eventhubs?api-version=2021-11-01, 404, NotFound",
    "POST, /authorizationRules/send/explode?api-version=2021-11-01, 404, NotFound",
  })
  void arm_refuses_what_is_not_there(String method, String rest, int status, String code) {
    refused(arm(method, BUS + rest, ""), status, code);
  }

  @Test
  void a_rule_of_a_topic_is_none_of_a_queue() {
    refused(arm("GET", BUS + "/topics/orders/authorizationRules/worker" + V, ""), 404, "NotFound");
    refused(
        arm("POST", BUS + "/topics/orders/authorizationRules/worker/listKeys" + V, ""),
        404,
        "NotFound");
  }

  @Test
  void a_denied_action_and_a_lock_are_named() {
    String weak = wire.token(WEAK, simulator.clientSecret(WEAK), Wire.ARM);
    Wire.Answer denied =
        wire.call(weak, "POST", RULE + "/regenerateKeys" + V, "{\"keyType\":\"PrimaryKey\"}");
    refused(denied, 403, "AuthorizationFailed");
    assertThat(denied.body())
        .contains("'Microsoft.ServiceBus/namespaces/authorizationRules/regenerateKeys/action'");
    assertThat(wire.call(weak, "POST", RULE + "/listKeys" + V, "").status()).isEqualTo(200);
    String held = "/subscriptions/" + SUB
        + "/resourceGroups/rg2/providers/Microsoft.ServiceBus/namespaces/held1/authorizationRules/"
        + ROOT;
    refused(arm("POST", held + "/listKeys" + V, ""), 409, "ScopeLocked");
    refused(
        arm("POST", held + "/regenerateKeys" + V, "{\"keyType\":\"PrimaryKey\"}"),
        409,
        "ScopeLocked");
    assertThat(arm("GET", held + V, "").status()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"properties\":{\"disableLocalAuth\":\"yes\"}}",
        "{\"properties\":{\"disableLocalAuth\":true,\"colour\":1}}",
        "{\"properties\":{\"publicNetworkAccess\":\"Sometimes\"}}",
        "{\"tags\":7}"
      })
  void a_patch_is_checked_as_a_whole(String body) {
    refused(arm("PATCH", BUS + V, body), 400, "BadRequest");
    assertThat(info().status()).isEqualTo(200);
  }

  // The endpoint.

  @Test
  void a_good_token_is_told_what_the_namespace_is() {
    assertThat(info().body())
        .contains("<NamespaceInfo ", "<Name>bus1</Name>", "<NamespaceType>Messaging<");
    assertThat(info(ROOT, key(ROOT + "/SecondaryKey")).status()).isEqualTo(200);
    assertThat(info("send", key("send/PrimaryKey")).status()).as("any right").isEqualTo(200);
    String events = simulator.messaging("events1").toString();
    String good = sign(
        events,
        ROOT,
        simulator.sharedAccessKey("events1", ROOT + "/PrimaryKey"),
        Duration.ofMinutes(5));
    assertThat(get("events1", "/$namespaceinfo", good).body()).contains("<NamespaceType>EventHub<");
    assertThat(get("events1", "/clicks", good).body()).contains("<EventHubDescription ");
  }

  @Test
  void entities_are_told_to_who_manages_them_and_absent_ones_are_an_empty_feed() {
    String orders = namespace() + "orders";
    Duration lifetime = Duration.ofMinutes(5);
    String owner = sign(orders, "owner", key("orders/owner/PrimaryKey"), lifetime);
    assertThat(get("bus1", "/orders?api-version=2017-04", owner).body())
        .contains("<QueueDescription ");
    String worker = sign(orders, "worker", key("orders/worker/PrimaryKey"), lifetime);
    detail(get("bus1", "/orders", worker), "Manage,EntityRead claims required for this operation.");
    String root = sign(namespace(), ROOT, key(ROOT + "/PrimaryKey"), lifetime);
    assertThat(get("bus1", "/news", root).body()).contains("<TopicDescription ");
    Wire.Answer none = get("bus1", "/none", root);
    assertThat(none.status()).isEqualTo(200);
    assertThat(none.body()).startsWith("<feed ").doesNotContain("Description");
  }

  @Test
  void a_wrong_signature_an_old_key_and_an_unknown_name_are_one_answer() {
    String old = key(ROOT + "/PrimaryKey");
    arm("POST", RULE + "/regenerateKeys" + V, "{\"keyType\":\"PrimaryKey\"}");
    String wrong = "InvalidSignature: The token has an invalid signature.";
    detail(info(ROOT, old), wrong);
    detail(info(ROOT, OWN), wrong);
    detail(info("nobody", key(ROOT + "/PrimaryKey")), wrong);
    detail(info("worker", key("orders/worker/PrimaryKey")), wrong);
    detail(info("send", key(ROOT + "/PrimaryKey")), wrong);
  }

  @Test
  void a_token_for_something_else_has_a_wrong_audience() {
    String wrong =
        "InvalidAudience: The authorization header contains a token with a wrong" + " audience.";
    String key = key(ROOT + "/PrimaryKey");
    Duration lifetime = Duration.ofMinutes(5);
    for (String scope : List.of(
        namespace() + "orders",
        simulator.messaging("events1").toString(),
        "https://bus1.servicebus.windows.net/",
        "ftp" + namespace().substring(5))) {
      detail(get("bus1", "/$namespaceinfo", sign(scope, ROOT, key, lifetime)), wrong);
    }
    // The audience is looked at before the signature.
    detail(get("bus1", "/news", sign(namespace() + "orders", ROOT, OWN, lifetime)), wrong);
    assertThat(get("bus1", "/news", sign("sb" + namespace().substring(5), ROOT, key, lifetime))
            .status())
        .isEqualTo(200);
  }

  @Test
  void a_token_ends_at_its_time() {
    String good = sign(namespace(), ROOT, key(ROOT + "/PrimaryKey"), Duration.ofMinutes(5));
    clock.now = clock.now.plusSeconds(299);
    assertThat(get("bus1", "/$namespaceinfo", good).status()).isEqualTo(200);
    clock.now = clock.now.plusSeconds(1);
    detail(get("bus1", "/$namespaceinfo", good), "ExpiredToken: The token is expired.");
  }

  @Test
  void what_is_no_token_is_malformed_or_missing() {
    detail(get("bus1", "/$namespaceinfo", ""), "MissingToken: ");
    String good = sign(namespace(), ROOT, key(ROOT + "/PrimaryKey"), Duration.ofMinutes(5));
    for (String bad : List.of(
        "Bearer x",
        "SharedAccessSignature",
        good + "&se=1",
        good + "&more=1",
        good.replaceAll("&skn=.*", ""),
        good.replaceAll("&se=\\d+", "&se=soon"))) {
      detail(get("bus1", "/$namespaceinfo", bad), "MalformedToken: ");
    }
  }

  @Test
  void disabled_local_authentication_and_the_network_come_before_the_key() {
    arm("PATCH", BUS + V, "{\"properties\":{\"disableLocalAuth\":true}}");
    detail(info(), "LocalAuthDisabled: Authorization failed because SAS authentication");
    detail(info(ROOT, OWN), "LocalAuthDisabled: ");
    arm("PATCH", BUS + V, "{\"properties\":{\"publicNetworkAccess\":\"Disabled\"}}");
    detail(info(ROOT, OWN), "Ip has been prevented to connect to the endpoint.");
    arm(
        "PATCH",
        BUS + V,
        "{\"properties\":{\"publicNetworkAccess\":\"Enabled\",\"disableLocalAuth\":false}}");
    assertThat(info().status()).isEqualTo(200);
  }

  @Test
  void an_old_key_lives_on_for_as_many_tokens_as_the_scenario_says() {
    String old = simulator.sharedAccessKey("slow1", ROOT + "/PrimaryKey");
    String slow = BUS.replace("bus1", "slow1") + "/authorizationRules/" + ROOT;
    arm("POST", slow + "/regenerateKeys" + V, "{\"keyType\":\"PrimaryKey\"}");
    String scope = simulator.messaging("slow1").toString();
    for (int status : new int[] {200, 200, 401}) {
      assertThat(get("slow1", "/$namespaceinfo", sign(scope, ROOT, old, Duration.ofMinutes(5)))
              .status())
          .isEqualTo(status);
    }
  }

  @Test
  void it_has_no_messages_and_only_reads() {
    String good = sign(namespace(), ROOT, key(ROOT + "/PrimaryKey"), Duration.ofMinutes(5));
    URI orders = simulator.messaging("bus1").resolve("/orders/messages");
    assertThat(wire.send("POST", orders, Map.of("Authorization", good), "x").status())
        .isEqualTo(405);
    assertThat(wire.send("GET", orders, Map.of("Authorization", good), "").status())
        .isEqualTo(501);
  }

  @Test
  void a_link_lives_until_its_token_ends_whatever_becomes_of_the_key() {
    String token = sign(namespace(), ROOT, key(ROOT + "/PrimaryKey"), Duration.ofMinutes(20));
    URI open = simulator.messaging("bus1").resolve("/orders/$link");
    Wire.Answer opened = wire.send("POST", open, Map.of("Authorization", token), "");
    assertThat(opened.status()).isEqualTo(201);
    String link = "/$link/" + opened.json().path("link").asText();
    arm("POST", RULE + "/regenerateKeys" + V, "{\"keyType\":\"PrimaryKey\"}");
    detail(
        wire.send("POST", open, Map.of("Authorization", token), ""),
        "InvalidSignature: The token has an invalid signature.");
    clock.now = clock.now.plus(Duration.ofMinutes(19));
    assertThat(get("bus1", link, "").status()).isEqualTo(204);
    clock.now = clock.now.plus(Duration.ofMinutes(1));
    detail(get("bus1", link, ""), "ExpiredToken: ");
    assertThat(get("bus1", "/$link/none", "").status()).isEqualTo(404);
  }
}
