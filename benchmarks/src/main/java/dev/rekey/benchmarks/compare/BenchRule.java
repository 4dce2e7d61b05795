package dev.rekey.benchmarks.compare;

import dev.rekey.detect.Rule;
import java.util.Locale;
import java.util.Random;

/**
 * One made-up rule: its literal, what stands after it, and its regular expression for Rekey and for
 * others.
 *
 * @param kind its shape
 * @param number its place among those of its kind
 * @param literal the text that each match begins with
 * @param alphabet the characters of the value, as in a character class
 * @param least the least length of the value
 * @param most the greatest
 */
record BenchRule(Kind kind, int number, String literal, String alphabet, int least, int most) {
  private static final String ASSIGNED =
      "[0-9A-Za-z_ \\t.-]{0,20}[\"' ]{0,3}(?:=>?|:{1,3}=?|\\|\\||<=|\\?=)[\"' =]{0,5}";
  private static final String QUOTED = "[\"']?[ \\t\\r\\n]{0,3}(?::=?|=>?)[ \\t\\r\\n]{0,3}[\"']";

  /** The four shapes. */
  enum Kind {
    /** A token that begins with its literal: {@code abc_} and 36 letters and digits. */
    PREFIX,
    /** A value without a form of its own that is assigned to a name with a vendor's in it. */
    VENDOR,
    /** A quoted value that is assigned to a word such as "password". */
    GENERIC,
    /** The literal by itself. */
    MARKER;

    boolean caseless() {
      return this == VENDOR || this == GENERIC;
    }
  }

  String id() {
    return "bench." + kind.name().toLowerCase(Locale.ROOT) + "-" + number;
  }

  boolean caseless() {
    return kind.caseless();
  }

  /** The expression in the syntax that RE2, PCRE and Java share, without flags and named groups. */
  String exported() {
    return expression("(?:");
  }

  /** The expression as Rekey takes it. */
  String regex() {
    return (caseless() ? "(?i)" : "") + expression("(?<secret>");
  }

  private String expression(String value) {
    String run = "[" + alphabet + "]{" + least + (most > least ? "," + most : "") + "}";
    return switch (kind) {
      case PREFIX -> value + quoted(literal) + run + ")(?:[^A-Za-z0-9]|$)";
      case VENDOR -> quoted(literal) + ASSIGNED + value + run + ")(?:[\"'\\n\\r ;\\t\\f]|$)";
      case GENERIC -> quoted(literal) + QUOTED + value + run + ")[\"']";
      case MARKER -> value + quoted(literal) + ")";
    };
  }

  /** Rekey's rule, made as any user makes one. */
  Rule rule() {
    return builder().regex(regex()).example(text(new Random(number))).build();
  }

  /** Rekey's rule for the literal alone. */
  Rule literalRule() {
    return builder()
        .regex((caseless() ? "(?i)" : "") + "(?<secret>" + quoted(literal) + ")")
        .example(literal)
        .build();
  }

  private Rule.Builder builder() {
    return Rule.named(id()).label("a made-up secret").keyword(literal);
  }

  /** A text that the rule matches, whatever stands around it. */
  String text(Random random) {
    String value = value(random, least + random.nextInt(most - least + 1));
    return switch (kind) {
      case PREFIX -> literal + value + "\"";
      case VENDOR -> spelled(random) + "_api_key = \"" + value + "\"";
      case GENERIC -> spelled(random) + ": '" + value + "'";
      case MARKER -> literal;
    };
  }

  /** The literal, in one of the spellings that the rule takes. */
  String spelled(Random random) {
    if (!caseless()) {
      return literal;
    }
    return switch (random.nextInt(4)) {
      case 0 -> literal.toUpperCase(Locale.ROOT);
      case 1 -> literal.substring(0, 1).toUpperCase(Locale.ROOT) + literal.substring(1);
      default -> literal;
    };
  }

  private String value(Random random, int length) {
    String members = members(alphabet);
    StringBuilder value = new StringBuilder();
    while (value.length() < length) {
      value.append(members.charAt(random.nextInt(members.length())));
    }
    return value.toString();
  }

  /** The letters and digits of a class, which don't end a value that they stand in. */
  private static String members(String alphabet) {
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < alphabet.length(); i++) {
      boolean range = i + 2 < alphabet.length() && alphabet.charAt(i + 1) == '-';
      char last = range ? alphabet.charAt(i + 2) : alphabet.charAt(i);
      for (char c = alphabet.charAt(i); c <= last; c++) {
        if (Character.isLetterOrDigit(c)) {
          members.append(c);
        }
      }
      i += range ? 2 : 0;
    }
    return members.toString();
  }

  private static String quoted(String literal) {
    return literal.replaceAll("[.+*?()\\[\\]{}|^$\\\\]", "\\\\$0");
  }
}
