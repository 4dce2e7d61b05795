package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Who asks is told why something is a finding, or is none. */
class ExplanationTest {
  private static final Detector DETECTOR = Detector.builder(FewRules.ALL)
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @Test
  void a_finding_is_explained_by_its_rule_its_checks_and_its_evidence() {
    String text = "one\n🎉 token " + new GeneratedSecrets(1).gitHubToken();
    Rule rule = RuleSet.builtIn().rule("github.token").orElseThrow();

    List<Explanation> reasons = DETECTOR.explain(text);

    assertThat(reasons)
        .containsExactly(new Explanation.Reported(
            DETECTOR.detect(text).get(0),
            rule.confidence(),
            List.of(new Explanation.Verdict("github.token", Checksum.VALID)),
            rule.suppressors(),
            rule.evidence(),
            rule.references()));
    assertThat(rule.references()).isNotEmpty();
    assertThat(reasons.get(0).place().location().start()).isEqualTo(13);
    assertThat(reasons.get(0).toString())
        .startsWith(
            "2:9 github.token reported as a GitHub token ghp_…(40): github.token says VALID;"
                + " confidence 0.99, of the rule alone " + rule.confidence());
  }

  @Test
  void a_wrong_checksum_is_the_reason_of_a_low_confidence() {
    String key = new GeneratedSecrets(2).storageKey();
    String wrong = (key.charAt(0) == 'A' ? 'B' : 'A') + key.substring(1);
    Explanation.Reported reported = (Explanation.Reported)
        only(DETECTOR.explain("key: " + wrong), Explanation.Reported.class::isInstance);
    assertThat(reported.verdicts())
        .extracting(Explanation.Verdict::checksum)
        .containsExactly(Checksum.INVALID);
    assertThat(reported.finding().confidence()).isLessThan(reported.likelihood());
  }

  @Test
  void a_rejection_names_its_suppressor_its_reason_and_its_place() {
    assertThat(DETECTOR.explain("x\n  password: \"changeme\""))
        .containsExactly(new Explanation.Rejected(
            "generic.password", place(15, 23, 2, 14), "placeholder", "a placeholder word"));
    assertThat(DETECTOR.explain("password=abcabcabcabc"))
        .containsExactly(new Explanation.Rejected(
            "generic.password",
            place(9, 21, 1, 10),
            "entropy",
            "too regular: its entropy is below 2.5 bits a byte"));
  }

  @Test
  void what_yields_names_the_other_and_both_places() {
    String token = new GeneratedSecrets(3).gitHubToken();
    List<Explanation> reasons = DETECTOR.explain("password = \"" + token + "\"");
    assertThat(only(reasons, Explanation.Yielded.class::isInstance))
        .isEqualTo(new Explanation.Yielded(
            "generic.password", place(12, 52, 1, 13), "github.token", place(12, 52, 1, 13)))
        .hasToString("1:13 generic.password left to github.token, found at 1:13");
    assertThat(reasons).hasSize(2);
  }

  @Test
  void a_truncated_match_has_the_place_where_it_starts() {
    String before = "é🎉\n\n  " + "é\n🎉".repeat(30_000) + "\n é🎉 ";
    String text = before + "-----BEGIN PRIVATE KEY-----\n" + "x\n".repeat(50_000);
    long line = 1 + before.chars().filter(c -> c == '\n').count();
    assertThat(DETECTOR.explain(text))
        .containsExactly(new Explanation.Truncated(
            "private-key.pem",
            place(before.length(), before.length(), line, 5),
            "longer than 65536 bytes, or without an end"));
  }

  @Test
  void a_block_that_was_given_up_has_its_place() {
    String flood = "+ASt".repeat(40_000);
    List<Explanation> reasons = DETECTOR.explain(flood);
    assertThat(reasons)
        .filteredOn(Explanation.Exhausted.class::isInstance)
        .extracting(Explanation::place)
        .contains(place(0, 0, 1, 1), place(65_536, 65_536, 1, 65_537));
    assertThat(reasons.get(0).toString()).startsWith("1:1 given up: the pattern budget");
  }

  @Test
  void any_split_and_encoding_is_told_the_same() throws IOException {
    for (long seed = 0; seed < 20; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      String text = mixed(secrets);
      List<Explanation> whole = DETECTOR.explain(text);
      assertThat(whole).as("seed %d", seed).hasSize(7);
      for (int most : new int[] {1, 50, 20_000}) {
        List<Explanation> told = new ArrayList<>();
        List<Note> notes = DETECTOR.explain(
            pieces(("\ufeff" + text).getBytes(StandardCharsets.UTF_16LE), secrets.random(), most),
            "",
            told::add);
        assertThat(told)
            .as("seed %d, at most %d bytes", seed, most)
            .extracting(ExplanationTest::inUnits)
            .containsExactlyInAnyOrderElementsOf(whole.stream()
                .map(why -> why.rule() + why.place() + why.place().location().start())
                .toList());
        assertThat(notes)
            .as("seed %d", seed)
            .isEqualTo(DETECTOR.detect(
                new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "", (f, s) -> {}));
      }
    }
  }

