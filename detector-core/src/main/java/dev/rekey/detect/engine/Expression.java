package dev.rekey.detect.engine;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One pattern of a {@link Program}.
 *
 * <p>A pattern each match of which begins with a keyword is run only <em>at</em> the keyword, where
 * a mismatch ends it within a few characters; any other is searched for in the window around it.
 * Which of the two holds is read off the pattern's text, conservatively.
 */
final class Expression {
  /** The group that holds the value. */
  static final String SECRET = "secret";

  private final String regex;
  private final List<String> keywords;
  private volatile Optional<Reading> reading = Optional.empty();

  private Expression(String regex, List<String> keywords) {
    this.regex = regex;
    this.keywords = keywords;
  }

  /** What is read off the pattern's text, when it is first needed: most patterns never are. */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Reading(
      LatePattern pattern,
      boolean atKeyword,
      boolean boundaryBefore,
      Optional<Run> run,
      Optional<byte[]> literal) {
    static Reading of(String regex, List<String> keywords) {
      String flags = regex.startsWith("(?i)") ? "(?i)" : "";
      String body = regex.substring(flags.length());
      boolean boundary = body.startsWith("\\b");
      String rest = boundary ? body.substring(2) : body;
      if (!keywords.isEmpty() && beginsWithKeyword(rest, keywords)) {
        // The engine checks the boundary: it sees the byte before, and the pattern does not. The
        // anchor lets RE2J stop where nothing can match any more; without it, it reads to the end.
        return new Reading(
            LatePattern.of(flags + "\\A(?:" + rest + ")"),
            true,
            boundary,
            Optional.empty(),
            Optional.empty());
      }
      return new Reading(
          LatePattern.of(regex),
          false,
          false,
          Run.of(regex),
          Literal.of(regex).map(text -> text.getBytes(StandardCharsets.US_ASCII)));
    }
  }

  /** Takes a pattern, which RE2J is known to take. */
  static Expression of(String regex, List<String> keywords) {
    return new Expression(regex, keywords);
  }

  /** Returns false only where the pattern can't match, since a part of it is not in the window. */
  boolean mayMatch(Window window) {
    Optional<byte[]> literal = reading().literal();
    return literal.isEmpty() || window.contains(literal.get());
  }

  /** A quick way to where the pattern can match, if there is one. */
  Optional<Run> run() {
    return reading().run();
  }

  Pattern pattern() {
    return reading().pattern().get();
  }

  boolean atKeyword() {
    return reading().atKeyword();
  }

  boolean boundaryBefore() {
    return reading().boundaryBefore();
  }

  /** Threads that come first together may each read it, and one of the equals stays. */
  private Reading reading() {
    Optional<Reading> done = reading;
    if (done.isEmpty()) {
      done = Optional.of(Reading.of(regex, keywords));
      reading = done;
    }
    return done.get();
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
        String literal = literalPrefix(alternative);
        if (alternative.length() != literal.length() + escapes(alternative)
            || !isKeyword(literal, keywords)) {
          return false;
        }
      }
      return true;
    }
    String literal = literalPrefix(rest);
    return keywords.stream()
        .map(Expression::lower)
        .anyMatch(keyword -> lower(literal).startsWith(keyword));
  }

  /** The text that each match begins with, as far as it is plain; an escaped sign is plain. */
  private static String literalPrefix(String regex) {
    StringBuilder literal = new StringBuilder();
    int at = 0;
    while (at < regex.length()) {
      boolean escaped = isEscapedSign(regex, at);
      if (!escaped && "\\.[]{}()*+?^$|".indexOf(regex.charAt(at)) >= 0) {
        break;
      }
      at += escaped ? 2 : 1;
      if (isQuantifier(regex, at)) {
        break;
      }
      literal.append(regex.charAt(at - 1));
    }
    return literal.toString();
  }

  private static int escapes(String regex) {
    int count = 0;
    for (int i = 0; i < regex.length(); i++) {
      if (isEscapedSign(regex, i)) {
        count++;
        i++;
      }
    }
    return count;
  }

  /** A backslash makes a sign plain; before a letter or a digit it is syntax. */
  private static boolean isEscapedSign(String regex, int at) {
    return regex.charAt(at) == '\\'
        && at + 1 < regex.length()
        && "\\.[]{}()*+?^$|-/:=@#~".indexOf(regex.charAt(at + 1)) >= 0;
  }

  private static boolean isKeyword(String literal, List<String> keywords) {
    return keywords.stream().anyMatch(keyword -> lower(keyword).equals(lower(literal)));
  }

  private static boolean isQuantifier(String regex, int index) {
    return index < regex.length() && "*+?{".indexOf(regex.charAt(index)) >= 0;
  }

  /** An alternation outside a group lets a match begin otherwise; so does an optional group. */
  private static boolean mayBeginOtherwise(String regex) {
    int depth = 0;
    int outermost = 0; // Below zero once the group that the pattern begins in is closed.
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
        outermost = Math.min(outermost, depth);
      } else if (c == '|' && depth <= outermost) {
        return true;
      }
    }
    return false;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
