package dev.rekey.benchmarks.compare;

import dev.rekey.detect.Rule;
import dev.rekey.detect.RuleSet;

/** The rule for runs that look random, of 24 characters and more, whatever stands around them. */
final class EntropyRules {
  /** The usual length of the shortest run. */
  static final int SHORTEST = 24;

  private EntropyRules() {}

  /** Returns the rules with that one, which like them has no suppressors: a finding is a match. */
  static RuleSet with(RuleSet rules) {
    return rules.plus(runs());
  }

  /** Runs of the usual length and entropy. */
  static Rule runs() {
    return Rule.named("bench.entropy")
        .label("a run that looks random")
        .run(SHORTEST)
        .example("<<[a-z0-9]{" + SHORTEST + "}>>")
        .counterexample("<<[a-z0-9]{" + (SHORTEST - 1) + "}>>")
        .build();
  }
}
