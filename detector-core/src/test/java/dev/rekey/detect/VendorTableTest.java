package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A rule in one row, of ours or of somebody else's. */
class VendorTableTest {
  private static final String GOOD = """
      schema: 1
      runbook: >-
        Sign in where {label} is made.
      table:
        - {id: acme.api-key, label: an Acme API key, names: [acme, ac-me], value: '[a-f0-9]{32}',
           severity: HIGH, remedy: guided, evidence: documented, references: ['https://acme.test']}
        - id: bolt.token
          label: a Bolt token
          names: [bolt]
          words: [token, secret]
          value: '[A-Z]{4}-[A-Za-z0-9_-]{20,40}'
          confidence: 0.3
          severity: LOW
          remedy: rotate
          evidence: observed
          references: ['https://bolt.test (tokens)']
      """;

  @TempDir
  private Path folder;

  @Test
  void a_row_is_a_rule_like_any_other() throws IOException {
    RuleSet rules = RuleSet.empty().plus(write(GOOD));
    assertThat(rules.rules()).extracting(Rule::id).containsExactly("acme.api-key", "bolt.token");
    assertThat(rules.slowRules()).isEmpty();

    Rule acme = rules.rule("acme.api-key").orElseThrow();
    assertThat(acme.label()).isEqualTo("an Acme API key");
    assertThat(acme.keywords()).containsExactly("acme", "ac-me");
    assertThat(acme.confidence()).isEqualTo(0.6);
    assertThat(acme.severity()).isEqualTo(Severity.HIGH);
    assertThat(acme.evidence()).isEqualTo(Evidence.DOCUMENTED);
    assertThat(acme.references()).containsExactly("https://acme.test");
    assertThat(acme.minEntropy()).isBetween(2.7, 3.2);
    assertThat(acme.examples()).hasSizeGreaterThanOrEqualTo(2);
    assertThat(acme.counterexamples()).hasSizeGreaterThanOrEqualTo(4);

    Rule bolt = rules.rule("bolt.token").orElseThrow();
    assertThat(bolt.confidence()).isEqualTo(0.3);
    assertThat(bolt.remedy()).isEqualTo(Remedy.ROTATE);
    assertThat(bolt.evidence()).isEqualTo(Evidence.OBSERVED);
  }

