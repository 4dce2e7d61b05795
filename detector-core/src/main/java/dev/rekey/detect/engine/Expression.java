package dev.rekey.detect.engine;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One compiled pattern of a {@link Program}.
 *
 * <p>A pattern each match of which begins with a keyword is run only <em>at</em> the keyword, where
 * a mismatch ends it within a few characters; any other is searched for in the window around it.
 * Which of the two holds is read off the pattern's text, conservatively.
 */
final class Expression {
  /** The group that holds the value. */
  static final String SECRET = "secret";

  private final Pattern pattern;
  private final boolean atKeyword;
  private final boolean boundaryBefore;
  private final Optional<Run> run;
  private final Optional<byte[]> literal;

  private Expression(
      Pattern pattern,
      boolean atKeyword,
      boolean boundaryBefore,
      Optional<Run> run,
      Optional<String> literal) {
    this.pattern = pattern;
    this.run = run;
    this.literal = literal.map(text -> text.getBytes(StandardCharsets.US_ASCII));
    this.atKeyword = atKeyword;
    this.boundaryBefore = boundaryBefore;
  }

  /**
   * Compiles a pattern.
   *
   * @throws com.google.re2j.PatternSyntaxException if RE2J refuses it
   */
  static Expression compile(String regex, List<String> keywords) {
    String flags = regex.startsWith("(?i)") ? "(?i)" : "";
    String body = regex.substring(flags.length());
    boolean boundary = body.startsWith("\\b");
    String rest = boundary ? body.substring(2) : body;
    if (!keywords.isEmpty() && beginsWithKeyword(rest, keywords)) {
      // The engine checks the boundary: it sees the byte before, and the pattern does not. The
      // anchor lets RE2J stop where nothing can match any more; without it, it reads to the end.
      return new Expression(
          Pattern.compile(flags + "\\A(?:" + rest + ")"),
          true,
          boundary,
          Optional.empty(),
          Optional.empty());
    }
    return new Expression(Pattern.compile(regex), false, false, Run.of(regex), Literal.of(regex));
  }

  /** Returns false only where the pattern can't match, since a part of it is not in the window. */
  boolean mayMatch(Window window) {
    return literal.isEmpty() || window.contains(literal.get());
  }

  /** A quick way to where the pattern can match, if there is one. */
  Optional<Run> run() {
    return run;
  }

  Pattern pattern() {
    return pattern;
  }

  boolean atKeyword() {
    return atKeyword;
  }

  boolean boundaryBefore() {
    return boundaryBefore;
  }

  private static boolean beginsWithKeyword(String regex, List<String> keywords) {
    // Quoted text would be taken for syntax here.
    if (regex.contains("\\Q")) {
      return false;
    }
    String rest = regex;
    for (String opening : List.of("(?<" + SECRET + ">", "(?P<" + SECRET + ">")) {
      if (rest.startsWith(opening)) {
        rest = rest.substring(opening.length());
      }
    }
    if (mayBeginOtherwise(rest)) {
      return false;
    }
    if (rest.startsWith("(?:")) {
      int close = rest.indexOf(')');
      // A quantified group need not be there at all; a nested one is beyond this reading.
      if (close < 0 || isQuantifier(rest, close + 1)) {
        return false;
      }
      for (String alternative : rest.substring(3, close).split("\\|", -1)) {
        if (!isLiteral(alternative) || !isKeyword(alternative, keywords)) {
          return false;
        }
      }
      return true;
    }
    int end = 0;
    while (end < rest.length() && isLiteral(rest.substring(end, end + 1))) {
      end++;
    }
    if (isQuantifier(rest, end)) {
      end--;
    }
    String literal = end > 0 ? rest.substring(0, end) : "";
    return keywords.stream()
        .map(Expression::lower)
        .anyMatch(keyword -> lower(literal).startsWith(keyword));
  }

  private static boolean isKeyword(String literal, List<String> keywords) {
    return keywords.stream().anyMatch(keyword -> lower(keyword).equals(lower(literal)));
  }

  private static boolean isLiteral(String text) {
    return !text.isEmpty() && text.chars().allMatch(c -> "\\.[]{}()*+?^$|".indexOf(c) < 0);
  }

  private static boolean isQuantifier(String regex, int index) {
    return index < regex.length() && "*+?{".indexOf(regex.charAt(index)) >= 0;
  }

  /** An alternation outside a group lets a match begin otherwise; so does an optional group. */
  private static boolean mayBeginOtherwise(String regex) {
    int depth = 0;
    boolean inClass = false;
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      if (c == '\\') {
        i++;
      } else if (inClass) {
        inClass = c != ']';
      } else if (c == '[') {
        inClass = true;
      } else if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
        if (depth < 0 && isQuantifier(regex, i + 1)) {
          return true;
        }
      } else if (c == '|' && depth <= 0) {
        return true;
      }
    }
    return false;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
