package dev.rekey.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.RuleSet;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class EntropyRulesTest {
  private static final long SEED = 20261124;

  @Test
  void bench_354_finds_what_it_found_and_runs_of_24_besides() {
    BenchRules made = BenchRules.of(BenchRules.STANDARD);
    RuleSet rules = EntropyRules.with(made.ruleSet());
    assertThat(rules.rules()).hasSize(BenchRules.STANDARD + 1);
    assertThat(rules.slowRules()).isEmpty();

    Random random = new Random(SEED);
    List<byte[]> files = new ArrayList<>();
    for (BenchRule rule : made.list()) {
      files.add(("x " + rule.text(random) + "\n").getBytes(StandardCharsets.US_ASCII));
    }
    int named = files.size();
    String members = "abcdefghijklmnop0123456789";
    for (int length : new int[] {EntropyRules.SHORTEST - 1, EntropyRules.SHORTEST, 26}) {
      files.add(("(" + members.substring(members.length() - length) + ")")
          .getBytes(StandardCharsets.US_ASCII));
    }
    Corpus corpus = new Corpus(files);
    TreeSet<Match> more = new TreeSet<>(new RekeyScan(rules).findings(corpus, made.list()));
    more.removeAll(new RekeyScan(made.ruleSet()).findings(corpus, made.list()));

    // -1 is the rule that is not among those of bench-354.
    assertThat(more).as("seed %d", SEED).isNotEmpty().allMatch(match -> match.rule() == -1);
    assertThat(more)
        .contains(new Match(named + 1, -1), new Match(named + 2, -1))
        .doesNotContain(new Match(named, -1));
  }
}
