package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTest {
  static Rule.Builder acme() {
    return Rule.named("acme.api-token")
        .label("an Acme API token")
        .keyword("acme_")
        .regex("\\b(?<secret>acme_[A-Za-z0-9]{36})\\b")
        .example("token=acme_<<[A-Za-z0-9]{36}>>")
        .counterexample("acme_your_token_here");
  }

  static Rule.Builder run() {
    return Rule.named("acme.run")
        .label("an Acme run")
        .run(24)
        .example("<<[a-z0-9]{24}>>")
        .counterexample("<<[a-z0-9]{23}>>");
  }

  @Test
  void a_rule_of_ones_own_finds_what_it_describes() {
    RuleSet rules = RuleSet.builtIn().plus(acme().signature("acme_").build());
    Detector detector =
        Detector.builder(rules).fingerprintKey(FingerprintKey.random()).build();
    String token = "acme_" + new GeneratedSecrets(1).text(GeneratedSecrets.BASE62, 36);

    List<Finding> found = detector.detect("x = " + token + "\n");

    assertThat(found).hasSize(1);
    assertThat(found.get(0).rule()).isEqualTo("acme.api-token");
    assertThat(found.get(0).redacted()).isEqualTo("acme_…(41)");
    assertThat(found.get(0).severity()).isEqualTo(Severity.HIGH);
    assertThat(found.get(0).remedy()).isEqualTo(Remedy.GUIDED);
  }

  @Test
  void it_says_what_it_was_built_of() {
    Rule rule = acme()
        .severity(Severity.LOW)
        .remedy(Remedy.REVOKE)
        .confidence(0.25)
        .span(128)
        .check("azure.cask")
        .requireChecksum()
        .suppressor("placeholder")
        .reference("https://example.com")
        .build();

    assertThat(rule.id()).isEqualTo("acme.api-token").isEqualTo(rule.toString());
    assertThat(rule.label()).isEqualTo("an Acme API token");
    assertThat(rule.severity()).isEqualTo(Severity.LOW);
    assertThat(rule.remedy()).isEqualTo(Remedy.REVOKE);
    assertThat(rule.confidence()).isEqualTo(0.25);
    assertThat(rule.span()).isEqualTo(128);
    assertThat(rule.keywords()).containsExactly("acme_");
    assertThat(rule.checks()).containsExactly("azure.cask");
    assertThat(rule.requiresChecksum()).isTrue();
    assertThat(acme().build().requiresChecksum()).isFalse();
    assertThat(rule.suppressors()).containsExactly("placeholder");
    assertThat(rule.references()).containsExactly("https://example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "acme",
        "Acme.token",
        "acme.",
        ".token",
        "acme..x",
        "acme.x_y",
        "a b.c",
        "acme.tökén"
      })
  void an_id_names_the_provider_and_the_kind(String id) {
    assertThatThrownBy(() -> Rule.named(id))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("field id")
        .hasMessageContaining("provider.kind-of-secret");
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("label", "a fragment", r -> r.label("Acme token")),
        mistake("confidence", "from 0 to 1", r -> r.confidence(1.01)),
        mistake("confidence", "from 0 to 1", r -> r.confidence(Double.NaN)),
        mistake("entropy", "0 to 8", r -> r.minEntropy(-1)),
        mistake("keywords", "3 to 64 ASCII", r -> r.keyword("ab")),
        mistake("keywords", "3 to 64 ASCII", r -> r.keyword("käse")),
        mistake("keywords", "3 to 64 ASCII", r -> r.keyword("x".repeat(65))),
        mistake("span", "8 to 65536", r -> r.span(0)),
        mistake("span", "8 to 65536", r -> r.span(65_537)),
        mistake("patterns", "missing closing )", r -> r.regex("(?<secret>x")),
        mistake("patterns", "(?<secret>…)", r -> r.regex("acme_x")),
        mistake("patterns", "expected a pattern", r -> r.regex("")),
        mistake("patterns", "empty text", r -> r.regex("(?<secret>x*)")),
        mistake("patterns", "expected ASCII", r -> r.regex("(?<secret>ä)")),
        mistake("patterns", "Unicode classes", r -> r.regex("(?<secret>\\p{L}+)")),
        mistake("patterns", "Unicode classes", r -> r.regex("(?<secret>[\\x00]\\PL)")),
        mistake("patterns", "a byte is", r -> r.regex("(?<secret>\\x{100})")),
        mistake("patterns", "folded for ASCII", r -> r.regex("(?i)(?<secret>x\\xE9)")),
        mistake("patterns", "not used", r -> r.regex("(?<secret>\\Qx\\E)")),
        mistake("patterns", "{1001}", r -> r.regex("(?<secret>x{1001})")),
        mistake("patterns", "multiply", r -> r.regex("(?<secret>(?:(?:x{1000}){1000}){1000})")),
        mistake("patterns", "nested deeper", r -> r.regex("(".repeat(4_000) + ")".repeat(4_000))),
        mistake("patterns", "at most 8192", r -> r.regex("x".repeat(9_000))),
        mistake("patterns", "(?=", r -> r.regex("(?<secret>x)(?=y)")),
        mistake("parts.host", "exactly one group", r -> r.part("host", "(a)(b)")),
        mistake("parts.host", "exactly one group", r -> r.part("host", "ab")),
        mistake("block", "not both", r -> r.block("acme_", "END", 100)),
        mistake("escapes", "percent, json, xml, properties, lines", r -> r.escape("base64")),
        mistake("examples", "doesn't match", r -> r.example("acme_short")),
        mistake("examples", "z-a", r -> r.example("<<[z-a]{3}>>")),
        mistake("counterexamples", "longer", r -> r.counterexample("<<[a]{99999}>>".repeat(20))));
  }

  private static Arguments mistake(
      String field, String problem, UnaryOperator<Rule.Builder> change) {
    return Arguments.of(field, problem, change);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_told_with_its_rule_and_field(
      String field, String problem, UnaryOperator<Rule.Builder> change) {
    assertThatThrownBy(() -> change.apply(acme()).build())
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("rule acme.api-token, field " + field + ": ")
        .hasMessageContaining(problem);
  }

  static Stream<Arguments> mistakesOfRuns() {
    return Stream.of(
        mistake("run", "16 to 256", r -> r.run(15)),
        mistake("run", "16 to 256", r -> r.run(257)),
        mistake("run", "16 to 256", r -> r.run(-24)),
        mistake("run", "16 to 256", r -> r.run(0)),
        mistake("keywords", "without one", r -> r.keyword("acme")),
        mistake("patterns", "not both", r -> r.regex("(?<secret>acme_x)")),
        mistake("block", "not both", r -> r.block("<B>", "<E>", 100)),
        mistake("span", "32 to 4096", r -> r.span(31)),
        mistake(
            "span", "40 to 4096 bytes for runs of at least 40", r -> r.run(40).span(39)),
        mistake("span", "32 to 4096", r -> r.span(4_097)),
        mistake("entropy", "0 to 8", r -> r.minEntropy(9)),
        mistake("examples", "no run that looks random", r -> r.example("short")));
  }

  @ParameterizedTest
  @MethodSource("mistakesOfRuns")
  void a_mistake_in_a_run_is_told_too(
      String field, String problem, UnaryOperator<Rule.Builder> change) {
    assertThatThrownBy(() -> change.apply(run()).build())
        .isInstanceOf(RuleException.class)
        .hasMessageContaining("rule acme.run, field " + field + ": ")
        .hasMessageContaining(problem);
  }

  @Test
  void a_rule_needs_a_label_an_example_and_a_pattern() {
    assertThatThrownBy(() -> Rule.named("acme.x").build()).hasMessageContaining("field label");
    assertThatThrownBy(() -> Rule.named("acme.x").label("a token").build())
        .hasMessageContaining("field examples");
    assertThatThrownBy(() -> Rule.named("acme.x").label("a token").example("x").build())
        .hasMessageContaining("field patterns");
  }

  @Test
  void a_block_needs_a_keyword_and_two_markers() {
    Rule.Builder noKeyword =
        Rule.named("acme.block").label("a block").example("x").block("<B>", "<E>", 100);
    assertThatThrownBy(noKeyword::build).hasMessageContaining("field keywords");
    Rule.Builder noEnd =
        Rule.named("acme.block").label("a block").keyword("<B>").example("x").block("<B>", "", 100);
    assertThatThrownBy(noEnd::build).hasMessageContaining("field block.end");
    Rule.Builder tooLong = Rule.named("acme.block")
        .label("a block")
        .keyword("<B>")
        .example("x")
        .block("<B>", "<E>", 2_000_000);
    assertThatThrownBy(tooLong::build)
        .hasMessageContaining("field block.max")
        .hasMessageContaining("1048576");
  }

  @Test
  void a_literal_backslash_before_a_p_is_no_unicode_class() {
    Rule rule = Rule.named("acme.path")
        .label("a path")
        .keyword("path")
        .regex("path(?<secret>\\\\p[a-z]+[\\x80-\\xff]?\\x{41}?)")
        .example("path\\pabc")
        .build();
    assertThat(rule.id()).isEqualTo("acme.path");
  }

  @Test
  void a_check_sees_what_stands_before_the_value_without_a_suppressor_too() {
    Check before = candidate ->
        new Check.Result(Checksum.NONE, Map.of("first", "" + candidate.before().charAt(0)));
    RuleSet rules = RuleSet.empty()
        .plusCheck("acme.before", before)
        .plus(acme().check("acme.before").build());
    Detector detector =
        Detector.builder(rules).fingerprintKey(FingerprintKey.random()).build();

    List<Finding> found = detector.detect("1\n2=acme_" + "Ab3".repeat(12) + "\n");

    assertThat(found).hasSize(1);
    assertThat(found.get(0).attributes()).containsEntry("first", "2");
  }

  @Test
  void checks_and_suppressors_of_ones_own_are_asked_by_name() {
    Check even = candidate -> new Check.Result(
        candidate.charAt(candidate.length() - 1) % 2 == 0 ? Checksum.VALID : Checksum.INVALID,
        Map.of("rule", candidate.rule(), "length", "" + candidate.length()));
    Suppressor dashed = candidate -> candidate.before().toString().equals("***")
            && candidate.before().length() > 0
            && candidate.before().charAt(0) == '#'
        ? Optional.of("a comment")
        : Optional.empty();
    RuleSet rules = RuleSet.empty()
        .plusCheck("acme.even", even)
        .plusSuppressor("acme.comment", dashed)
        .plus(
            acme().check("acme.even").suppressor("acme.comment").confidence(0.7).build());
    Detector detector =
        Detector.builder(rules).fingerprintKey(FingerprintKey.random()).build();
    String body = "acme_" + "Ab3".repeat(11) + "xy";

    List<Finding> found = detector.detect("1=" + body + "2\n# " + body + "2\n3=" + body + "3\n");

    assertThat(found).hasSize(2);
    assertThat(found.get(0).checksum()).isEqualTo(Checksum.VALID);
    assertThat(found.get(0).confidence()).isEqualTo(0.99);
    assertThat(found.get(0).attributes())
        .containsEntry("rule", "acme.api-token")
        .containsEntry("length", "41");
    assertThat(found.get(1).checksum()).isEqualTo(Checksum.INVALID);
    assertThat(found.get(1).confidence()).isEqualTo(0.4);
  }

  @Test
  void a_builder_of_a_rule_holds_all_of_it() throws ReflectiveOperationException {
    Rule.Builder patterned = acme()
        .severity(Severity.LOW)
        .remedy(Remedy.REVOKE)
        .runbook("Ask Acme.")
        .confidence(0.25)
        .minEntropy(1)
        .span(128)
        .signature("acme_")
        .escape("json")
        .part("host", "host=([a-z]+)")
        .requires("host")
        .within(3)
        .evidence(Evidence.DOCUMENTED)
        .check("azure.cask")
        .requireChecksum()
        .suppressor("placeholder")
        .yieldsTo("github.token")
        .reference("https://example.com");
    Rule.Builder block = Rule.named("acme.block")
        .label("an Acme block")
        .keyword("<ACME")
        .block("<ACME>", "</ACME>", 99)
        .example("<ACME>abc</ACME>");
    Rule.Builder run = run();
    Rule.Builder fresh = Rule.named("acme.fresh");
    for (Field field : Rule.Builder.class.getDeclaredFields()) {
      field.setAccessible(true);
      Object unset = field.get(fresh);
      List<Rule.Builder> builders = List.of(patterned, block, run);
      List<Object> values = new ArrayList<>();
      for (Rule.Builder builder : builders) {
        values.add(field.get(builder));
      }
      assertThat(values).as("this test sets %s", field.getName()).anyMatch(v -> !v.equals(unset));
      for (Rule.Builder builder : builders) {
        assertThat(field.get(builder.build().toBuilder()))
            .as(field.getName())
            .isEqualTo(field.get(builder));
      }
    }
  }

  @Test
  void what_is_changed_afterwards_changes_no_rule() {
    Rule.Builder builder = acme();
    Rule rule = builder.build();
    builder.check("azure.cask");
    rule.toBuilder().check("github.token").severity(Severity.LOW);
    assertThat(rule.checks()).isEmpty();
    assertThat(rule.toBuilder().build().checks()).isEmpty();
    assertThat(rule.toBuilder().build().severity()).isEqualTo(Severity.HIGH);
  }
}
