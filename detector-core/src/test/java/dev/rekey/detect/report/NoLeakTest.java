package dev.rekey.detect.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.rekey.canary.Canary;
import dev.rekey.detect.Candidate;
import dev.rekey.detect.Check;
import dev.rekey.detect.Checksum;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Explanation;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.GeneratedSecrets;
import dev.rekey.detect.Note;
import dev.rekey.detect.Rule;
import dev.rekey.detect.RuleException;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Weights;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.Limits;
import dev.rekey.detect.scan.MemorySource;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.detect.scan.ScanListener;
import dev.rekey.detect.scan.ScanReport;
import dev.rekey.detect.scan.SecretScanner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No report, no {@code toString} and no exception holds a planted secret, in any encoding. */
class NoLeakTest {
  private static final long SEED = 77;
  private static final String CHECK = "test.listens";

  private final List<String> planted = new ArrayList<>();

  /** Everything that says something, by its class: instances of all public types. */
  private final Map<Class<?>, List<String>> said = new HashMap<>();

  private Inventory inventory = new Inventory();
  private ScanReport report = new ScanReport(Reports.NOON, Duration.ZERO, 0, 0, 0, 0, 0, 0, false);

  @BeforeEach
  void plant_and_scan() throws IOException {
    GeneratedSecrets samples = new GeneratedSecrets(SEED);
    StringBuilder text = new StringBuilder();
    String key = samples.storageKey();
    plant(text, "KEY=", key);
    plant(text, "url?key=", key.replace("+", "%2B").replace("=", "%3D"), key);
    plant(
        text,
        "",
        samples.connectionString(samples.storageKey()).replaceAll(".*AccountKey=|;.*", ""));
    plant(text, "token: ", samples.gitHubToken());
    plant(text, "", samples.pem());
    plant(text, "DB_PASSWORD=", samples.password());
    plant(text, "cask ", samples.commonAnnotatedKey(false));
    // A rejected candidate: its reason must not quote it.
    plant(text, "password=", "${" + samples.word(20) + "}");

    RuleSet rules = RuleSet.builtIn()
        .plusCheck(CHECK, candidate -> {
          say(candidate);
          return new Check.Result(Checksum.NONE, Map.of());
        })
        .plus(Rule.named("test.listens")
            .label("a line that a check looks at")
            .keyword("KEY=")
            .regex("KEY=(?<secret>\\S{20,100})")
            .check(CHECK)
            .example("KEY=<<[a-z0-9]{30}>>")
            .build());
    FingerprintKey fingerprintKey = FingerprintKey.random();
    Detector detector = Detector.builder(rules).fingerprintKey(fingerprintKey).build();
    SecretScanner scanner = SecretScanner.using(detector).build();
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    Content content =
        Content.of("a.txt", AssetContext.unknown("a test"), () -> new ByteArrayInputStream(bytes));
    report = scanner.scan(new MemorySource().content(content), inventory.and(new Talkative()));
    for (Object each : List.of(
        rules,
        rules.rule("test.listens").orElseThrow(),
        fingerprintKey,
        detector,
        scanner,
        content,
        report,
        inventory,
        Limits.DEFAULT,
        new Outcome.Skipped("x"),
        new Outcome.Refused("x"),
        new Outcome.Failed("x"),
        Check.Result.NOTHING,
        new JsonLinesWriter(),
        new ReasonWriter(new StringWriter()),
        new SarifWriter(),
        TableWriter.builder().build(),
        wrongRule())) {
      say(each);
    }
    // One that yields, a block without an end, and a flood that uses up the budget.
    String more = "password = '" + planted.get(3) + "'\n-----BEGIN PRIVATE KEY-----\n" + key + "\n"
        + "+ASt".repeat(40_000);
    for (Explanation why : detector.explain(text + more)) {
      say(why);
      if (why instanceof Explanation.Reported reported) {
        reported.verdicts().forEach(this::say);
      }
    }
    for (Exposure exposure : inventory.ranked()) {
      say(exposure);
      say(exposure.credential());
      say(exposure.priority());
      exposure.priority().factors().forEach(this::say);
      say(Weights.DEFAULT);
      exposure.sightings().forEach(sighting -> {
        say(sighting);
        say(sighting.context());
        say(sighting.context().production());
      });
    }
  }

