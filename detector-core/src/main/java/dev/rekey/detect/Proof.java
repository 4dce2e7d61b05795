package dev.rekey.detect;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Proves the rules of a set: that what they name is there, that their patterns are patterns, that
 * each example gives a finding and no counterexample does.
 *
 * <p>Each rule is proved by itself, whatever others would find in its examples.
 */
final class Proof {
  private final Map<String, Rule> rules;
  private final Named<Check> checks;
  private final Named<Suppressor> suppressors;

  /** Nobody sees the fingerprints of examples. */
  private final FingerprintKey key = FingerprintKey.of(new byte[32]);

  /** Starts to prove rules of a set that holds these. */
  Proof(Map<String, Rule> rules, Named<Check> checks, Named<Suppressor> suppressors) {
    this.rules = rules;
    this.checks = checks;
    this.suppressors = suppressors;
  }

  /**
   * Proves all of a rule, or of one that was formed when it was built, what the set decides.
   *
   * @throws RuleException if it doesn't prove true
   */
  void prove(Rule rule) {
    names(rule);
    if (!rule.formed()) {
      new RuleForm(rule.toBuilder()).checkPatterns();
    }
    examples(rule);
  }

  /**
   * Proves all of a rule, however it was built.
   *
   * @throws RuleException if it doesn't prove true
   */
  void proveAnew(Rule rule) {
    names(rule);
    RuleForm form = new RuleForm(rule.toBuilder());
    form.checkFields();
    form.checkPatterns();
    examples(rule);
  }

  /**
   * Sees that the set holds the checks, suppressors and rules that a rule names.
   *
   * @throws RuleException if it doesn't
   */
  void names(Rule rule) {
    for (String name : rule.checks()) {
      if (!checks.has(name)) {
        throw unknown(rule, "checks", name, checks.names());
      }
    }
    for (String name : rule.suppressors()) {
      if (!suppressors.has(name)) {
        throw unknown(rule, "suppressors", name, suppressors.names());
      }
    }
    for (String id : rule.yields()) {
      boolean known =
          id.equals(Rule.EVERY_RULE) || id.equals(Rule.SPECIFIC_RULES) || rules.containsKey(id);
      if (!known) {
        throw unknown(rule, "yields", id, rules.keySet());
      }
    }
  }

  /**
   * Sees that each example gives a finding, and no counterexample does.
   *
   * @throws RuleException if it is otherwise
   */
  void examples(Rule rule) {
    RuleForm form = new RuleForm(rule.toBuilder());
    // Examples are random but for their fixed parts, so no checksum in them is right.
    Detector alone = Detector.builder(new RuleSet(Map.of(rule.id(), rule), checks, suppressors))
        .ignoringRequiredChecksums()
        .fingerprintKey(key)
        .build();
    for (String example : form.examples()) {
      if (alone.detect(example).isEmpty()) {
        throw Detector.matches(rule, example)
            ? form.wrong("examples", "an example is rejected by a suppressor or for its entropy")
            : form.noMatch(example);
      }
    }
    for (String counterexample : form.counterexamples()) {
      if (!alone.detect(counterexample).isEmpty()) {
        throw form.wrong("counterexamples", "a counterexample gives a finding: " + counterexample);
      }
    }
  }

  private static RuleException unknown(
      Rule rule, String field, String name, Collection<String> known) {
    List<String> sorted = new ArrayList<>(known);
    sorted.sort(null);
    return RuleException.of(
        rule.id(),
        field,
        "\"" + name + "\" is not in this rule set, which has " + String.join(", ", sorted));
  }
}
