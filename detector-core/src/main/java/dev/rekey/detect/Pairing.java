package dev.rekey.detect;

import dev.rekey.detect.engine.LatePattern;
import dev.rekey.detect.engine.Match;
import dev.rekey.detect.engine.Sweep;
import dev.rekey.detect.engine.Text;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * Finds what belongs to the values in one content, within a budget.
 *
 * <p>The budget counts the bytes that patterns are searched for in, over absolute blocks of {@value
 * Sweep#STRIDE} bytes, as the work of a sweep is counted, so that the pieces don't matter. A byte
 * that is only copied, or looked at for a text that the pattern needs, counts an eighth.
 *
 * <p>Confined to the thread of its sweep.
 */
final class Pairing {
  private static final int CHEAP = 8;

  private final long budget;
  private final LongConsumer exhausted;

  private long block = -1;
  private long done;
  private boolean told;

  /**
   * Starts on a content.
   *
   * @param budget how many bytes for each block
   * @param exhausted is told where a block starts whose budget is used up, once
   */
  Pairing(long budget, LongConsumer exhausted) {
    this.budget = budget;
    this.exhausted = exhausted;
  }

  /**
   * Returns the parts of a match by name, as far as the budget reaches: those that the rule requires
   * first, and if one of these is missing, no other.
   */
  Map<String, String> parts(Rule rule, Match match, Text text) {
    if (rule.parts().isEmpty() || !affordable(match.start())) {
      return Map.of();
    }
    Map<String, String> found = new HashMap<>();
    try (Surroundings around = Surroundings.of(match, text, rule.within())) {
      done += around.length() / CHEAP;
      for (String name : rule.requires()) {
        Optional<String> part = Optional.ofNullable(rule.parts().get(name))
            .flatMap(pattern -> nearest(around, pattern));
        if (part.isEmpty()) {
          return found;
        }
        found.put(name, part.get());
      }
      rule.parts().forEach((name, pattern) -> {
        if (!found.containsKey(name)) {
          nearest(around, pattern).ifPresent(part -> found.put(name, part));
        }
      });
    }
    return found;
  }

  /** Says why a match of the rule is no finding, if it lacks a part that the rule requires. */
  Optional<String> lack(Rule rule, Map<String, String> parts, Match match) {
    return rule.requires().stream()
        .filter(name -> !parts.containsKey(name))
        .findFirst()
        .map(name -> affordable(match.start())
            ? "no " + name + " stands near it, and the rule requires one"
            : "what it requires was not looked for: the pairing budget is used up");
  }

  private Optional<String> nearest(Surroundings around, LatePattern pattern) {
    done += around.length() / CHEAP;
    if (!around.mayHold(pattern)) {
      return Optional.empty();
    }
    done += around.length();
    return around.nearest(pattern.get());
  }

  private boolean affordable(long position) {
    long its = position / Sweep.STRIDE;
    if (its != block) {
      block = its;
      done = 0;
      told = false;
    }
    if (done < budget) {
      return true;
    }
    if (!told) {
      told = true;
      exhausted.accept(block * Sweep.STRIDE);
    }
    return false;
  }
}
