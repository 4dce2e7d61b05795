package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpHeaders;
import com.azure.core.http.HttpMethod;
import com.azure.core.util.BinaryData;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final String VM =
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/x/vm";
  private static final String SETTINGS =
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a/config/appsettings/list";

  private long now;
  private final Pace pace = new Pace(ArmLimits.PUBLIC, () -> now);

  private Duration get(String path) {
    return pace.take(HttpMethod.GET, path);
  }

  private Duration post(String path) {
    return pace.take(HttpMethod.POST, path);
  }

  private void answered(HttpMethod method, String path, int status, String... headers) {
    HttpHeaders all = new HttpHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      all.set(HttpHeaderName.fromString(headers[i]), headers[i + 1]);
    }
    pace.learn(
        method,
        path,
        new Answer(status, all, MissingNode.getInstance(), "", BinaryData.fromBytes(new byte[0])));
  }

  @Test
  void as_many_reads_as_the_bucket_holds_go_out_at_once_and_the_rest_at_its_rate() {
    for (int i = 0; i < 250; i++) {
      assertThat(get(VM)).isZero();
    }

    assertThat(get(VM)).isEqualTo(Duration.ofMillis(40));
    assertThat(get(VM)).isEqualTo(Duration.ofMillis(80));
    now += Duration.ofMillis(80).toNanos();
    assertThat(get(VM)).isEqualTo(Duration.ofMillis(40));
  }

  @Test
  void each_subscription_has_a_bucket_of_its_own() {
    for (int i = 0; i < 251; i++) {
      get(VM);
    }

    assertThat(get(VM)).isPositive();
    assertThat(get(VM.replace("/s/", "/another/"))).isZero();
    assertThat(get(VM.replace("/s/", "/S/"))).isPositive();
  }

  @Test
  void what_others_of_the_same_name_took_is_gone_here_too() {
    assertThat(get(VM)).isZero();

    answered(HttpMethod.GET, VM, 200, "x-ms-ratelimit-remaining-subscription-reads", "0");

    assertThat(get(VM)).isEqualTo(Duration.ofMillis(40));
  }

  @Test
  void a_bucket_that_is_larger_than_published_is_used() {
    answered(HttpMethod.GET, VM, 200, "x-ms-ratelimit-remaining-subscription-reads", "1099");

    for (int i = 0; i < 1099; i++) {
      assertThat(get(VM)).isZero();
    }
    assertThat(get(VM)).isPositive();
  }

  @Test
  void lists_by_post_count_as_writes_until_an_answer_says_otherwise() {
    for (int i = 0; i < 200; i++) {
      assertThat(post(SETTINGS)).isZero();
    }
    assertThat(post(SETTINGS)).isEqualTo(Duration.ofMillis(100));

    answered(
        HttpMethod.POST,
        SETTINGS,
        200,
        "x-ms-ratelimit-remaining-subscription-resource-requests",
        "11999");

    assertThat(post(SETTINGS.replace("/a/", "/b/"))).isZero();
    assertThat(post(SETTINGS.replace("config/appsettings/list", "restart"))).isPositive();
  }

  @Test
  void while_arm_wants_no_calls_nobody_calls() {
    answered(HttpMethod.GET, VM, 429, "Retry-After", "7");

    assertThat(get(VM)).isEqualTo(Duration.ofSeconds(7));
    now += Duration.ofSeconds(7).toNanos();
    assertThat(get(VM)).isZero();
  }

  @Test
  void numbers_that_are_none_teach_nothing() {
    answered(HttpMethod.GET, VM, 200, "x-ms-ratelimit-remaining-subscription-reads", "many");
    answered(HttpMethod.GET, VM, 200, "x-ms-ratelimit-remaining-subscription-reads", "-5");

    assertThat(get(VM)).isZero();
  }
}
