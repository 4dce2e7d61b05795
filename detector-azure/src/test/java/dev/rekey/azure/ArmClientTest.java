package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.policy.RetryPolicy;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class ArmClientTest {
  private static final String VERSION = "2024-01-01";
  private static final String PATH = "/subscriptions/s/things/one";
  private static final String URL = "https://management.azure.com" + PATH;

  private final FakeArm arm = new FakeArm();

  @Test
  void a_get_sends_the_token_the_version_and_an_id_and_returns_the_tree() {
    arm.answers(200, "{\"name\":\"one\"}");

    JsonNode answer = arm.client().get(PATH, VERSION, Map.of("$expand", "a b&c"));

    assertThat(answer.path("name").asText()).isEqualTo("one");
    assertThat(arm.lines())
        .containsExactly("GET " + URL + "?api-version=2024-01-01&$expand=a%20b%26c");
    assertThat(arm.header(0, "Authorization")).isEqualTo("Bearer " + FakeArm.TOKEN);
    assertThat(arm.header(0, "x-ms-client-request-id"))
        .matches("[0-9a-f-]{36}")
        .isEqualTo(arm.header(0, "x-ms-correlation-request-id"));
    assertThat(arm.header(0, "User-Agent")).contains("rekey");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void a_read_is_tried_again_after_an_answer_that_may_get_better(int status) {
    arm.answers(status, "").answers(status, "busy").answers(200, "{}").answers(200, "{}");

    assertThat(arm.client().get(PATH, VERSION).isObject()).isTrue();
    assertThat(arm.client().postRead(PATH, VERSION).isObject()).isTrue();

    assertThat(arm.asked).hasSize(4);
    assertThat(arm.pauses).containsExactly(Duration.ofMillis(800), Duration.ofMillis(1600));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 409, 412, 501})
  void a_read_is_not_tried_again_after_an_answer_that_stays_the_same(int status) {
    arm.answers(status, "");

    assertThatThrownBy(() -> arm.client().get(PATH, VERSION)).isInstanceOf(ArmException.class);
    assertThat(arm.asked).hasSize(1);
  }

  @Test
  void a_read_is_tried_again_after_a_broken_connection_and_gives_up_in_the_end() {
    arm.breaks().breaks().breaks().breaks().breaks();

    ArmException failed = catchThrowableOfType(
        ArmException.class, () -> arm.client().postRead(PATH, VERSION, body()));

    assertThat(arm.asked).hasSize(5);
    assertThat(failed.reason()).isEqualTo(ArmException.Reason.NO_ANSWER);
    assertThat(failed)
        .hasMessageContaining("POST " + PATH)
        .hasMessageContaining("connection reset");
  }

  @Test
  void what_changes_something_is_sent_once_whatever_happens() {
    List<Function<ArmClient, JsonNode>> changes = List.of(
        client -> client.post(PATH, VERSION, body()),
        client -> client.put(PATH, VERSION, body()),
        client -> client.patch(PATH, VERSION, body()),
        client -> client.delete(PATH, VERSION, "attempt-1"));
    int expected = 0;
    for (Function<ArmClient, JsonNode> change : changes) {
      for (int status : new int[] {408, 429, 500, 502, 503, 504}) {
        arm.answers(status, "", "Retry-After", "0");
        ArmException failed =
            catchThrowableOfType(ArmException.class, () -> change.apply(arm.client()));
        assertThat(failed.mayHaveBeenApplied()).as("after %d", status).isEqualTo(status != 429);
        assertThat(arm.asked).hasSize(++expected);
      }
      arm.breaks();
      ArmException failed =
          catchThrowableOfType(ArmException.class, () -> change.apply(arm.client()));
      assertThat(failed.mayHaveBeenApplied()).isTrue();
      assertThat(arm.asked).hasSize(++expected);
    }
    assertThat(arm.pauses).isEmpty();
  }

  @Test
  void after_a_pause_that_is_too_long_the_next_call_waits_no_longer_than_for_a_retry() {
    FakeArm arm = new FakeArm().answers(429, "{}", "Retry-After", "7200").answers(200, "{}");
    ArmClient client = arm.client();

    assertThatThrownBy(() -> client.get("/subscriptions/s", "2022-12-01"))
        .isInstanceOf(ArmException.class);
    client.get("/subscriptions/s", "2022-12-01");

    assertThat(arm.pauses).containsExactly(ReadRetries.DEFAULT.most());
  }

  @Test
  void the_pause_that_arm_asks_for_is_made_unless_it_is_too_long() {
    arm.answers(429, "", "Retry-After", "7")
        .answers(429, "", "retry-after-ms", "1500")
        .answers(
            503,
            "",
            "Date",
            "Thu, 01 Jan 2026 00:00:00 GMT",
            "Retry-After",
            "Thu, 01 Jan 2026 00:00:09 GMT")
        .answers(429, "", "Retry-After", "86400");

    ArmException failed =
        catchThrowableOfType(ArmException.class, () -> arm.client().get(PATH, VERSION));

    assertThat(arm.pauses)
        .containsExactly(Duration.ofSeconds(7), Duration.ofMillis(1500), Duration.ofSeconds(9));
    assertThat(failed.isThrottled()).isTrue();
    assertThat(failed.retryAfter()).contains(Duration.ofDays(1));
    assertThat(failed).hasMessageContaining("in 86400 seconds");
  }

  @Test
  void a_correlation_id_of_the_caller_goes_with_what_changes_something() {
    arm.answers(200, "{}").answers(202, "").answers(204, "");
    ArmClient client = arm.client();

    client.put(PATH, VERSION, body(), "attempt-7");
    JsonNode accepted = client.post(PATH, VERSION, MissingNode.getInstance(), "attempt-8");
    client.delete(PATH, VERSION, "attempt-9");

    assertThat(accepted.isMissingNode()).isTrue();
    assertThat(arm.body(0)).isEqualTo("{\"secret\":\"value-of-the-request\"}");
    assertThat(arm.body(1)).isEmpty();
    for (int i = 0; i < 3; i++) {
      assertThat(arm.header(i, "x-ms-correlation-request-id")).isEqualTo("attempt-" + (7 + i));
      assertThat(arm.header(i, "x-ms-client-request-id")).isEqualTo("attempt-" + (7 + i));
    }
    assertThatIllegalArgumentException()
        .isThrownBy(() -> client.put(PATH, VERSION, body(), "a\r\nHost: evil"));
    assertThat(arm.asked).hasSize(3);
  }

  @Test
  void a_list_follows_its_links_as_they_stand_and_only_when_asked_for_more() {
    String second = "https://MANAGEMENT.azure.com:443/next/?x=%24skiptoken%3D1&t=a+b";
    arm.answers(200, "{\"value\":[1,2],\"nextLink\":\"" + second + "\"}")
        .answers(200, "{\"value\":[],\"nextLink\":\"" + URL + "?page=3\"}")
        .answers(200, "{\"value\":[3],\"nextLink\":null}");

    Iterator<JsonNode> items =
        arm.client().list(PATH, VERSION, Map.of("$top", "2")).iterator();

    assertThat(arm.asked).isEmpty();
    assertThat(items.next().asInt()).isEqualTo(1);
    assertThat(items.next().asInt()).isEqualTo(2);
    assertThat(arm.asked).hasSize(1);
    assertThat(items.next().asInt()).isEqualTo(3);
    assertThat(items.hasNext()).isFalse();
    assertThat(arm.lines())
        .containsExactly(
            "GET " + URL + "?api-version=2024-01-01&$top=2",
            "GET " + second,
            "GET " + URL + "?page=3");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://evil.example/x",
        "http://management.azure.com/x",
        "https://management.azure.com:8443/x",
        "https://management.azure.com@evil.example/x",
        "https://user@management.azure.com/x",
        "https://management.azure.com.evil.example/x",
        "//evil.example/x",
        "/relative",
        "not a link at all",
        "file:///etc/passwd"
      })
  void a_link_that_leads_elsewhere_is_refused_before_a_token_goes_there(String link) {
    ObjectNode page = JsonNodeFactory.instance.objectNode().put("nextLink", link);
    page.putArray("value").add(1);
    arm.answers(200, page.toString());

    assertThatThrownBy(() -> arm.client().list(PATH, VERSION).toList())
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("nextLink leads away from https://management.azure.com")
        .hasMessageNotContaining("evil");
    assertThat(arm.asked).hasSize(1);
  }

  @Test
  void a_list_whose_pages_run_in_a_circle_ends_with_an_exception() {
    for (int i = 0; i < 50; i++) {
      arm.answers(
          200, "{\"value\":[1],\"nextLink\":\"" + URL + "?page=" + (i < 2 ? i : i % 3) + "\"}");
    }

    assertThatThrownBy(() -> arm.client().list(PATH, VERSION).toList())
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("circle");
    assertThat(arm.asked.size()).isLessThan(20);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"value\":{}}", "{\"value\":[],\"nextLink\":5}", "", "3"})
  void what_is_no_list_is_an_exception(String body) {
    arm.answers(200, body);

    assertThatThrownBy(() -> arm.client().list(PATH, VERSION).toList())
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("GET " + PATH);
  }

  @Test
  void success_that_is_no_json_is_an_exception_that_quotes_nothing() {
    List<String> bodies = List.of(
        "canary-in-body",
        "<html>canary-in-body</html>",
        "{\"a\":canary-in-body}",
        "{\"a\":\"canary-in-body\"} canary-in-body",
        "{\"a\":\"canary-in-body\",\"a\":\"canary-in-body\"}",
        "[".repeat(100_000) + "canary-in-body");
    for (String body : bodies) {
      arm.answers(200, body);
      ArmException failed =
          catchThrowableOfType(ArmException.class, () -> arm.client().get(PATH, VERSION));
      assertThat(failed.reason()).isEqualTo(ArmException.Reason.UNREADABLE);
      assertThat(failed).hasMessageContaining("GET " + PATH).hasNoCause();
      assertThat(failed.getMessage()).doesNotContain("canary");
    }
  }

  @Test
  void an_answer_that_is_too_long_is_an_exception() {
    ArmClient client = arm.builder().mostAnswerBytes(100).build();
    arm.answers(200, "\"" + "x".repeat(98) + "\"").answers(200, "\"" + "x".repeat(99) + "\"");

    assertThat(client.get(PATH, VERSION).asText()).hasSize(98);
    assertThatThrownBy(() -> client.get(PATH, VERSION))
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("more than 100 bytes");
  }

  @Test
  void a_credential_that_fails_is_told_from_a_network_that_fails() {
    ArmClient client = ArmClient.builder()
        .credential(request -> Mono.error(new IllegalStateException("wrong\ntenant")))
        .httpClient(arm)
        .build();

    ArmException failed =
        catchThrowableOfType(ArmException.class, () -> client.post(PATH, VERSION, body()));

    assertThat(arm.asked).isEmpty();
    assertThat(failed.reason()).isEqualTo(ArmException.Reason.NO_TOKEN);
    assertThat(failed.isUnauthenticated()).isTrue();
    assertThat(failed.mayHaveBeenApplied()).isFalse();
    assertThat(failed).hasMessageContaining("wrong tenant").hasMessageContaining("/.default");
  }

  @Test
  void an_interrupted_call_says_so_and_keeps_the_flag() {
    arm.throwing(new RuntimeException(new InterruptedException()));

    ArmException failed =
        catchThrowableOfType(ArmException.class, () -> arm.client().get(PATH, VERSION));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(failed.reason()).isEqualTo(ArmException.Reason.INTERRUPTED);
    assertThat(arm.asked).hasSize(1);
  }

  @Test
  void an_interrupted_pause_says_so_and_keeps_the_flag() {
    arm.answers(503, "");
    ArmClient client = arm.builder()
        .pause(length -> {
          throw new InterruptedException();
        })
        .build();

    ArmException failed = catchThrowableOfType(ArmException.class, () -> client.get(PATH, VERSION));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(failed.reason()).isEqualTo(ArmException.Reason.INTERRUPTED);
  }

  @Test
  void another_cloud_has_its_own_endpoint_and_scope() {
    arm.answers(401, "{}");
    ArmClient client = arm.builder()
        .endpoint(URI.create("https://Management.USGovCloudAPI.net:443/"))
        .build();

    assertThat(client.endpoint()).isEqualTo(URI.create("https://management.usgovcloudapi.net"));
    assertThatThrownBy(() -> client.get(PATH, VERSION))
        .hasMessageContaining("https://management.usgovcloudapi.net/.default");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://management.azure.com",
        "https://a/path",
        "https://a?x",
        "https://u:p@a",
        "mailto:a",
        "/x"
      })
  void an_endpoint_that_is_none_is_refused(String endpoint) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArmClient.builder().endpoint(URI.create(endpoint)));
  }

  @Test
  void a_policy_that_retries_is_refused_because_it_would_repeat_changes() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArmClient.builder().policies(new RetryPolicy()))
        .withMessageContaining("RetryPolicy");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ArmClient.builder()
            .pipeline(new HttpPipelineBuilder()
                .httpClient(arm)
                .policies(new RetryPolicy())
                .build()));
  }

  @Test
  void a_pipeline_of_the_caller_is_used_as_it_is() {
    arm.answers(200, "{}");
    ArmClient.Builder builder =
        ArmClient.builder().pipeline(new HttpPipelineBuilder().httpClient(arm).build());

    assertThat(builder.build().get(PATH, VERSION).isObject()).isTrue();
    assertThat(arm.header(0, "Authorization")).isNull();
    assertThatIllegalStateException()
        .isThrownBy(() -> builder.credential(FakeArm.CREDENTIAL).build());
    assertThatIllegalStateException().isThrownBy(() -> ArmClient.builder().build());
  }

  private static ObjectNode body() {
    return JsonNodeFactory.instance.objectNode().put("secret", "value-of-the-request");
  }
}
