package dev.rekey.rotation.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.canary.Canary;
import dev.rekey.rotation.DeathProof;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.rotation.Rotator;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each call to the server fails, before it or after it took effect, by an exception or by the death of
 * the process; the run ends completed or undone, and what the application is configured with works at
 * every moment in between.
 *
 * <p>Every call with every fault takes minutes: {@code -Drekey.faults=all}. Otherwise it is a sample,
 * with the commits of the two transactions in it.
 */
@ExtendWith(PostgresServer.Extension.class)
class PostgresFaultTest {
  private static final Set<String> CALLS =
      Set.of("getConnection", "setAutoCommit", "execute", "executeQuery", "commit", "rollback");

  private static final boolean ALL = "all".equals(System.getProperty("rekey.faults"));
  private static final int SAMPLE = 24;

  @TempDir
  Path folder;

  private int runs;

  private enum Fault {
    THROW_BEFORE,
    THROW_AFTER,
    DIE_BEFORE,
    DIE_AFTER
  }

  /** The process is gone, as far as a test can say so. */
  private static final class Died extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** Counts the calls to the server, and lets some of them fail. */
  private static final class Line {
    final Map<Integer, Fault> faults = new TreeMap<>();
    final List<String> calls = new ArrayList<>();

    DataSource through(DataSource source) {
      return proxy(DataSource.class, source);
    }

