package dev.rekey.rotation;

/**
 * How the characters of a value are written in one kind of place: in a string of JSON, between single
 * quotes in YAML.
 *
 * <p>What it writes is read alike by every common reader of that kind of file. A character on which
 * they disagree is refused, unless the value that stands there already has it in an escape: then
 * whoever reads the file knows that escape ({@link Alignment} sees to that).
 */
enum Spelling {
  /** A string of JSON. */
  JSON("a string of JSON") {
    @Override
    Unit read(String source, int at, int to) {
      return source.charAt(at) == '\\'
          ? escape(source, at, to, "u", "\"\\/bfnrt", "\"\\/\b\f\n\r\t")
          : raw(source, at);
    }

    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      int which = "\"\\\b\f\n\r\t".indexOf(c);
      if (which >= 0) {
        out.append('\\').append("\"\\bfnrt".charAt(which));
      } else if (c < ' ') {
        unicode(c, out);
      } else {
        out.append(c);
      }
      return true;
    }
  },

  /** The value of a property, as {@link java.util.Properties} reads it. */
  PROPERTIES("the value of a property") {
    @Override
    Unit read(String source, int at, int to) {
      if (source.charAt(at) != '\\') {
        return raw(source, at);
      }
      if (at + 1 >= to || isLineBreak(source.charAt(at + 1))) {
        return continued(source, at + 1, to, " \t\f");
      }
      Unit escape = escape(source, at, to, "u", "tnrf", "\t\n\r\f");
      return escape.isNothing() && source.charAt(at + 1) != 'u'
          ? new Unit(source.substring(at + 1, at + 2), at + 2)
          : escape;
    }

    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      int which = "\\\t\n\r\f".indexOf(c);
      if (which >= 0) {
        out.append('\\').append("\\tnrf".charAt(which));
      } else if (c < ' ' || c > '~') {
        unicode(c, out); // Right in ISO 8859-1 and in UTF-8.
      } else if (c == ' ' && spot.first()) {
        out.append("\\ ");
      } else {
        out.append(c);
      }
      return true;
    }
  },

  /** A value without quotes in a .env file. */
  DOTENV_BARE("a value without quotes in a .env file") {
    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      boolean plain = isLetterOrDigit(c)
          || "_./+=:@%,^-".indexOf(c) >= 0
          || (c == '~' && !spot.first())
          || (c > '~' && isVisible(c));
      out.append(c);
      return plain;
    }
  },

  /** A value between single quotes in a .env file. */
  DOTENV_SINGLE("a value between single quotes in a .env file") {
    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      boolean expanded = c == '{' && out.length() > 0 && out.charAt(out.length() - 1) == '$';
      out.append(c);
      return !expanded && c != '\'' && c != '\\' && (isVisible(c) || spot.hadLineBreak(c));
    }
  },

  /** A value between double quotes in a .env file. */
  DOTENV_DOUBLE("a value between double quotes in a .env file") {
    @Override
    Unit read(String source, int at, int to) {
      if (source.charAt(at) != '\\' || at + 1 >= to) {
        return raw(source, at);
      }
      int which = "nrt\"\\$`".indexOf(source.charAt(at + 1));
      return which < 0
          ? raw(source, at)
          : new Unit(String.valueOf("\n\r\t\"\\$`".charAt(which)), at + 2);
    }

    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      out.append(c);
      return "\"\\$`".indexOf(c) < 0 && (isVisible(c) || spot.hadLineBreak(c));
    }
  },

  /** A scalar of YAML without quotes. */
  YAML_PLAIN("a value without quotes in YAML") {
    @Override
    boolean folds() {
      return true;
    }

    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      out.append(c);
      return c != ' ' && isVisible(c) && ":#,[]{}".indexOf(c) < 0;
    }
  },

  /** A scalar of YAML between single quotes. */
  YAML_SINGLE("a value between single quotes in YAML") {
    @Override
    boolean folds() {
      return true;
    }

    @Override
    Unit read(String source, int at, int to) {
      return source.charAt(at) == '\'' ? new Unit("'", at + 2) : raw(source, at);
    }

    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      out.append(c == '\'' ? "''" : c);
      return isVisible(c);
    }
  },

  /** A scalar of YAML between double quotes. */
  YAML_DOUBLE("a value between double quotes in YAML") {
    @Override
    boolean folds() {
      return true;
    }

    @Override
    Unit read(String source, int at, int to) {
      if (source.charAt(at) != '\\') {
        return raw(source, at);
      }
      if (at + 1 < to && isLineBreak(source.charAt(at + 1))) {
        return continued(source, at + 1, to, " \t");
      }
      return escape(
          source,
          at,
          to,
          "xuU",
          "0abt\tnvfre \"/\\N_LP",
          "\0\u0007\b\t\t\n\u000b\f\r\u001b \"/\\\u0085\u00a0\u2028\u2029");
    }

    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      int which = "\"\\\b\f\n\r\t".indexOf(c);
      if (which >= 0) {
        out.append('\\').append("\"\\bfnrt".charAt(which));
      } else if (isVisible(c)) {
        out.append(c);
      } else {
        unicode(c, out);
      }
      return true;
    }
  },

  /** A block of YAML that keeps its lines. */
  YAML_LITERAL("a literal block of YAML") {
    @Override
    boolean folds() {
      return true;
    }

    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      if (c == '\n') {
        out.append(spot.newLine());
      } else {
        out.append(c);
      }
      return isVisible(c) || c == '\n';
    }
  },

  /** A block of YAML that folds its lines. */
  YAML_FOLDED("a folded block of YAML") {
    @Override
    boolean folds() {
      return true;
    }

    @Override
    boolean write(char c, Spot spot, StringBuilder out) {
      out.append(c);
      return c != ' ' && isVisible(c);
    }
  };

  private final String label;

  Spelling(String label) {
    this.label = label;
  }

  /**
   * A stretch of a source that stands for some characters, or for none: a continued line.
   *
   * @param text what it stands for, part of a value
   * @param end where it ends
   */
  record Unit(String text, int end) {
    boolean isNothing() {
      return text.isEmpty();
    }

    @Override
    public String toString() {
      return "Unit(.." + end + ")";
    }
  }

  /**
   * Where something is written.
   *
   * @param first whether it is the first character of the value
   * @param replaced the source that it takes the place of, part of a value
   * @param newLine a line end, and the indentation of the next line
   */
  record Spot(boolean first, String replaced, String newLine) {
    /** Whether a character is a line break, and what is replaced has one like it. */
    boolean hadLineBreak(char c) {
      return isLineBreak(c) && replaced.indexOf(c) >= 0;
    }

    @Override
    public String toString() {
      return "Spot";
    }
  }

  /** Whether blanks around a line break stand for something else than themselves. */
  boolean folds() {
    return false;
  }

  /** Reads what stands at a place of a source whose value ends at another. */
  Unit read(String source, int at, int to) {
    return raw(source, at);
  }

  /** Writes a character and says whether it can stand there. */
  abstract boolean write(char c, Spot spot, StringBuilder out);

  /** Returns what a stretch of a source stands for, where nothing is folded. */
  String decode(String source, int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int at = from; at < to; ) {
      Unit unit = read(source, at, to);
      text.append(unit.text());
      at = unit.end();
    }
    return text.toString();
  }

  /** Returns what it is, for people: "a string of JSON". */
  String label() {
    return label;
  }

  private static Unit raw(String source, int at) {
    return new Unit(source.substring(at, at + 1), at + 1);
  }

  /**
   * Reads an escape: a number in hexadecimal behind one of some letters, or a letter with a meaning;
   * nothing if it is unknown.
   */
  private static Unit escape(
      String source, int at, int to, String numbers, String letters, String meanings) {
    if (at + 1 >= to) {
      return new Unit("", to);
    }
    char letter = source.charAt(at + 1);
    int which = letters.indexOf(letter);
    if (which >= 0) {
      return new Unit(meanings.substring(which, which + 1), at + 2);
    }
    int digits = numbers.indexOf(letter) < 0 ? 0 : letter == 'x' ? 2 : letter == 'u' ? 4 : 8;
    int end = at + 2 + digits;
    if (digits == 0 || end > to) {
      return new Unit("", at + 2);
    }
    try {
      return new Unit(Character.toString(Integer.parseInt(source, at + 2, end, 16)), end);
    } catch (IllegalArgumentException malformed) {
      return new Unit("", at + 2);
    }
  }

  /** Reads a line break and the blanks after it, which stand for nothing. */
  private static Unit continued(String source, int at, int to, String blanks) {
    int end = at;
    if (end < to) {
      end += source.startsWith("\r\n", end) ? 2 : 1;
    }
    while (end < to && blanks.indexOf(source.charAt(end)) >= 0) {
      end++;
    }
    return new Unit("", Math.min(end, to));
  }

  static boolean isLineBreak(char c) {
    return c == '\n' || c == '\r';
  }

  /** Whether it is neither a control character nor a line break that some reader knows. */
  private static boolean isVisible(char c) {
    return c >= ' '
        && (c < '\u007f' || c >= '\u00a0')
        && "\u2028\u2029\ufeff\ufffe\uffff".indexOf(c) < 0;
  }

  static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static void unicode(char c, StringBuilder out) {
    out.append(String.format("\\u%04x", (int) c));
  }
}
