package dev.rekey.rotation.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A user as the catalog has it, but for its password.
 *
 * @param name its name
 * @param oid its number, which another user of the same name has not
 * @param options what it may by itself, as {@code ALTER ROLE} writes it: the option that it has of each
 *     pair, by the option without {@code NO}
 * @param connections how many it may have at once; negative for any number
 * @param comment the comment on it
 * @param settings what is set for its sessions
 */
record Role(
    String name,
    long oid,
    Map<String, Boolean> options,
    int connections,
    String comment,
    Map<Setting, String> settings) {
  static final String INHERIT = "INHERIT";

  /** What a role has that {@code CREATE ROLE} made without options. */
  static final Map<String, Boolean> DEFAULTS = Map.of(
      "SUPERUSER",
      false,
      "CREATEDB",
      false,
      "CREATEROLE",
      false,
      INHERIT,
      true,
      "LOGIN",
      false,
      "REPLICATION",
      false,
      "BYPASSRLS",
      false);

  private static final String ROLE =
      "SELECT oid, rolsuper, rolcreatedb, rolcreaterole, rolinherit, rolcanlogin, rolreplication,"
          + " rolbypassrls, rolconnlimit,"
          + " coalesce(pg_catalog.shobj_description(oid, 'pg_authid'), '')"
          + " FROM pg_catalog.pg_roles WHERE rolname = ?";

  private static final String SETTINGS = "SELECT coalesce(d.datname, ''), c.entry"
      + " FROM pg_catalog.pg_db_role_setting s"
      + " LEFT JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase,"
      + " LATERAL pg_catalog.unnest(s.setconfig) AS c (entry)"
      + " WHERE s.setrole = CAST(? AS pg_catalog.int8)";

  /** Copies the maps. */
  Role {
    options = Map.copyOf(options);
    settings = Map.copyOf(settings);
  }

  /**
   * A setting of a user's sessions.
   *
   * @param database where; empty for everywhere
   * @param name its name
   */
  record Setting(String database, String name) implements Comparable<Setting> {
    static final String ROLE = "role";

    /** Whether it says as whom sessions act from their beginning on. */
    boolean isRole() {
      return name.equals(ROLE);
    }

    @Override
    public int compareTo(Setting other) {
      int order = database.compareTo(other.database);
      return order == 0 ? name.compareTo(other.name) : order;
    }
  }

  /** Returns the user with a name, or empty if there is none. */
  static Optional<Role> read(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(ROLE)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        long oid = row.getLong(1);
        Map<String, Boolean> options = new TreeMap<>();
        options.put("SUPERUSER", row.getBoolean(2));
        options.put("CREATEDB", row.getBoolean(3));
        options.put("CREATEROLE", row.getBoolean(4));
        options.put(INHERIT, row.getBoolean(5));
        options.put("LOGIN", row.getBoolean(6));
        options.put("REPLICATION", row.getBoolean(7));
        options.put("BYPASSRLS", row.getBoolean(8));
        return Optional.of(new Role(
            name, oid, options, row.getInt(9), row.getString(10), settings(connection, oid)));
      }
    }
  }

  private static Map<Setting, String> settings(Connection connection, long oid)
      throws SQLException {
    Map<Setting, String> settings = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(SETTINGS)) {
      statement.setLong(1, oid);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          String entry = row.getString(2);
          int equals = entry.indexOf('=');
          settings.put(
              new Setting(row.getString(1), entry.substring(0, equals)),
              entry.substring(equals + 1));
        }
      }
    }
    return settings;
  }

  boolean option(String option) {
    return Boolean.TRUE.equals(options.get(option));
  }

  /** Returns the role that its sessions are set to act as, where there is one. */
  Optional<String> actsAs() {
    return Optional.ofNullable(settings.get(new Setting("", Setting.ROLE)))
        .filter(role -> !role.equals("none"));
  }
}
