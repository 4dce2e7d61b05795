package dev.rekey.detect;

import java.util.ArrayList;
import java.util.List;

/** The rule for runs of characters that look random, which no set has unless it is added. */
final class HighEntropyRuns {
  private static final String ID = "generic.high-entropy";
  private static final String RUNBOOK = """
      Find out from the lines around it what it is: a secret, or an id, a digest or data, of which a \
      suppressor or a rule of its own should know. If it opens something, find out what, and make \
      a new one there. Let whatever uses it read the new one from a vault, and see it work. Then \
      revoke the old one, see it refused, and read the log of the service for others that used it.""";

  /**
   * In the order in which they are cheap. In 290 MB of source and documents of a Linux system, {@code
   * pieces} rejects nine of ten runs of 24 characters, which are paths and slugs.
   */
  private static final List<String> SUPPRESSORS = List.of(
      "pieces",
      "not-random",
      "sample",
      "placeholder",
      "emulator-key",
      "not-secret",
      "passing-token",
      "digest");

  private HighEntropyRuns() {}

  /** Returns the rule for runs of at least so many characters. */
  static Rule of(int shortest) {
    Rule.Builder rule = Rule.named(ID)
        .label("a long run of random characters")
        .severity(Severity.LOW)
        .remedy(Remedy.GUIDED)
        .runbook(RUNBOOK)
        .confidence(0.2)
        .run(shortest)
        .yieldsTo(Rule.EVERY_RULE);
    SUPPRESSORS.forEach(rule::suppressor);
    return rule.example("send(" + run(shortest) + ")")
        .counterexample("send(" + run(shortest - 1) + ")")
        .counterexample("send(<<[0-9]{" + shortest + "}>>)")
        .counterexample("send(" + "<<[a-z0-9]{8}>>/".repeat(shortest / 8) + ")")
        .build();
  }

  /**
   * A template of so many characters, each of which comes back only after 31 others, so that another
   * least entropy does not make the examples wrong.
   */
  private static String run(int length) {
    List<String> pairs = new ArrayList<>();
    for (int i = 0; i < 26; i += 2) {
      pairs.add(pair('a', i));
      pairs.add(pair('A', i));
      if (i < 10) {
        pairs.add(pair('0', i));
      }
    }
    StringBuilder template = new StringBuilder();
    for (int i = 0; i < length; i++) {
      template.append(pairs.get(i % pairs.size()));
    }
    return template.toString();
  }

  /** A hole for one of two neighbours. */
  private static String pair(char first, int from) {
    return "<<[" + (char) (first + from) + (char) (first + from + 1) + "]{1}>>";
  }
}
