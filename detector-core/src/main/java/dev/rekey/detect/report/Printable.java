package dev.rekey.detect.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Text from the outside, made fit for a terminal: nothing in it moves the cursor, changes colours or
 * reorders a line, and it keeps to a width.
 */
final class Printable {
  private Printable() {}

  /**
   * Returns the text in lines of at most {@code width} columns, broken after spaces or slashes where
   * that is possible. There is at least one line.
   */
  static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int columns = 0;
    int breakAt = 0; // where the line may end, 0 if nowhere
    int[] points = text.codePoints().toArray();
    for (int point : points) {
      String shown = shown(point);
      int wide = shown.codePoints().map(Printable::columns).sum();
      while (columns + wide > width && line.length() > 0) {
        int end = breakAt > 0 ? breakAt : line.length();
        lines.add(line.substring(0, end).stripTrailing());
        line.delete(0, end);
        columns = line.codePoints().map(Printable::columns).sum();
        breakAt = 0;
      }
      line.append(shown);
      columns += wide;
      if (point == ' ' || point == '/') {
        breakAt = line.length();
      }
    }
    lines.add(line.toString().stripTrailing());
    return lines;
  }

  /** Returns the text in one line, however long. */
  static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints().forEach(point -> line.append(shown(point)));
    return line.toString();
  }

  /** What stands for a character: itself, or an escape where it would act and not show. */
  private static String shown(int point) {
    return switch (point) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default ->
        acts(point)
            ? String.format(Locale.ROOT, point < 0x10000 ? "\\u%04x" : "\\u{%x}", point)
            : Character.toString(point);
    };
  }

  /** Controls, bidirectional and other format characters, foreign line ends, and what is no text. */
  private static boolean acts(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED -> true;
      default -> false;
    };
  }

  /** The columns of a character: none for marks on the one before, two for wide scripts. */
  private static int columns(int point) {
    int type = Character.getType(point);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide = (point >= 0x1f300 && point < 0x1fb00)
        || (point >= 0xff01 && point <= 0xff60)
        || (point >= 0x3000 && point < 0x3040)
        || switch (Character.UnicodeScript.of(point)) {
          case HAN, HIRAGANA, KATAKANA, HANGUL, BOPOMOFO, YI -> true;
          default -> false;
        };
    return wide ? 2 : 1;
  }
}
