package dev.rekey.rotation.postgres;

import dev.rekey.rotation.RotationException;
import java.sql.SQLException;

/** What a failure of JDBC says, in words. */
final class Failures {
  private static final int LONGEST = 300;

  private Failures() {}

  /**
   * Returns the failure of a statement, with what the server said: no statement of ours has a password
   * in it.
   *
   * @param what what was being done, as "giving app_b a new password"
   */
  static RotationException of(String what, SQLException failed) {
    String said = Quoted.shown(String.valueOf(failed.getMessage()).strip());
    return new RotationException(what + " failed: "
        + (said.length() > LONGEST ? said.substring(0, LONGEST) + "…" : said)
        + " (" + state(failed) + ")" + advice(failed));
  }

  /** Returns the code that tells failures apart, whatever language the server speaks. */
  static String state(SQLException failed) {
    String state = failed.getSQLState();
    return state == null || state.isEmpty() ? "no SQLSTATE" : "SQLSTATE " + state;
  }

  static boolean has(SQLException failed, String state) {
    return state.equals(failed.getSQLState());
  }

  private static String advice(SQLException failed) {
    return switch (String.valueOf(failed.getSQLState())) {
      case "42501" ->
        "; the administrator lacks a right: it needs CREATEROLE and, from PostgreSQL 16 on, ADMIN"
            + " OPTION on both users and on the roles that they share, or to be a superuser where a"
            + " user is one";
      case "0LP01" ->
        "; a role can't be a member of one that is a member of it: take that membership back";
      case "55P03" -> "; somebody holds a lock for long: end that transaction, and try again";
      case "25006" -> "; this server is read-only: the administrator must be on the primary";
      case "57014" -> "; it took too long and was cancelled: try again";
      default -> "";
    };
  }
}