  private static RuleException wrongRule() {
    try {
      Rule.named("no dot");
      throw new AssertionError("a rule without a dot in its id was taken");
    } catch (RuleException wrong) {
      return wrong;
    }
  }

  private final class Talkative implements ScanListener {
    @Override
    public void found(Finding finding, Secret secret) {
      say(finding);
      say(finding.place());
      say(finding.place().location());
      say(finding.fingerprint());
      say(secret);
      try (Secret copy = secret.copy()) {
        say(copy);
      }
    }

    @Override
    public void finished(String address, Outcome outcome) {
      say(outcome);
      ((Outcome.Scanned) outcome).notes().forEach(NoLeakTest.this::say);
    }
  }

  private void plant(StringBuilder text, String before, String value) {
    plant(text, before, value, value);
  }

  private void plant(StringBuilder text, String before, String written, String value) {
    text.append(before).append(written).append('\n');
    planted.add(value.strip());
  }

  private void say(Object speaker) {
    said.computeIfAbsent(speaker.getClass(), c -> new ArrayList<>()).add(speaker.toString());
  }

  @Test
  void the_scan_found_what_was_planted_or_there_would_be_nothing_to_leak() {
    assertThat(inventory.ranked())
        .extracting(exposure -> exposure.credential().rule())
        .contains(
            "azure.storage-account-key",
            "github.token",
            "private-key.pem",
            "generic.password",
            "azure.common-annotated-key");
    assertThat(said.get(Note.class)).anyMatch(note -> note.startsWith("REJECTED generic.password"));
    assertThat(said).containsKey(Candidate.class);
  }

  @Test
  void no_report_holds_a_planted_secret() throws IOException {
    for (ReportWriter writer :
        List.of(new JsonLinesWriter(), new SarifWriter(), TableWriter.builder().build())) {
      StringWriter out = new StringWriter();
      writer.write(inventory, report, out);

      assertThat(out.toString()).hasSizeGreaterThan(1000);
      assertSilent(out.toString());
    }
  }

  @Test
  void no_to_string_holds_a_planted_secret() {
    said.values().forEach(texts -> texts.forEach(this::assertSilent));
  }

  /** So that a new public type is not forgotten here. */
  @Test
  void every_public_type_that_can_speak_was_heard() {
    Set<String> heard = said.keySet().stream().map(Class::getName).collect(Collectors.toSet());
    Set<String> silent = new TreeSet<>();
    for (JavaClass type : new ClassFileImporter()
        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
        .importUrl(Detector.class.getProtectionDomain().getCodeSource().getLocation())) {
      boolean speaks = type.getModifiers().contains(JavaModifier.PUBLIC)
          && !type.isInterface()
          && !type.isEnum()
          && !type.getPackageName().endsWith(".engine")
          && !type.getSimpleName().equals("Builder")
          && !type.getSimpleName().equals("Sources");
      if (speaks && !heard.contains(type.getName())) {
        silent.add(type.getName());
      }
    }
    assertThat(silent).isEmpty();
  }

  @Test
  void no_exception_of_a_secret_that_is_over_holds_it() {
    for (String value : planted) {
      Secret secret = Secret.of(value);
      secret.close();
      for (Runnable use : List.<Runnable>of(
          () -> secret.reveal(String::new),
          secret::copy,
          () -> FingerprintKey.random().fingerprint(secret))) {
        assertSilent(trace(use));
      }
    }
  }

  @Test
  void no_exception_of_a_fingerprint_that_is_a_value_holds_it() {
    for (String value : planted) {
      assertSilent(trace(() -> Fingerprint.parse(value)));
      assertSilent(trace(() -> new Fingerprint(value, value)));
    }
  }

  private static String trace(Runnable use) {
    StringWriter trace = new StringWriter();
    try {
      use.run();
    } catch (IllegalStateException | IllegalArgumentException expected) {
      expected.printStackTrace(new PrintWriter(trace, true));
    }
    assertThat(trace.toString()).as("something was thrown").isNotEmpty();
    return trace.toString();
  }

  private void assertSilent(String output) {
    for (int i = 0; i < planted.size(); i++) {
      // Not the output itself: a failure must not print what leaked.
      assertThat(Canary.of(planted.get(i)).leaksIn(output))
          .as("seed %d, secret %d", SEED, i)
          .isEmpty();
    }
  }
}
