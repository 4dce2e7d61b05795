package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.GROUP;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChanceTest {
  private static final int APPS = 60;

  private final List<Simulator> started = new ArrayList<>();

  @AfterEach
  void stop() {
    started.forEach(Simulator::close);
  }

  private Simulator start(Chance chance) {
    List<Resource> resources = new ArrayList<>();
    resources.add(StorageAccount.named("acct1").blob("c/b", "x"));
    for (int i = 0; i < APPS; i++) {
      resources.add(WebApp.named("app" + i).setting("A", "b"));
    }
    Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
            .client(CLIENT)
            .subscription(SUB, ResourceGroup.of("rg1", resources.toArray(new Resource[0])))
            .build())
        .random(new Random(5))
        .chance(chance)
        .start();
    started.add(simulator);
    return simulator;
  }

  private static String app(int number) {
    return GROUP + "/providers/Microsoft.Web/sites/app" + number;
  }

  /** The statuses of the settings of all apps, asked {@code times} times each. */
  private static List<Integer> settings(Simulator simulator, int times) {
    Wire wire = new Wire(simulator.cloud(), simulator.trust());
    String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    List<Integer> statuses = new ArrayList<>();
    for (int i = 0; i < APPS; i++) {
      for (int time = 0; time < times; time++) {
        statuses.add(
            wire.call(token, "POST", app(i) + "/config/appsettings/list?api-version=2024-11-01", "")
                .status());
      }
    }
    return statuses;
  }

  @Test
  void server_errors_come_again_for_the_same_seed_and_a_repetition_may_succeed() {
    Chance chance = Chance.seeded(7).serverErrors(0.2);
    List<Integer> first = settings(start(chance), 2);
    assertThat(first).containsOnly(200, 500);
    assertThat(first.stream().filter(status -> status == 500).count()).isBetween(8L, 45L);
    assertThat(settings(start(chance), 2)).isEqualTo(first);
    assertThat(settings(start(Chance.seeded(8).serverErrors(0.2)), 2)).isNotEqualTo(first);
    boolean recovers = false;
    for (int i = 0; i < first.size(); i += 2) {
      recovers |= first.get(i) == 500 && first.get(i + 1) == 200;
    }
    assertThat(recovers).isTrue();
  }

  @Test
  void a_server_error_has_the_shape_of_its_service_and_tokens_have_none() {
    Simulator simulator = start(Chance.seeded(1).serverErrors(1));
    Wire wire = new Wire(simulator.cloud(), simulator.trust());
    String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    Wire.Answer arm = wire.call(token, "GET", app(0) + "?api-version=2024-11-01", "");
    assertThat(arm.status()).isEqualTo(500);
    assertThat(arm.error()).isEqualTo("InternalServerError");
    assertThat(arm.body()).contains("subscription id '" + SUB + "'");
    Wire.Answer blob = wire.send("GET", simulator.blob("acct1").resolve("/c/b"), Map.of(), "");
    assertThat(blob.status()).isEqualTo(500);
    assertThat(blob.header("x-ms-error-code")).isEqualTo("InternalError");
  }

  @Test
  void refused_reads_stay_refused_and_are_remembered() {
    Simulator simulator = start(Chance.seeded(11).refusals(0.3));
    List<Integer> statuses = settings(simulator, 2);
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < APPS; i++) {
      assertThat(statuses.get(2 * i)).as("app %d", i).isEqualTo(statuses.get(2 * i + 1));
      if (statuses.get(2 * i) == 403) {
        refused.add(app(i) + "/config/appsettings/list");
      }
    }
    assertThat(refused).hasSizeBetween(6, 35);
    assertThat(simulator.refused())
        .extracting(Chance.Refused::path)
        .containsExactlyElementsOf(refused);
    assertThat(simulator.refused())
        .extracting(Chance.Refused::action)
        .containsOnly("Microsoft.Web/sites/config/list/action");
    assertThat(new Wire(simulator.cloud(), simulator.trust())
            .control("GET", "refused", "")
            .json()
            .path("refused"))
        .hasSize(refused.size());
  }

  @Test
  void resources_their_lists_and_changes_are_not_refused() {
    Simulator simulator = start(Chance.seeded(2).refusals(1));
    Wire wire = new Wire(simulator.cloud(), simulator.trust());
    String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    String version = "?api-version=2024-11-01";
    assertThat(wire.call(token, "GET", app(0) + version, "").status()).isEqualTo(200);
    assertThat(wire.call(token, "GET", GROUP + "/providers/Microsoft.Web/sites" + version, "")
            .status())
        .isEqualTo(200);
    assertThat(wire.call(token, "POST", app(0) + "/restart" + version, "").status())
        .isEqualTo(200);
    Wire.Answer refused = wire.call(token, "GET", app(0) + "/config/slotConfigNames" + version, "");
    assertThat(refused.error()).isEqualTo("AuthorizationFailed");
    assertThat(refused.body()).contains("Microsoft.Web/sites/config/read");
  }

  @Test
  void slow_answers_are_late() {
    Simulator simulator = start(Chance.seeded(1).slow(1, Duration.ofMillis(150)));
    Wire wire = new Wire(simulator.cloud(), simulator.trust());
    String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    long start = System.nanoTime();
    assertThat(wire.call(token, "GET", app(0) + "?api-version=2024-11-01", "").status())
        .isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(149));
  }

  @Test
  void a_share_is_from_nothing_to_all() {
    assertThatThrownBy(() -> Chance.seeded(1).serverErrors(1.1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Chance.seeded(1).refusals(Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Chance.seeded(1).slow(-0.1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
