package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds for every rule that comes with Rekey. */
class BuiltInRulesTest {
  private static final RuleSet RULES = RuleSet.builtIn();
  private static final Detector DETECTOR = Detector.builder(RULES)
      .ignoringRequiredChecksums()
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  /** Rules whose secret counts only beside the id that it belongs to, which is found as well. */
  private static final Map<String, String> BESIDE = Map.of(
      "alibaba.access-key-secret", "alibaba.access-key-id",
      "aws.presigned-url", "aws.access-key-id",
      "aws.secret-access-key", "aws.access-key-id",
      "digitalocean.spaces-secret-key", "digitalocean.spaces-key-id",
      "exoscale.api-secret", "exoscale.api-key",
      "google.hmac-secret", "google.hmac-key-id",
      "scaleway.secret-key", "scaleway.access-key",
      "tencent.secret-key", "tencent.secret-id");

  /** The table, in which each row has its own provider. */
  private static final String TABLE = "rules/vendors.yaml";

  static Stream<Rule> rules() {
    return RULES.rules().stream();
  }

  @Test
  void the_index_lists_what_is_in_the_folder_in_alphabetical_order() throws Exception {
    URL index = RuleSet.class.getResource("rules/index");
    assertThat(index).isNotNull();
    List<String> listed = RuleSet.resource("rules/index").lines().toList();
    assertThat(listed).isSorted().doesNotHaveDuplicates();
    try (Stream<Path> files = Files.list(Path.of(index.toURI()).resolveSibling("."))) {
      assertThat(files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".yaml")))
          .containsExactlyInAnyOrderElementsOf(listed);
    }
  }

  @Test
  void the_examples_that_are_not_tried_at_run_time_prove_true() throws Exception {
    List<Rule> proved = new ArrayList<>();
    for (String file : RuleSet.builtInFiles()) {
      List<Rule> rules = RuleFile.read(
              file, new StringReader(RuleSet.resource(file)), Rule.Builder::build)
          .rules();
      assertThat(rules)
          .as(file)
          .isNotEmpty()
          .allSatisfy(rule -> assertThat(file)
              .matches(name -> name.equals(TABLE)
                  || name.matches("rules/" + provider(rule) + "(-[a-z]+)?[.]yaml")));
      proved.addAll(rules);
    }
    RuleSet all = RuleSet.empty().plus(proved.toArray(Rule[]::new));
    assertThat(all.rules()).extracting(Rule::id).doesNotHaveDuplicates();
    assertThat(RULES.rules())
        .extracting(Rule::id)
        .containsExactlyElementsOf(all.rules().stream().map(Rule::id).toList());
  }

  @Test
  void hundreds_of_rules_know_a_form_of_their_own() throws Exception {
    List<Rule> rows = new ArrayList<>();
    for (String file : RuleSet.builtInFiles()) {
      String text = RuleSet.resource(file);
      if (text.lines().anyMatch("table:"::equals)) {
        rows.addAll(
            RuleFile.read(file, new StringReader(text), Rule.Builder::build).rules());
      }
    }
    Set<String> names = rows.stream().map(Rule::id).collect(Collectors.toSet());
    List<Rule> own =
        RULES.rules().stream().filter(rule -> !names.contains(rule.id())).toList();

    assertThat(own.size() + Math.min(100, rows.size())).isGreaterThanOrEqualTo(350);
    assertThat(own.stream().map(BuiltInRulesTest::provider).distinct())
        .hasSizeGreaterThanOrEqualTo(200);
    assertThat(own.stream().filter(rule -> !rule.signatures().isEmpty()))
        .as("a fixed part of the value")
        .hasSizeGreaterThanOrEqualTo(200);
    assertThat(rows).allMatch(row -> row.confidence() <= 0.6);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_rule_says_what_it_finds_and_where_that_is_written(Rule rule) {
    assertThat(rule.label()).matches("an? [^.,:].{2,60}");
    assertThat(rule.label().startsWith("an "))
        .as("the article of %s", rule.label())
        .isEqualTo(soundsLikeVowel(rule.label().split(" ", -1)[1]));
    assertThat(rule.references())
        .isNotEmpty()
        .allMatch(reference -> reference.matches("https://\\S+( \\(.+\\))?"))
        .noneMatch(reference -> reference.matches(".*\\b(documented|observed)\\b.*"));
  }

  @Test
  void a_row_of_the_table_is_for_a_vendor_without_a_form() throws Exception {
    List<Rule> rows = RuleFile.read(
            TABLE, new StringReader(RuleSet.resource(TABLE)), Rule.Builder::build)
        .rules();
    assertThat(rows).hasSizeBetween(90, 150).allSatisfy(row -> {
      assertThat(row.confidence()).isLessThanOrEqualTo(VendorTable.MOST_CERTAIN);
      assertThat(row.yields()).containsExactly(Rule.SPECIFIC_RULES);
      assertThat(row.keywords())
          .allMatch(name -> name.length() >= 4 || name.equals("ovh") || name.equals("okx"));
    });
  }

  @Test
  void a_rule_file_states_the_evidence_of_each_rule() {
    for (String file : RuleSet.builtInFiles()) {
      List<String> lines = RuleSet.resource(file).lines().toList();
      assertThat(lines.stream()
              .filter(line -> line.matches("    .*evidence: (documented|observed).*")))
          .as(file)
          .isNotEmpty()
          .hasSameSizeAs(
              lines.stream().filter(line -> line.matches("  - [{]?id: .*")).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void an_example_is_found_once_by_its_rule_or_one_it_yields_to_and_has_a_keyword(Rule rule) {
    assertThat(rule.examples()).hasSizeGreaterThanOrEqualTo(2);
    for (String example : rule.examples()) {
      String lower = example.toLowerCase(Locale.ROOT);
      if (!rule.keywords().isEmpty()) {
        assertThat(rule.keywords())
            .as(example)
            .anyMatch(keyword -> lower.contains(keyword.toLowerCase(Locale.ROOT)));
      }
      List<String> found = DETECTOR.detect(example).stream().map(Finding::rule).toList();
      assertThat(found).as(example).doesNotHaveDuplicates();
      if (found.contains(rule.id())) {
        assertThat(found)
            .as(example)
            .isSubsetOf(List.of(rule.id(), BESIDE.getOrDefault(rule.id(), rule.id())));
      } else {
        assertThat(found)
            .as(example)
            .singleElement()
            .satisfies(id ->
                assertThat(rule.yieldsTo(RULES.rule(id).orElseThrow())).as(id).isTrue());
      }
    }
  }

  /** The random characters of an example are those of the secret, or of something beside it. */
  @ParameterizedTest
  @MethodSource("rules")
  void the_span_of_a_value_takes_in_whole_holes_of_an_example_and_cuts_none(Rule rule) {
    for (String template : rule.exampleTemplates()) {
      String example = ExampleTemplate.fill(template);
      for (Finding finding : DETECTOR.detect(example)) {
        Location value = finding.place().location();
        int inside = 0;
        for (int[] hole : holes(template)) {
          boolean within = hole[0] >= value.start() && hole[1] <= value.end();
          boolean apart = hole[1] <= value.start() || hole[0] >= value.end();
          assertThat(within || apart)
              .as("%s cuts %s", finding.place(), template)
              .isTrue();
          inside += within ? 1 : 0;
        }
        assertThat(inside).as("%s in %s", finding.place(), template).isPositive();
      }
    }
  }

  /** Where holes that follow each other begin and end once they are filled. */
  private static List<int[]> holes(String template) {
    List<int[]> holes = new ArrayList<>();
    Matcher hole = Pattern.compile("<<\\[[^\\]]+\\]\\{(\\d+)\\}>>").matcher(template);
    int shift = 0;
    while (hole.find()) {
      int length = Integer.parseInt(hole.group(1));
      int start = hole.start() + shift;
      holes.add(new int[] {start, start + length});
      shift += length - (hole.end() - hole.start());
    }
    return holes;
  }

  @ParameterizedTest
  @MethodSource("rules")
  void examples_are_of_different_formats(Rule rule) {
    assertThat(rule.exampleTemplates().stream()
            .map(template -> template
                .replaceAll("<<\\[[^\\]]+\\]\\{\\d+\\}>>", "")
                .replaceAll("[A-Za-z0-9]+", "a"))
            .distinct())
        .as("the signs that are around the values in the examples of %s", rule)
        .hasSizeGreaterThanOrEqualTo(2);
  }

  @ParameterizedTest
  @MethodSource("rules")
  void a_counterexample_is_not_found_by_its_rule(Rule rule) {
    assertThat(rule.counterexamples()).hasSizeGreaterThanOrEqualTo(2);
    for (String counterexample : rule.counterexamples()) {
      assertThat(DETECTOR.detect(counterexample))
          .as(counterexample)
          .noneMatch(finding -> finding.rule().equals(rule.id()));
    }
  }

  @ParameterizedTest
  @MethodSource("rules")
  void an_example_shows_only_what_the_rule_wrote_out(Rule rule) {
    for (String example : rule.examples()) {
      for (Finding finding : DETECTOR.detect(example)) {
        String shown = finding.redacted().replaceAll("…|\\(\\d+\\)", "");
        assertThat(RULES.rule(finding.rule()).orElseThrow().signatures())
            .as(example)
            .matches(signatures -> shown.equals("***") || signatures.contains(shown));
      }
    }
  }

  private static String provider(Rule rule) {
    return rule.id().substring(0, rule.id().indexOf('.'));
  }

  /** By ear: an acronym is spelled (an npm token, an HCP token), xAI is not a word. */
  private static boolean soundsLikeVowel(String word) {
    boolean spelled = word.length() > 1 && Character.isUpperCase(word.charAt(1));
    return spelled || Set.of("npm").contains(word)
        ? "AEFHILMNORSX".indexOf(Character.toUpperCase(word.charAt(0))) >= 0 || word.equals("xAI")
        : "AEIOaeio".indexOf(word.charAt(0)) >= 0;
  }
}
