package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Rule files come from anywhere. */
class RuleFileTest {
  private static final String GOOD = """
      schema: 1
      provider: acme
      rules:
        - id: acme.first
          label: a first token
          severity: HIGH
          remedy: revoke
          keywords: ["first_"]
          patterns:
            - '(?<secret>first_[a-z]{20})'
          examples: ['first_<<[a-z]{20}>>']
        - id: acme.second
          label: a second token
          severity: LOW
          remedy: guided
          span: 64
          keywords: ["second_"]
          patterns:
            - '(?<secret>second_[a-z]{20})'
          parts:
            host: 'host=([a-z.]+)'
          examples: ['second_<<[a-z]{20}>>']
      """;

  @TempDir
  private Path folder;

  @Test
  void a_good_file_is_read_whole() throws IOException {
    RuleSet rules = RuleSet.empty().plus(write(GOOD));
    assertThat(rules.rules()).extracting(Rule::id).containsExactly("acme.first", "acme.second");
    assertThat(rules.rule("acme.second").orElseThrow().span()).isEqualTo(64);
  }

  @Test
  void a_rule_may_be_a_run() throws IOException {
    String run = """
        schema: 1
        provider: acme
        rules:
          - id: acme.run
            label: an Acme run
            severity: LOW
            remedy: guided
            ENTROPY
            run: 24
            examples: ['(<<[a-z0-9]{24}>>)']
            counterexamples: ['(<<[a-z0-9]{23}>>)']
        """;
    assertThat(entropy(run.replace("    ENTROPY\n", ""))).isEqualTo(3.6);
    assertThat(entropy(run.replace("ENTROPY", "entropy: 4.1"))).isEqualTo(4.1);
    assertThat(entropy(run.replace("ENTROPY", "entropy: 0"))).isZero();
  }

  private double entropy(String file) throws IOException {
    Rule rule = RuleSet.empty().plus(write(file)).rule("acme.run").orElseThrow();
    assertThat(rule.keywords()).isEmpty();
    assertThat(RuleSet.empty().plus(rule).slowRules()).isEmpty();
    return rule.minEntropy();
  }

