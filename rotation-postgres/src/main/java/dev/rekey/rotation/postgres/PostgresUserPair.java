package dev.rekey.rotation.postgres;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.Sessions;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two users of one PostgreSQL server that take turns: the slots are their names, and the value of a
 * slot is the user's password.
 *
 * <p>Each change is one transaction: the rights, the password and the mark in the comment are there
 * together or not at all. The server tells no password again. Immutable and thread-safe as far as the
 * data sources are.
 */
final class PostgresUserPair implements SlotIssuer {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresUserPair.class);
  private static final int DEFAULT_ITERATIONS = 4096;
  private static final int TERMINATION_MILLIS = 5_000;
  private static final int TERMINATE_WAITS = 140_000;

  private static final String MAY_SEE_VERIFIERS =
      "SELECT pg_catalog.has_column_privilege('pg_catalog.pg_authid', 'rolpassword', 'SELECT')";

  /** What stands for the verifiers among the columns, and where they are joined. */
  private static final String COLUMN = "$verifier";

  private static final String JOIN = "$verifiers";

  /** Comment and verifier in one statement, so that they are of one moment. */
  private static final String SLOTS = "SELECT r.rolname, r.oid,"
      + " coalesce(pg_catalog.shobj_description(r.oid, 'pg_authid'), ''), " + COLUMN
      + ", pg_catalog.now() FROM pg_catalog.pg_roles r " + JOIN + " WHERE r.rolname IN (?, ?)";

  private static final String VERIFIERS = "JOIN pg_catalog.pg_authid a ON a.oid = r.oid";

  private final String server;
  private final DataSource admin;
  private final Logins logins;
  private final OpenSessions sessions;
  private final String first;
  private final String second;
  private final FingerprintKey key;
  private final Passwords passwords;

  PostgresUserPair(
      String server,
      DataSource admin,
      Logins logins,
      OpenSessions sessions,
      String first,
      String second,
      FingerprintKey key,
      Passwords passwords) {
    this.server = server;
    this.admin = admin;
    this.logins = logins;
    this.sessions = sessions;
    this.first = first;
    this.second = second;
    this.key = key;
    this.passwords = passwords;
  }

  @Override
  public String id() {
    return "postgresql://" + encoded(server) + "/" + encoded(first) + "+" + encoded(second);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String label() {
    return "PostgreSQL users " + Quoted.shown(first) + " and " + Quoted.shown(second) + " of "
        + server;
  }

  /** Returns the names of the two users. */
  List<String> users() {
    return List.of(first, second);
  }

  private String requireOurs(String slot) throws RotationException {
    if (!users().contains(slot)) {
      throw new RotationException(Quoted.shown(slot) + " is none of the " + label());
    }
    return slot;
  }

  private String otherThan(String slot) throws RotationException {
    return requireOurs(slot).equals(first) ? second : first;
  }

  // Looking.

  @Override
  public Snapshot snapshot() throws RotationException {
    Map<String, Snapshot.Slot> slots = new TreeMap<>();
    users().forEach(user -> slots.put(user, Snapshot.Slot.VACANT));
    try (Connection connection = admin.getConnection()) {
      boolean seesVerifiers = isTrue(connection, MAY_SEE_VERIFIERS);
      String sql = SLOTS
          .replace(JOIN, seesVerifiers ? VERIFIERS : "")
          .replace(COLUMN, seesVerifiers ? "coalesce(a.rolpassword, '')" : "''");
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        statement.setString(1, first);
        statement.setString(2, second);
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            slots.put(row.getString(1), slot(row, seesVerifiers));
          }
        }
      }
    } catch (SQLException failed) {
      throw Failures.of("reading the " + label(), failed);
    }
    return Snapshot.of(slots);
  }

  private Snapshot.Slot slot(ResultSet row, boolean seesVerifiers) throws SQLException {
    Optional<Mark> mark = Mark.in(row.getString(3));
    String user = "user " + row.getLong(2);
    if (!seesVerifiers) {
      return new Snapshot.Slot(
          mark.map(Mark::text).orElse(user), mark.flatMap(Mark::value), mark.map(Mark::at));
    }
    String stored = row.getString(4);
    if (stored.isEmpty()) {
      return new Snapshot.Slot(user + " without a password", Optional.empty(), Optional.empty());
    }
    Fingerprint verifier = fingerprint(stored);
    if (mark.isPresent() && mark.get().verifier().equals(verifier)) {
      return new Snapshot.Slot(
          "verifier " + verifier, mark.get().value(), Optional.of(mark.get().at()));
    }
    // Somebody else set it, after the mark if there is one, and by now at the latest.
    Optional<Instant> atLatest = mark.isPresent()
        ? Optional.of(row.getObject(5, OffsetDateTime.class).toInstant())
        : Optional.empty();
    return new Snapshot.Slot("verifier " + verifier, Optional.empty(), atLatest);
  }

  /** Of what the server keeps: a weak password could be guessed from that itself. */
  private Fingerprint fingerprint(String stored) {
    try (Secret secret = Secret.of(stored)) {
      return key.fingerprint(secret);
    }
  }

  /** Always empty: the server keeps a verifier of the password, not the password. */
  @Override
  public Optional<Secret> read(String slot) throws RotationException {
    requireOurs(slot);
    return Optional.empty();
  }

  @Override
  public List<ProbeAnswer> probe(String slot, Secret value) throws RotationException {
    return List.of(logins.attempt(requireOurs(slot), value));
  }

  @Override
  public Sessions sessions(String slot) throws RotationException {
    OpenSessions.Open open = sessions.of(requireOurs(slot));
    if (open.count() == 0) {
      return Sessions.NONE;
    }
    return Sessions.openEnded(open.count() + " open sessions of " + Quoted.shown(slot) + ", "
        + String.join(", ", open.callers())
        + ", live until they are ended (pg_terminate_backend, which revoking tries)");
  }

  @Override
  public Map<String, String> beside(String from, String to) {
    return Map.of(from, to);
  }

  // Changing.

  @Override
  public Issued issue(String slot, AttemptId attempt) throws RotationException {
    String other = otherThan(slot);
    String what = "giving " + Quoted.shown(slot) + " a new password";
    Secret value = passwords.next();
    try {
      Fingerprint fingerprint = key.fingerprint(value);
      inTransaction(what, connection -> {
        requireSomebodyElse(connection);
        Role owner = role(connection, other)
            .orElseThrow(() -> new RotationException("there is no user " + Quoted.shown(other)
                + " at " + server + " whose rights " + Quoted.shown(slot) + " could be given"));
        if (role(connection, slot).isEmpty()) {
          run(connection, "CREATE ROLE " + Quoted.name(slot));
        }
        Role twin = role(connection, slot).orElseThrow();
        new Twin(connection, owner, twin).make();
        setPassword(
            connection, twin, value, attempt, Optional.of(fingerprint), " VALID UNTIL 'infinity'");
      });
      return new Issued(slot, fingerprint, value);
    } catch (RotationException | RuntimeException failed) {
      value.close();
      throw failed;
    }
  }

  /**
   * Replaces the password by one that nobody has, and ends the user's sessions where the administrator
   * may: {@link #sessions} tells which are left.
   */
  @Override
  public void revoke(String slot, AttemptId attempt) throws RotationException {
    requireOurs(slot);
    String what = "replacing the password of " + Quoted.shown(slot) + " by one that nobody has";
    try (Secret nobodys = passwords.next()) {
      inTransaction(what, connection -> {
        requireSomebodyElse(connection);
        Role user = role(connection, slot)
            .orElseThrow(() ->
                new RotationException("there is no user " + Quoted.shown(slot) + " at " + server));
        setPassword(connection, user, nobodys, attempt, Optional.empty(), "");
      });
    }
    endSessions(slot);
  }

  @Override
  public void endSessions(String slot, AttemptId attempt) throws RotationException {
    requireOurs(slot);
    endSessions(slot);
  }

  /** The password and the mark that names it, in the transaction of the caller's. */
  private void setPassword(
      Connection connection,
      Role user,
      Secret value,
      AttemptId attempt,
      Optional<Fingerprint> told,
      String more)
      throws SQLException {
    String verifier = ScramVerifier.of(value, iterations(connection), passwords.random());
    Mark mark = Mark.of(
        laterThan(connection, Mark.in(user.comment())), attempt, told, fingerprint(verifier));
    run(
        connection,
        "ALTER ROLE " + Quoted.name(user.name()) + " PASSWORD " + Quoted.text(verifier) + more);
    run(
        connection,
        "COMMENT ON ROLE " + Quoted.name(user.name()) + " IS "
            + Quoted.text(mark.into(user.comment())));
  }

  /** The server's time, and later than the last mark even if its clock was set back. */
  private static Instant laterThan(Connection connection, Optional<Mark> last) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_catalog.clock_timestamp()")) {
      row.next();
      Instant now = row.getObject(1, OffsetDateTime.class).toInstant();
      return last.map(mark -> mark.at().plusNanos(1_000))
          .filter(least -> least.isAfter(now))
          .orElse(now);
    }
  }

  /** As the server would; before PostgreSQL 16 it could not be set. */
  private static int iterations(Connection connection) throws SQLException {
    return number(connection, "SELECT pg_catalog.current_setting('scram_iterations', true)")
        .orElse(DEFAULT_ITERATIONS);
  }

  /** Whoever revokes its own password locks itself out. */
  private void requireSomebodyElse(Connection connection) throws SQLException, RotationException {
    for (String user : users()) {
      try (PreparedStatement statement = connection.prepareStatement("SELECT session_user = ?")) {
        statement.setString(1, user);
        try (ResultSet row = statement.executeQuery()) {
          if (row.next() && row.getBoolean(1)) {
            throw new RotationException("the administrator's data source logs in as "
                + Quoted.shown(user) + ", one of the pair: give it a user of its own");
          }
        }
      }
    }
  }

  /** A failure here leaves sessions, which {@link #sessions} tells; the password is revoked. */
  private void endSessions(String slot) {
    try (Connection connection = admin.getConnection()) {
      boolean waits = number(connection, "SELECT pg_catalog.current_setting('server_version_num')")
          .filter(version -> version >= TERMINATE_WAITS)
          .isPresent();
      String end = "SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(pid"
          + (waits ? ", " + TERMINATION_MILLIS : "")
          + ")) FROM pg_catalog.pg_stat_activity"
          + " WHERE usename = ? AND pid <> pg_catalog.pg_backend_pid()";
      try (PreparedStatement statement = connection.prepareStatement(end)) {
        statement.setString(1, slot);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          LOG.info("{} sessions of {} were ended", row.getLong(1), Quoted.shown(slot));
        }
      }
    } catch (SQLException notAllowed) {
      LOG.warn(
          "sessions of {} could not be ended ({}): the administrator needs pg_signal_backend, or to"
              + " be a member of that user",
          Quoted.shown(slot),
          Failures.state(notAllowed));
    }
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  private interface Work {
    void on(Connection connection) throws SQLException, RotationException;
  }

  /** A failure at the end leaves open whether it took effect: the snapshot tells. */
  private void inTransaction(String what, Work work) throws RotationException {
    try (Connection connection = admin.getConnection()) {
      connection.setAutoCommit(false);
      boolean done = false;
      try {
        run(connection, "SET LOCAL lock_timeout = '5s'");
        run(connection, "SET LOCAL statement_timeout = '30s'");
        run(connection, "SET LOCAL search_path = pg_catalog");
        work.on(connection);
        connection.commit();
        done = true;
      } finally {
        if (!done) {
          rollBack(connection);
        }
        giveBack(connection);
      }
    } catch (SQLException failed) {
      throw Failures.of(what, failed);
    }
  }

  /** What failed is the news, not what failed after it. */
  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
    } catch (SQLException broken) {
      LOG.debug("a transaction that failed could not be rolled back: {}", Failures.state(broken));
    }
  }

  /** As it came, for whoever a pool gives it next. */
  private static void giveBack(Connection connection) {
    try {
      connection.setAutoCommit(true);
    } catch (SQLException broken) {
      LOG.debug("a connection could not be given back as it came: {}", Failures.state(broken));
    }
  }

  private static Optional<Role> role(Connection connection, String name) throws SQLException {
    return Role.read(connection, name);
  }

  private static boolean isTrue(Connection connection, String question) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(question)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private static Optional<Integer> number(Connection connection, String question)
      throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(question)) {
      return row.next()
          ? Optional.ofNullable(row.getString(1)).map(Integer::valueOf)
          : Optional.empty();
    }
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  // Telling.

  @Override
  public PlannedCall describeIssue(String slot) {
    String other = slot.equals(first) ? second : first;
    String user = Quoted.shown(Quoted.name(slot));
    return PlannedCall.of(
            "in one transaction: CREATE ROLE " + user + " where there is none; options,"
                + " connection limit, settings and memberships as "
                + Quoted.shown(Quoted.name(other)) + "; ALTER ROLE " + user
                + " PASSWORD '(a SCRAM-SHA-256 verifier)' VALID UNTIL 'infinity'; COMMENT ON ROLE "
                + user
                + " IS '(when, by which attempt, fingerprints)'")
        .withEffect("Sessions of " + user + " act as " + Quoted.shown(Quoted.name(other))
            + " from their beginning (ALTER ROLE … SET role), where that one has rights of its own"
            + " and does not act as another itself: what they create is its.")
        .withEffect("The new password has no end date, whatever the other's is.");
  }

  @Override
  public PlannedCall describeRevoke(String slot) {
    String user = Quoted.shown(Quoted.name(slot));
    return PlannedCall.of("in one transaction: ALTER ROLE " + user
            + " PASSWORD '(a SCRAM-SHA-256 verifier of a password that nobody has)'; COMMENT ON ROLE "
            + user
            + " IS '(when, by which attempt)'; then pg_terminate_backend for each session of "
            + user)
        .withEffect("Open sessions of " + user + " are ended, with what they are doing, where the"
            + " administrator may.");
  }

  @Override
  public String toString() {
    return label();
  }
}
