package dev.rekey.simulator;

import static dev.rekey.simulator.Names.ACCOUNT;
import static dev.rekey.simulator.Names.APP;
import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static dev.rekey.simulator.Names.WEAK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ARM's limits, by a clock that the test moves. */
class ThrottlingTest {
  private static final String OTHER_SUB = "00000000-0000-0000-0000-000000000001";
  private static final String READ = ACCOUNT + "?api-version=2025-06-01";
  private static final String LIST = APP + "/config/appsettings/list?api-version=2024-11-01";
  private static final String REGENERATE = ACCOUNT + "/regenerateKey?api-version=2025-06-01";
  private static final String KEY1 = "{\"keyName\":\"key1\"}";
  private static final String LEFT = "x-ms-ratelimit-remaining-";

  private final Hands hands = new Hands(Instant.parse("2026-01-01T00:00:00Z"));
  private final List<Simulator> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(Simulator::close);
  }

  private Simulator start(Throttling throttling) {
    return start(throttling, Chance.seeded(0));
  }

  private Simulator start(Throttling throttling, Chance chance) {
    Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
            .client(CLIENT)
            .client(WEAK)
            .subscription(
                SUB, ResourceGroup.of("rg1", StorageAccount.named("acct1"), WebApp.named("app1")))
            .subscription(OTHER_SUB)
            .build())
        .clock(hands)
        .random(new Random(3))
        .throttled(throttling)
        .chance(chance)
        .start();
    started.add(simulator);
    return simulator;
  }

  /** Calls of one client. */
  private static final class Caller {
    private final Wire wire;
    private final String token;

    Caller(Simulator simulator, String client) {
      wire = new Wire(simulator.cloud(), simulator.trust());
      token = wire.token(client, simulator.clientSecret(client), Wire.ARM);
    }

    Wire.Answer get(String path) {
      return wire.call(token, "GET", path, "");
    }

    Wire.Answer post(String path, String body) {
      return wire.call(token, "POST", path, body);
    }

    int passing(String path, int calls) {
      int passed = 0;
      for (int i = 0; i < calls; i++) {
        passed += get(path).status() == 200 ? 1 : 0;
      }
      return passed;
    }
  }

  @Test
  void reads_pass_until_the_bucket_is_empty_and_again_as_it_fills() {
    Caller caller = new Caller(start(Throttling.published()), CLIENT);
    Wire.Answer first = caller.get(READ);
    assertThat(first.header(LEFT + "subscription-reads")).isEqualTo("249");
    assertThat(first.header(LEFT + "subscription-global-reads")).isEqualTo("3749");
    assertThat(caller.get(READ).header(LEFT + "subscription-reads")).isEqualTo("248");
    assertThat(caller.passing(READ, 248)).isEqualTo(248);

    Wire.Answer refused = caller.get(READ);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("1");
    assertThat(refused.error()).isEqualTo("SubscriptionRequestsThrottled");
    assertThat(refused.json().at("/error/message").asText())
        .contains("'read'", SUB, "try again after '1' seconds");

    hands.move(Duration.ofMillis(200));
    assertThat(caller.passing(READ, 10)).isEqualTo(5);
    hands.move(Duration.ofMinutes(20));
    assertThat(caller.get(READ).header(LEFT + "subscription-reads")).isEqualTo("249");
  }

  @Test
  void each_principal_and_each_subscription_has_buckets_of_its_own() {
    Simulator simulator = start(Throttling.published());
    Caller one = new Caller(simulator, CLIENT);
    assertThat(one.passing(READ, 251)).isEqualTo(250);
    assertThat(
            one.get("/subscriptions/" + OTHER_SUB + "?api-version=2022-12-01").status())
        .isEqualTo(200);
    Wire.Answer tenant = one.get("/subscriptions?api-version=2022-12-01");
    assertThat(tenant.header(LEFT + "tenant-reads")).isEqualTo("249");
    Wire.Answer other = new Caller(simulator, WEAK).get(READ);
    assertThat(other.header(LEFT + "subscription-reads")).isEqualTo("249");
    assertThat(other.header(LEFT + "subscription-global-reads")).isEqualTo("3499");
  }

  @Test
  void a_write_that_is_throttled_changes_nothing() {
    Simulator simulator = start(Throttling.published().times(0.01));
    Caller caller = new Caller(simulator, CLIENT);
    assertThat(caller.post(REGENERATE, KEY1).header(LEFT + "subscription-writes"))
        .isEqualTo("1");
    assertThat(caller.post(REGENERATE, KEY1).status()).isEqualTo(200);
    String key = simulator.storageKey("acct1", "key1");
    Wire.Answer refused = caller.post(REGENERATE, KEY1);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("10");
    assertThat(simulator.storageKey("acct1", "key1")).isEqualTo(key);
    assertThat(caller.get(READ).status()).isEqualTo(200);
    hands.move(Duration.ofSeconds(10));
    assertThat(caller.post(REGENERATE, KEY1).status()).isEqualTo(200);
  }

  @Test
  void lists_of_settings_are_counted_as_resource_requests_and_not_as_writes() {
    Caller caller = new Caller(start(Throttling.published()), CLIENT);
    Wire.Answer first = caller.post(LIST, "");
    assertThat(first.header(LEFT + "subscription-resource-requests")).isEqualTo("11999");
    assertThat(first.header(LEFT + "subscription-writes")).isEmpty();
    assertThat(caller.post(LIST, "").header(LEFT + "subscription-resource-requests"))
        .isEqualTo("11998");
    assertThat(caller.post(REGENERATE, KEY1).header(LEFT + "subscription-writes"))
        .isEqualTo("199");
  }

  @Test
  void a_read_that_is_throttled_is_not_told_to_be_refused() {
    Simulator simulator =
        start(Throttling.published().times(0.01), Chance.seeded(1).refusals(1));
    Caller caller = new Caller(simulator, CLIENT);
    assertThat(caller.passing(READ, 5)).isEqualTo(3);
    String sticky = APP + "/config/slotConfigNames?api-version=2024-11-01";
    assertThat(caller.get(sticky).status()).isEqualTo(429);
    assertThat(simulator.refused()).isEmpty();
    hands.move(Duration.ofSeconds(4));
    assertThat(caller.get(sticky).status()).isEqualTo(403);
    assertThat(simulator.refused())
        .containsExactly(
            new Chance.Refused(APP + "/config/slotConfigNames", "Microsoft.Web/sites/config/read"));
  }

  @Test
  void other_clouds_count_by_the_hour() {
    Simulator simulator = start(Throttling.hourly().times(0.01));
    Caller caller = new Caller(simulator, CLIENT);
    Wire.Answer first = caller.get(READ);
    assertThat(first.header(LEFT + "subscription-reads")).isEqualTo("119");
    assertThat(first.header(LEFT + "subscription-global-reads")).isEmpty();
    assertThat(caller.passing(READ, 120)).isEqualTo(119);
    hands.move(Duration.ofMinutes(50));
    assertThat(caller.get(READ).header("Retry-After")).isEqualTo("600");
    hands.move(Duration.ofMinutes(10));
    // The token of an hour ago has expired.
    assertThat(new Caller(simulator, CLIENT).passing(READ, 121)).isEqualTo(120);
  }

  @Test
  void without_throttling_the_numbers_never_fall() {
    Caller caller = new Caller(start(Throttling.none()), CLIENT);
    assertThat(caller.passing(READ, 300)).isEqualTo(300);
    assertThat(caller.get(READ).header(LEFT + "subscription-reads")).isEqualTo("249");
  }

  @Test
  void the_quota_of_resource_graph_can_be_taken_away() {
    String path = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
    String query = "{\"query\":\"Resources | project id | order by id asc\"}";
    Caller limited = new Caller(start(Throttling.published()), CLIENT);
    Caller free = new Caller(start(Throttling.published().withoutGraphQuota()), CLIENT);
    for (int i = 0; i < 15; i++) {
      assertThat(limited.post(path, query).status()).isEqualTo(200);
      assertThat(free.post(path, query).status()).isEqualTo(200);
    }
    assertThat(limited.post(path, query).status()).isEqualTo(429);
    assertThat(free.post(path, query).status()).isEqualTo(200);
    assertThat(free.post(path, query).header(LEFT + "tenant-reads")).isEqualTo("233");
  }

  @Test
  void a_factor_out_of_range_is_refused() {
    assertThatThrownBy(() -> Throttling.published().times(0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Throttling.published().times(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