  /** What is replaced in the second rule, by what; the line, and what the message says. */
  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("label: a second", "lable: a second", 13, "field lable", "unknown field; expected"),
        mistake("    label: a second token\n", "", 12, "field label", "missing"),
        mistake("LOW", "low", 14, "field severity", "LOW, MEDIUM, HIGH, CRITICAL"),
        mistake("guided", "pray", 15, "field remedy", "rotate, revoke, guided"),
        mistake("span: 64", "span: NaN", 16, "field span", "whole number"),
        mistake("span: 64", "span: 0", 16, "field span", "8 to 65536"),
        mistake("span: 64", "span: 1e9", 16, "field span", "whole number"),
        mistake("span: 64", "span: [64]", 16, "field span", "one value"),
        mistake("span: 64", "confidence: x", 16, "field confidence", "a number"),
        mistake("span: 64", "entropy: NaN", 16, "field entropy", "0 to 8"),
        mistake("span: 64", "severity: LOW", 16, "field severity", "twice"),
        mistake("span: 64", "checks: [acme.none]", 16, "field checks", "acme.none"),
        mistake(
            "span: 64", "requires-checksum: yes", 16, "field requires-checksum", "true or false"),
        mistake(
            "span: 64", "requires-checksum: [true]", 16, "field requires-checksum", "one value"),
        mistake("span: 64", "requires-checksum: true", 16, "field requires-checksum", "a check"),
        mistake("span: 64", "suppressors: [x]", 16, "field suppressors", "placeholder"),
        mistake("span: 64", "yields: [acme.x]", 16, "field yields", "acme.first"),
        mistake("span: 64", "evidence: hearsay", 16, "field evidence", "documented, observed"),
        mistake("span: 64", "within: 101", 16, "field within", "0 to 100 lines"),
        mistake("span: 64", "within: near", 16, "field within", "whole number"),
        mistake("span: 64", "requires: [port]", 16, "field requires", "none of its parts: host"),
        mistake("span: 64", "requires: host", 16, "field requires", "a list"),
        mistake("span: 64", "run: long", 16, "field run", "whole number"),
        mistake("span: 64", "run: 0", 16, "field run", "16 to 256"),
        mistake("span: 64", "run: 15", 16, "field run", "16 to 256"),
        mistake("span: 64", "run: 24", 17, "field keywords", "found without one"),
        mistake("span: 64", "runbook: [a, b]", 16, "field runbook", "one value"),
        mistake("span: 64", "escapes: [rot13]", 16, "field escapes", "percent, json"),
        mistake("span: 64", "block: {begin: a, end: b}", 16, "field max", "missing"),
        mistake(
            "span: 64", "block: {begin: a, end: b, max: 99, x: 1}", 16, "field x", "unknown field"),
        mistake(
            "span: 64",
            "counterexamples: ['second_<<[a-z]{20}>>']",
            16,
            "field counterexamples",
            "gives a finding"),
        mistake("keywords: [\"second_\"]", "keywords: second_", 17, "field keywords", "a list"),
        mistake("keywords: [\"second_\"]", "keywords: [se]", 17, "field keywords", "3 to 64"),
        mistake("second_[a-z]{20})'", "\\p{L}+)'", 19, "field patterns", "Unicode classes"),
        mistake("second_[a-z]{20})'", "x{1001})'", 19, "field patterns", "{1001}"),
        mistake("second_[a-z]{20})'", "sécond)'", 19, "field patterns", "ASCII"),
        mistake("second_[a-z]{20})'", "second_[a-z)'", 19, "field patterns", "missing closing ]"),
        mistake("'host=([a-z.]+)'", "'host=[a-z.]+'", 21, "field parts.host", "one group"),
        mistake("'second_<<[a-z]{20}>>'", "'third_'", 22, "field examples", "doesn't match"));
  }

  private static Arguments mistake(
      String original, String mistake, int line, String field, String problem) {
    return Arguments.of(original, mistake, line, field, problem);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_told_with_its_file_line_rule_and_field(
      String original, String mistake, int line, String field, String problem) throws IOException {
    int second = GOOD.indexOf("acme.second");
    String text = GOOD.substring(0, second) + GOOD.substring(second).replace(original, mistake);
    assertThat(text).isNotEqualTo(GOOD);
    Path file = write(text);

    assertThatThrownBy(() -> RuleSet.empty().plus(file))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith(file + ":" + line + ": ")
        .hasMessageContaining("rule acme.second")
        .hasMessageContaining(field)
        .hasMessageContaining(problem);
  }

  @Test
  void an_id_belongs_to_its_provider_and_is_given_once() throws IOException {
    refused(GOOD.replace("acme.second", "other.second"), ":12: ", "starts with acme.");
    refused(GOOD.replace("acme.second", "acme.first"), ":12: ", "another rule has this id");
    refused(GOOD.replace("acme.second", "Acme, field"), ":12: ", "provider.kind-of-secret");
    refused(GOOD.replace("- id: acme.second\n    label", "- label"), ":12: ", "field id");
  }

  @Test
  void the_file_says_its_schema_its_provider_and_its_rules() throws IOException {
    refused(GOOD.replace("schema: 1", "schema: 2"), ":1: ", "expected 1");
    refused(GOOD.replace("schema: 1\n", ""), ":1: ", "field schema");
    refused(GOOD.replace("provider: acme\n", ""), ":1: ", "field provider");
    refused(GOOD.replace("rules:\n", "rulez:\n"), ":4: ", "field rulez");
    refused("schema: 1\nprovider: acme\n", ":1: ", "field rules");
    refused("schema: 1\nprovider: acme\nrules: 7\n", ":3: ", "expected a list");
    refused("schema: 1\nprovider: acme\nrules: [7]\n", ":3: ", "expected fields");
    refused("schema: 1\nprovider: [acme]\nrules: []\n", ":2: ", "one value");
  }

  @Test
  void what_is_no_rule_file_is_refused() throws IOException {
    refused("", ":1: ", "empty");
    refused("# nothing\n", ":1: ", "empty");
    refused("just a text", ":1: ", "expected fields");
    refused("- a\n- b\n", ":1: ", "expected fields");
    refused("a: b\nc: \"d\n", ":", "not YAML");
    refused("a: b: c\n", ":1: ", "not YAML");
    refused("{\"schema\": 1", ":", "not YAML");
    refused("a: 1\n---\nb: 2\n", ":", "not YAML");
    refused("\u0001\u0002", ":1: ", "not YAML");
    refused("? [a, b]\n: c\n", ":1: ", "not YAML");
  }

  @Test
  void tags_anchors_and_aliases_are_refused() throws IOException {
    refused(
        GOOD.replace("a second token", "!!javax.script.ScriptEngineManager [x]"),
        ":13: ",
        "tags are not used");
    refused(GOOD.replace("a second token", "!!str a token"), ":13: ", "tags are not used");
    refused(GOOD.replace("a second token", "&x a token"), ":13: ", "anchors");
    refused(GOOD.replace("a second token", "*x"), ":13: ", "anchors");
    StringBuilder bomb = new StringBuilder("a: &a [x, x]\n");
    for (char c = 'b'; c < 'z'; c++) {
      String one = "*" + (char) (c - 1);
      bomb.append(c).append(": &").append(c).append(" [");
      bomb.append((one + ", ").repeat(9)).append(one).append("]\n");
    }
    refused(bomb.toString(), ":1: ", "anchors");
  }

  @Test
  void depth_and_size_are_bounded() throws IOException {
    refused("rules: " + "[".repeat(5_000), ":1: ", "nested deeper");
    refused("a:\n" + "- ".repeat(5_000) + "x\n", ":2: ", "nested deeper");
    refused("# " + "x".repeat(5 * 1024 * 1024), ":1: ", "at most");
    refused(
        GOOD.replace("'second_<<[a-z]{20}>>'", "'" + "<<[a-z]{99999}>>".repeat(20_000) + "'"),
        ":22: ",
        "longer than");
    refused(GOOD.replace("second_[a-z]{20})'", "(?:(?:x{900}){900}){900})'"), ":19: ", "multiply");
  }

  @Test
  void bytes_that_are_not_utf8_are_refused() throws IOException {
    Path file = folder.resolve("latin1.yaml");
    Files.write(file, "a: b\nc: \u00e4\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> RuleSet.empty().plus(file))
        .isInstanceOf(RuleException.class)
        .hasMessageContaining(file + ":")
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void a_rule_may_require_its_checksum() throws IOException {
    String required = "checks: [azure.devops-token]\n    requires-checksum: true";
    Path file = write(GOOD.replace("span: 64", required));
    RuleSet rules = RuleSet.empty().plus(file);
    assertThat(rules.rule("acme.second").orElseThrow().requiresChecksum()).isTrue();
    assertThat(rules.rule("acme.first").orElseThrow().requiresChecksum()).isFalse();

    file = write(GOOD.replace("span: 64", required.replace("true", "false")));
    rules = RuleSet.empty().plus(file);
    assertThat(rules.rule("acme.second").orElseThrow().requiresChecksum()).isFalse();
  }

  private void refused(String text, String line, String problem) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> RuleSet.empty().plus(file))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith(file + line)
        .hasMessageContaining(problem);
  }

  private Path write(String text) throws IOException {
    Path file = folder.resolve("rules.yaml");
    Files.writeString(file, text, StandardCharsets.UTF_8);
    return file;
  }
}