    private <T> T proxy(Class<T> type, Object target) {
      InvocationHandler handler = (self, method, arguments) -> {
        if (!CALLS.contains(method.getName())) {
          return wrapped(call(target, method, arguments));
        }
        calls.add(method.getName()
            + (arguments != null && arguments.length > 0 ? " " + arguments[0] : ""));
        Fault fault = faults.get(calls.size());
        if (fault == Fault.THROW_BEFORE) {
          throw new SQLException("cut off", "08006");
        }
        if (fault == Fault.DIE_BEFORE) {
          throw new Died();
        }
        Object result = call(target, method, arguments);
        if (fault == Fault.THROW_AFTER) {
          if (result instanceof Connection connection) {
            connection.close();
          }
          throw new SQLException("cut off", "08006");
        }
        if (fault == Fault.DIE_AFTER) {
          if (result instanceof Connection connection) {
            connection.close();
          }
          throw new Died();
        }
        return wrapped(result);
      };
      return type.cast(Proxy.newProxyInstance(
          PostgresFaultTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private static Object call(Object target, java.lang.reflect.Method method, Object[] arguments)
        throws Throwable {
      try {
        return method.invoke(target, arguments);
      } catch (InvocationTargetException thrown) {
        throw thrown.getCause();
      }
    }

    private Object wrapped(Object result) {
      if (result instanceof PreparedStatement statement) {
        return proxy(PreparedStatement.class, statement);
      }
      if (result instanceof Statement statement) {
        return proxy(Statement.class, statement);
      }
      if (result instanceof Connection connection) {
        return proxy(Connection.class, connection);
      }
      return result;
    }
  }

  private final class World {
    final RotationBench bench;
    final Line line = new Line();

    World(PostgresServer server) {
      bench = new RotationBench(
          new PostgresLab(server, PostgresServer.name("app"), PostgresServer.name("app"), "faults"),
          folder.resolve("w" + runs++),
          false);
      bench.furnish();
    }

    RotationResult run(String what) throws Exception {
      RotationPlan plan = bench.plan();
      assertThat(plan.blockers()).as(what).isEmpty();
      RotationResult result = null;
      for (int resumes = 0; resumes < 8; resumes++) {
        Rotator rotator = bench.rotator(line.through(bench.admin()));
        try {
          String unfinished = bench.unfinished();
          result = unfinished.isEmpty()
              ? rotator.execute(plan, bench.approval(plan))
              : rotator.resume(unfinished);
        } catch (Died died) {
          result = null;
        }
        bench.use(bench.configured());
        if (result instanceof RotationResult.Completed
            || result instanceof RotationResult.RolledBack) {
          break;
        }
      }
      checkEnding(result, what);
      return result;
    }

    private void checkEnding(RotationResult result, String what) throws Exception {
      PostgresLab lab = bench.lab;
      RotationBench.Configured now = bench.configured();
      PostgresUserPair pair = lab.pair();
      if (result instanceof RotationResult.Completed completed) {
        assertThat(completed.proof().verdict())
            .as(what)
            .isIn(DeathProof.Verdict.DEAD, DeathProof.Verdict.DEAD_FOR_NEW);
        assertThat(now.user()).as(what).isEqualTo(lab.second);
        assertThat(pair.snapshot().holding(lab.fingerprint(now.password())))
            .as(what)
            .contains(lab.second);
        try (var old = dev.rekey.detect.Secret.of(lab.exposed)) {
          assertThat(pair.probe(lab.first, old).toString()).as(what).contains("Refused");
        }
      } else {
        assertThat(result)
            .as(what + "\n" + Files.readString(bench.journal))
            .isInstanceOf(RotationResult.RolledBack.class);
        assertThat(now).as(what).isEqualTo(new RotationBench.Configured(lab.first, lab.exposed));
      }
      assertThat(bench.files())
          .as(what)
          .containsEntry("app/.env", bench.expected(now.user(), now.password()).get("app/.env"));
      String written = Files.exists(bench.journal) ? Files.readString(bench.journal) : "";
      for (String secret : bench.store.values()) {
        Canary.assertAbsent(written + result, secret, what);
      }
      lab.server.in(lab.database, "DROP SCHEMA shop CASCADE");
    }
  }

  private List<String> calls(PostgresServer server) throws Exception {
    if (server.query("SELECT datname FROM pg_database WHERE datname = 'faults'").isEmpty()) {
      server.sql("CREATE DATABASE faults");
    }
    World whole = new World(server);
    assertThat(whole.run("no fault")).isInstanceOf(RotationResult.Completed.class);
    assertThat(whole.line.calls.size()).isGreaterThan(60);
    return whole.line.calls;
  }

  @Test
  void any_fault_at_any_call_ends_completed_or_undone(PostgresServer server) throws Exception {
    List<String> calls = calls(server);
    List<Integer> sites = new ArrayList<>();
    for (int at = 1; at <= calls.size(); at++) {
      sites.add(at);
    }
    List<Object[]> cases = new ArrayList<>();
    for (int at : sites) {
      for (Fault fault : Fault.values()) {
        cases.add(new Object[] {at, fault});
      }
    }
    java.util.Collections.shuffle(cases, new Random(91));
    int completed = 0;
    int undone = 0;
    int done = 0;
    for (Object[] one : cases) {
      int at = (int) one[0];
      String call = calls.get(at - 1);
      boolean decisive = call.startsWith("commit");
      if (!ALL && done >= SAMPLE && !decisive) {
        continue;
      }
      done++;
      World world = new World(server);
      world.line.faults.put(at, (Fault) one[1]);
      RotationResult result = world.run(one[1] + " at call " + at + ", " + call);
      completed += result instanceof RotationResult.Completed ? 1 : 0;
      undone += result instanceof RotationResult.RolledBack ? 1 : 0;
    }
    System.out.printf("%d of %d: %d completed, %d undone%n", done, cases.size(), completed, undone);
    assertThat(completed).isGreaterThan(undone);
    assertThat(undone).isPositive();
  }

  @Test
  void two_faults_end_so_too(PostgresServer server) throws Exception {
    int calls = calls(server).size();
    for (long seed = 1; seed <= (ALL ? 400 : 8); seed++) {
      Random random = new Random(seed);
      World world = new World(server);
      for (int i = 0; i < 2; i++) {
        world.line.faults.put(
            1 + random.nextInt(calls), Fault.values()[random.nextInt(Fault.values().length)]);
      }
      world.run("seed " + seed + ": " + world.line.faults);
    }
  }
}
