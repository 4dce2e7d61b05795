package dev.rekey.rotation.postgres;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.UsageSource;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/**
 * Pairs of users of one PostgreSQL server, as issuers of passwords.
 *
 * <p>Which user a password belongs to, no server tells: it is found by logging in with it. That proves
 * something only where a wrong password is refused, so that is tried too. Where host, port or database
 * stand beside the password and are others than this server's, it can't be told: the same password may
 * be good on two servers.
 *
 * <p>The administrator needs CREATEROLE and, from PostgreSQL 16 on, ADMIN OPTION on both users; it is
 * none of them. What is better with more rights: with SELECT on {@code pg_authid}, a password that
 * somebody else sets shows; with {@code pg_signal_backend}, sessions are ended when a password is
 * revoked. All times are the server's, by its own clock.
 *
 * <p>Immutable and thread-safe as far as the data sources are. Calls wait for the server as long as the
 * data sources say: set a login timeout.
 */
public final class PostgresUsers implements IssuerFinder {
  private final String server;
  private final DataSource admin;
  private final Logins logins;
  private final OpenSessions sessions;
  private final FingerprintKey key;
  private final Passwords passwords;
  private final List<Address> addresses;
  private final List<PostgresUserPair> pairs;

  private PostgresUsers(
      String server,
      DataSource admin,
      Logins logins,
      FingerprintKey key,
      Passwords passwords,
      List<Address> addresses,
      List<PostgresUserPair> pairs) {
    this.server = server;
    this.admin = admin;
    this.logins = logins;
    this.sessions = new OpenSessions(admin);
    this.key = key;
    this.passwords = passwords;
    this.addresses = List.copyOf(addresses);
    this.pairs = List.copyOf(pairs);
  }

  /**
   * Returns a server of which no pair is known yet: see {@link #pair}.
   *
   * @param server a name for the server, for people and in ids: it must stay the same
   * @param admin connects as the administrator, to the primary
   * @param logins connects as whom it is told by {@link DataSource#getConnection(String, String)}, by
   *     the way that applications take; it must not pool
   * @param key the key of the fingerprints, the detector's
   * @param random makes passwords and salts
   * @throws IllegalArgumentException if the name is blank
   */
  public static PostgresUsers on(
      String server, DataSource admin, DataSource logins, FingerprintKey key, SecureRandom random) {
    if (server.isBlank()) {
      throw new IllegalArgumentException("a server has a name");
    }
    return new PostgresUsers(
        server,
        admin,
        new Logins(server, logins),
        key,
        new Passwords(random),
        List.of(),
        List.of());
  }

  /**
   * Returns these with one more pair of users that take turns. One of them need not exist.
   *
   * @throws IllegalArgumentException if PostgreSQL can't have such names, they are the same, or one is
   *     in a pair already
   */
  public PostgresUsers pair(String first, String second) {
    Set<String> known = new HashSet<>();
    pairs.forEach(pair -> known.addAll(pair.users()));
    if (!known.add(Quoted.checked(first)) || !known.add(Quoted.checked(second))) {
      throw new IllegalArgumentException("a user is in one pair, and a pair has two users");
    }
    List<PostgresUserPair> more = new ArrayList<>(pairs);
    more.add(new PostgresUserPair(server, admin, logins, sessions, first, second, key, passwords));
    return new PostgresUsers(server, admin, logins, key, passwords, addresses, more);
  }

  /**
   * Returns these with one more name under which the server is reached, as it stands beside passwords:
   * {@code db.acme.test} or {@code db.acme.test:6432}.
   */
  public PostgresUsers alsoAt(String address) {
    List<Address> more = new ArrayList<>(addresses);
    more.add(Address.of(address));
    return new PostgresUsers(server, admin, logins, key, passwords, more, pairs);
  }

  /**
   * Returns a source that counts the sessions that a user has open now. Where there are none, its use
   * is unknown: sessions of the past are not seen.
   */
  public UsageSource openSessions() {
    return sessions;
  }

