package dev.rekey.detect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The rules of a file that is a table: one row for each kind of secret that has no form of its own,
 * only a vendor's name beside it and a general class of characters.
 *
 * <p>A row says the names, one of which begins a name that goes on with a word like <em>key</em>;
 * the form of the value ({@link ValueForm}); and what every rule says of itself. The rest is the
 * same for all and made here: pattern, suppressors, least entropy, examples and counterexamples. No
 * row is more certain than {@value #MOST_CERTAIN}.
 *
 * <p>A row yields to the rules that are {@linkplain Rule.Builder#yieldsTo specific}: whoever knows a
 * value by its form knows more than who knows its name. Rules for anything ({@code yields: ["*"]})
 * yield to a row, and of two rows that find the same value the later does.
 */
final class VendorTable {
  static final double MOST_CERTAIN = 0.6;

  /** One of them is in a secret's name. */
  static final List<String> WORDS =
      List.of("key", "token", "secret", "password", "passwd", "pwd", "credential", "auth");

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(?:[._-][a-z0-9]+)*");
  private static final int SHORTEST_NAME = 3;
  private static final int LONGEST_NAME = 32;

  /** Who rotates or revokes by API needs no text. */
  private static final String GUIDED = "guided";

  /** In a runbook, the label of the row. */
  private static final String LABEL = "{label}";

  /** A name goes on, with its words joined or apart: {@code acme.prodApi-key_2}. */
  private static final String ON = "[a-z0-9_. -]{0,24}";

  private static final String QUOTE = "(?:\\\\?[\"'`])";
  private static final String SPACE = "[ \\t]{0,4}";
  private static final String ASSIGNED = SPACE + "(?::=|=>|[=:>])" + SPACE + QUOTE + "?";
  private static final String ARGUMENT = SPACE + "[,(]" + SPACE + QUOTE;

  /** As in the settings of .NET and the variables of containers. */
  private static final String FIELD =
      ",?\\s{1,24}" + QUOTE + "?value" + QUOTE + "?" + SPACE + "[=:]" + SPACE + QUOTE + "?";

  private static final String TO_VALUE =
      QUOTE + "?\\]?(?:" + ASSIGNED + "|" + ARGUMENT + "|" + FIELD + ")";

  /** What no value goes on with, but a full stop at the end of a sentence. */
  private static final String END = "\\.?(?:[^A-Za-z0-9_+/=.~-]|$)";

  /** The bytes of a match beside those of the value. */
  private static final int AROUND = 160;

  private final YamlFields yaml;
  private final Function<Rule.Builder, Rule> build;

  /** Starts to read a table. */
  VendorTable(YamlFields yaml, Function<Rule.Builder, Rule> build) {
    this.yaml = yaml;
    this.build = build;
  }

  /** What a row says and other rules don't. */
  private static final class Row {
    private final List<String> names = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private String value = "";
    private double confidence = MOST_CERTAIN;
  }

  /**
   * Returns the rules of the table among the fields of a file, and takes down their lines.
   *
   * @throws RuleException if a field or a row is wrong
   */
  List<Rule> rules(Map<String, Node> file, Map<String, Integer> lines) {
    for (String field : List.of("provider", "rules")) {
      Node node = file.get(field);
      if (node != null) {
        throw yaml.wrong(
            "", field, node, "a file has a table, or else a provider and rules, not both");
      }
    }
    String runbook = "";
    Node text = file.get("runbook");
    if (text != null) {
      runbook = yaml.scalar("", "runbook", text);
      if (!runbook.contains(LABEL)) {
        throw yaml.wrong("", "runbook", text, "expected " + LABEL + " where a row's label goes");
      }
    }
    List<Rule> rules = new ArrayList<>();
    Node table = file.get("table");
    for (Node node : table == null ? List.<Node>of() : yaml.sequence("", "table", table)) {
      String id = yaml.id(node);
      String shared = runbook;
      rules.add(yaml.rule(node, () -> rule(id, node, shared)));
      yaml.addLines(id, node, lines);
    }
    return rules;
  }

  private Rule rule(String id, Node node, String runbook) {
    Rule.Builder rule = Rule.named(id);
    Row row = new Row();
    Map<String, Consumer<Node>> readers = yaml.readers(id, rule);
    // Before its own, if it has one.
    readers.computeIfPresent(
        "remedy",
        (field, reader) -> reader.andThen(value -> {
          if (yaml.scalar(id, field, value).equals(GUIDED)) {
            rule.runbook(runbook.replace(LABEL, label(id, node)));
          }
        }));
    readers.put("names", value -> yaml.each(id, "names", value, row.names::add));
    readers.put("words", value -> yaml.each(id, "words", value, row.words::add));
    readers.put("value", value -> row.value = yaml.scalar(id, "value", value));
    readers.put("confidence", value -> row.confidence = yaml.number(id, "confidence", value));
    yaml.read(
        id,
        node,
        readers,
        List.of("label", "names", "value", "severity", "remedy", "evidence", "references"));
    complete(id, rule, row);
    return build.apply(rule);
  }

  private String label(String id, Node node) {
    return yaml.scalar(id, "label", yaml.required(id, node, yaml.fields(id, node), "label"));
  }

  /** Adds to a rule what follows from its row. */
  private static void complete(String id, Rule.Builder rule, Row row) {
    require(!row.names.isEmpty(), id, "names", "expected one name or more");
    for (String name : row.names) {
      require(
          NAME.matcher(name).matches()
              && name.length() >= SHORTEST_NAME
              && name.length() <= LONGEST_NAME,
          id,
          "names",
          "expected " + SHORTEST_NAME + " to " + LONGEST_NAME
              + " lower-case letters and digits, between which . _ - may stand, not \"" + name
              + "\"");
      rule.keyword(name);
    }
    for (String word : row.words) {
      require(
          WORDS.contains(word),
          id,
          "words",
          "expected some of " + String.join(", ", WORDS) + ", not \"" + word + "\"");
    }
    require(
        row.confidence >= 0 && row.confidence <= MOST_CERTAIN,
        id,
        "confidence",
        "expected a number from 0 to " + MOST_CERTAIN + ": a row knows only the vendor's name");
    List<String> words = row.words.isEmpty() ? WORDS : row.words;
    ValueForm form = form(id, row.value);
    rule.confidence(row.confidence)
        .regex(regex(row.names, words, form))
        .span(AROUND + form.length())
        .minEntropy(form.entropy())
        .suppressor("placeholder")
        .suppressor("reference")
        .suppressor("sample")
        .suppressor("code")
        .suppressor("not-secret")
        .suppressor("words")
        .yieldsTo(Rule.SPECIFIC_RULES);
    addExamples(rule, row.names, words.get(0), form);
  }

  private static ValueForm form(String id, String value) {
    try {
      return ValueForm.of(value);
    } catch (IllegalArgumentException malformed) {
      throw RuleException.of(id, "value", String.valueOf(malformed.getMessage()));
    }
  }

  /** The names are in any case, the value is in its own. */
  private static String regex(List<String> names, List<String> words, ValueForm form) {
    String any = String.join("|", names).replace(".", "\\.");
    return "(?i)(?:" + any + ")" + ON + "(?:" + String.join("|", words) + ")" + ON + TO_VALUE
        + "(?-i:(?<secret>" + form.regex() + ")" + END + ")";
  }

  private static void addExamples(
      Rule.Builder rule, List<String> names, String word, ValueForm form) {
    String name = names.get(0);
    String variable = name.toUpperCase(Locale.ROOT) + "_APP_" + word.toUpperCase(Locale.ROOT);
    String property =
        names.get(names.size() - 1) + Character.toUpperCase(word.charAt(0)) + word.substring(1);
    rule.example(variable + "=" + form.shortest())
        .example("  \"" + property + "\": \"" + form.longest() + "\",")
        .example("<add key=\"" + property + "\" value=\"" + form.shortest() + "\" />")
        .example("- name: " + variable + "\n  value: " + form.longest() + "\n");
    rule.counterexample(variable + "=" + form.tooShort())
        .counterexample(variable + "=" + form.tooLong())
        .counterexample(variable + "=<your-" + name + "-" + word + ">")
        .counterexample(variable + "=${" + variable + "}")
        .counterexample(variable + "_ID=" + form.shortest())
        .counterexample(name + "=" + form.shortest());
  }

  private static void require(boolean holds, String id, String field, String problem) {
    if (!holds) {
      throw RuleException.of(id, field, problem);
    }
  }
}
