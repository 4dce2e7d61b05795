package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a run does with what is known about its dependents' health. */
class HealthCheckTest {
  private final FakeWorld world = new FakeWorld(62);
  private final MemoryJournal journal = new MemoryJournal();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile IntUnaryOperator status = times -> 200;
  private ServerSocket server;
  private String runId = "";

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread serving = new Thread(this::serve, "health");
    serving.setDaemon(true);
    serving.start();
  }

  /** Answers each request on a connection of its own. */
  private void serve() {
    while (true) {
      try (Socket socket = server.accept();
          BufferedReader in = new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
        boolean asksHealth = in.readLine().startsWith("GET /healthz");
        while (!in.readLine().isEmpty()) {}
        int code = asksHealth ? status.applyAsInt(asked.incrementAndGet()) : 200;
        String answer = "HTTP/1.1 " + code + " It\r\nContent-Length: 0\r\nConnection: close\r\n"
            + (code == 302 ? "Location: /ok\r\n" : "") + "\r\n";
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
      } catch (IOException closed) {
        if (server.isClosed()) {
          return;
        }
      }
    }
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + server.getLocalPort() + "/healthz?code=hush");
  }

  private HealthCheck http(Optional<URI> address) {
    return HealthCheck.http(
        HttpClient.newHttpClient(),
        dependent -> dependent.id().equals("shop") ? address : Optional.empty(),
        3,
        Duration.ofSeconds(5));
  }

  private RotationResult execute(ProofOfUse least, HealthCheck... checks) {
    RotationPlan plan = world.plan();
    RotationResult result = world
        .rotator(journal, builder -> {
          for (HealthCheck check : checks) {
            builder.healthCheck(check);
          }
          return builder.proofOfUse(least);
        })
        .execute(plan, world.approve(plan));
    runId = result.runId();
    return result;
  }

  private String proved(String step) {
    return journal.entries(runId).stream()
        .filter(entry -> entry.step().equals(step) && entry.phase() == JournalEntry.Phase.OUTCOME)
        .map(entry -> entry.fact("proved"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void what_is_proved_of_each_dependent_is_written() {
    assertThat(execute(ProofOfUse.CONFIGURED, http(Optional.of(address()))))
        .isInstanceOf(RotationResult.Completed.class);
    assertThat(proved("adopt.0")).isEqualTo("HEALTHY");
    assertThat(proved("adopt.1")).isEqualTo("CONFIGURED");
  }

  @Test
  void who_is_not_proved_to_use_it_as_the_policy_wants_is_not_cut_off() {
    RotationResult result = execute(ProofOfUse.HEALTHY, http(Optional.of(address())));

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary())
        .contains("of app till it is known that it is configured with the credential")
        .contains("the policy wants that it says that it is healthy");
    assertThat(world.value("key1")).isEqualTo(world.exposed());
  }

  @Test
  void the_owners_own_check_is_the_strongest() {
    assertThat(execute(ProofOfUse.PROBED, (dependent, expected) -> Optional.of(ProofOfUse.PROBED)))
        .isInstanceOf(RotationResult.Completed.class);
    assertThat(proved("adopt.1")).isEqualTo("PROBED");
  }

  @Test
  void whoever_is_seen_using_the_new_credential_is_proved_to() {
    world.usage = (issuer, slot, held, since) ->
        world.changes.toString().contains("adopt") && slot.equals("key2")
            ? new UsageSource.Usage.Counted(7, List.of("shop", "TILL"))
            : new UsageSource.Usage.Counted(0, List.of());
    RotationResult result = execute(ProofOfUse.OBSERVED);
    assertThat(result).as("%s", result).isInstanceOf(RotationResult.Completed.class);
    assertThat(proved("adopt.1")).isEqualTo("OBSERVED");
  }

  @Test
  void a_dependent_that_is_ill_before_anything_is_changed_keeps_all_as_it_is() {
    status = times -> 503;

    RotationResult result = execute(ProofOfUse.CONFIGURED, http(Optional.of(address())));

    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary())
        .contains("app shop answers its health check with 503")
        .doesNotContain("hush");
    assertThat(world.changes).isEmpty();
  }

  @Test
  void a_dependent_that_needs_a_while_to_start_is_waited_for() {
    status = times -> times > 3 && times < 8 ? 503 : 200;
    assertThat(execute(ProofOfUse.CONFIGURED, http(Optional.of(address()))))
        .isInstanceOf(RotationResult.Completed.class);
    assertThat(world.slept).isGreaterThan(Duration.ofSeconds(3));
  }

  @Test
  void a_dependent_that_falls_ill_with_the_new_credential_gets_the_old_one_back() {
    status = times -> times > 3 ? 500 : 200;
    assertThat(execute(ProofOfUse.CONFIGURED, http(Optional.of(address()))))
        .isInstanceOf(RotationResult.RolledBack.class);
    assertThat(world.state.apps().get("shop")).containsEntry("KEY", world.exposed());
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 404, 500})
  void only_an_answer_of_success_is_health(int code) {
    status = times -> code;
    assertThatThrownBy(() -> http(Optional.of(address()))
            .check(world.dependents().dependent("shop"), world.fingerprint(world.exposed())))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("with " + code);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://127.0.0.1/", "healthz", "http://127.0.0.1:1/"})
  void an_address_that_can_not_be_asked_is_no_health_and_is_not_repeated(String address) {
    assertThatThrownBy(() -> http(Optional.of(URI.create(address + "?code=hush")))
            .check(world.dependents().dependent("shop"), world.fingerprint(world.exposed())))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("app shop")
        .satisfies(thrown -> assertThat(thrown.toString()).doesNotContain("hush"));
  }

  @Test
  void a_check_that_asks_never_or_waits_never_is_refused() {
    assertThatThrownBy(() -> HealthCheck.http(
            HttpClient.newHttpClient(), dependent -> Optional.empty(), 0, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> HealthCheck.http(
            HttpClient.newHttpClient(), dependent -> Optional.empty(), 1, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
