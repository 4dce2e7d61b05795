package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No built-in rule leaves its reader alone with what it found. */
class EveryRuleHasARemedyTest {
  static Iterable<Rule> rules() {
    return RuleSet.builtIn().rules();
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_person_who_has_to_act_is_told_how(Rule rule) {
    if (rule.remedy() == Remedy.GUIDED) {
      assertThat(rule.runbook())
          .as("the runbook of %s, which is GUIDED", rule)
          .hasSizeGreaterThan(80)
          .endsWith(".")
          .doesNotContain("\n", "|");
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void who_issues_it_can_be_looked_up(Rule rule) {
    assertThat(rule.references())
        .as("the references of %s", rule)
        .isNotEmpty()
        .allSatisfy(reference -> assertThat(reference).startsWith("https://"));
  }
}
