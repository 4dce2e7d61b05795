package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResourceGraphTest {
  private static final String QUERY = "Resources | project id";
  private static final List<String> ONE = List.of(subscription(1));

  private final FakeArm arm = new FakeArm();

  @Test
  void pages_are_read_by_their_token_as_the_rows_are_consumed() {
    arm.answers(200, page("\"$skipToken\":\"t1\",\"resultTruncated\":\"false\"", "a", "b"))
        .answers(200, page("\"$skipToken\":null,\"resultTruncated\":\"false\"", "c"));

    List<String> ids = ResourceGraph.in(arm.client())
        .pageSize(2)
        .query(QUERY, ONE)
        .map(row -> row.path("id").asText())
        .toList();

    assertThat(ids).containsExactly("a", "b", "c");
    assertThat(arm.lines())
        .hasSize(2)
        .allMatch(line -> line.equals("POST https://management.azure.com/providers/"
            + "Microsoft.ResourceGraph/resources?api-version=2024-04-01"));
    assertThat(arm.body(0))
        .isEqualTo("{\"subscriptions\":[\"" + subscription(1) + "\"],\"query\":\"" + QUERY
            + "\",\"options\":{\"$top\":2,\"resultFormat\":\"objectArray\"}}");
    assertThat(arm.body(1)).contains("\"$skipToken\":\"t1\"");
  }

  @Test
  void many_subscriptions_are_asked_for_in_batches() {
    List<String> many =
        IntStream.range(0, 501).mapToObj(ResourceGraphTest::subscription).toList();
    arm.answers(200, page("\"count\":1", "a"))
        .answers(200, page("\"count\":0"))
        .answers(200, page("\"count\":1", "c"));

    assertThat(ResourceGraph.in(arm.client()).query(QUERY, many)).hasSize(2);

    assertThat(arm.body(0)).contains(many.get(0), many.get(249)).doesNotContain(many.get(250));
    assertThat(arm.body(1)).contains(many.get(250), many.get(499));
    assertThat(arm.body(2)).contains(many.get(500)).doesNotContain(many.get(499));
  }

  @Test
  void no_subscriptions_are_no_rows_and_no_question() {
    assertThat(ResourceGraph.in(arm.client()).query(QUERY, List.of())).isEmpty();
    assertThat(arm.asked).isEmpty();
  }

  @Test
  void a_used_up_quota_is_waited_for_before_the_next_page() {
    arm.answers(
            200,
            page("\"$skipToken\":\"t1\"", "a"),
            "x-ms-user-quota-remaining",
            "0",
            "x-ms-user-quota-resets-after",
            "00:00:05")
        .answers(429, "{}", "x-ms-user-quota-resets-after", "00:00:03")
        .answers(200, page("\"count\":1", "b"), "x-ms-user-quota-remaining", "14");

    assertThat(ResourceGraph.in(arm.client()).query(QUERY, ONE)).hasSize(2);

    assertThat(arm.pauses).containsExactly(Duration.ofSeconds(5), Duration.ofSeconds(3));
  }

  @Test
  void a_quota_that_resets_next_week_is_not_waited_for_so_long() {
    arm.answers(
            200,
            page("\"$skipToken\":\"t1\"", "a"),
            "x-ms-user-quota-remaining",
            "0",
            "x-ms-user-quota-resets-after",
            "99:00:00")
        .answers(200, page("\"count\":1", "b"));

    assertThat(ResourceGraph.in(arm.client()).query(QUERY, ONE)).hasSize(2);

    assertThat(arm.pauses).containsExactly(Duration.ofMinutes(1));
  }

  @Test
  void rows_that_are_left_out_are_an_exception() {
    arm.answers(200, page("\"resultTruncated\":\"true\"", "a"));
    assertThatThrownBy(() -> ResourceGraph.in(arm.client()).query(QUERY, ONE).toList())
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("rows are left out");

    arm.answers(200, page("\"count\":1", "a"), "x-ms-tenant-subscription-limit-hit", "true");
    assertThatThrownBy(() -> ResourceGraph.in(arm.client()).query(QUERY, ONE).toList())
        .hasMessageContaining("subscriptions are left out");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"data\":{\"columns\":[],\"rows\":[]}}",
        "{\"data\":[1]}",
        "{\"data\":[{\"name\":\"x\"}]}",
        "{\"data\":[{\"id\":5}]}",
        "{\"data\":[],\"$skipToken\":{}}"
      })
  void an_answer_of_another_shape_is_an_exception(String body) {
    arm.answers(200, body);

    assertThatThrownBy(() -> ResourceGraph.in(arm.client()).query(QUERY, ONE).toList())
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("Resource Graph's answer");
  }

  @Test
  void pages_that_run_in_a_circle_are_an_exception() {
    for (int i = 0; i < 9; i++) {
      arm.answers(200, page("\"$skipToken\":\"same\"", "a"));
    }

    assertThatThrownBy(() -> ResourceGraph.in(arm.client()).query(QUERY, ONE).toList())
        .hasMessageContaining("circle");
    assertThat(arm.asked.size()).isLessThan(5);
  }

  @Test
  void arguments_are_checked_before_anything_is_asked() {
    ResourceGraph graph = ResourceGraph.in(arm.client());

    assertThatIllegalArgumentException().isThrownBy(() -> graph.query(QUERY, List.of("x\"]}")));
    assertThatIllegalArgumentException().isThrownBy(() -> graph.pageSize(0));
    assertThatIllegalArgumentException().isThrownBy(() -> graph.pageSize(1001));
    assertThat(arm.asked).isEmpty();
  }

  @Test
  void subscriptions_have_their_tenant_and_whether_they_work() {
    arm.answers(
        200,
        "{\"value\":["
            + "{\"subscriptionId\":\"" + subscription(2) + "\",\"tenantId\":\"t\","
            + "\"displayName\":\"Two\\nlines\",\"state\":\"Disabled\"},"
            + "{\"subscriptionId\":\"" + subscription(1) + "\",\"state\":\"PastDue\"}]}");

    List<Subscriptions.Subscription> all = Subscriptions.in(arm.client()).all();

    assertThat(all)
        .containsExactly(
            new Subscriptions.Subscription(subscription(1), "", "", "PastDue"),
            new Subscriptions.Subscription(subscription(2), "t", "Two lines", "Disabled"));
    assertThat(all).extracting(Subscriptions.Subscription::usable).containsExactly(true, false);
  }

  @Test
  void a_subscription_without_an_id_is_an_exception() {
    arm.answers(200, "{\"value\":[{\"subscriptionId\":\"../x\"}]}");

    assertThatThrownBy(() -> Subscriptions.in(arm.client()).enabled())
        .isInstanceOf(ArmException.class)
        .hasMessageContaining("no GUID");
  }

  private static String page(String more, String... ids) {
    StringBuilder rows = new StringBuilder();
    for (String id : ids) {
      rows.append(rows.length() == 0 ? "" : ",").append("{\"id\":\"").append(id).append("\"}");
    }
    return "{" + more + ",\"data\":[" + rows + "]}";
  }

  private static String subscription(int n) {
    return String.format("00000000-0000-0000-0000-%012d", n);
  }
}
