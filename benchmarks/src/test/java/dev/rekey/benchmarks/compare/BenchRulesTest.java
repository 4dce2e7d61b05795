package dev.rekey.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchRulesTest {
  private static final long SEED = 20261124;

  @Test
  void bench_354_is_made_up_as_it_is_said_to_be() {
    assertThat(BenchRules.of(BenchRules.STANDARD).composition())
        .isEqualTo("172 prefix, 154 vendor, 24 generic, 4 marker rules; literals: 8 of 3"
            + " characters, 57 of 4, 37 of 5, 252 of 6 and more; 178 caseless");
  }

  @ParameterizedTest
  @ValueSource(ints = {50, 350, 354, 2000, 10_000})
  void any_size_has_so_many_rules_with_ids_and_literals_of_their_own(int count) {
    List<BenchRule> rules = BenchRules.of(count).list();
    assertThat(rules).hasSize(count);
    assertThat(rules.stream().map(BenchRule::id)).doesNotHaveDuplicates();
    assertThat(rules.stream().map(BenchRule::literal)).doesNotHaveDuplicates();
    assertThat(rules).allSatisfy(rule -> {
      assertThat(rule.literal().length()).isBetween(3, 64);
      assertThat(rule.text(new Random(SEED)).length()).isLessThan(1024);
    });
    long prefixes =
        rules.stream().filter(rule -> rule.kind() == BenchRule.Kind.PREFIX).count();
    assertThat(prefixes / (double) count).isBetween(0.46, 0.51);
  }

  @Test
  void the_same_seed_makes_the_same_rules_and_another_seed_others() {
    assertThat(BenchRules.of(354, SEED).list())
        .isEqualTo(BenchRules.of(354, SEED).list());
    assertThat(BenchRules.of(354, SEED).list())
        .isNotEqualTo(BenchRules.of(354, SEED + 1).list());
  }

  @Test
  void too_few_rules_for_the_proportions_are_refused() {
    assertThatThrownBy(() -> BenchRules.of(3)).hasMessageContaining("not 3");
  }

  @Test
  void each_rule_finds_its_own_text_both_as_it_is_exported_and_as_rekeys() {
    BenchRules made = BenchRules.of(BenchRules.STANDARD);
    Random random = new Random(SEED);
    List<byte[]> files = new ArrayList<>();
    for (BenchRule rule : made.list()) {
      String text = "if (x) {\n" + rule.text(random) + "\n}";
      files.add(text.getBytes(StandardCharsets.US_ASCII));
      int flags = rule.caseless() ? Pattern.CASE_INSENSITIVE : 0;
      assertThat(Pattern.compile(rule.exported(), flags).matcher(text).find())
          .as("seed %d: %s", SEED, rule.id())
          .isTrue();
    }
    List<Match> expected = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      expected.add(new Match(i, i));
    }
    assertThat(new RekeyScan(made.ruleSet()).findings(new Corpus(files), made.list()))
        .as("seed %d", SEED)
        .containsAll(expected);
  }

  @Test
  void a_value_that_is_too_short_is_no_match() {
    for (BenchRule rule : BenchRules.of(BenchRules.STANDARD).list()) {
      if (rule.kind() == BenchRule.Kind.PREFIX) {
        String cut = rule.literal() + "A".repeat(rule.least() - 1) + " ";
        assertThat(Pattern.compile(rule.exported()).matcher(cut).find())
            .as(rule.id())
            .isFalse();
      }
    }
  }

  @Test
  void the_literals_by_themselves_are_rules_that_count_case() {
    BenchRules made = BenchRules.of(BenchRules.STANDARD);
    assertThat(made.caseSensitive()).hasSize(354 - 178);
    assertThat(made.caseSensitiveLiterals().rules()).hasSize(354 - 178);
    assertThat(made.exported()).hasSize(354).allMatch(line -> line.matches("[i-]\t.+"));
  }
}
