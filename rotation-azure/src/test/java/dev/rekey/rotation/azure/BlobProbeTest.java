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
import dev.rekey.simulator.Resource.StorageAccount;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
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
class BlobProbeTest {
  private static final String MAC = "The MAC signature found in the HTTP request 'c2ln' is not the"
      + " same as any computed signature. Server used following string to sign: 'GET'.";

  private final Lab lab = Lab.of(StorageAccount.named("acct1"));
  private final Clock clock = Clock.systemUTC();
  private String key = "";

  @BeforeEach
  void takeTheKey() {
    key = lab.azure.storageKey("acct1", "key1");
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private ProbeAnswer probe(HttpClient http, Clock at, URI endpoint, String value)
      throws InterruptedException {
    try (Secret secret = Secret.of(value)) {
      return new BlobProbe(http, at).probe(endpoint, "acct1", secret);
    }
  }

  private ProbeAnswer probe() throws InterruptedException {
    ProbeAnswer answer = probe(lab.wire, clock, lab.azure.blob("acct1"), key);
    lab.wire.sent("GET .*comp=properties").forEach(sent -> {
      String signature = sent.authorization().substring(sent.authorization().indexOf(':') + 1);
      assertThat(answer.toString()).doesNotContain(signature).doesNotContain("x-ms-date");
    });
    Canary.assertAbsent(answer.toString(), key, "an answer");
    return answer;
  }

  private void answers(int status, String code, String body) {
    lab.azure
        .faults()
        .add(Fault.on("GET", "/")
            .status(status, body)
            .at("blob:acct1")
            .header("x-ms-error-code", code));
  }

  private static String error(String code, String detail) {
    return "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code
        + "</Code><Message>Server failed.</Message><AuthenticationErrorDetail>" + detail
        + "</AuthenticationErrorDetail></Error>";
  }

  @Test
  void a_live_key_is_accepted() throws InterruptedException {
    assertThat(probe()).isInstanceOf(Accepted.class);
  }

  @Test
  void a_regenerated_key_is_refused() throws InterruptedException {
    lab.regenerate("acct1", "key1");
    ProbeAnswer answer = probe();
    assertThat(answer).isInstanceOf(Refused.class);
    assertThat(answer.evidence())
        .matches("403 AuthenticationFailed, request [0-9a-f-]{36}, its detail names the MAC");
    assertThat(answer.endpoint()).isEqualTo(lab.azure.blob("acct1").toString());
  }

  @Test
  void a_regenerated_key_that_is_still_taken_for_a_while_is_accepted() throws InterruptedException {
    try (Lab slow = Lab.of(StorageAccount.named("acct1").oldKeyUses(1))) {
      String old = slow.azure.storageKey("acct1", "key1");
      slow.regenerate("acct1", "key1");
      assertThat(probe(slow.wire, clock, slow.azure.blob("acct1"), old))
          .isInstanceOf(Accepted.class);
      assertThat(probe(slow.wire, clock, slow.azure.blob("acct1"), old))
          .isInstanceOf(Refused.class);
    }
  }

  @Test
  void shared_keys_switched_off_say_nothing_about_the_key() throws InterruptedException {
    lab.regenerate("acct1", "key1");
    lab.patch("acct1", "allowSharedKeyAccess", BooleanNode.FALSE);
    ProbeAnswer answer = probe();
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith("403 KeyBasedAuthenticationNotPermitted");
  }

  @Test
  void a_firewall_says_nothing_about_the_key() throws InterruptedException {
    lab.regenerate("acct1", "key1");
    lab.patch("acct1", "publicNetworkAccess", TextNode.valueOf("Disabled"));
    ProbeAnswer answer = probe();
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith("403 AuthorizationFailure");
  }

  @ParameterizedTest
  @ValueSource(longs = {-20, 20})
  void a_clock_that_is_off_says_nothing_about_the_key(long minutes) throws InterruptedException {
    lab.regenerate("acct1", "key1");
    Clock off = Clock.offset(clock, Duration.ofMinutes(minutes));
    ProbeAnswer answer = probe(lab.wire, off, lab.azure.blob("acct1"), key);
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith("403 AuthenticationFailed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "403 | AuthenticationFailed | Request date header too old: 'x'",
        "403 | AuthenticationFailed | Signature not valid in the specified time frame",
        "403 | AuthenticationFailed | The MAC signature found in the HTTP request is missing",
        "403 | AuthenticationFailed | is not the same as any computed signature",
        "403 | AccountIsDisabled | The specified account is disabled",
        "403 | InsufficientAccountPermissions | read access is denied",
        "401 | NoAuthenticationInformation | none",
        "401 | InvalidAuthenticationInfo | none",
        "400 | InvalidAuthenticationInfo | none",
        "404 | ResourceNotFound | none",
        "409 | AccountBeingCreated | none",
        "429 | TooManyRequests | none",
        "500 | InternalError | none",
        "503 | ServerBusy | none",
        "307 | none | none",
        "204 | none | none"
      })
  void what_looks_like_death_is_unclear(int status, String code, String detail)
      throws InterruptedException {
    answers(status, code, status == 204 ? "" : error(code, detail));
    ProbeAnswer answer = probe();
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith(Integer.toString(status));
  }

  @ParameterizedTest
  @CsvSource({
    "401, AuthenticationFailed",
    "200, AuthenticationFailed",
    "403, AuthorizationFailure",
    "403, authenticationfailed and more",
    "403, KeyBasedAuthenticationNotPermitted"
  })
  void the_words_of_death_count_under_their_status_and_code_only(int status, String code)
      throws InterruptedException {
    answers(status, code, error(code, MAC));
    assertThat(probe()).isInstanceOf(Unclear.class);
  }

  @Test
  void the_words_of_death_count_in_their_element_only() throws InterruptedException {
    answers(403, "AuthenticationFailed", "<Error><Message>" + MAC + "</Message></Error>");
    assertThat(probe()).isInstanceOf(Unclear.class);
    lab.azure.faults().clear();
    answers(403, "AuthenticationFailed", MAC);
    assertThat(probe()).isInstanceOf(Unclear.class);
    lab.azure.faults().clear();
    answers(403, "AuthenticationFailed", error("AuthenticationFailed", MAC));
    assertThat(probe()).isInstanceOf(Refused.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "<html><body>Sign in to the guest network</body></html>", "{}", "\u0000\u0001"
      })
  void somebody_elses_page_is_no_positive_control(String page) throws InterruptedException {
    answers(200, "none", page);
    ProbeAnswer answer = probe();
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith("200 without the settings of a blob service");
  }

  @Test
  void a_huge_answer_is_not_kept() throws InterruptedException {
    String huge = "x".repeat(8 << 20);
    answers(403, "AuthenticationFailed", huge + error("AuthenticationFailed", MAC));
    assertThat(probe()).isInstanceOf(Unclear.class);
    lab.azure.faults().clear();
    answers(403, "AuthenticationFailed", error("AuthenticationFailed", MAC) + huge);
    assertThat(probe()).isInstanceOf(Refused.class);
  }

  @Test
  void a_code_that_is_no_word_is_not_repeated() throws InterruptedException {
    answers(403, "a\tb <script>" + key, "");
    assertThat(probe().evidence()).startsWith("403 no code, request ");
  }

  @Test
  void a_connection_that_is_dropped_says_nothing() throws InterruptedException {
    lab.azure.faults().add(Fault.on("GET", "/").dropBefore().at("blob:acct1").times(0));
    ProbeAnswer answer = probe();
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith("no answer: ");
  }

  @Test
  void a_connection_that_is_refused_says_nothing() throws IOException, InterruptedException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    ProbeAnswer answer = probe(lab.wire, clock, URI.create("https://localhost:" + free), key);
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith("no answer: ").contains("Exception");
  }

