package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HighEntropyRunsTest {
  private static final GeneratedSecrets RANDOM = new GeneratedSecrets(24);
  private static final String LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";

  @Test
  void it_is_in_no_set_unless_it_is_added() {
    Rule rule = Rule.highEntropyRuns(24);
    assertThat(RuleSet.builtIn().rule(rule.id())).isEmpty();

    RuleSet rules = RuleSet.builtIn().plus(rule);
    assertThat(rules.rule("generic.high-entropy")).contains(rule);
    assertThat(rules.slowRules()).isEmpty();
  }

  @Test
  void each_length_that_a_run_may_have_is_a_rule_that_proves_true() {
    for (int shortest = 16; shortest <= 256; shortest++) {
      Rule rule = Rule.highEntropyRuns(shortest);
      RuleSet rules = RuleSet.empty().plus(rule);
      assertThat(found(rules, " " + token(shortest) + " ")).as("%d", shortest).hasSize(1);
      assertThat(found(rules, " " + token(shortest - 1) + " "))
          .as("%d", shortest)
          .isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 15, 257})
  void another_length_is_refused(int shortest) {
    assertThatExceptionOfType(RuleException.class)
        .isThrownBy(() -> Rule.highEntropyRuns(shortest))
        .withMessageContaining("rule generic.high-entropy, field run: expected 16 to 256");
  }

  @Test
  void a_token_without_a_name_is_found_with_its_exact_place() {
    String token = token(40);
    List<Finding> found =
        found(RuleSet.builtIn().plus(Rule.highEntropyRuns(24)), "curl -d (" + token + ")\n");
    assertThat(found).hasSize(1);
    Finding finding = found.get(0);
    assertThat(finding.rule()).isEqualTo("generic.high-entropy");
    assertThat(finding.severity()).isEqualTo(Severity.LOW);
    assertThat(finding.confidence()).isEqualTo(0.2);
    assertThat(finding.place().location().start()).isEqualTo(9);
    assertThat(finding.place().location().end()).isEqualTo(49);
    assertThat(finding.toString()).doesNotContain(token);
  }

  @Test
  void any_other_rule_that_knows_the_token_reports_it() {
    String token = "acme_" + RANDOM.text(LETTERS, 30) + "123456";
    RuleSet rules =
        RuleSet.empty().plus(Rule.highEntropyRuns(24)).plus(RuleTest.acme().build());
    assertThat(found(rules, "x(" + token + ")"))
        .extracting(Finding::rule)
        .containsExactly("acme.api-token");
  }

  static Stream<Arguments> noSecrets() {
    return Stream.of(
        Arguments.of("x /usr/share/doc/python3.11/lib64/x86_64-linux-gnu x", "a path, a name"),
        Arguments.of("id 7f2c1b9a-4d3e-4f60-9a1b-0c2d3e4f5a6b x", "a path, a name"),
        Arguments.of("see release_notes_for_version_2024_11_24", "a path, a name"),
        Arguments.of("see internationalization1234characteristics", "mostly words"),
        Arguments.of("Kq0123456789ABCDEFGHmwxAZpqTz", "too regular"),
        Arguments.of("sha256=" + hex(64), "something which is no secret"),
        Arguments.of("sha512-" + hex(60) + "==", "a digest"),
        Arguments.of("integrity: (" + hex(64) + ")", "a digest"),
        Arguments.of("csrf_token=" + token(32), "opens nothing alone"));
  }

  @ParameterizedTest
  @MethodSource("noSecrets")
  void what_its_form_or_its_name_tells_to_be_no_secret_is_rejected(String text, String reason)
      throws IOException {
    Detector detector = detector(RuleSet.empty().plus(Rule.highEntropyRuns(24)));
    List<Finding> found = new ArrayList<>();
    List<Note> notes = detector.detect(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII)),
        "",
        (finding, secret) -> found.add(finding));
    assertThat(found).isEmpty();
    assertThat(notes).hasSize(1);
    assertThat(notes.get(0).kind()).isEqualTo(Note.Kind.REJECTED);
    assertThat(notes.get(0).reason()).contains(reason);
  }

  @Test
  void it_can_be_made_stricter() {
    String hex = "x(" + hex(40) + ")";
    Rule rule = Rule.highEntropyRuns(24);
    assertThat(found(RuleSet.empty().plus(rule), hex)).hasSize(1);

    Rule stricter = rule.toBuilder().minEntropy(4.1).build();
    assertThat(found(RuleSet.empty().plus(stricter), hex)).isEmpty();
    assertThat(found(RuleSet.empty().plus(stricter), "x(" + token(40) + ")")).hasSize(1);
  }

  @Test
  void a_blob_is_a_note_and_neither_are_its_parts_found() throws IOException {
    Detector detector = detector(RuleSet.empty().plus(Rule.highEntropyRuns(24)));
    byte[] blob = ("53087" + token(5_000)).getBytes(StandardCharsets.US_ASCII);
    List<Finding> found = new ArrayList<>();
    List<Note> notes = detector.detect(blob, "", (finding, secret) -> found.add(finding));
    assertThat(found).isEmpty();
    assertThat(notes).extracting(Note::kind).containsExactly(Note.Kind.TRUNCATED);
  }

  private static String token(int length) {
    return RANDOM.text(LETTERS, length - 5) + "53087";
  }

  /** No word, no run of equal digits, every digit three times and more. */
  private static String hex(int length) {
    return "8d1f06b3e95c7a24".repeat(4).substring(0, length);
  }

  private static Detector detector(RuleSet rules) {
    return Detector.builder(rules).fingerprintKey(FingerprintKey.random()).build();
  }

  private static List<Finding> found(RuleSet rules, String text) {
    return detector(rules).detect(text);
  }
}
