package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules may be added on someone's word, and proved later. */
class UnprovedRulesTest {
  private static final String YAML = """
      schema: 1
      provider: acme
      rules:
        - id: acme.first
          label: a first token
          severity: HIGH
          remedy: revoke
          keywords: ["first_"]
          patterns: ['(?<secret>first_[a-z]{20})']
          examples: ['first_<<[a-z]{20}>>']
        - id: acme.second
          label: a second token
          severity: LOW
          remedy: guided
          keywords: ["second_"]
          patterns: ['(?<secret>second_[a-z]{20})']
          examples: ['second_<<[a-z]{20}>>']
      """;

  /** The first acme rule, and one more, each changed. */
  private static RuleSet set(UnaryOperator<Rule.Builder> first, UnaryOperator<Rule.Builder> other) {
    Rule.Builder another = Rule.named("acme.other")
        .label("an Acme token of another kind")
        .keyword("other_")
        .regex("\\b(?<secret>other_[0-9]{20})\\b")
        .example("other_<<[0-9]{20}>>");
    return RuleSet.empty()
        .plusUnproved(List.of(
            first.apply(RuleTest.acme()).buildUnproved(), other.apply(another).buildUnproved()));
  }

  /** What each change breaks, the field that is told, and a part of what is said. */
  static List<Arguments> mistakes() {
    return List.of(
        mistake(rule -> rule.example("no token"), "examples", "doesn't match"),
        mistake(rule -> rule.minEntropy(7.9), "examples", "rejected"),
        mistake(
            rule -> rule.counterexample("acme_" + "x1".repeat(18)),
            "counterexamples",
            "gives a finding"),
        mistake(rule -> rule.example("acme_<<[z-a]{3}>>"), "examples", "class of ASCII"),
        mistake(rule -> rule.counterexample("<<[z-a]{3}>>"), "counterexamples", "class of ASCII"),
        mistake(rule -> rule.regex("(?<secret>acme_"), "patterns", "missing"),
        mistake(rule -> rule.regex("acme_[a-z]{9}"), "patterns", "group"),
        mistake(rule -> rule.regex("(?<secret>\\pL{9})"), "patterns", "Unicode"),
        mistake(rule -> rule.part("host", "host=[a-z]+"), "parts.host", "one group"));
  }

  private static Arguments mistake(UnaryOperator<Rule.Builder> change, String field, String why) {
    return Arguments.of(change, field, why);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void verify_finds_a_planted_mistake_and_says_whose_it_is(
      UnaryOperator<Rule.Builder> change, String field, String why) {
    RuleSet good = set(UnaryOperator.identity(), UnaryOperator.identity());
    assertThat(good.verify()).isSameAs(good);

    RuleSet wrong = set(change, UnaryOperator.identity());

    assertThatExceptionOfType(RuleException.class)
        .isThrownBy(wrong::verify)
        .withMessageContaining("rule acme.api-token, field " + field + ": ")
        .withMessageContaining(why)
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).isEmpty());
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void what_was_built_unproved_is_proved_when_it_is_added_as_others_are(
      UnaryOperator<Rule.Builder> change, String field, String why) {
    assertThat(RuleSet.empty().plus(RuleTest.acme().buildUnproved()).rules()).hasSize(1);

    Rule wrong = change.apply(RuleTest.acme()).buildUnproved();

    assertThatThrownBy(() -> RuleSet.empty().plus(wrong))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("rule acme.api-token, field " + field + ": ")
        .hasMessageContaining(why);
  }

