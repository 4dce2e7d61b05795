package dev.rekey.detect;

/** The rule for runs of characters that look random, which no set has unless it is added. */
final class HighEntropyRuns {
  private static final String ID = "generic.high-entropy";
  private static final String RUNBOOK = """
      Find out from the lines around it what it is: a secret, or an id, a digest or data, of which a \
      suppressor or a rule of its own should know. If it opens something, find out what, and make \
      a new one there. Let whatever uses it read the new one from a vault, and see it work. Then \
      revoke the old one, see it refused, and read the log of the service for others that used it.""";

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
    for (String name : new String[] {
      "not-secret",
      "passing-token",
      "sample",
      "not-random",
      "placeholder",
      "emulator-key",
      "azure.digest"
    }) {
      rule.suppressor(name);
    }
    String more = "<<[A-Za-z]{" + Math.max(1, shortest - 15) + "}>>";
    return rule.example("send(<<[A-Za-z]{6}>><<[0-9]{4}>><<[A-Za-z]{5}>>" + more + ")")
        .counterexample(
            "send(<<[A-Za-z]{6}>><<[0-9]{4}>><<[A-Za-z]{" + Math.max(1, shortest - 11) + "}>>)")
        .counterexample("send(" + "<<[0-9]{" + shortest + "}>>)")
        .build();
  }
}
