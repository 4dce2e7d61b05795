package dev.rekey.rotation.azure;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Values as they are written in the Kusto query language. */
final class Kql {
  private Kql() {}

  /**
   * Returns a text as a literal that is read as this text and nothing else.
   *
   * @see <a href="https://learn.microsoft.com/azure/kusto/query/scalar-data-types/string">string
   *     literals</a>
   * @throws IllegalArgumentException if it holds a character for which no escape is documented
   */
  static String string(String text) {
    StringBuilder literal = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\', '\'' -> literal.append('\\').append(c);
        case '\n' -> literal.append("\\n");
        case '\r' -> literal.append("\\r");
        case '\t' -> literal.append("\\t");
        default -> {
          int type = Character.getType(c);
          if (type == Character.CONTROL
              || type == Character.LINE_SEPARATOR
              || type == Character.PARAGRAPH_SEPARATOR) {
            throw new IllegalArgumentException("a text with control characters can't be asked for");
          }
          literal.append(c);
        }
      }
    }
    return literal.append('\'').toString();
  }

  /** Returns a moment, or the microsecond in which it is: Kusto reads no nanoseconds. */
  static String datetime(Instant moment) {
    return "datetime(" + moment.truncatedTo(ChronoUnit.MICROS) + ")";
  }
}
