package dev.rekey.rotation.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.canary.Canary;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.ProbeAnswer;
import java.io.PrintWriter;
import java.lang.reflect.Proxy;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.ds.PGSimpleDataSource;

/** A wrong password, and all that looks like one. */
@ExtendWith(PostgresServer.Extension.class)
class LoginsTest {
  private PostgresServer server;
  private PostgresLab lab;

  @BeforeEach
  void set_up(PostgresServer started) {
    server = started;
    lab = new PostgresLab(server);
  }

  private ProbeAnswer attempt(DataSource source, String user, String password) {
    try (Secret secret = Secret.of(password)) {
      ProbeAnswer answer = new Logins("orders-db", source).attempt(user, secret);
      Canary.assertAbsent(answer.toString(), password, "the answer");
      assertThat(answer.endpoint()).isEqualTo("login to orders-db");
      assertThat(answer.evidence()).startsWith(user + ": ");
      return answer;
    }
  }

  private ProbeAnswer attempt(String user, String password) {
    return attempt(server.logins(lab.database), user, password);
  }

  private void isUnclear(ProbeAnswer answer, String evidence) {
    assertThat(answer).isInstanceOf(ProbeAnswer.Unclear.class);
    assertThat(answer.evidence()).contains(evidence);
  }

  @Test
  void the_password_is_accepted_and_any_other_refused() {
    assertThat(attempt(lab.first, lab.exposed)).isInstanceOf(ProbeAnswer.Accepted.class);
    ProbeAnswer wrong = attempt(lab.first, lab.exposed + "x");
    assertThat(wrong).isInstanceOf(ProbeAnswer.Refused.class);
    assertThat(wrong.evidence()).isEqualTo(lab.first + ": SQLSTATE 28P01, invalid password");
  }

  @Test
  void what_no_password_opens_is_refused_too_so_that_the_issuer_must_agree() {
    assertThat(attempt(lab.second, lab.exposed)).isInstanceOf(ProbeAnswer.Refused.class);
    server.sql("ALTER ROLE " + lab.first + " VALID UNTIL '2001-01-01'");
    assertThat(attempt(lab.first, lab.exposed)).isInstanceOf(ProbeAnswer.Refused.class);
  }

  @Test
  void who_may_not_come_from_here_is_not_taken_for_refused() {
    String rejected = PostgresServer.name(PostgresServer.REJECTED);
    String password = lab.make(rejected);
    isUnclear(attempt(rejected, password), "SQLSTATE 28000: not permitted from here");
    isUnclear(attempt(rejected, "wrong" + password), "SQLSTATE 28000");
    server.sql("ALTER ROLE " + lab.first + " NOLOGIN");
    isUnclear(attempt(lab.first, lab.exposed), "SQLSTATE 28000");
  }

  @Test
  void too_many_connections_are_not_taken_for_refused() {
    server.sql("ALTER ROLE " + lab.first + " CONNECTION LIMIT 0");
    isUnclear(attempt(lab.first, lab.exposed), "SQLSTATE 53300: too many connections");
  }

  @Test
  void a_database_that_is_not_there_or_not_open_is_not_taken_for_refused() {
    isUnclear(
        attempt(server.logins("nowhere"), lab.first, lab.exposed),
        "SQLSTATE 3D000: no such database");
    server.sql("REVOKE CONNECT ON DATABASE " + lab.database + " FROM PUBLIC");
    isUnclear(attempt(lab.first, lab.exposed), "SQLSTATE 42501: may not connect");
  }

  @Test
  void a_server_that_is_down_or_silent_is_not_taken_for_refused() throws Exception {
    PGSimpleDataSource nobody = server.logins(lab.database);
    try (ServerSocket silent = new ServerSocket(0)) {
      nobody.setPortNumbers(new int[] {silent.getLocalPort()});
      nobody.setConnectTimeout(1);
      nobody.setSocketTimeout(1);
      nobody.setLoginTimeout(1);
      isUnclear(attempt(nobody, lab.first, lab.exposed), "SQLSTATE 08");
    }
    isUnclear(attempt(nobody, lab.first, lab.exposed), "SQLSTATE 08001");
  }

  @Test
  void a_session_of_a_pool_is_not_taken_for_a_login() throws SQLException, InterruptedException {
    try (Connection old = lab.connect(lab.first, lab.exposed)) {
      DataSource pool = source(unclosed(old));
      Thread.sleep(5);
      isUnclear(attempt(pool, lab.first, "any password"), "must not pool");
    }
  }

  @Test
  void a_source_with_a_user_of_its_own_is_not_taken_for_a_login() throws SQLException {
    try (Connection other = server.source(lab.database, PostgresServer.KEEPER).getConnection()) {
      isUnclear(
          attempt(source(unclosed(other)), lab.first, "any password"),
          "logged in as somebody else");
    }
  }

  @Test
  void an_address_is_read_from_a_url() {
    assertThat(Address.of("DB.Acme.Test")).isEqualTo(new Address("db.acme.test", "5432"));
    assertThat(Address.of("127.0.0.1:6432")).isEqualTo(new Address("localhost", "6432"));
    assertThat(Address.of("[::1]:6432")).isEqualTo(new Address("localhost", "6432"));
    assertThat(Address.of("[2001:DB8::1]")).isEqualTo(new Address("[2001:db8::1]", "5432"));
    assertThat(Address.of("2001:db8::1")).isEqualTo(new Address("2001:db8::1", "5432"));
  }

  private static Connection unclosed(Connection connection) {
    return (Connection) Proxy.newProxyInstance(
        LoginsTest.class.getClassLoader(),
        new Class<?>[] {Connection.class},
        (proxy, method, arguments) ->
            method.getName().equals("close") ? null : method.invoke(connection, arguments));
  }

  /** A source that gives everybody the same connection. */
  private static DataSource source(Connection connection) {
    return new DataSource() {
      @Override
      public Connection getConnection() {
        return connection;
      }

      @Override
      public Connection getConnection(String user, String password) {
        return connection;
      }

      @Override
      public PrintWriter getLogWriter() {
        throw new UnsupportedOperationException();
      }

      @Override
      public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
      }

      @Override
      public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
      }

      @Override
      public int getLoginTimeout() {
        return 0;
      }

      @Override
      public Logger getParentLogger() {
        throw new UnsupportedOperationException();
      }

      @Override
      public <T> T unwrap(Class<T> type) {
        throw new UnsupportedOperationException();
      }

      @Override
      public boolean isWrapperFor(Class<?> type) {
        return false;
      }
    };
  }
}
