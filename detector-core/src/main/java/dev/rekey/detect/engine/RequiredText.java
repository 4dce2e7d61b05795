package dev.rekey.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/**
 * A text that must be there, without regard to ASCII case: a keyword, or what is in every match of a
 * pattern, which need not run where that is not to be seen.
 *
 * <p>Immutable and thread-safe.
 */
final class RequiredText {
  private final byte[] lower;

  private RequiredText(String lower) {
    this.lower = lower.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Returns the longest text that is in every match of a pattern; an empty one if it has none of three
   * characters or more, or is not understood with certainty.
   */
  static RequiredText of(String regex) {
    Optional<Syntax> syntax = Syntax.read(regex);
    String longest = "";
    if (syntax.isPresent()) {
      for (String text : Shape.requiredTexts(syntax.get())) {
        longest = text.length() > longest.length() ? text : longest;
      }
    }
    return new RequiredText(longest);
  }

  /** Returns a keyword. */
  static RequiredText keyword(String keyword) {
    return new RequiredText(keyword.toLowerCase(Locale.ROOT));
  }

  /** Returns whether the text is among the bytes from one index to another. */
  boolean isIn(byte[] bytes, int from, int to) {
    if (lower.length == 0) {
      return true;
    }
    int last = to - lower.length;
    for (int i = from; i <= last; i++) {
      if (folded(bytes[i]) == lower[0] && follows(bytes, i)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the text in lower case. */
  @Override
  public String toString() {
    return new String(lower, StandardCharsets.US_ASCII);
  }

  private boolean follows(byte[] bytes, int at) {
    for (int i = 1; i < lower.length; i++) {
      if (folded(bytes[at + i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte folded(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
  }
}
