package dev.rekey.benchmarks.compare;

import dev.rekey.detect.RuleSet;
import java.util.Optional;

/** The rule for runs that look random, of 24 characters and more, whatever stands around them. */
final class EntropyRules {
  private EntropyRules() {}

  /** Returns the rules with that one; nothing while Rekey has no such kind of rule. */
  static Optional<RuleSet> with(RuleSet rules) {
    return Optional.empty();
  }
}
