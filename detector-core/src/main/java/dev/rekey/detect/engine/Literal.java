package dev.rekey.detect.engine;

import java.util.Optional;

/**
 * A text of letters and digits, in this case, that is in every match of a pattern.
 *
 * <p>Keywords are found without regard to case: most of {@code apim} is no {@code APIM}. Where the
 * text is not to be seen, RE2J need not run. It is read off the pattern's text, conservatively.
 */
final class Literal {
  private static final int SHORTEST = 3;

  private Literal() {}

  /** Returns such a text of the group {@code secret}, or empty if none is plain to see. */
  static Optional<String> of(String regex) {
    String opening = "(?<" + Expression.SECRET + ">";
    int open = regex.indexOf(opening);
    if (open < 0 || regex.contains("(?i") || regex.contains("\\Q") || !plain(regex, open)) {
      return Optional.empty();
    }
    String longest = "";
    StringBuilder literal = new StringBuilder();
    for (int i = open + opening.length(); i < regex.length(); ) {
      char c = regex.charAt(i);
      boolean letter = isLetterOrDigit(c);
      boolean quantified = i + 1 < regex.length() && "*+?{".indexOf(regex.charAt(i + 1)) >= 0;
      if (letter && !quantified) {
        literal.append(c);
        i++;
        continue;
      }
      longest = literal.length() > longest.length() ? literal.toString() : longest;
      literal.setLength(0);
      if (c == '|') {
        return Optional.empty();
      }
      if (c == ')') {
        break;
      }
      i = after(regex, i);
    }
    return longest.length() >= SHORTEST ? Optional.of(longest) : Optional.empty();
  }

  /** Whether the group stands alone in the pattern, with no alternative and no repeat. */
  private static boolean plain(String regex, int open) {
    int close = after(regex, open);
    if (close < regex.length() && "*+?{".indexOf(regex.charAt(close)) >= 0) {
      return false;
    }
    for (int i = 0; i < regex.length(); i = after(regex, i)) {
      if (i == open) {
        return !hasAlternative(regex, close);
      }
      if (regex.charAt(i) == '|') {
        return false;
      }
    }
    return false; // it is inside another group
  }

  private static boolean hasAlternative(String regex, int from) {
    for (int i = from; i < regex.length(); i = after(regex, i)) {
      if (regex.charAt(i) == '|') {
        return true;
      }
    }
    return false;
  }

  /** The index after an escape, a class, a group, the bounds of a repeat, or one character. */
  private static int after(String regex, int at) {
    char c = regex.charAt(at);
    int i = at + 1;
    if (c == '\\') {
      return i + 1;
    }
    if (c == '[') {
      i += regex.startsWith("^", i) ? 1 : 0;
      i += regex.startsWith("]", i) ? 1 : 0;
      while (i < regex.length() && regex.charAt(i) != ']') {
        i += regex.charAt(i) == '\\' ? 2 : 1;
      }
      return i + 1;
    }
    if (c == '{') {
      int end = regex.indexOf('}', i);
      return end < 0 ? regex.length() : end + 1;
    }
    if (c == '(') {
      while (i < regex.length() && regex.charAt(i) != ')') {
        i = after(regex, i);
      }
      return i + 1;
    }
    return i;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
