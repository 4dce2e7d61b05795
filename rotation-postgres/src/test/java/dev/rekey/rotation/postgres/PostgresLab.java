package dev.rekey.rotation.postgres;

import dev.rekey.detect.Checksum;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import dev.rekey.detect.Remedy;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import dev.rekey.detect.Severity;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.RotationException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** A database with an application's user, whose password is out; its second user need not exist. */
final class PostgresLab {
  static final AttemptId ATTEMPT = new AttemptId("20261201-run", "issue");

  final PostgresServer server;
  final FingerprintKey key = FingerprintKey.random();
  final Passwords passwords = new Passwords(new SecureRandom());
  final String database;
  final String first;
  final String second;
  final String exposed;

  PostgresLab(PostgresServer server) {
    this(server, PostgresServer.name("app"), PostgresServer.name("app"));
  }

  PostgresLab(PostgresServer server, String first, String second) {
    this(server, first, second, PostgresServer.name("shop"));
    server.sql("CREATE DATABASE " + database);
  }

  PostgresLab(PostgresServer server, String first, String second, String database) {
    this.server = server;
    this.database = database;
    this.first = first;
    this.second = second;
    try (Secret password = passwords.next()) {
      exposed = password.reveal(String::new);
      make(first, password);
    }
  }

  /** Makes a user whom the keeper may change. */
  void make(String user, Secret password) {
    server.sql(
        "CREATE ROLE " + Quoted.name(user) + " LOGIN PASSWORD '"
            + ScramVerifier.of(password, 4096, new byte[] {1, 2, 3, 4}) + "'",
        "GRANT " + Quoted.name(user) + " TO keeper WITH ADMIN TRUE, INHERIT FALSE, SET FALSE");
  }

  String make(String user) {
    try (Secret password = passwords.next()) {
      make(user, password);
      return password.reveal(String::new);
    }
  }

  Detector detector() {
    return Detector.builder(RuleSet.empty()).fingerprintKey(key).build();
  }

  Fingerprint fingerprint(String value) {
    try (Secret secret = Secret.of(value)) {
      return key.fingerprint(secret);
    }
  }

  /** By a keeper who does not see what the server keeps of passwords. */
  PostgresUsers users() {
    return users(PostgresServer.KEEPER);
  }

  PostgresUsers users(String administrator) {
    return users(server.source(database, administrator), server.logins(database));
  }

  PostgresUsers users(DataSource admin, DataSource logins) {
    return PostgresUsers.on("orders-db", admin, logins, key, new SecureRandom())
        .pair(first, second);
  }

  PostgresUserPair pair() {
    return pair(users());
  }

  PostgresUserPair pair(PostgresUsers users) {
    try {
      return (PostgresUserPair) users.issuer(new PostgresUserPair(
              "orders-db",
              server.logins(database),
              new Logins("orders-db", server.logins(database)),
              new OpenSessions(server.logins(database)),
              first,
              second,
              key,
              passwords)
          .id());
    } catch (RotationException unknown) {
      throw new IllegalStateException(unknown);
    }
  }

  /** Issues a value and returns it. */
  String issue(PostgresUserPair pair, String user) throws RotationException {
    try (Issued issued = pair.issue(user, ATTEMPT)) {
      return issued.value().reveal(String::new);
    }
  }

  Connection connect(String user, String password) throws SQLException {
    return server.logins(database).getConnection(user, password);
  }

  /** Runs statements as a user who logs in with a password. */
  String as(String user, String password, String... statements) throws SQLException {
    try (Connection connection = connect(user, password);
        Statement statement = connection.createStatement()) {
      for (String sql : List.of(statements).subList(0, statements.length - 1)) {
        statement.execute(sql);
      }
      return PostgresServer.query(connection, statements[statements.length - 1]);
    }
  }

  Credential credential(String value, Map<String, String> attributes) {
    return exposure(value, attributes).credential();
  }

  Exposure exposure(String value, Map<String, String> attributes) {
    return Exposure.of(List.of(new Sighting(
        new Finding(
            "postgresql.url-password",
            "a password in a PostgreSQL URL",
            Severity.HIGH,
            Remedy.ROTATE,
            new Place("repo/deploy.sh", "", new Location(3, 91, 1, 4)),
            "***",
            1,
            Checksum.NONE,
            fingerprint(value),
            attributes),
        AssetContext.unknown("a test"))));
  }
}