  /** What is told of the bytes, as it would be of the units. */
  private static String inUnits(Explanation why) {
    return why.rule() + why.place() + (why.place().location().start() - 2) / 2;
  }

  @Test
  void the_findings_are_those_of_detecting() {
    String text = mixed(new GeneratedSecrets(4));
    assertThat(DETECTOR.explain(text).stream()
            .filter(Explanation.Reported.class::isInstance)
            .map(why -> ((Explanation.Reported) why).finding()))
        .isEqualTo(DETECTOR.detect(text));
  }

  @Test
  void no_explanation_holds_a_value() throws IOException {
    GeneratedSecrets secrets = new GeneratedSecrets(5);
    List<String> values =
        List.of(secrets.gitHubToken(), secrets.storageKey(), secrets.commonAnnotatedKey(true));
    StringBuilder text = new StringBuilder();
    for (String value : values) {
      text.append("password = '")
          .append(value)
          .append("'\nAccountKey=")
          .append(value)
          .append('\n');
      text.append("pwd=${")
          .append(value)
          .append("}\n-----BEGIN PRIVATE KEY-----\n")
          .append(value);
      text.append('\n');
    }
    List<Explanation> told = new ArrayList<>(DETECTOR.explain(text));
    DETECTOR.explain(
        new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)),
        "a.txt",
        told::add);
    assertThat(told).hasAtLeastOneElementOfType(Explanation.Reported.class);
    assertThat(told).hasAtLeastOneElementOfType(Explanation.Rejected.class);
    assertThat(told).hasAtLeastOneElementOfType(Explanation.Yielded.class);
    assertThat(told).hasAtLeastOneElementOfType(Explanation.Truncated.class);
    for (String value : values) {
      assertThat(Canary.of(value).leaksIn(told.toString())).isEmpty();
      assertThat(Canary.of(value).leaksIn(told + " " + value)).isNotEmpty();
    }
  }

  @Test
  void nothing_is_explained_where_nothing_matches() throws IOException {
    assertThat(DETECTOR.explain("")).isEmpty();
    assertThat(DETECTOR.explain("password")).isEmpty();
    assertThat(DETECTOR.explain(InputStream.nullInputStream(), "", why -> {
          throw new AssertionError(why);
        }))
        .isEmpty();
  }

  @Test
  void what_the_receiver_and_the_stream_throw_comes_through() {
    String token = "a " + new GeneratedSecrets(6).gitHubToken();
    assertThatThrownBy(() -> DETECTOR.explain(
            new ByteArrayInputStream(token.getBytes(StandardCharsets.UTF_8)), "", why -> {
              throw new IllegalStateException("full");
            }))
        .hasMessage("full");
    InputStream broken = new InputStream() {
      @Override
      public int read() throws IOException {
        throw new IOException("unplugged");
      }
    };
    assertThatThrownBy(() -> DETECTOR.explain(broken, "", why -> {}))
        .isInstanceOf(IOException.class)
        .hasMessage("unplugged");
  }

  /** Two findings and one that yields; two rejected; two cut off. */
  private static String mixed(GeneratedSecrets secrets) {
    return "é🎉 token: " + secrets.gitHubToken() + "\n"
        + "-----BEGIN PRIVATE KEY-----\n" + "🎉é.\n".repeat(8_000)
        + "password: changeme\n"
        + "password: '" + secrets.gitHubToken() + "'\n"
        + "-----BEGIN EC PRIVATE KEY-----\n" + "🎉é.\n".repeat(secrets.random().nextInt(10_000))
        + "\n🎉 DB_PASSWORD=${DB_PASSWORD}\n";
  }

  private static Explanation only(List<Explanation> reasons, Predicate<Explanation> which) {
    List<Explanation> chosen = reasons.stream().filter(which).toList();
    assertThat(chosen).hasSize(1);
    return chosen.get(0);
  }

  private static Place place(long start, long end, long line, long column) {
    return new Place("", "", new Location(start, end, line, column));
  }

  private static InputStream pieces(byte[] bytes, Random random, int most) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int offset, int length) {
        return super.read(into, offset, Math.min(length, 1 + random.nextInt(most)));
      }
    };
  }
}
