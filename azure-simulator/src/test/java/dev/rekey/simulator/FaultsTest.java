package dev.rekey.simulator;

import static dev.rekey.simulator.Names.ACCOUNT;
import static dev.rekey.simulator.Names.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String REGENERATE = ACCOUNT + "/regenerateKey?api-version=2025-06-01";
  private static final String KEY1 = "{\"keyName\":\"key1\"}";

  private final Simulator simulator = Simulator.start(Scenario.tenant(Names.TENANT)
      .client(CLIENT)
      .subscription(Names.SUB, ResourceGroup.of("rg1", StorageAccount.named("acct1")))
      .build());
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
  private final String old = simulator.storageKey("acct1", "key1");

  @AfterEach
  void stop() {
    simulator.close();
  }

  private Wire.Answer regenerate() {
    return wire.call(token, "POST", REGENERATE, KEY1);
  }

  private boolean changed() {
    return !simulator.storageKey("acct1", "key1").equals(old);
  }

  @Test
  void a_request_held_before_is_never_applied_when_released() throws Exception {
    String id = simulator.faults().add(Fault.on("POST", ".*/regenerateKey").holdBefore());
    CompletableFuture<Wire.Answer> call = CompletableFuture.supplyAsync(this::regenerate);
    assertThat(simulator.faults().awaitHits(id, 1, SOON)).isTrue();
    assertThat(changed()).isFalse();
    simulator.faults().release();
    assertThatThrownBy(call::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(UncheckedIOException.class);
    assertThat(changed()).isFalse();
    assertThat(regenerate().status()).isEqualTo(200);
  }

  @Test
  void a_request_held_before_is_applied_when_told_to_proceed() throws Exception {
    String id = simulator.faults().add(Fault.on("POST", ".*/regenerateKey").holdBefore());
    CompletableFuture<Wire.Answer> call = CompletableFuture.supplyAsync(this::regenerate);
    assertThat(simulator.faults().awaitHits(id, 1, SOON)).isTrue();
    simulator.faults().proceed();
    assertThat(call.join().status()).isEqualTo(200);
    assertThat(changed()).isTrue();
  }

  @Test
  void a_request_held_after_is_applied_at_the_hit_and_answered_at_the_release() throws Exception {
    String id = simulator.faults().add(Fault.on("POST", ".*/regenerateKey").holdAfter());
    CompletableFuture<Wire.Answer> call = CompletableFuture.supplyAsync(this::regenerate);
    assertThat(simulator.faults().awaitHits(id, 1, SOON)).isTrue();
    assertThat(changed()).isTrue();
    assertThat(call).isNotDone();
    assertThat(simulator.faults().progress(id).orElseThrow().holding()).isEqualTo(1);
    simulator.faults().release();
    assertThat(call.join().status()).isEqualTo(200);
  }

  @Test
  void other_requests_go_on_while_one_is_held() throws Exception {
    String id = simulator.faults().add(Fault.on("POST", ".*/regenerateKey").holdAfter());
    CompletableFuture<Wire.Answer> held = CompletableFuture.supplyAsync(this::regenerate);
    assertThat(simulator.faults().awaitHits(id, 1, SOON)).isTrue();
    assertThat(wire.call(token, "GET", ACCOUNT + "?api-version=2025-06-01", "").status())
        .isEqualTo(200);
    simulator.faults().release();
    assertThat(held.join().status()).isEqualTo(200);
  }

  @Test
  void a_dropped_answer_leaves_the_change_behind() {
    simulator.faults().add(Fault.on("POST", ".*/regenerateKey").dropAfter());
    assertThatThrownBy(this::regenerate).isInstanceOf(UncheckedIOException.class);
    assertThat(changed()).isTrue();
    assertThat(simulator.requests()).contains(new RecordedRequest("cloud", "POST", REGENERATE, 0));
  }

  @Test
  void a_dropped_request_leaves_nothing_behind() {
    simulator.faults().add(Fault.on("POST", ".*/regenerateKey").dropBefore());
    assertThatThrownBy(this::regenerate).isInstanceOf(UncheckedIOException.class);
    assertThat(changed()).isFalse();
  }

  @Test
  void a_status_is_answered_on_the_chosen_requests_only() {
    String id = simulator
        .faults()
        .add(Fault.on("POST", ".*/REGENERATEKEY")
            .status(429, "{\"error\":{\"code\":\"TooManyRequests\"}}")
            .header("Retry-After", "7")
            .nth(2)
            .times(1));
    assertThat(regenerate().status()).isEqualTo(200);
    Wire.Answer throttled = regenerate();
    assertThat(throttled.status()).isEqualTo(429);
    assertThat(throttled.header("Retry-After")).isEqualTo("7");
    assertThat(throttled.error()).isEqualTo("TooManyRequests");
    assertThat(regenerate().status()).isEqualTo(200);
    Faults.Progress progress = simulator.faults().progress(id).orElseThrow();
    assertThat(progress.matched()).isEqualTo(3);
    assertThat(progress.hits()).isEqualTo(1);
  }

  @Test
  void a_fault_of_another_service_does_not_act() {
    simulator.faults().add(Fault.on("", ".*").status(500, "").times(0).at("blob:acct1"));
    assertThat(regenerate().status()).isEqualTo(200);
  }

  @Test
  void a_delay_delays() {
    simulator.faults().add(Fault.on("", ".*").delay(Duration.ofMillis(200)));
    long start = System.nanoTime();
    assertThat(regenerate().status()).isEqualTo(200);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(199));
  }

  @Test
  void an_answer_that_is_cut_promises_more_than_it_holds() {
    String id = simulator.faults().add(Fault.on("POST", ".*/regenerateKey").cutAfter());
    assertThatThrownBy(this::regenerate).isInstanceOf(UncheckedIOException.class);
    assertThat(changed()).isTrue();
    assertThat(simulator.faults().progress(id).orElseThrow().hits()).isEqualTo(1);
    assertThat(regenerate().status()).isEqualTo(200);
  }

  @Test
  void malformed_answers_are_sent_as_they_were_given() {
    String url = simulator.cloud() + "again?api-version=1";
    for (String body : new String[] {
      "{\"value\":[{\"id\":",
      "[]",
      "{\"value\":[],\"nextLink\":\"https://example.org/x\"}",
      "{\"value\":[],\"nextLink\":\"" + url + "\"}",
      "{\"text\":\"" + "a".repeat(2 << 20) + "\"}"
    }) {
      String id = simulator.faults().add(Fault.on("GET", ".*").status(200, body).times(0));
      for (int time = 0; time < 2; time++) {
        Wire.Answer answer = wire.call(token, "GET", ACCOUNT + "?api-version=2025-06-01", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).startsWith("application/json");
        assertThat(answer.body().equals(body)).as("%s", id).isTrue();
      }
      simulator.faults().clear();
    }
  }

  @Test
  void malformed_faults_are_refused_in_process_and_by_the_control_plane() {
    assertThatThrownBy(() -> Fault.on("GET", "(").holdAfter())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("regular expression");
    assertThatThrownBy(() -> Fault.on("GET", ".*").status(99, ""))
        .hasMessageContaining("from 200 to 599");
    for (String body : new String[] {
      "",
      "[]",
      "{}",
      "{\"effect\":\"EXPLODE\"}",
      "{\"effect\":\"DELAY\",\"colour\":1}",
      "{\"effect\":\"HOLD_AFTER\",\"path\":\"(\"}"
    }) {
      assertThat(wire.control("POST", "faults", body).status()).as(body).isEqualTo(400);
    }
    assertThat(wire.control("GET", "faults/none", "").status()).isEqualTo(404);
    assertThat(wire.control("GET", "nothing", "").status()).isEqualTo(404);
    String id = simulator.faults().add(Fault.on("GET", ".*").holdAfter().named("mine"));
    assertThatThrownBy(
            () -> simulator.faults().add(Fault.on("GET", ".*").holdAfter().named(id)))
        .hasMessageContaining("mine");
  }
}
