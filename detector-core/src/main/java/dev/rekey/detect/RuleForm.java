package dev.rekey.detect;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.rekey.detect.engine.Program;
import java.util.List;
import java.util.function.Function;

/** What must hold for the fields of a rule before it is one. */
final class RuleForm {
  private static final java.util.regex.Pattern ID =
      java.util.regex.Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*(\\.[a-z0-9]+(-[a-z0-9]+)*)+");

  private static final int LARGEST_SPAN = 64 * 1024;
  private static final int LARGEST_BLOCK = 1024 * 1024;

  /** The longest that the shortest run may be. */
  private static final int LONGEST_RUN = 256;

  private final Rule.Builder rule;

  RuleForm(Rule.Builder rule) {
    this.rule = rule;
  }

  /** Sees that an id has the form of one. */
  static void checkId(String id) {
    if (!ID.matcher(id).matches()) {
      throw RuleException.of(
          id, "id", "expected lower-case words like provider.kind-of-secret, with one dot or more");
    }
  }

  /** Sees that no field is missing, out of its range, or at odds with another. */
  void checkFields() {
    require(
        rule.label.startsWith("a ") || rule.label.startsWith("an "),
        "label",
        "expected a fragment like \"an Acme API token\"");
    require(
        rule.confidence >= 0 && rule.confidence <= 1,
        "confidence",
        "expected a number from 0 to 1");
    require(rule.minEntropy >= 0 && rule.minEntropy <= 8, "entropy", "expected bits from 0 to 8");
    for (String keyword : rule.keywords) {
      if (keyword.length() < 3 || keyword.length() > 64 || !isAscii(keyword)) {
        throw wrong("keywords", "expected 3 to 64 ASCII characters, not \"" + keyword + "\"");
      }
    }
    require(
        !rule.requiresChecksum || !rule.checks.isEmpty(),
        "requires-checksum",
        "expected a check that verifies the checksum");
    require(
        rule.within >= 0 && rule.within <= Surroundings.MOST_LINES,
        "within",
        "expected 0 to " + Surroundings.MOST_LINES + " lines");
    for (String name : rule.requires) {
      if (!rule.parts.containsKey(name)) {
        String parts = String.join(", ", rule.parts.keySet());
        throw wrong("requires", "\"" + name + "\" is none of its parts: " + parts);
      }
    }
    require(!rule.examples.isEmpty(), "examples", "expected at least one text that matches");
    if (rule.run.isPresent()) {
      checkRun(rule.run.getAsInt());
    } else {
      checkMatching();
    }
  }

  private void checkMatching() {
    boolean block = rule.isBlock();
    require(
        rule.span >= 8 && rule.span <= (block ? LARGEST_BLOCK : LARGEST_SPAN),
        block ? "block.max" : "span",
        "expected 8 to " + (block ? LARGEST_BLOCK : LARGEST_SPAN) + " bytes");
    require(!block || rule.regexes.isEmpty(), "block", "a rule has patterns or a block, not both");
    require(
        !block || !rule.keywords.isEmpty(),
        "keywords",
        "a block needs the keyword that it begins with");
    require(block || !rule.regexes.isEmpty(), "patterns", "expected a pattern, a block or a run");
  }

  private void checkRun(int run) {
    int least = Program.TokenRun.LEAST;
    require(
        run >= least && run <= LONGEST_RUN,
        "run",
        "expected " + least + " to " + LONGEST_RUN + " characters");
    require(rule.keywords.isEmpty(), "keywords", "a run has none: it is found without one");
    require(rule.regexes.isEmpty(), "patterns", "a rule has patterns or a run, not both");
    require(!rule.isBlock(), "block", "a rule is a block or a run, not both");
    int leastSpan = Program.TokenRun.leastSpan(run);
    int most = Program.TokenRun.LONGEST;
    require(
        rule.span >= leastSpan && rule.span <= most,
        "span",
        "expected " + leastSpan + " to " + most + " bytes for runs of at least " + run);
  }

  /** Sees that RE2J takes the patterns, over bytes seen as characters, and finds a value by them. */
  void checkPatterns() {
    if (rule.isBlock()) {
      compile("block.begin", rule.begin);
      compile("block.end", rule.end);
    }
    for (String regex : rule.regexes) {
      Pattern pattern = compile("patterns", regex);
      require(
          pattern.namedGroups().containsKey("secret"),
          "patterns",
          "expected a group (?<secret>…) around the value in " + regex);
    }
    rule.parts.forEach((name, regex) -> {
      Pattern pattern = compile("parts." + name, regex);
      require(pattern.groupCount() == 1, "parts." + name, "expected exactly one group");
    });
  }

  /** Sees that the rule's patterns match its examples. */
  void checkExamples(Rule built) {
    filled("counterexamples", rule.counterexamples);
    for (String example : filled("examples", rule.examples)) {
      if (!Detector.matches(built, example)) {
        throw noMatch(example);
      }
    }
  }

  /** Returns the examples with their holes filled. */
  List<String> examples() {
    return filled("examples", rule.examples);
  }

  /** Returns the counterexamples with their holes filled. */
  List<String> counterexamples() {
    return filled("counterexamples", rule.counterexamples);
  }

  RuleException noMatch(String example) {
    String what =
        rule.run.isPresent() ? "no run that looks random is in" : "the pattern doesn't match";
    return wrong("examples", what + " the example \"" + shortened(example) + "\"");
  }

  RuleException wrong(String field, String problem) {
    return RuleException.of(rule.id, field, problem);
  }

  private List<String> filled(String field, List<String> templates) {
    try {
      return templates.stream().map(ExampleTemplate::fill).toList();
    } catch (IllegalArgumentException malformed) {
      throw wrong(field, String.valueOf(malformed.getMessage()));
    }
  }

  private Pattern compile(String field, String regex) {
    require(!regex.isEmpty(), field, "expected a pattern");
    require(isAscii(regex), field, "expected ASCII; write other bytes as \\x80 to \\xFF");
    BytePattern.problem(regex).ifPresent(problem -> require(false, field, problem));
    try {
      Pattern pattern = Pattern.compile(regex);
      require(!pattern.matches(""), field, "the pattern matches the empty text");
      return pattern;
    } catch (PatternSyntaxException malformed) {
      throw wrong(field, malformed.getDescription() + " in " + regex);
    }
  }

  private void require(boolean holds, String field, String problem) {
    if (!holds) {
      throw wrong(field, problem);
    }
  }

  /** Returns the choice of this name. */
  static <T> T choose(
      String id, String field, String word, List<T> choices, Function<T, String> name) {
    for (T choice : choices) {
      if (name.apply(choice).equals(word)) {
        return choice;
      }
    }
    throw RuleException.of(
        id,
        field,
        "expected one of "
            + String.join(", ", choices.stream().map(name).toList())
            + ", not \""
            + word
            + "\"");
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < 0x20 || text.charAt(i) >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }
}
