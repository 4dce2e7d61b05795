package dev.rekey.rotation.postgres;

import dev.rekey.rotation.RotationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes one user able to do all that another can, in a transaction of the caller's.
 *
 * <p>What the other owns, was granted and will be granted, in every database, can't be copied: an
 * object has one owner, and a connection sees one database. So the twin's sessions <em>act as</em> the
 * other from their beginning ({@code ALTER ROLE twin SET role}), by a membership. Nothing of what is
 * there is touched, what is created belongs to the same owner as before, default privileges and row
 * security hold as before, and there is nothing to carry back when the two change places: then it is
 * the other that acts as itself. Where the other acts as a third role already, both go on to; where it
 * has nothing of its own, its memberships are copied, and that is all.
 *
 * <p>Options, connection limit and settings are made the same.
 */
final class Twin {
  private static final int MEMBERSHIPS_HAVE_OPTIONS = 160_000;

  /** Settings that are lists of names: one literal for each, or the list would be one name. */
  private static final Set<String> LISTS = Set.of(
      "local_preload_libraries",
      "search_path",
      "session_preload_libraries",
      "shared_preload_libraries",
      "temp_tablespaces",
      "unix_socket_directories");

  private static final String HAS_OF_ITS_OWN = "SELECT coalesce(d.datname, 'every database'),"
      + " pg_catalog.count(*)"
      + " FROM pg_catalog.pg_shdepend s LEFT JOIN pg_catalog.pg_database d ON d.oid = s.dbid"
      + " WHERE s.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass"
      + " AND s.refobjid = CAST(CAST(? AS pg_catalog.int8) AS pg_catalog.oid)"
      + " AND s.classid <> 'pg_catalog.pg_auth_members'::pg_catalog.regclass"
      + " GROUP BY 1 ORDER BY 1";

  /** A superuser is a member of everybody, and yet no member makes a circle of it. */
  private static final String IS_MEMBER =
      "SELECT pg_catalog.pg_has_role(oid, CAST(? AS pg_catalog.name), 'MEMBER') AND NOT rolsuper"
          + " FROM pg_catalog.pg_roles WHERE rolname = ?";

  private final Connection connection;
  private final int version;
  private final Role other;
  private final Role twin;

  /**
   * Names the two.
   *
   * @param other whose rights they are
   * @param twin who is given them
   */
  Twin(Connection connection, Role other, Role twin) throws SQLException {
    this.connection = connection;
    this.version = number("SELECT pg_catalog.current_setting('server_version_num')");
    this.other = other;
    this.twin = twin;
  }

  /** Makes the twin the other's equal. */
  void make() throws SQLException, RotationException {
    boolean otherIsAlias = other.actsAs().filter(twin.name()::equals).isPresent();
    boolean needsOther = !otherIsAlias && needsOther();
    shareOptions(otherIsAlias, needsOther);
    shareRoles(needsOther);
    shareSettings(other
        .actsAs()
        .or(() -> needsOther ? Optional.of(other.name()) : Optional.empty())
        .filter(role -> !role.equals(twin.name())));
  }

  /** Whether the other has rights of its own, which its members have too. */
  private boolean needsOther() throws SQLException, RotationException {
    Map<String, Integer> own = ownOfOther();
    if (own.isEmpty()) {
      return false;
    }
    if (otherIsMember()) {
      throw new RotationException(Quoted.shown(other.name()) + " is a member of "
          + Quoted.shown(twin.name()) + " and has rights of its own, which can't be carried over ("
          + told(own) + "): there, REASSIGN OWNED BY " + Quoted.shown(Quoted.name(other.name()))
          + " TO " + Quoted.shown(Quoted.name(twin.name()))
          + ", grant the latter what the former was granted, or take the membership back");
    }
    return true;
  }