  @Override
  public SecretIssuer issuer(String id) throws RotationException {
    for (PostgresUserPair pair : pairs) {
      if (pair.id().equals(id)) {
        return pair;
      }
    }
    throw new RotationException(id + " is no pair of users of " + server + " that is known here");
  }

  /** Says what a login with the value as each user that it may be says. */
  @Override
  public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
      throws RotationException {
    List<Holding> candidates = new ArrayList<>();
    for (PostgresUserPair pair : pairs) {
      for (String user : pair.users()) {
        if (mayBe(credential, user)) {
          candidates.add(new Holding(pair, user));
        }
      }
    }
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    if (value.isEmpty()) {
      throw new RotationException("whether " + server + " takes " + credential.label()
          + " can't be told without the value: PostgreSQL shows no passwords. Let the planner read"
          + " the places where it was found");
    }
    return found(candidates, credential, value.get());
  }

  /** A user that stands beside the value and is another one is somebody else's. */
  private static boolean mayBe(Credential credential, String user) {
    String beside = credential.attributes().getOrDefault("user", "");
    return beside.isEmpty() || beside.equals(user) || decoded(beside).equals(user);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException plain) {
      return text;
    }
  }

  private Optional<Holding> found(List<Holding> candidates, Credential credential, Secret value)
      throws RotationException {
    List<Holding> holding = new ArrayList<>();
    List<String> unclear = new ArrayList<>();
    for (Holding candidate : candidates) {
      ProbeAnswer answer = logins.attempt(candidate.slot(), value);
      if (answer instanceof ProbeAnswer.Accepted) {
        holding.add(candidate);
      } else if (answer instanceof ProbeAnswer.Unclear) {
        unclear.add(answer.endpoint() + ": " + answer.evidence());
      }
    }
    if (!unclear.isEmpty()) {
      throw new RotationException("whose password " + credential.label() + " is can't be told: "
          + String.join("; ", unclear));
    }
    if (holding.isEmpty()) {
      return Optional.empty();
    }
    if (holding.size() > 1) {
      throw new RotationException("several users of " + server + " have the same password, "
          + String.join(
              ", ", holding.stream().map(one -> Quoted.shown(one.slot())).toList())
          + ", and no name stands beside " + credential.label()
          + ": give all but one another, and plan again");
    }
    requireThatPasswordsCount(holding.get(0).slot());
    requireThisServer(credential);
    return Optional.of(holding.get(0));
  }

  private void requireThatPasswordsCount(String user) throws RotationException {
    try (Secret wrong = passwords.next()) {
      if (!(logins.attempt(user, wrong) instanceof ProbeAnswer.Refused)) {
        throw new RotationException(server + " does not refuse a wrong password of "
            + Quoted.shown(user) + " from here, so that a login proves nothing: see pg_hba.conf");
      }
    }
  }

  /** The value opens this server; whether it is this one that leaked, its surroundings say. */
  private void requireThisServer(Credential credential) throws RotationException {
    Map<String, String> beside = credential.attributes();
    String what = server + " takes " + credential.label() + ", which stands beside ";
    try (Connection connection = admin.getConnection()) {
      String host = beside.getOrDefault("host", "");
      if (!host.isEmpty()) {
        Address there = Address.of(host, beside.getOrDefault("port", ""));
        Address here = Logins.address(connection);
        if (!here.equals(there) && !addresses.contains(there)) {
          throw new RotationException(what + there + " and not " + here
              + ": it may be another server's with the same password. If it is this one, name that"
              + " address with alsoAt");
        }
      }
      String database = beside.getOrDefault("database", "");
      if (!database.isEmpty() && !exists(connection, decoded(database))) {
        throw new RotationException(what + "the database " + Quoted.shown(database)
            + ", which this server does not have: it may be another server's with the same"
            + " password");
      }
    } catch (SQLException failed) {
      throw Failures.of("looking where " + server + " is", failed);
    }
  }

  private static boolean exists(Connection connection, String database) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT FROM pg_catalog.pg_database WHERE datname = ?")) {
      statement.setString(1, database);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  /** Returns the name of the server and its pairs. */
  @Override
  public String toString() {
    return "PostgresUsers(" + pairs + ")";
  }
}