  @Test
  void rows_for_a_person_share_a_runbook_and_may_have_their_own() throws IOException {
    RuleSet rules = RuleSet.empty().plus(write(GOOD));
    assertThat(rules.rule("acme.api-key").orElseThrow().runbook())
        .isEqualTo("Sign in where an Acme API key is made.");
    assertThat(rules.rule("bolt.token").orElseThrow().runbook()).isEmpty();

    String own = GOOD.replace("remedy: guided,", "remedy: guided, runbook: Ask Acme.,");
    assertThat(
            RuleSet.empty().plus(write(own)).rule("acme.api-key").orElseThrow().runbook())
        .isEqualTo("Ask Acme.");
    String none = GOOD.replace("runbook: >-\n  Sign in where {label} is made.\n", "");
    assertThat(none).isNotEqualTo(GOOD);
    assertThat(
            RuleSet.empty().plus(write(none)).rule("acme.api-key").orElseThrow().runbook())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ACME_API_KEY=@",
        "export Acme_Prod_Token='@'",
        "acme.api.key: @",
        "acmeSecret := \"@\"",
        "  \"ac-me-app-key-2\" : \"@\",",
        "'acme_key' => '@',",
        "<add key=\"AcmeAuthToken\" value=\"@\"/>",
        "<acmeKey>@</acmeKey>",
        "- name: ACME_KEY\r\n  value: \"@\"\r\n",
        "{\"name\": \"ACME_KEY\", \"value\": \"@\"}",
        "os.environ[\"ACME_KEY\"] = \"@\"",
        "define('ACME_KEY', '@');",
        "client.setAcmeCredentials(\"@\")",
        "\"{\\\"acmeKey\\\": \\\"@\\\"}\"",
        "Our Acme API key: @.",
        "https://api.test/?acme_key=@&x=1"
      })
  void it_is_found_however_people_write_a_name_and_a_value(String line) throws IOException {
    Detector detector = detector(RuleSet.empty().plus(write(GOOD)));
    for (int seed = 0; seed < 200; seed++) {
      String value = random(new Random(seed), "0123456789abcdef", 32);
      String text = "# some text\n" + line.replace("@", value) + "\nmore of it";
      int start = text.indexOf(value);
      assertThat(detector.detect(text))
          .as("seed %d: %s", seed, text)
          .singleElement()
          .satisfies(finding -> {
            assertThat(finding.rule()).isEqualTo("acme.api-key");
            assertThat(finding.confidence()).isEqualTo(0.6);
            assertThat(finding.place().location().start()).isEqualTo(start);
            assertThat(finding.place().location().end()).isEqualTo(start + 32);
            assertThat(finding.redacted()).isEqualTo("***");
          });
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ACME_REGION=@",
        "acme=@",
        "API_KEY=@",
        "ACME_API_KEY_ID=@",
        "acmePublicKey: @",
        "\"acme_key_url\": \"@\"",
        "acme_token_sha256 = @",
        "ACME_KEY=@0",
        "ACME_KEY=0@",
        "ACME_KEY=@-us1",
        "ACME_KEY=@==",
        "ACME_KEY=@.json",
        "acme key and then a few words more than a name has: @",
        "ACME_KEY=\n\n@",
        "ACME_KEY is @"
      })
  void what_only_looks_like_it_is_not_found(String line) throws IOException {
    Detector detector = detector(RuleSet.empty().plus(write(GOOD)));
    for (int seed = 0; seed < 20; seed++) {
      String text = line.replace("@", random(new Random(seed), "0123456789abcdef", 32));
      assertThat(detector.detect(text)).as("seed %d: %s", seed, text).isEmpty();
    }
  }

  @Test
  void the_name_is_in_any_case_and_the_value_in_its_own() throws IOException {
    Detector detector = detector(RuleSet.empty().plus(write(GOOD)));
    String value = random(new Random(1), "0123456789abcdef", 32);
    for (String name : List.of("acme_key", "ACME_KEY", "AcMeKeY")) {
      assertThat(detector.detect(name + "=" + value)).as(name).hasSize(1);
      assertThat(detector.detect(name + "=" + value.toUpperCase(java.util.Locale.ROOT)))
          .as(name)
          .isEmpty();
    }
  }

  @Test
  void a_row_may_want_some_words_only() throws IOException {
    Detector detector = detector(RuleSet.empty().plus(write(GOOD)));
    String value = "ABCD-" + random(new Random(1), "0123456789abcdefXYZ_-", 23) + "7";
    assertThat(detector.detect("BOLT_TOKEN=" + value)).hasSize(1);
    assertThat(detector.detect("BOLT_CLIENT_SECRET=" + value)).hasSize(1);
    assertThat(detector.detect("BOLT_KEY=" + value)).isEmpty();
  }

  /** What is replaced, by what; the line, the rule, and what the message says. */
  static Stream<Arguments> mistakes() {
    return Stream.of(
        mistake("words: [token, secret]", "wards: [token]", 10, "field wards", "unknown field"),
        mistake("words: [token, secret]", "patterns: [x]", 10, "field patterns", "unknown field"),
        mistake("words: [token, secret]", "names: [bolt]", 10, "field names", "twice"),
        mistake("words: [token, secret]", "words: [region]", 10, "field words", "key, token"),
        mistake("words: [token, secret]", "words: token", 10, "field words", "a list"),
        mistake("names: [bolt]", "names: bolt", 9, "field names", "a list"),
        mistake("names: [bolt]", "names: []", 9, "field names", "one name or more"),
        mistake("names: [bolt]", "names: [bo]", 9, "field names", "3 to 32"),
        mistake("names: [bolt]", "names: [Bolt]", 9, "field names", "lower-case"),
        mistake("names: [bolt]", "names: ['b.*t']", 9, "field names", "lower-case"),
        mistake("names: [bolt]", "names: ['bolt|']", 9, "field names", "lower-case"),
        mistake("names: [bolt]", "names: ['" + "b".repeat(33) + "']", 9, "field names", "3 to 32"),
        mistake("names: [bolt]", "names: [[bolt]]", 9, "field names", "one value"),
        mistake("    names: [bolt]\n", "", 7, "field names", "missing"),
        value("'[A-Za-z0-9_-]{20,}'", "expected classes like"),
        value("'[A-Za-z0-9_-]+'", "expected classes like"),
        value("'[A-Za-z0-9_-]*'", "expected classes like"),
        value("'[^a-z]{32}'", "expected classes like"),
        value("'[a-z{32}'", "expected classes like"),
        value("'[]{32}'", "expected classes like"),
        value("'[\\w]{32}'", "expected classes like"),
        value("'[z-a]{32}'", "ascends"),
        value("'[a-z]{40,20}'", "{least,most}"),
        value("'[a-z]{0}'", "{least,most}"),
        value("'(?<secret>[a-z]{32})'", "expected classes like"),
        value("'[a-z]{32}|[a-z]{40}'", "expected classes like"),
        value("'.{32}'", "expected classes like"),
        value("'[a-zé]{32}'", "expected classes like"),
        value("'[a-z]{15}'", "16 to 256"),
        value("'just-a-fixed-text-of-some-length'", "16 to 256"),
        value("'[a-z]{999}'", "16 to 256"),
        value("'[a-z]{16}[a-z]{99999}'", "expected classes like"),
        value("''", "16 to 256"),
        value("[a]", "one value"),
        mistake("confidence: 0.3", "confidence: 0.9", 12, "field confidence", "0 to 0.6"),
        mistake("confidence: 0.3", "confidence: 0.61", 12, "field confidence", "0 to 0.6"),
        mistake("confidence: 0.3", "confidence: -1", 12, "field confidence", "0 to 0.6"),
        mistake("confidence: 0.3", "confidence: NaN", 12, "field confidence", "0 to 0.6"),
        mistake("confidence: 0.3", "confidence: high", 12, "field confidence", "a number"),
        mistake("severity: LOW", "severity: low", 13, "field severity", "LOW, MEDIUM"),
        mistake("remedy: rotate", "remedy: pray", 14, "field remedy", "rotate, revoke, guided"),
        mistake("remedy: rotate", "remedy: [rotate]", 14, "field remedy", "one value"),
        mistake("evidence: observed", "evidence: seen", 15, "field evidence", "documented"),
        mistake("    evidence: observed\n", "", 7, "field evidence", "missing"),
        mistake("label: a Bolt token", "label: Bolt token", 8, "field label", "a fragment"));
  }

  private static Arguments value(String value, String problem) {
    return mistake("'[A-Z]{4}-[A-Za-z0-9_-]{20,40}'", value, 11, "field value", problem);
  }

  private static Arguments mistake(
      String original, String mistake, int line, String field, String problem) {
    return Arguments.of(original, mistake, line, field, problem);
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_mistake_is_told_with_its_file_line_rule_and_field_and_nothing_is_used(
      String original, String mistake, int line, String field, String problem) throws IOException {
    int second = GOOD.indexOf("- id: bolt.token");
    String text = GOOD.substring(0, second) + GOOD.substring(second).replace(original, mistake);
    assertThat(text).isNotEqualTo(GOOD);
    Path file = write(text);
    RuleSet before = RuleSet.empty();

    assertThatThrownBy(() -> before.plus(file))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith(file + ":" + line + ": ")
        .hasMessageContaining("rule bolt.token, ")
        .hasMessageContaining(field)
        .hasMessageContaining(problem);
    assertThatThrownBy(() -> before.plus("mine", new StringReader(text)))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith("mine:" + line + ": ");
    assertThat(before.rules()).isEmpty();
  }

  @Test
  void a_file_is_a_table_or_rules() throws IOException {
    refused(GOOD + "rules: []\n", ":17: ", "field rules", "not both");
    refused(GOOD.replace("schema: 1\n", "schema: 1\nprovider: acme\n"), ":2: ", "field provider");
    refused("schema: 1\n", ":1: ", "field provider", "missing");
    refused("schema: 1\ntable: 7\n", ":2: ", "field table", "expected a list");
    refused("schema: 1\ntable: [7]\n", ":2: ", "expected fields");
    refused("schema: 1\ntable: [{}]\n", ":2: ", "field id", "missing");
    refused("schema: 1\ntable: []\nrows: []\n", ":3: ", "field rows", "unknown field");
    refused("table: []\n", ":1: ", "field schema", "missing");
    refused("schema: 1\nrunbook: Ask.\ntable: []\n", ":2: ", "field runbook", "{label}");
    refused("schema: 1\nrunbook: [Ask]\ntable: []\n", ":2: ", "field runbook", "one value");
    refused(
        "schema: 1\nrunbook: Ask.\nprovider: x\nrules: []\n", ":2: ", "field runbook", "a table");
  }

  @Test
  void an_id_is_given_once() throws IOException {
    refused(GOOD.replace("bolt.token", "acme.api-key"), ":7: ", "rule acme.api-key", "has this id");
    refused(GOOD.replace("bolt.token", "bolt"), ":7: ", "rule bolt, field id");
    RuleSet rules = RuleSet.empty().plus(write(GOOD));
    Path again = write(GOOD);
    assertThatThrownBy(() -> rules.plus(again))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith(again + ":5: rule acme.api-key, field id");
  }

  /** A rule with a form of its own, one for anything, and a row, in each order of adding them. */
  static Stream<List<String>> orders() {
    return Stream.of(
        List.of("form", "any", "row"),
        List.of("form", "row", "any"),
        List.of("any", "form", "row"),
        List.of("any", "row", "form"),
        List.of("row", "form", "any"),
        List.of("row", "any", "form"));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void a_form_comes_before_a_row_and_a_row_before_anything(List<String> order) throws IOException {
    RuleSet rules = RuleSet.empty();
    for (String which : order) {
      rules = switch (which) {
        case "form" -> rules.plus(form());
        case "any" -> rules.plus(any());
        default -> rules.plus(write(GOOD));
      };
    }
    // The value of the form is all of the row's, its end, its beginning; that of any begins before.
    String hex = random(new Random(5), "0123456789abcdef", 24);
    for (String text : List.of(
        "any ACME_KEY=f0a0" + hex + "e1b2",
        "any ACME_KEY=e1b2c3d4f0a0" + hex.substring(8) + "e1b2",
        "any 'ACME_KEY': 'f0a0" + hex + "e1b2'")) {
      assertThat(detector(rules).detect(text))
          .as("%s in %s", order, text)
          .extracting(Finding::rule)
          .containsExactly("form.token");
      assertThat(detector(rules).detect(text.replace("f0a0", "0000")))
          .as("%s in %s", order, text)
          .extracting(Finding::rule)
          .containsExactly("acme.api-key");
      assertThat(detector(rules).detect(text.replace("f0a0", "0000").replace("ACME", "ACNE")))
          .as("%s in %s", order, text)
          .extracting(Finding::rule)
          .containsExactly("any.value");
    }
  }

  private static Rule form() {
    return Rule.named("form.token")
        .label("a token with a form of its own")
        .keyword("f0a0")
        .regex("(?<secret>f0a0[a-f0-9]{12,28}e1b2)")
        .example("f0a0<<[a-f0-9]{24}>>e1b2")
        .build();
  }

  private static Rule any() {
    return Rule.named("any.value")
        .label("a value of any form")
        .keyword("any ")
        .regex("any (?<secret>[^\\n]{32,80})")
        .yieldsTo("*")
        .example("any <<[a-f0-9]{40}>>")
        .build();
  }

  @Test
  void of_two_rows_that_find_a_value_the_earlier_reports_it() throws IOException {
    String text = "ACME_KEY_BOLT_TOKEN=" + random(new Random(5), "0123456789abcdef", 32);
    String wide = GOOD.replace("'[A-Z]{4}-[A-Za-z0-9_-]{20,40}'", "'[A-Za-z0-9]{20,40}'");
    assertThat(detector(RuleSet.empty().plus(write(wide))).detect(text))
        .extracting(Finding::rule)
        .containsExactly("acme.api-key");

    int second = wide.indexOf("  - id: bolt.token");
    int first = wide.indexOf("  - {id: acme");
    String swapped =
        wide.substring(0, first) + wide.substring(second) + wide.substring(first, second);
    assertThat(detector(RuleSet.empty().plus(write(swapped))).detect(text))
        .extracting(Finding::rule)
        .containsExactly("bolt.token");
  }

  @Test
  void two_rules_that_yield_to_each_other_leave_it_to_the_one_that_is_named() {
    Rule named = any();
    Rule other = Rule.named("any.other")
        .label("a value of any form")
        .keyword("value ")
        .regex("value (?<secret>[^\\n]{32,80})")
        .yieldsTo("*")
        .example("value <<[a-f0-9]{40}>>")
        .build();
    Rule byName = other.toBuilder().yieldsTo("any.value").build();
    String text = "value any " + random(new Random(5), "0123456789abcdef", 40);

    assertThat(found(text, named, byName)).containsExactly("any.value");
    assertThat(found(text, byName, named)).containsExactly("any.value");
    assertThat(found(text, named, other)).containsExactly("any.value");
    assertThat(found(text, other, named)).containsExactly("any.other");
  }

  private static List<String> found(String text, Rule first, Rule second) {
    RuleSet rules = RuleSet.empty().plus(first, second);
    return detector(rules).detect(text).stream().map(Finding::rule).toList();
  }

  private static Detector detector(RuleSet rules) {
    return Detector.builder(rules)
        .fingerprintKey(FingerprintKey.of(new byte[32]))
        .build();
  }

  private static String random(Random random, String members, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append(members.charAt(random.nextInt(members.length())));
    }
    return text.toString();
  }

  private void refused(String text, String line, String... problems) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> RuleSet.empty().plus(file))
        .isInstanceOf(RuleException.class)
        .hasMessageStartingWith(file + line)
        .hasMessageContainingAll(problems);
  }

  private Path write(String text) throws IOException {
    Path file = folder.resolve("table.yaml");
    Files.writeString(file, text, StandardCharsets.UTF_8);
    return file;
  }
}
