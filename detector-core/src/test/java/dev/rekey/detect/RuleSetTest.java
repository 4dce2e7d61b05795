package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleSetTest {
  @Test
  void the_built_in_rules_are_proved_and_none_is_slow() {
    RuleSet rules = RuleSet.builtIn();
    assertThat(rules.rules())
        .extracting(Rule::id)
        .contains(
            "azure.storage-account-key",
            "azure.storage-connection-string",
            "azure.common-annotated-key",
            "generic.password",
            "github.token",
            "private-key.pem");
    assertThat(rules.slowRules()).isEmpty();
    assertThat(rules.rules()).allSatisfy(rule -> {
      assertThat(rule.references()).isNotEmpty();
      assertThat(rule.examples()).isNotEmpty();
      assertThat(rule.counterexamples()).isNotEmpty();
    });
  }

  @Test
  void a_rule_without_a_keyword_is_slow_and_still_finds() {
    Rule slow = Rule.named("acme.number")
        .label("an Acme number")
        .regex("(?<secret>[0-9]{12})")
        .example("<<[0-9]{12}>>")
        .build();
    RuleSet rules = RuleSet.empty().plus(slow);

    assertThat(rules.slowRules()).containsExactly(slow);
    assertThat(Detector.builder(rules)
            .fingerprintKey(FingerprintKey.random())
            .build()
            .detect("x".repeat(70_000) + "123456789012" + "y".repeat(70_000)))
        .hasSize(1);
  }

  @Test
  void each_change_gives_a_new_set() {
    RuleSet less = RuleSet.builtIn().without("generic.password");
    assertThat(less.rules()).hasSize(RuleSet.builtIn().rules().size() - 1);
    assertThat(less.rule("generic.password")).isEmpty();
    assertThat(RuleSet.builtIn().rule("generic.password")).isPresent();
    assertThatThrownBy(() -> less.rules().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void what_is_not_there_can_not_be_left_out() {
    assertThatThrownBy(() -> RuleSet.builtIn().without("acme.none"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("acme.none");
  }

  @Test
  void an_id_is_taken_once() {
    Rule rule = RuleTest.acme().build();
    assertThatThrownBy(() -> RuleSet.empty().plus(rule, rule))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("acme.api-token")
        .hasMessageContaining("another rule has this id");
  }

  @Test
  void names_that_the_set_does_not_hold_are_refused_with_those_it_does() {
    assertThatThrownBy(
            () -> RuleSet.empty().plus(RuleTest.acme().check("acme.none").build()))
        .hasMessageContaining("field checks")
        .hasMessageContaining("acme.none")
        .hasMessageContaining("github.token");
    assertThatThrownBy(
            () -> RuleSet.empty().plus(RuleTest.acme().suppressor("nope").build()))
        .hasMessageContaining("field suppressors")
        .hasMessageContaining("placeholder");
    assertThatThrownBy(
            () -> RuleSet.empty().plus(RuleTest.acme().yieldsTo("acme.other").build()))
        .hasMessageContaining("field yields");
  }

  @Test
  void a_counterexample_that_is_found_is_refused() {
    Rule rule = RuleTest.acme().counterexample("acme_" + "x1".repeat(18)).build();
    assertThatThrownBy(() -> RuleSet.empty().plus(rule))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("field counterexamples");
  }

  @Test
  void an_example_that_is_rejected_is_refused() {
    Rule rule = RuleTest.acme().minEntropy(7.9).build();
    assertThatThrownBy(() -> RuleSet.empty().plus(rule))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("field examples");
  }

  @Test
  void a_suppressor_that_would_break_an_example_cannot_replace_another() {
    assertThatThrownBy(() ->
            RuleSet.builtIn().plusSuppressor("placeholder", candidate -> Optional.of("all of it")))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("field examples");
    assertThatThrownBy(
            () -> RuleSet.builtIn().plusSuppressor("placeholder", candidate -> Optional.empty()))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("field counterexamples");
  }

  @Test
  void a_check_can_be_replaced() {
    RuleSet rules = RuleSet.builtIn().plusCheck("github.token", candidate -> Check.Result.NOTHING);
    assertThat(Detector.builder(rules)
            .fingerprintKey(FingerprintKey.random())
            .build()
            .detect(new GeneratedSecrets(3).gitHubToken()))
        .singleElement()
        .extracting(Finding::checksum)
        .isEqualTo(Checksum.NONE);
  }

  @Test
  void a_file_adds_its_rules(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("acme.yaml");
    Files.writeString(file, """
        schema: 1
        provider: acme
        rules:
          - id: acme.block
            label: an Acme block
            severity: LOW
            remedy: guided
            keywords: ["<ACME"]
            block: {begin: '<ACME>', end: '</ACME>', max: 200}
            examples: ['<ACME>abc</ACME>']
        """, StandardCharsets.UTF_8);
    RuleSet rules = RuleSet.builtIn().plus(file);
    assertThat(rules.rule("acme.block")).isPresent();
    assertThat(rules.rules()).hasSize(RuleSet.builtIn().rules().size() + 1);
  }
}
