package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.engine.PatternAgreement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The patterns of the built-in rules match as byte programs what RE2J matches. */
class BuiltInPatternsTest {
  @Test
  void byte_programs_match_in_examples_and_their_mutations_what_re2j_matches() {
    List<String> left = new ArrayList<>();
    List<String> unanchored = new ArrayList<>();
    List<String> gaveUp = new ArrayList<>();
    int patterns = 0;
    int matches = 0;
    long seed = 5;
    Random random = new Random(seed);
    for (Rule rule : RuleSet.builtIn().rules()) {
      List<String> texts = new ArrayList<>(rule.examples());
      texts.addAll(rule.counterexamples());
      for (String regex : rule.toBuilder().regexes) {
        patterns++;
        PatternAgreement agreement = PatternAgreement.of(regex, rule.span());
        if (!agreement.compiled()) {
          left.add(rule.id() + ": " + regex);
          continue;
        }
        if (!agreement.anchored()) {
          unanchored.add(rule.id());
        }
        for (String text : texts) {
          matches += agreement.check(text, "as it is");
          for (int n = 0; n < 4; n++) {
            matches += agreement.check(mutated(random, text, texts), "seed " + seed);
          }
        }
        if (agreement.gaveUpPerMillion() > 0) {
          gaveUp.add(rule.id() + ": " + agreement.gaveUpPerMillion());
        }
      }
    }
    System.out.printf(
        "%d of %d patterns are byte programs, %d matches agree; not: %s; gave up, per million calls: %s; no anchors: %s%n",
        patterns - left.size(), patterns, matches, left, gaveUp, unanchored);
    assertThat(unanchored).hasSizeLessThan(patterns / 50);
    assertThat(gaveUp).hasSizeLessThan(patterns / 50);
    assertThat(left).hasSizeLessThan(patterns / 50);
    assertThat(matches).isGreaterThan(5_000);
  }

  /** Changes a byte, drops one, doubles a piece, cuts the end off, or joins two texts. */
  private static String mutated(Random random, String text, List<String> texts) {
    int at = random.nextInt(text.length());
    int to = Math.min(text.length(), at + 1 + random.nextInt(8));
    return switch (random.nextInt(5)) {
      case 0 -> text.substring(0, at) + (char) random.nextInt(256) + text.substring(at + 1);
      case 1 -> text.substring(0, at) + text.substring(at + 1);
      case 2 -> text.substring(0, to) + text.substring(at);
      case 3 -> text.substring(0, to);
      default -> text.substring(0, to) + texts.get(random.nextInt(texts.size()));
    };
  }
}
