package dev.rekey.rotation.postgres;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Place;
import dev.rekey.detect.Rule;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.rotation.Approval;
import dev.rekey.rotation.ConfigurationFiles;
import dev.rekey.rotation.Planner;
import dev.rekey.rotation.ProofPolicy;
import dev.rekey.rotation.Risk;
import dev.rekey.rotation.RotationJournal;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.Rotator;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/** An application with its configuration in a folder, and who rotates its password. */
final class RotationBench {
  private static final Pattern IN_ENV =
      Pattern.compile("PGUSER=(\\S+).*PGPASSWORD='([^']+)'", Pattern.DOTALL);

  private static final Map<String, String> FILES = Map.of(
      "app/.env",
      "# the shop\r\nexport PGUSER=%user # who\r\nPGPASSWORD='%password'\r\nREPORT_USER=%user\r\n",
      "app/settings.json",
      "{\"db\": {\"url\": \"postgresql://%user:%password@localhost/shop\", \"pool\": 5},\n"
          + " \"jdbc\": \"jdbc:postgresql://localhost/shop?user=%user&password=%password&ssl=true\"}",
      "app/deploy.yaml",
      "spring:\n  datasource:\n    username: %user   # who\n    password: \"%password\"\n"
          + "env:\n  - name: DB_USER\n    value: %user\n  - name: DB_PASSWORD\n    value: %password\n");

  final PostgresLab lab;
  final TestStore store;
  final Path folder;
  final Path journal;

  RotationBench(PostgresLab lab, Path folder, boolean all) {
    this.lab = lab;
    this.store = new TestStore(lab.key);
    this.folder = folder;
    this.journal = folder.resolve("journal.jsonl");
    try {
      Files.createDirectories(folder.resolve("app"));
      for (Map.Entry<String, String> file : expected(lab.first, lab.exposed).entrySet()) {
        if (all || file.getKey().endsWith(".env")) {
          Files.writeString(folder.resolve(file.getKey()), file.getValue());
        }
      }
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** What the files say when a user is configured; who makes reports is somebody else's business. */
  Map<String, String> expected(String user, String password) {
    Map<String, String> expected = new TreeMap<>();
    FILES.forEach((name, text) -> expected.put(
        name,
        text.replace("REPORT_USER=%user", "REPORT_USER=" + lab.first)
            .replace("%user", user)
            .replace("%password", password)));
    return expected;
  }

  Map<String, String> files() {
    Map<String, String> files = new TreeMap<>();
    for (String name : FILES.keySet()) {
      try {
        files.put(name, Files.readString(folder.resolve(name)));
      } catch (NoSuchFileException none) {
        // Not in this bench.
      } catch (IOException failed) {
        throw new UncheckedIOException(failed);
      }
    }
    return files;
  }

  /**
   * Who an application is.
   *
   * @param user its user
   * @param password its password
   */
  record Configured(String user, String password) {}

  /** Returns what the application reads when it starts. */
  Configured configured() {
    try {
      Matcher env = IN_ENV.matcher(Files.readString(folder.resolve("app/.env")));
      if (!env.find()) {
        throw new IllegalStateException("the .env file lost its form");
      }
      return new Configured(env.group(1), env.group(2));
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  /** Logs in as configured and uses what the application uses. */
  void use(Configured configured) throws SQLException {
    try (Connection connection = lab.connect(configured.user(), configured.password())) {
      PostgresServer.query(connection, "SELECT count(*) FROM shop.orders");
    }
  }

  /** Makes what the application owns. */
  void furnish() {
    lab.server.in(
        lab.database,
        "CREATE SCHEMA IF NOT EXISTS shop",
        "ALTER SCHEMA shop OWNER TO " + lab.first,
        "CREATE TABLE IF NOT EXISTS shop.orders (id int)",
        "ALTER TABLE shop.orders OWNER TO " + lab.first);
  }

  Exposure exposure() {
    return lab.exposure(
        lab.exposed,
        Map.of(
            "user", lab.first, "host", "localhost", "port", Integer.toString(lab.server.port())));
  }

  private ConfigurationFiles dependents() {
    return ConfigurationFiles.in(folder.resolve("app"), lab.detector());
  }

  private Detector finding() {
    Rule rule = Rule.named("acme.database")
        .label("a password of the shop")
        .keyword("postgresql://")
        .regex("postgresql://[^:/]{1,64}:(?<secret>[A-Za-z0-9]{44})@")
        .example("postgresql://app:" + "a1B2".repeat(11) + "@host")
        .counterexample("postgresql://app@host")
        .build();
    return Detector.builder(RuleSet.empty().plus(rule)).fingerprintKey(lab.key).build();
  }

  /** The place where it was found, which has it still. */
  private ContentSource leak() {
    String text = "psql postgresql://" + lab.first + ":" + lab.exposed + "@localhost/shop\n";
    return new ContentSource() {
      @Override
      public void read(Sink sink) {
        throw new AssertionError("only the place is read again");
      }

      @Override
      public void reread(Place place, Sink sink) throws InterruptedException {
        sink.accept(Content.of(
            place.address(),
            AssetContext.unknown("a test"),
            () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8))));
      }
    };
  }

  PostgresUsers users(DataSource admin) {
    return lab.users(admin, lab.server.logins(lab.database));
  }

  DataSource admin() {
    return lab.server.source(lab.database, PostgresServer.KEEPER);
  }

  RotationPlan plan() {
    PostgresUsers users = users(admin());
    return Planner.builder()
        .issuers(users)
        .usage(users.openSessions())
        .store(store)
        .dependents(dependents())
        .sources(finding(), List.of(leak()))
        .build()
        .plan(exposure());
  }

  /** By people who know that an application is running. */
  Approval approval(RotationPlan plan) {
    return Approval.of(plan)
        .requester("Ann")
        .approver("Bob", Instant.now(), "CHANGE-1")
        .approver("Cleo", Instant.now(), "CHANGE-1")
        .expires(Instant.now().plus(Duration.ofHours(1)))
        .accept(Risk.values())
        .build();
  }

  Rotator rotator(DataSource admin) {
    PostgresUsers users = users(admin);
    return Rotator.builder(RotationJournal.file(journal))
        .issuers(users)
        .usage(users.openSessions())
        .store(store)
        .dependents(dependents())
        .sources(finding(), List.of(leak()))
        .proof(new ProofPolicy(2, Duration.ofMillis(10), Duration.ofSeconds(5)))
        .build();
  }

  String unfinished() {
    List<String> runs = RotationJournal.file(journal).unfinished();
    return runs.isEmpty() ? "" : runs.get(0);
  }
}
