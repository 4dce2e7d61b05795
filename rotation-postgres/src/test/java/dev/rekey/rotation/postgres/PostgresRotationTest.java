package dev.rekey.rotation.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.canary.Canary;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The whole way against a real server, while an application goes on using it. */
@ExtendWith(PostgresServer.Extension.class)
class PostgresRotationTest {
  @TempDir
  Path folder;

  /** Logs in every 10 ms with what its configuration says. */
  private static final class Client implements AutoCloseable {
    private final RotationBench bench;
    private final AtomicBoolean over = new AtomicBoolean();
    private final AtomicInteger logins = new AtomicInteger();
    private final List<String> users = Collections.synchronizedList(new ArrayList<>());
    private final List<String> refusals = Collections.synchronizedList(new ArrayList<>());
    private final Thread thread = new Thread(this::run, "client");

    Client(RotationBench bench) {
      this.bench = bench;
      thread.start();
    }

    private void run() {
      while (!over.get()) {
        RotationBench.Configured before = bench.configured();
        try {
          bench.use(before);
          logins.incrementAndGet();
          if (!users.contains(before.user())) {
            users.add(before.user());
          }
        } catch (SQLException refused) {
          // What was configured when it began and is not any more was too late, not refused.
          if (bench.configured().equals(before)) {
            refusals.add(refused.toString());
          }
        }
        try {
          Thread.sleep(10);
        } catch (InterruptedException stop) {
          return;
        }
      }
    }

    void awaitLogins(int more) throws InterruptedException {
      int wanted = logins.get() + more;
      while (logins.get() < wanted && refusals.isEmpty()) {
        Thread.sleep(5);
      }
    }

    @Override
    public void close() {
      over.set(true);
      thread.interrupt();
    }
  }

  @Test
  void a_running_application_is_moved_and_the_exposed_password_dies(PostgresServer server)
      throws Exception {
    PrintStream real = System.err;
    ByteArrayOutputStream caught = new ByteArrayOutputStream();
    RotationBench bench = new RotationBench(new PostgresLab(server), folder, true);
    bench.furnish();
    PostgresLab lab = bench.lab;
    RotationPlan plan = bench.plan();
    assertThat(plan.blockers()).isEmpty();
    assertThat(plan.dependents())
        .extracting(RotationPlan.User::id)
        .containsExactly(".env", "deploy.yaml", "settings.json");
    assertThat(plan.exposedSlot()).isEqualTo(lab.first);
    assertThat(plan.standbySlot()).isEqualTo(lab.second);
    RotationResult result;
    System.setErr(new PrintStream(caught, true, StandardCharsets.UTF_8));
    try (Client client = new Client(bench)) {
      client.awaitLogins(5);
      result = bench.rotator(bench.admin()).execute(plan, bench.approval(plan));
      client.awaitLogins(5);
      assertThat(client.refusals).isEmpty();
      assertThat(client.users).containsExactly(lab.first, lab.second);
    } finally {
      System.setErr(real);
    }
    assertThat(result).as(result.toString()).isInstanceOf(RotationResult.Completed.class);
    DeathProof proof = ((RotationResult.Completed) result).proof();
    assertThat(proof.verdict()).isEqualTo(DeathProof.Verdict.DEAD);
    assertThat(proof.rounds()).hasSize(2).allMatch(DeathProof.Round::showsDeath);
    RotationBench.Configured now = bench.configured();
    assertThat(now.user()).isEqualTo(lab.second);
    assertThat(bench.files()).isEqualTo(bench.expected(lab.second, now.password()));

    List<String> secrets = new ArrayList<>(bench.store.values());
    assertThat(secrets).contains(lab.exposed, now.password());
    String written = Files.readString(bench.journal)
        + plan.toJson()
        + plan.toText()
        + result
        + caught.toString(StandardCharsets.UTF_8);
    for (String secret : secrets) {
      Canary.assertAbsent(written, secret, "journal, plan, result and logs");
      Canary.assertAbsent(server.log(), secret, "the server's log");
    }
    assertThat(server.log())
        .as("the server's log says all that it is told")
        .contains("ALTER ROLE \"" + lab.second + "\" PASSWORD 'SCRAM-SHA-256$");
    assertThat(caught.toString(StandardCharsets.UTF_8)).isNotEmpty();
  }

  @Test
  void what_is_given_up_goes_back_byte_for_byte(PostgresServer server) throws Exception {
    RotationBench bench = new RotationBench(new PostgresLab(server), folder, true);
    bench.furnish();
    PostgresLab lab = bench.lab;
    RotationPlan plan = bench.plan();
    // The last of the dependents names another user beside the password.
    Path last = folder.resolve("app/z.yaml");
    Files.writeString(last, "url: postgresql://somebody:" + lab.exposed + "@localhost/shop\n");
    plan = bench.plan();
    RotationResult result = bench.rotator(bench.admin()).execute(plan, bench.approval(plan));
    assertThat(result).isInstanceOf(RotationResult.RolledBack.class);
    assertThat(result.summary()).contains("file z.yaml: line 1: another user");
    assertThat(bench.files()).isEqualTo(bench.expected(lab.first, lab.exposed));
    bench.use(bench.configured());
  }
}
