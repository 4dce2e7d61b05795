package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What differs from {@link ArmClient}; what they share is tested there. */
class LogsClientTest {
  private static final String WORKSPACE = "00000000-0000-0000-0000-000000000a01";
  private static final String QUERY = "StorageBlobLogs | summarize Entries = count()";
  private static final Instant FROM = Instant.parse("2026-11-20T00:00:00Z");
  private static final Instant TO = Instant.parse("2026-11-28T00:00:00Z");

  private final FakeArm logs = new FakeArm();
  private final LogsClient client = LogsClient.builder()
      .credential(FakeArm.CREDENTIAL)
      .httpClient(logs)
      .readRetries(new ReadRetries(3, Duration.ZERO, Duration.ofSeconds(9)))
      .build();

  private List<ObjectNode> ask() {
    return client.query(WORKSPACE, QUERY, FROM, TO);
  }

  @Test
  void a_query_is_posted_with_its_time_and_answered_as_rows_by_column() {
    logs.answers(
        200,
        "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[{\"name\":\"Caller\",\"type\":"
            + "\"string\"},{\"name\":\"Uses\",\"type\":\"long\"}],"
            + "\"rows\":[[\"10.0.0.7\",3],[null,0]]}]}");
    assertThat(ask())
        .extracting(ObjectNode::toString)
        .containsExactly("{\"Caller\":\"10.0.0.7\",\"Uses\":3}", "{\"Caller\":null,\"Uses\":0}");
    assertThat(logs.lines())
        .containsExactly(
            "POST https://api.loganalytics.azure.com/v1/workspaces/" + WORKSPACE + "/query");
    assertThat(logs.body(0))
        .isEqualTo("{\"query\":\"" + QUERY
            + "\",\"timespan\":\"2026-11-20T00:00:00Z/2026-11-28T00:00:00Z\"}");
    assertThat(logs.header(0, "Content-Type")).isEqualTo("application/json");
    assertThat(logs.header(0, "Authorization")).isEqualTo("Bearer " + FakeArm.TOKEN);
  }

  @Test
  void a_workspace_without_any_data_has_no_rows() {
    logs.answers(204, "");
    assertThat(ask()).isEmpty();
  }

  @Test
  void a_part_of_the_result_is_a_failure() {
    logs.answers(
        200,
        "{\"tables\":[{\"name\":\"PrimaryResult\",\"columns\":[{\"name\":\"Uses\",\"type\":\"long\"}],"
            + "\"rows\":[[0]]}],\"error\":{\"code\":\"PartialError\",\"message\":\"There were some"
            + " errors when processing your query.\",\"details\":[{\"code\":\"EngineError\","
            + "\"message\":\"A shard did not answer.\"}]}}");
    assertThatThrownBy(this::ask)
        .isInstanceOfSatisfying(ArmException.class, failed -> {
          assertThat(failed.code()).isEqualTo("PartialError");
          assertThat(failed.requestId()).isEqualTo("request-200");
        })
        .hasMessageContaining("A shard did not answer.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"tables\":[]}",
        "{\"tables\":{}}",
        "{\"tables\":[{\"columns\":[{\"name\":\"sensitive\"}]}]}",
        "{\"tables\":[{\"rows\":[]}]}",
        "{\"tables\":[{\"columns\":[{\"name\":\"sensitive\"}],\"rows\":[[1,2]]}]}",
        "{\"tables\":[{\"columns\":[{\"name\":\"sensitive\"}],\"rows\":[7]}]}",
        "{\"tables\":[{\"columns\":[{\"name\":\"\"}],\"rows\":[]}]}",
        "{\"tables\":[{\"columns\":[{\"name\":\"a\"},{\"name\":\"a\"}],\"rows\":[[1,2]]}]}",
        "<sensitive/>"
      })
  void an_answer_without_a_table_is_a_failure_that_quotes_nothing(String body) {
    logs.answers(200, body);
    assertThatThrownBy(this::ask)
        .isInstanceOfSatisfying(
            ArmException.class,
            failed -> assertThat(failed.reason()).isEqualTo(ArmException.Reason.UNREADABLE))
        .hasMessageContaining("makes no sense")
        .hasMessageNotContaining("sensitive");
  }

  @Test
  void a_refusal_says_its_innermost_reason_and_what_to_grant() {
    logs.answers(
        400,
        "{\"error\":{\"message\":\"The request had some invalid properties\",\"code\":"
            + "\"BadArgumentError\",\"innererror\":{\"code\":\"SemanticError\",\"message\":\"A"
            + " semantic error occurred.\",\"innererror\":{\"code\":\"SEM0100\",\"message\":"
            + "\"'where' operator: Failed to resolve column\"}}}}");
    assertThatThrownBy(this::ask)
        .hasMessageContaining("Azure Monitor Logs answered 400 BadArgumentError")
        .hasMessageContaining("Failed to resolve column");
    logs.answers(
        403,
        "{\"error\":{\"message\":\"The provided credentials have insufficient access to perform the"
            + " requested operation\",\"code\":\"InsufficientAccessError\"}}");
    assertThatThrownBy(this::ask)
        .hasMessageContaining("InsufficientAccessError")
        .hasMessageContaining("Log Analytics Reader")
        .hasMessageContaining("(request id request-403)");
    logs.answers(404, "{\"error\":{\"code\":\"PathNotFoundError\",\"message\":\"No.\"}}");
    assertThatThrownBy(this::ask).hasMessageContaining("customerId");
  }

  @Test
  void a_query_is_a_read_and_tried_again() {
    logs.answers(429, "{}", "Retry-After", "0")
        .answers(503, "{}")
        .answers(200, "{\"tables\":[{\"columns\":[],\"rows\":[]}]}");
    assertThat(ask()).isEmpty();
    assertThat(logs.asked).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "acme-logs",
        "../../subscriptions",
        WORKSPACE + "/../x",
        WORKSPACE + "\n",
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.OperationalInsights/workspaces/w"
      })
  void what_is_no_guid_is_no_workspace_and_nothing_is_sent(String id) {
    assertThatThrownBy(() -> client.query(id, QUERY, FROM, TO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is a GUID");
    assertThat(logs.asked).isEmpty();
  }

  @Test
  void a_time_goes_forwards() {
    assertThatThrownBy(() -> client.query(WORKSPACE, QUERY, TO, FROM))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void another_cloud_has_its_own_endpoint_and_scope() {
    logs.answers(204, "");
    LogsClient other = LogsClient.builder()
        .credential(request -> {
          assertThat(request.getScopes()).containsExactly("https://api.loganalytics.us/.default");
          return FakeArm.CREDENTIAL.getToken(request);
        })
        .httpClient(logs)
        .endpoint(URI.create("https://api.loganalytics.us"))
        .scope("https://api.loganalytics.us/.default")
        .build();
    other.query(WORKSPACE, QUERY, FROM, TO);
    assertThat(logs.lines().get(0)).startsWith("POST https://api.loganalytics.us/v1/");
    assertThat(other.endpoint()).hasHost("api.loganalytics.us");
    assertThatThrownBy(() -> LogsClient.builder().build())
        .isInstanceOf(IllegalStateException.class);
  }
}
