package dev.rekey.rotation.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A real PostgreSQL on a free port of this machine, from its Maven-delivered binaries; one for all
 * tests of a run, stopped at its end. It logs every statement, and checks passwords of everybody but
 * its superuser.
 */
final class PostgresServer implements AutoCloseable {
  static final String SUPERUSER = "postgres";

  /** May make and change users, and see nothing of what the server keeps of their passwords. */
  static final String KEEPER = "keeper";

  /** Whoever has a name that begins so may not come in, whatever the password. */
  static final String REJECTED = "rejected";

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final EmbeddedPostgres postgres;
  private final Path log;

  private PostgresServer() {
    try {
      log = Files.createTempFile("rekey-postgres", ".log");
      postgres = EmbeddedPostgres.builder()
          .setServerConfig("log_statement", "all")
          .setServerConfig("log_connections", "on")
          .setServerConfig("fsync", "off")
          .setServerConfig("scram_iterations", "64")
          .setServerConfig("max_connections", "100")
          .setPGStartupWait(Duration.ofMinutes(2))
          .setOutputRedirector(Redirect.to(log.toFile()))
          .setErrorRedirector(Redirect.to(log.toFile()))
          .start();
      checkPasswords();
    } catch (IOException | RuntimeException failed) {
      throw new IllegalStateException(
          "PostgreSQL could not be started from its Maven-delivered binaries, so that nothing can be"
              + " said about it. As root it needs user namespaces (unshare -U); its own words are"
              + " below",
          failed);
    }
  }

  private void checkPasswords() {
    String file = query("SELECT current_setting('hba_file')");
    sql("CREATE ROLE " + KEEPER + " LOGIN CREATEROLE PASSWORD 'of no use elsewhere'");
    sql("GRANT pg_signal_backend TO " + KEEPER);
    sql(
        "COPY (SELECT * FROM (VALUES ('host all postgres all trust'), ('host all keeper all trust'),"
            + " ('host all \"/^" + REJECTED + "\" all reject'), ('host all trusted all trust'),"
            + " ('host all all all scram-sha-256')) AS lines) TO '" + file + "'");
    sql("SELECT pg_reload_conf()");
  }

  /** Hands the server to tests that want it, and stops it after the last. */
  static final class Extension implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == PostgresServer.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .computeIfAbsent(
              PostgresServer.class, type -> new PostgresServer(), PostgresServer.class);
    }
  }

  /** Returns a name that nothing has yet. */
  static String name(String what) {
    return what + "_" + NAMES.incrementAndGet();
  }

  int port() {
    return postgres.getPort();
  }

  PGSimpleDataSource source(String database, String user) {
    PGSimpleDataSource source = logins(database);
    source.setUser(user);
    return source;
  }

  /** A source that has no user of its own. */
  PGSimpleDataSource logins(String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {port()});
    source.setDatabaseName(database);
    source.setConnectTimeout(60);
    source.setLoginTimeout(60);
    return source;
  }

  /** Runs statements as the superuser. */
  void sql(String... statements) {
    in(SUPERUSER, statements);
  }

  void in(String database, String... statements) {
    try (Connection connection = source(database, SUPERUSER).getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  String query(String sql) {
    try (Connection connection = source(SUPERUSER, SUPERUSER).getConnection()) {
      return query(connection, sql);
    } catch (SQLException failed) {
      throw new IllegalStateException(failed);
    }
  }

  static String query(Connection connection, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return String.join("\n", rows);
  }

  /** Returns all that the server wrote about itself. */
  String log() {
    try {
      return Files.readString(log);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
    Files.deleteIfExists(log);
  }
}
