package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FileNotFoundException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuleSetTest {
  @Test
  void the_built_in_rules_have_all_that_a_rule_needs_and_none_is_slow() {
    RuleSet rules = RuleSet.builtIn();
    assertThat(rules.rules())
        .extracting(Rule::id)
        .doesNotHaveDuplicates()
        .contains(
            "azure.storage-account-key",
            "azure.cosmos-key",
            "azure.entra-client-secret",
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

  @Test
  void a_resource_adds_its_rules() throws Exception {
    RuleSet rules = RuleSet.empty().plusResource(RuleSetTest.class, "acme.yaml");
    assertThat(rules.rules()).extracting(Rule::id).containsExactly("acme.token");
    assertThat(rules.rule("acme.token").orElseThrow().runbook())
        .isEqualTo("Ask Acme's support for a new one.");
    assertThat(RuleSet.empty()
            .plusResource(RuleSetTest.class, "/dev/rekey/detect/acme.yaml")
            .rules())
        .hasSize(1);
  }

  @Test
  void a_resource_that_is_missing_or_broken_adds_nothing() {
    RuleSet rules = RuleSet.builtIn();
    assertThatThrownBy(() -> rules.plusResource(RuleSetTest.class, "none.yaml"))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining("none.yaml")
        .hasMessageContaining("dev.rekey.detect.RuleSetTest");
    assertThatThrownBy(() -> rules.plusResource(RuleSetTest.class, "broken.yaml"))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith("broken.yaml:13: rule acme.other, field severity");
    assertThat(rules.rule("acme.token")).isEmpty();
  }

  @Test
  void an_open_file_adds_its_rules_and_stays_open() throws Exception {
    try (Reader reader = new InputStreamReader(
        RuleSetTest.class.getResourceAsStream("acme.yaml"), StandardCharsets.UTF_8)) {
      assertThat(RuleSet.empty().plus("acme", reader).rules()).hasSize(1);
      assertThat(reader.read()).isEqualTo(-1);
    }
    assertThatThrownBy(() -> RuleSet.empty().plus("mine", new StringReader("schema: 7")))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith("mine:1: ");
  }

  @Test
  void one_rule_is_changed_in_its_place() throws Exception {
    RuleSet rules = RuleSet.builtIn()
        .with("generic.password", rule -> rule.severity(Severity.LOW).confidence(0.2));
    Rule changed = rules.rule("generic.password").orElseThrow();

    assertThat(rules.rules())
        .extracting(Rule::id)
        .isEqualTo(RuleSet.builtIn().rules().stream().map(Rule::id).toList());
    assertThat(Detector.builder(rules)
            .fingerprintKey(FingerprintKey.random())
            .build()
            .detect("password: " + new GeneratedSecrets(4).plainPassword()))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.severity()).isEqualTo(Severity.LOW);
          assertThat(finding.confidence()).isEqualTo(0.2);
        });
    assertThat(changed.examples())
        .hasSameSizeAs(RuleSet.builtIn().rule("generic.password").orElseThrow().examples());
    assertThat(RuleSet.builtIn().rule("generic.password").orElseThrow().severity())
        .isEqualTo(Severity.HIGH);
  }

  @Test
  void a_change_has_to_hold_like_any_rule() {
    RuleSet rules = RuleSet.builtIn();
    assertThatThrownBy(() -> rules.with("acme.none", rule -> rule))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no rule acme.none in this set");
    assertThatThrownBy(() -> rules.with("github.token", rule -> RuleTest.acme()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected github.token, not acme.api-token");
    assertThatThrownBy(() -> rules.with("github.token", rule -> rule.confidence(2)))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("rule github.token, field confidence");
    assertThatThrownBy(() -> rules.with("generic.password", rule -> rule.minEntropy(7)))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("rule generic.password, field examples");
    assertThatThrownBy(() -> rules.with("github.token", rule -> rule.check("acme.none")))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("field checks");
  }
}
