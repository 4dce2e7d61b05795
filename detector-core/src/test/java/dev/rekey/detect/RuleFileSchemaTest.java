package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.StringReader;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Editors take the schema's word; so it says what the loader says. */
class RuleFileSchemaTest {
  private static final JsonNode TEXT = json(RuleSet.resource("rule-file.schema.json"));
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(TEXT);

  private static final String RULES = """
      schema: 1
      provider: acme
      rules:
        - id: acme.token
          label: an Acme token
          severity: HIGH
          remedy: guided
          keywords: ["acme_"]
          patterns: ['(?<secret>acme_[a-z]{20})']
          examples: ['acme_<<[a-z]{20}>>']
      """;

  private static final String RUN = """
      schema: 1
      provider: acme
      rules:
        - id: acme.run
          label: an Acme run
          severity: LOW
          remedy: guided
          run: 24
          span: 512
          examples: ['<<[a-z0-9]{24}>>']
      """;

  private static final String TABLE = """
      schema: 1
      table:
        - {id: acme.key, label: an Acme key, names: [acme], value: '[a-f0-9]{32}', severity: LOW,
           remedy: revoke, evidence: observed, references: ['https://acme.test']}
      """;

  static Stream<String> files() {
    return RuleSet.builtInFiles().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void each_file_of_ours_is_one(String file) {
    assertThat(SCHEMA.validate(yaml(RuleSet.resource(file)))).as(file).isEmpty();
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(RULES, "schema: 1", "schema: 2"),
        Arguments.of(RULES, "provider: acme\n", ""),
        Arguments.of(RULES, "provider: acme\n", "provider: acme\ntable: []\n"),
        Arguments.of(RULES, "provider: acme\n", "provider: acme\nrunbook: of {label}\n"),
        Arguments.of(RULES, "id: acme.token", "id: AcmeToken"),
        Arguments.of(RULES, "label: an Acme", "label: Acme"),
        Arguments.of(RULES, "HIGH", "high"),
        Arguments.of(RULES, "guided", "pray"),
        Arguments.of(RULES, "    label: an Acme token\n", ""),
        Arguments.of(RULES, "remedy: guided", "remedy: guided\n    lable: an Acme token"),
        Arguments.of(RULES, "remedy: guided", "remedy: guided\n    span: 0"),
        Arguments.of(RULES, "remedy: guided", "remedy: guided\n    within: 101"),
        Arguments.of(RULES, "remedy: guided", "remedy: guided\n    confidence: 2"),
        Arguments.of(RULES, "remedy: guided", "remedy: guided\n    entropy: 9"),
        Arguments.of(RULES, "remedy: guided", "remedy: guided\n    evidence: hearsay"),
        Arguments.of(RULES, "remedy: guided", "remedy: guided\n    escapes: [rot13]"),
        Arguments.of(RULES, "remedy: guided", "remedy: guided\n    requires: [host]"),
        Arguments.of(RULES, "remedy: guided", "remedy: guided\n    requires-checksum: true"),
        Arguments.of(
            RULES, "remedy: guided", "remedy: guided\n    block: {begin: a, end: b, max: 9}"),
        Arguments.of(RULES, "[\"acme_\"]", "acme_"),
        Arguments.of(RULES, "[\"acme_\"]", "[ac]"),
        Arguments.of(RULES, "    patterns: ['(?<secret>acme_[a-z]{20})']\n", ""),
        Arguments.of(RULES, "    examples: ['acme_<<[a-z]{20}>>']\n", ""),
        Arguments.of(RULES, "patterns: [", "run: 24\n    patterns: ["),
        Arguments.of(RUN, "run: 24", "run: 15"),
        Arguments.of(RUN, "run: 24", "run: 257"),
        Arguments.of(RUN, "run: 24", "run: 0"),
        Arguments.of(RUN, "run: 24", "run: 24\n    keywords: [acme]"),
        Arguments.of(RUN, "run: 24", "run: 24\n    patterns: ['(?<secret>acme_x)']"),
        Arguments.of(RUN, "span: 512", "block: {begin: acme, end: b, max: 99}"),
        Arguments.of(RUN, "span: 512", "span: 31"),
        Arguments.of(RUN, "span: 512", "span: 4097"),
        Arguments.of(TABLE, "names: [acme]", "names: [ac]"),
        Arguments.of(TABLE, "names: [acme]", "names: []"),
        Arguments.of(TABLE, "names: [acme]", "names: [acme], words: [thing]"),
        Arguments.of(TABLE, "severity: LOW", "severity: LOW, confidence: 0.9"),
        Arguments.of(TABLE, "severity: LOW", "severity: LOW, entropy: 3"),
        Arguments.of(TABLE, "schema: 1\n", "schema: 1\nrunbook: without a label\n"),
        Arguments.of(TABLE, "schema: 1\n", "schema: 1\nprovider: acme\n"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void what_the_loader_refuses_the_schema_refuses(String good, String part, String mistake)
      throws Exception {
    assertThat(SCHEMA.validate(yaml(good))).isEmpty();
    assertThat(RuleFile.read("good.yaml", new StringReader(good), Rule.Builder::build)
            .rules())
        .hasSize(1);
    String bad = good.replace(part, mistake);
    assertThat(bad).isNotEqualTo(good);

    assertThat(SCHEMA.validate(yaml(bad))).as(bad).isNotEmpty();
    assertThatExceptionOfType(RuleException.class)
        .as(bad)
        .isThrownBy(() -> RuleFile.read("bad.yaml", new StringReader(bad), Rule.Builder::build));
  }

  @Test
  void it_knows_the_fields_and_the_words_that_the_loader_knows() {
    assertThat(fields("rule")).isEqualTo(expected(RULES, "label: an Acme token"));
    assertThat(fields("row")).isEqualTo(expected(TABLE, "label: an Acme key"));
    assertThat(words("severity")).containsExactlyElementsOf(names(Severity.values()));
    assertThat(words("remedy")).containsExactlyInAnyOrderElementsOf(lower(Remedy.values()));
    assertThat(words("evidence")).containsExactlyInAnyOrderElementsOf(lower(Evidence.values()));
    assertThat(texts(TEXT.at("/$defs/rule/properties/escapes/items/enum")))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Escape.values()).map(Escape::word).toList());
    assertThat(texts(TEXT.at("/$defs/row/properties/words/items/enum")))
        .containsExactlyElementsOf(VendorTable.WORDS);
  }

  /** The fields that the loader says it expected instead of one that it does not know. */
  private static Set<String> expected(String good, String part) {
    String bad = good.replace(part, part.replace("label", "nothing"));
    try {
      RuleFile.read("bad.yaml", new StringReader(bad), Rule.Builder::build);
    } catch (Exception refused) {
      String message = Objects.requireNonNull(refused.getMessage());
      return new TreeSet<>(List.of(message.split("expected one of ")[1].split(", ")));
    }
    throw new AssertionError("an unknown field was taken");
  }

  private static Set<String> fields(String kind) {
    Set<String> fields = new TreeSet<>();
    TEXT.at("/$defs/" + kind + "/properties").fieldNames().forEachRemaining(fields::add);
    return fields;
  }

  private static List<String> words(String definition) {
    return texts(TEXT.at("/$defs/" + definition + "/enum"));
  }

  private static List<String> texts(JsonNode array) {
    return Stream.iterate(0, i -> i < array.size(), i -> i + 1)
        .map(i -> array.get(i).asText())
        .toList();
  }

  private static List<String> names(Enum<?>[] values) {
    return Stream.of(values).map(Enum::name).toList();
  }

  private static List<String> lower(Enum<?>[] values) {
    return Stream.of(values).map(value -> value.name().toLowerCase(Locale.ROOT)).toList();
  }

  private static JsonNode yaml(String text) {
    return new ObjectMapper()
        .valueToTree(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (java.io.IOException malformed) {
      throw new IllegalArgumentException(malformed);
    }
  }
}