  private boolean otherIsMember() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(IS_MEMBER)) {
      statement.setString(1, twin.name());
      statement.setString(2, other.name());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  /** How much the other owns or was granted by name, by database. */
  private Map<String, Integer> ownOfOther() throws SQLException {
    Map<String, Integer> own = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(HAS_OF_ITS_OWN)) {
      statement.setLong(1, other.oid());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          own.put(row.getString(1), row.getInt(2));
        }
      }
    }
    return own;
  }

  private static String told(Map<String, Integer> own) {
    StringJoiner told = new StringJoiner(", ");
    own.forEach((database, count) -> told.add(count + " in " + Quoted.shown(database)));
    return told.toString();
  }

  /** Only what differs is said: some of it only a superuser may say, though it changes nothing. */
  private void shareOptions(boolean otherIsAlias, boolean needsOther) throws SQLException {
    StringBuilder options = new StringBuilder();
    for (Map.Entry<String, Boolean> option : new TreeMap<>(other.options()).entrySet()) {
      String name = option.getKey();
      boolean wanted = option.getValue();
      if (name.equals("LOGIN")) {
        wanted = true;
      } else if (name.equals(Role.INHERIT) && needsOther) {
        wanted =
            true; // To connect at all: the right to connect is asked before it acts as another.
      } else if (name.equals(Role.INHERIT) && otherIsAlias) {
        continue; // It was set for that.
      }
      if (wanted != twin.option(name)) {
        options.append(wanted ? " " : " NO").append(name);
      }
    }
    if (other.connections() != twin.connections()) {
      options.append(" CONNECTION LIMIT ").append(other.connections());
    }
    if (!options.isEmpty()) {
      run("ALTER ROLE " + Quoted.name(twin.name()) + options);
    }
  }

  /** A membership: in which role, and what it allows. */
  private record Membership(String role, boolean admin, boolean inherit, boolean set) {
    boolean covers(Membership wanted) {
      return role.equals(wanted.role)
          && (admin || !wanted.admin)
          && (inherit || !wanted.inherit)
          && (set || !wanted.set);
    }
  }

  private void shareRoles(boolean needsOther) throws SQLException {
    List<Membership> has = memberships(twin);
    List<Membership> wanted = new ArrayList<>();
    if (needsOther) {
      wanted.add(new Membership(other.name(), false, true, true)); // And so in all that it is in.
    } else {
      memberships(other).stream()
          .filter(membership -> !membership.role().equals(twin.name()))
          .forEach(wanted::add);
    }
    for (Membership membership : wanted) {
      if (has.stream().noneMatch(already -> already.covers(membership))) {
        grant(membership);
      }
    }
  }

  private void grant(Membership membership) throws SQLException {
    StringJoiner options = new StringJoiner(", ", " WITH ", "").setEmptyValue("");
    if (version >= MEMBERSHIPS_HAVE_OPTIONS) {
      if (membership.admin()) {
        options.add("ADMIN TRUE");
      }
      options.add("INHERIT " + membership.inherit()).add("SET " + membership.set());
    } else if (membership.admin()) {
      options.add("ADMIN OPTION");
    }
    run("GRANT " + Quoted.name(membership.role()) + " TO " + Quoted.name(twin.name()) + options);
  }

  /** Before PostgreSQL 16, the user's own option says whether it inherits, and each may be set. */
  private List<Membership> memberships(Role member) throws SQLException {
    String options = version >= MEMBERSHIPS_HAVE_OPTIONS
        ? "pg_catalog.bool_or(m.inherit_option), pg_catalog.bool_or(m.set_option)"
        : "true, true";
    List<Membership> memberships = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT r.rolname, pg_catalog.bool_or(m.admin_option), "
            + options
            + " FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles r ON r.oid = m.roleid"
            + " WHERE m.member = CAST(CAST(? AS pg_catalog.int8) AS pg_catalog.oid)"
            + " GROUP BY r.rolname ORDER BY r.rolname")) {
      statement.setLong(1, member.oid());
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          memberships.add(new Membership(
              row.getString(1), row.getBoolean(2), row.getBoolean(3), row.getBoolean(4)));
        }
      }
    }
    return memberships;
  }

  private void shareSettings(Optional<String> acting) throws SQLException {
    Map<Role.Setting, String> wanted = new TreeMap<>(other.settings());
    wanted.remove(new Role.Setting("", Role.Setting.ROLE));
    acting.ifPresent(role -> wanted.put(new Role.Setting("", Role.Setting.ROLE), role));
    wanted.replaceAll((setting, value) ->
        setting.isRole() && value.equals(twin.name()) ? "none" : value); // In one database.
    Set<Role.Setting> all = new TreeSet<>(twin.settings().keySet());
    all.addAll(wanted.keySet());
    for (Role.Setting setting : all) {
      String value = wanted.get(setting);
      if (value == null) {
        run(alter(setting) + " RESET " + Quoted.name(setting.name()));
      } else if (!value.equals(twin.settings().get(setting))) {
        run(alter(setting) + " SET " + Quoted.name(setting.name()) + " TO "
            + written(setting.name(), value));
      }
    }
  }

  private String alter(Role.Setting setting) {
    return "ALTER ROLE " + Quoted.name(twin.name())
        + (setting.database().isEmpty() ? "" : " IN DATABASE " + Quoted.name(setting.database()));
  }

  private static String written(String setting, String value) {
    if (!LISTS.contains(setting)) {
      return Quoted.text(value);
    }
    StringJoiner names = new StringJoiner(", ");
    elements(value).forEach(element -> names.add(Quoted.text(element)));
    return names.toString();
  }

  /** Reads a list of names as the catalog has it: quoted or not, with commas between. */
  static List<String> elements(String list) {
    List<String> elements = new ArrayList<>();
    StringBuilder element = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < list.length(); i++) {
      char c = list.charAt(i);
      if (c == '"' && quoted && i + 1 < list.length() && list.charAt(i + 1) == '"') {
        element.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        elements.add(element.toString());
        element.setLength(0);
      } else if (quoted || !Character.isWhitespace(c)) {
        element.append(c);
      }
    }
    elements.add(element.toString());
    return elements;
  }

  private int number(String question) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(question)) {
      return row.next() ? Integer.parseInt(row.getString(1)) : 0;
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
