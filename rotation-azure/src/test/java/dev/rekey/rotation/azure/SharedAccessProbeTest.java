package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.rekey.canary.Canary;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.ProbeAnswer.Accepted;
import dev.rekey.rotation.ProbeAnswer.Refused;
import dev.rekey.rotation.ProbeAnswer.Unclear;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.MessagingNamespace;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead is one answer; everything that looks like it is not. */
class SharedAccessProbeTest {
  private static final String ROOT = "RootManageSharedAccessKey";
  private static final String RULE =
      "Microsoft.ServiceBus/namespaces/shop-bus/authorizationRules/" + ROOT;
  private static final String DEAD = "InvalidSignature: The token has an invalid signature.";

  private final Lab lab = Lab.of(MessagingNamespace.serviceBus("shop-bus")
      .entity("queues", "orders")
      .rule("orders", "owner", "Listen", "Manage", "Send"));
  private final Clock clock = Clock.systemUTC();
  private String key = "";

  @BeforeEach
  void takeTheKey() {
    key = lab.azure.sharedAccessKey("shop-bus", ROOT + "/PrimaryKey");
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private ProbeAnswer probe(HttpClient http, Clock at, String entity, String rule, String value)
      throws InterruptedException {
    try (Secret secret = Secret.of(value)) {
      return new SharedAccessProbe(http, at)
          .probe(lab.azure.messaging("shop-bus"), entity, rule, secret);
    }
  }

  private ProbeAnswer probe() throws InterruptedException {
    ProbeAnswer answer = probe(lab.wire, clock, "", ROOT, key);
    lab.wire.sent("GET .*namespaceinfo.*").forEach(sent -> {
      assertThat(sent.authorization()).startsWith("SharedAccessSignature sr=");
      assertThat(answer.toString()).doesNotContain(sent.authorization().substring(30));
    });
    Canary.assertAbsent(answer.toString(), key, "an answer");
    return answer;
  }

  private void kill() {
    lab.regenerateRule(RULE, "PrimaryKey", "");
  }

  private void answers(int status, String body) {
    lab.azure
        .faults()
        .add(Fault.on("GET", "/\\$namespaceinfo").status(status, body).at("messaging:shop-bus"));
  }

  private static String error(int code, String detail) {
    return "<Error><Code>" + code + "</Code><Detail>" + detail
        + " TrackingId:0a8b_G31, SystemTracker:x, Timestamp:x</Detail></Error>";
  }

  private ProbeAnswer unclear(String evidence) throws InterruptedException {
    ProbeAnswer answer = probe();
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith(evidence);
    return answer;
  }

  @Test
  void a_live_key_is_accepted() throws InterruptedException {
    assertThat(probe()).isInstanceOf(Accepted.class);
    assertThat(lab.count("POST", "/.*messages.*")).isZero();
  }

  @Test
  void a_regenerated_key_is_refused() throws InterruptedException {
    kill();
    ProbeAnswer answer = probe();
    assertThat(answer).isInstanceOf(Refused.class);
    assertThat(answer.evidence()).matches("401 InvalidSignature, request [0-9a-f-]{36}_G1");
    assertThat(answer.endpoint()).isEqualTo(lab.azure.messaging("shop-bus").toString());
  }

  @Test
  void the_older_words_for_a_wrong_signature_are_death_too() throws InterruptedException {
    answers(401, error(401, "40103: Invalid authorization token signature, Resource:sb://x."));
    assertThat(probe()).isInstanceOf(Refused.class);
  }

  @Test
  void a_key_that_is_regenerated_to_itself_lives() throws InterruptedException {
    lab.regenerateRule(RULE, "PrimaryKey", key);
    assertThat(probe()).isInstanceOf(Accepted.class);
  }

  @Test
  void a_dead_key_that_is_also_the_other_key_lives() throws InterruptedException {
    lab.regenerateRule(RULE, "SecondaryKey", key);
    kill();
    assertThat(probe()).isInstanceOf(Accepted.class);
  }

  @Test
  void local_authentication_switched_off_says_nothing_about_the_key() throws InterruptedException {
    kill();
    lab.patchNamespace("shop-bus", "disableLocalAuth", BooleanNode.TRUE);
    unclear("401 LocalAuthDisabled");
  }

  @Test
  void a_firewall_says_nothing_about_the_key() throws InterruptedException {
    kill();
    lab.patchNamespace("shop-bus", "publicNetworkAccess", TextNode.valueOf("Disabled"));
    unclear("401 Ip has been prevented");
  }

  @Test
  void a_clock_that_is_late_says_nothing_about_the_key() throws InterruptedException {
    kill();
    Clock late = Clock.offset(clock, Duration.ofMinutes(-20));
    ProbeAnswer answer = probe(lab.wire, late, "", ROOT, key);
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith("401 ExpiredToken");
  }

  @Test
  void a_rule_that_is_gone_takes_the_good_key_with_it() throws InterruptedException {
    // So that the positive control fails, and nothing is proved.
    assertThat(probe(lab.wire, clock, "", "nobody", key)).isInstanceOf(Refused.class);
  }

  @Test
  void an_entity_that_is_gone_is_no_positive_control() throws InterruptedException {
    // A rule of the namespace may ask for any entity; Azure answers an empty feed.
    ProbeAnswer answer = probe(lab.wire, clock, "nothing", ROOT, key);
    assertThat(answer)
        .isEqualTo(new Unclear(
            lab.azure.messaging("shop-bus").toString(),
            "200 without the description that was asked for"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | InvalidAudience: The authorization header contains a token with a wrong audience."
            + " | 401 InvalidAudience",
        "401 | InvalidSignature: Cannot find a key. | 401 InvalidSignature",
        "401 | ExpiredToken: The token is expired.. | 401 ExpiredToken",
        "401 | LocalAuthDisabled: Authorization failed because SAS is off. | 401 LocalAuthDisabled",
        "401 | MissingToken: none | 401 MissingToken",
        "401 | MalformedToken: none | 401 MalformedToken",
        "401 | Manage,EntityRead claims required for this operation."
            + " | 401 Manage,EntityRead claims required",
        "401 | 40100: Unauthorized : Manage claim is required | 401 40100",
        "401 | claim is empty or token is invalid. | 401 no code",
        "401 | Ip has been prevented to connect to the endpoint. | 401 Ip has been prevented",
        "403 | The maximum number of '1000' tokens per connection has been reached | 403 no code",
        "404 | none | 404 no code",
        "429 | 50004: The namespace is being throttled. | 429 50004",
        "503 | 50009: The namespace is being throttled. | 503 50009",
        "500 | none | 500 no code",
        "307 | none | 307 no code",
      })
  void what_looks_like_death_is_unclear(int status, String detail, String evidence)
      throws InterruptedException {
    kill();
    answers(status, error(status, detail));
    unclear(evidence);
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 403, 407, 429, 500})
  void the_words_of_death_count_under_their_status_only(int status) throws InterruptedException {
    answers(status, error(401, DEAD));
    unclear(Integer.toString(status));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "InvalidSignature: The token has an invalid signature.",
        "<html><body>InvalidSignature: The token has an invalid signature.</body></html>",
        "<Error><Code>403</Code><Detail>InvalidSignature: The token has an invalid signature."
            + "</Detail></Error>",
        "<Error><Code>401</Code><Detail>LocalAuthDisabled: was InvalidSignature: The token has an"
            + " invalid signature.</Detail></Error>",
        "<Error><Code>401</Code><Detail>InvalidSignature: The token has an invalid signatures"
            + "</Detail></Error>",
        "x<Error><Code>401</Code><Detail>InvalidSignature: The token has an invalid signature."
            + "</Detail></Error>",
        ""
      })
  void the_words_of_death_count_in_their_place_only(String body) throws InterruptedException {
    answers(401, body);
    unclear("401");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html><body>Sign in to the guest network</body></html>", "{}", "<feed/>"})
  void somebody_elses_page_is_no_positive_control(String page) throws InterruptedException {
    answers(200, page);
    unclear("200 without the description");
  }

  @Test
  void a_huge_answer_is_not_kept() throws InterruptedException {
    answers(401, " ".repeat(8 << 20) + error(401, DEAD));
    unclear("401 no code");
  }

  @Test
  void a_detail_that_quotes_the_key_is_not_repeated() throws InterruptedException {
    answers(401, error(401, key + " TrackingId:<" + key + ">"));
    unclear("401 no code");
  }

  @Test
  void a_connection_that_is_dropped_says_nothing() throws InterruptedException {
    lab.azure
        .faults()
        .add(Fault.on("GET", "/.+").dropBefore().at("messaging:shop-bus").times(0));
    unclear("no answer: ");
  }

  @Test
  void a_certificate_that_is_not_trusted_says_nothing() throws InterruptedException {
    ProbeAnswer answer = probe(new JdkHttpClientBuilder().build(), clock, "", ROOT, key);
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith("no answer: ");
  }

  @Test
  void what_a_transport_says_of_the_signed_header_is_not_repeated() throws InterruptedException {
    HttpClient loud = request -> {
      throw new IllegalArgumentException(
          "invalid header value: " + request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION));
    };
    assertThat(probe(loud, clock, "", ROOT, key).evidence())
        .isEqualTo("no answer: IllegalArgumentException");
  }