  @Test
  void a_certificate_that_is_not_trusted_says_nothing() throws InterruptedException {
    HttpClient distrusting = new JdkHttpClientBuilder().build();
    ProbeAnswer answer = probe(distrusting, clock, lab.azure.blob("acct1"), key);
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).startsWith("no answer: ");
  }

  @Test
  void what_a_transport_says_of_the_signed_header_is_not_repeated() throws InterruptedException {
    HttpClient loud = request -> {
      throw new IllegalArgumentException(
          "invalid header value: " + request.getHeaders().getValue(HttpHeaderName.AUTHORIZATION));
    };
    ProbeAnswer answer = probe(loud, clock, lab.azure.blob("acct1"), key);
    assertThat(answer)
        .isEqualTo(
            new Unclear(lab.azure.blob("acct1").toString(), "no answer: IllegalArgumentException"));
  }

  @Test
  void a_value_that_is_no_key_is_unclear_and_nothing_is_sent() throws InterruptedException {
    ProbeAnswer answer = probe(lab.wire, clock, lab.azure.blob("acct1"), "no key at all");
    assertThat(answer).isInstanceOf(Unclear.class);
    assertThat(answer.evidence()).isEqualTo("a storage account key is base64; this value is not");
    assertThat(lab.azure.requests()).isEmpty();
  }

  @Test
  void a_closed_secret_is_a_mistake_of_the_caller() {
    Secret closed = Secret.of(key);
    closed.close();
    assertThatThrownBy(
            () -> new BlobProbe(lab.wire, clock).probe(lab.azure.blob("acct1"), "acct1", closed))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void an_interruption_is_one() throws InterruptedException {
    String hold = lab.azure.faults().add(Fault.on("GET", "/").holdBefore().at("blob:acct1"));
    AtomicReference<Object> end = new AtomicReference<>("nothing");
    Thread prober = new Thread(() -> {
      try {
        end.set(probe(lab.wire, clock, lab.azure.blob("acct1"), key));
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
