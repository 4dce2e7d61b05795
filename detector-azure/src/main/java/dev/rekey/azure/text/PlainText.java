package dev.rekey.azure.text;

/** Text from outside, made fit for one line of a message or a log. */
public final class PlainText {
  private PlainText() {}

  /**
   * Returns the text in at most so many characters, with a space for each run of control, format,
   * separator and unpaired characters: none can forge a line or turn the direction of writing.
   */
  public static String of(String text, int most) {
    StringBuilder plain = new StringBuilder(Math.min(text.length(), most));
    boolean gap = false;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (isPlain(point)) {
        if (plain.length() + 1 >= most) {
          return plain.append('…').toString();
        }
        if (gap && plain.length() > 0) {
          plain.append(' ');
        }
        gap = false;
        plain.appendCodePoint(point);
      } else {
        gap = true;
      }
    }
    return plain.toString();
  }

  /** Returns whether a code point may stand in a line of a message. */
  public static boolean isPlain(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED -> false;
      default -> true;
    };
  }
}