  @ParameterizedTest
  @ValueSource(strings = {"no key at all", "é23456789012345678901234567890123456789012=="})
  void a_value_that_is_no_key_is_unclear_and_nothing_is_sent(String value)
      throws InterruptedException {
    ProbeAnswer answer = probe(lab.wire, clock, "", ROOT, value);
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence())
        .isEqualTo("a shared access key is 44 characters of base64; this value is not");
    assertThat(lab.azure.requests()).isEmpty();
  }

  @Test
  void a_closed_secret_is_a_mistake_of_the_caller() {
    Secret closed = Secret.of(key);
    closed.close();
    URI endpoint = lab.azure.messaging("shop-bus");
    assertThatThrownBy(
            () -> new SharedAccessProbe(lab.wire, clock).probe(endpoint, "", ROOT, closed))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void an_interruption_is_one() throws InterruptedException {
    String hold =
        lab.azure.faults().add(Fault.on("GET", "/.+").holdBefore().at("messaging:shop-bus"));
    AtomicReference<Object> end = new AtomicReference<>("nothing");
    Thread prober = new Thread(() -> {
      try {
        end.set(probe(lab.wire, clock, "", ROOT, key));
      } catch (InterruptedException interrupted) {
        end.set(interrupted);
      }
    });
    prober.start();
    assertThat(lab.azure.faults().awaitHits(hold, 1, Duration.ofSeconds(10))).isTrue();
    prober.interrupt();
    prober.join(10_000);
    assertThat(end.get()).isInstanceOf(InterruptedException.class);
  }
}
