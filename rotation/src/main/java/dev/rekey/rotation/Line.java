package dev.rekey.rotation;

import java.text.Normalizer;
import java.util.Locale;

/** One line of text that a person wrote: it is stored, printed and compared. */
final class Line {
  private Line() {}

  /**
   * Checks the form.
   *
   * @param field what it is, for the message
   * @throws IllegalArgumentException if it is blank, has more than so many characters, or one that
   *     can't be seen: what is approved must be what is shown
   */
  static void check(String field, String text, int most) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("field " + field + " is blank");
    }
    if (text.length() > most) {
      throw new IllegalArgumentException(
          "field " + field + " has more than " + most + " characters");
    }
    if (text.codePoints().anyMatch(Line::isHidden)) {
      throw new IllegalArgumentException(
          "field " + field + " has a character that can't be seen, such as a line's end");
    }
  }

  /** Returns the text with a question mark for each character that can't be seen. */
  static String shown(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().forEach(c -> shown.appendCodePoint(isHidden(c) ? '?' : c));
    return shown.toString();
  }

  private static boolean isHidden(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE -> true;
      default -> false;
    };
  }

  /** Returns the form in which two spellings of one person's name are the same. */
  static String person(String name) {
    return Normalizer.normalize(name, Normalizer.Form.NFKC)
        .strip()
        .replaceAll("\\s+", " ")
        .toLowerCase(Locale.ROOT);
  }
}
