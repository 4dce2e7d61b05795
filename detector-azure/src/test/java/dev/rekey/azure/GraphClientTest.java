package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What differs from {@link ArmClient}; what they share is tested there. */
class GraphClientTest {
  private static final String ADD = "/applications/a/addPassword";
  private static final UUID ID = new UUID(1, 2);

  private final FakeArm graph = new FakeArm();
  private final GraphClient client = GraphClient.builder()
      .credential(FakeArm.CREDENTIAL)
      .httpClient(graph)
      .readRetries(new ReadRetries(3, Duration.ZERO, Duration.ofSeconds(9)))
      .build();

  private static ObjectNode body() {
    return JsonNodeFactory.instance.objectNode().put("keyId", "the-key-that-was-sent");
  }

  @Test
  void a_read_goes_below_v1_with_an_encoded_query_and_without_an_api_version() {
    graph.answers(200, "{\"id\":\"1\"}");
    JsonNode answer =
        client.get("/applications(appId='x')", Map.of("$select", "id,passwordCredentials"));
    assertThat(answer.path("id").asText()).isEqualTo("1");
    assertThat(graph.lines())
        .containsExactly("GET https://graph.microsoft.com/v1.0/applications(appId='x')"
            + "?$select=id%2CpasswordCredentials");
    assertThat(graph.header(0, "Authorization")).isEqualTo("Bearer " + FakeArm.TOKEN);
    assertThat(graph.header(0, "x-ms-correlation-request-id")).isNull();
  }

  @Test
  void a_read_is_tried_again_and_a_change_is_not() {
    graph.answers(429, "{}", "Retry-After", "0").answers(503, "{}").answers(200, "{}");
    client.get("/applications/a", Map.of());
    assertThat(graph.asked).hasSize(3);
    graph.answers(503, "{}");
    assertThatThrownBy(() -> client.post(ADD, body(), ID))
        .isInstanceOfSatisfying(
            ArmException.class,
            failed -> assertThat(failed.mayHaveBeenApplied()).isTrue());
    assertThat(graph.asked).hasSize(4);
    assertThat(graph.header(3, "client-request-id")).isEqualTo(ID.toString());
  }

  @Test
  void its_pages_are_followed_to_the_same_host() {
    graph
        .answers(
            200,
            "{\"value\":[1],\"@odata.nextLink\":"
                + "\"https://graph.microsoft.com/v1.0/applications?$skiptoken=x\"}")
        .answers(200, "{\"value\":[2]}");
    assertThat(client.list("/applications", Map.of()).map(JsonNode::asInt)).containsExactly(1, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://graph.microsoft.com.evil.example/v1.0/applications",
        "http://graph.microsoft.com/v1.0/applications",
        "https://me@graph.microsoft.com/v1.0/applications",
      })
  void a_page_elsewhere_is_refused_before_a_token_goes_there(String link) {
    graph.answers(200, "{\"value\":[1],\"@odata.nextLink\":\"" + link + "\"}");
    assertThatThrownBy(() -> client.list("/applications", Map.of()).toList())
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("leads away");
    assertThat(graph.asked).hasSize(1);
  }

  @Test
  void a_refusal_names_graph_its_code_and_what_to_grant() {
    graph.answers(
        403,
        "{\"error\":{\"code\":\"Authorization_RequestDenied\","
            + "\"message\":\"Not the-key-that-was-sent.\"}}");
    assertThatThrownBy(() -> client.post(ADD, body(), ID))
        .hasMessageContaining("Microsoft Graph answered 403 Authorization_RequestDenied")
        .hasMessageContaining("Application.ReadWrite.OwnedBy")
        .hasMessageNotContaining("the-key-that-was-sent");
  }

  @Test
  void another_cloud_has_its_own_endpoint() {
    graph.answers(200, "{}");
    GraphClient other = GraphClient.builder()
        .credential(FakeArm.CREDENTIAL)
        .httpClient(graph)
        .endpoint(URI.create("https://graph.microsoft.us"))
        .build();
    other.get("/applications/a", Map.of());
    assertThat(graph.lines()).containsExactly("GET https://graph.microsoft.us/v1.0/applications/a");
    assertThat(other.endpoint()).hasHost("graph.microsoft.us");
    assertThatThrownBy(() -> GraphClient.builder().build())
        .isInstanceOf(IllegalStateException.class);
  }
}