  @Test
  void verify_tells_all_that_are_wrong_up_to_a_hundred() {
    RuleSet two =
        set(rule -> rule.minEntropy(7.9), rule -> rule.counterexample("other_" + "1".repeat(20)));
    assertThatExceptionOfType(RuleException.class)
        .isThrownBy(two::verify)
        .withMessageContaining("acme.api-token")
        .satisfies(thrown -> assertThat(thrown.getSuppressed())
            .singleElement()
            .satisfies(other -> assertThat(other).hasMessageContaining("acme.other")));

    List<Rule> many = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      many.add(Rule.named("acme.token-" + i)
          .label("an Acme token")
          .keyword("acme" + i + "_")
          .regex("(?<secret>acme" + i + "_[0-9]{20})")
          .example("nothing of it")
          .buildUnproved());
    }
    assertThatExceptionOfType(RuleException.class)
        .isThrownBy(RuleSet.empty().plusUnproved(many)::verify)
        .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(99));
  }

  @Test
  void added_unproved_and_verified_is_as_added() {
    List<Rule> rules = new ArrayList<>(RuleSet.builtIn().rules());
    long seed = 5;
    Collections.shuffle(rules, new Random(seed));
    List<Rule> some = rules.stream()
        .filter(
            rule -> rule.yields().stream().allMatch(id -> id.equals("*") || id.equals("specific")))
        .limit(60)
        .toList();
    List<Rule> unproved =
        some.stream().map(rule -> rule.toBuilder().buildUnproved()).toList();

    RuleSet later = RuleSet.empty().plusUnproved(unproved).verify();

    RuleSet now = RuleSet.empty().plus(some.toArray(Rule[]::new));
    assertThat(later.rules())
        .extracting(Rule::id)
        .as("seed %d", seed)
        .isNotEmpty()
        .isEqualTo(now.rules().stream().map(Rule::id).toList());
    Detector one = detector(later);
    Detector other = detector(now);
    for (Rule rule : some) {
      for (String example : rule.examples()) {
        assertThat(one.detect(example)).as("seed %d", seed).isEqualTo(other.detect(example));
      }
    }
  }

  @Test
  void the_built_in_rules_verify() {
    RuleSet rules = RuleSet.builtIn();
    assertThat(rules.verify()).isSameAs(rules);
  }

  @Test
  void a_file_is_read_without_being_proved(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("acme.yaml");
    Files.writeString(
        file, YAML.replace("'second_<<[a-z]{20}>>'", "'nothing'"), StandardCharsets.UTF_8);

    RuleSet rules = RuleSet.empty().plusUnproved(file);

    assertThat(detector(rules).detect("first_" + "abcdefghij".repeat(2)))
        .extracting(Finding::rule)
        .containsExactly("acme.first");
    assertThatThrownBy(rules::verify).hasMessageContaining("rule acme.second, field examples");
    assertThatThrownBy(() -> RuleSet.empty().plus(file))
        .hasMessageStartingWith(file + ":17: rule acme.second, field examples");
    assertThatThrownBy(() -> RuleSet.empty().plusUnproved(folder.resolve("none.yaml")))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(RuleSet.empty()
            .plusUnproved("acme.yaml", new StringReader(YAML))
            .verify()
            .rules())
        .hasSize(2);
  }

  @Test
  void what_costs_little_to_see_is_seen_at_once() {
    assertThatThrownBy(() -> RuleTest.acme().confidence(2).buildUnproved())
        .hasMessageContaining("rule acme.api-token, field confidence");
    Rule rule = RuleTest.acme().buildUnproved();
    assertThatThrownBy(() -> RuleSet.empty().plusUnproved(List.of(rule, rule)))
        .hasMessageContaining("another rule has this id");
    assertThatThrownBy(() -> RuleSet.empty().plusUnproved(Arrays.asList(rule, null)))
        .isInstanceOf(NullPointerException.class);
    assertThatThrownBy(() -> set(one -> one.check("acme.none"), UnaryOperator.identity()))
        .hasMessageContaining("field checks")
        .hasMessageContaining("github.token");
    assertThatThrownBy(() -> set(one -> one.suppressor("acme.none"), UnaryOperator.identity()))
        .hasMessageContaining("field suppressors")
        .hasMessageContaining("placeholder");
    assertThatThrownBy(() -> set(one -> one.yieldsTo("acme.none"), UnaryOperator.identity()))
        .hasMessageContaining("field yields")
        .hasMessageContaining("acme.other");
    for (String[] wrong : new String[][] {
      {"severity: LOW", "severity: DIRE", ":13: rule acme.second, field severity"},
      {"  label: a second", "  lable: a second", ":12: rule acme.second, field lable"},
      {"label: a second", "label: second", ":12: rule acme.second, field label"},
      {"acme.second", "acme.first", ":11: rule acme.first, field id: another rule"},
      {"[\"second_\"]", "[second_", ":16: not YAML"},
    }) {
      assertThatThrownBy(() -> RuleSet.empty()
              .plusUnproved("acme.yaml", new StringReader(YAML.replace(wrong[0], wrong[1]))))
          .isInstanceOf(RuleException.class)
          .hasMessageStartingWith("acme.yaml" + wrong[2]);
    }
  }

  private static Detector detector(RuleSet rules) {
    return Detector.builder(rules)
        .ignoringRequiredChecksums()
        .fingerprintKey(FingerprintKey.of(new byte[32]))
        .build();
  }
}
