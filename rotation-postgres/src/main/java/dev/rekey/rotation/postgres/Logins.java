package dev.rekey.rotation.postgres;

import dev.rekey.detect.Secret;
import dev.rekey.rotation.ProbeAnswer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Tries passwords by logging in.
 *
 * <p>Only SQLSTATE 28P01 says that a password is a wrong one (or that there is no such user, or that
 * its password has no validity any more). All else says nothing about it: 28000 is for who may not come
 * from here whatever the password, 53300 for too many connections, 3D000 for a database that is not
 * there, 57P03 and 08… for a server that does not answer.
 *
 * <p>Thread-safe as far as the data source is.
 */
final class Logins {
  private static final String WRONG_PASSWORD = "28P01";
  private static final Pattern ADDRESS = Pattern.compile("//([^/?;,\\s]++)");
  private static final String WHO = "SELECT session_user,"
      + " extract(epoch FROM pg_catalog.clock_timestamp() - backend_start) * 1000"
      + " FROM pg_catalog.pg_stat_activity WHERE pid = pg_catalog.pg_backend_pid()";

  private final String server;
  private final DataSource logins;

  Logins(String server, DataSource logins) {
    this.server = server;
    this.logins = logins;
  }

  /**
   * Logs in as a user and out again, and says what the server answered. It is one endpoint for all
   * users: what one gets there says something about what another gets.
   */
  ProbeAnswer attempt(String user, Secret password) {
    String endpoint = "login to " + server;
    String who = Quoted.shown(user) + ": ";
    long began = System.nanoTime();
    try (Connection connection = connect(user, password)) {
      return seen(connection, endpoint, user, began, who);
    } catch (SQLException refused) {
      // Not the driver's message, which may hold anything.
      return Failures.has(refused, WRONG_PASSWORD)
          ? new ProbeAnswer.Refused(endpoint, who + "SQLSTATE 28P01, invalid password")
          : new ProbeAnswer.Unclear(endpoint, who + Failures.state(refused) + meaning(refused));
    }
  }

  private Connection connect(String user, Secret password) throws SQLException {
    // JDBC wants a string.
    return logins.getConnection(user, password.reveal(String::new));
  }

  /** A session counts only if it was made for this attempt: a pool may hand out an older one. */
  private static ProbeAnswer seen(
      Connection connection, String endpoint, String user, long began, String who)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(WHO);
        ResultSet row = statement.executeQuery()) {
      if (!row.next()) {
        return new ProbeAnswer.Unclear(
            endpoint, who + "logged in, and the server does not show as whom");
      }
      if (!row.getString(1).equals(user)) {
        return new ProbeAnswer.Unclear(
            endpoint, who + "logged in as somebody else: the data source has a user of its own");
      }
      double age = row.getDouble(2);
      if (age > (System.nanoTime() - began) / 1_000_000.0) {
        return new ProbeAnswer.Unclear(
            endpoint, who + "got a session that was there before: the data source must not pool");
      }
      return new ProbeAnswer.Accepted(endpoint, who + "logged in");
    }
  }

  private static String meaning(SQLException refused) {
    return switch (String.valueOf(refused.getSQLState())) {
      case "28000" -> ": not permitted from here, whatever the password";
      case "53300" -> ": too many connections";
      case "3D000" -> ": no such database";
      case "42501" -> ": may not connect to this database";
      case "57P03" -> ": the server is starting or stopping";
      default -> "";
    };
  }

  /**
   * Returns the host and the port that a connection goes to, in small letters; empty texts where its
   * URL does not tell them.
   */
  static Address address(Connection connection) throws SQLException {
    Matcher address = ADDRESS.matcher(String.valueOf(connection.getMetaData().getURL()));
    if (!address.find()) {
      return new Address("", "");
    }
    return Address.of(address.group(1));
  }

  @Override
  public String toString() {
    return "logins to " + server;
  }
}
