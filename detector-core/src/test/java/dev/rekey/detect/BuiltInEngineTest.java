package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.engine.EngineAgreement;
import dev.rekey.detect.engine.Rounds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The engine finds for all the built-in rules together what each finds alone, from every byte. */
class BuiltInEngineTest {
  private static final long TEXTS = Rounds.of(3);
  private static final int LENGTH = 5_000;

  @Test
  void all_the_rules_together_find_in_pieces_of_examples_what_the_plain_engine_finds() {
    List<Rule> rules = List.copyOf(RuleSet.builtIn().rules());
    List<String> texts = new ArrayList<>();
    for (Rule rule : rules) {
      texts.addAll(rule.examples());
      texts.addAll(rule.counterexamples());
    }
    int found = 0;
    for (long seed = 0; seed < TEXTS; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      while (text.length() < LENGTH) {
        String one = texts.get(random.nextInt(texts.size()));
        int from = random.nextInt(3) > 0 ? 0 : random.nextInt(one.length());
        int to = Math.max(from, one.length() - random.nextInt(3) * random.nextInt(2));
        text.append(one, from, to);
        text.append("\n \"".charAt(random.nextInt(3)));
      }
      byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
      found += EngineAgreement.check(rules.stream().map(Rule::program).toList(), bytes, seed);
    }
    assertThat(found).as("enough to compare").isGreaterThan(100);
  }
}
