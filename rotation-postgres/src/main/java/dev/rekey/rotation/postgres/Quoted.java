package dev.rekey.rotation.postgres;

import java.nio.charset.StandardCharsets;

/** Names and texts as SQL has them, where no parameter can stand: whatever is in them, they stay one. */
final class Quoted {
  /** PostgreSQL cuts longer names off, so that two of them may become one. */
  private static final int LONGEST_NAME = 63;

  private Quoted() {}

  /**
   * Returns a name as a quoted identifier.
   *
   * @throws IllegalArgumentException if PostgreSQL can't have it as a name
   */
  static String name(String name) {
    return '"' + checked(name).replace("\"", "\"\"") + '"';
  }

  /**
   * Returns a name that PostgreSQL can have.
   *
   * @throws IllegalArgumentException if it can't
   */
  static String checked(String name) {
    if (name.isEmpty()
        || name.indexOf('\0') >= 0
        || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new IllegalArgumentException(
          "a name in PostgreSQL has 1 to 63 bytes in UTF-8, none of them zero");
    }
    return name;
  }

  /**
   * Returns a text as a literal that is read alike whatever {@code standard_conforming_strings} says.
   *
   * @throws IllegalArgumentException if it holds a zero, which PostgreSQL can't hold
   */
  static String text(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a text in PostgreSQL holds no zero");
    }
    String doubled = text.replace("'", "''");
    return doubled.indexOf('\\') < 0
        ? "'" + doubled + "'"
        : " E'" + doubled.replace("\\", "\\\\") + "'";
  }

  /** Returns a name as it may be shown to people: names hold anything. */
  static String shown(String name) {
    return name.replaceAll("\\p{Cntrl}|[\\u0080-\\u009f\\u2028\\u2029]", "?");
  }
}
