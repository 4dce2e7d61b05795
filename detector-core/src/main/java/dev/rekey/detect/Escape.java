package dev.rekey.detect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A way in which a value may be written down, and how it is undone.
 *
 * <p>Undoing gives the <em>canonical</em> value, what the issuer would print, so that one secret has
 * one fingerprint whether it stands in a URL, in JSON, in a properties file or in XML. A rule names the escapes that its
 * values may be written in; an escape that is malformed is left as it stands.
 */
enum Escape {
  /** {@code %2B}, as in URLs (RFC 3986, section 2.1). */
  PERCENT {
    @Override
    int undo(byte[] in, int at, ByteArrayOutputStream out) {
      if (in[at] != '%' || at + 3 > in.length) {
        return 0;
      }
      int value = number(in, at + 1, at + 3, 16);
      if (value < 0) {
        return 0;
      }
      out.write(value);
      return 3;
    }
  },

  /** <code>&#92;u002B</code> and the two-character escapes of JSON (RFC 8259, section 7). */
  JSON {
    @Override
    int undo(byte[] in, int at, ByteArrayOutputStream out) {
      if (in[at] != '\\' || at + 2 > in.length) {
        return 0;
      }
      if (in[at + 1] != 'u') {
        int index = "\"\\/bfnrt".indexOf(in[at + 1] & 0xff);
        if (index < 0) {
          return 0;
        }
        out.write("\"\\/\b\f\n\r\t".charAt(index));
        return 2;
      }
      int unit = at + 6 > in.length ? -1 : number(in, at + 2, at + 6, 16);
      if (unit < 0) {
        return 0;
      }
      if (Character.isHighSurrogate((char) unit)) {
        int low = at + 12 > in.length || in[at + 6] != '\\' || in[at + 7] != 'u'
            ? -1
            : number(in, at + 8, at + 12, 16);
        if (low < 0 || !Character.isLowSurrogate((char) low)) {
          return 0;
        }
        write(Character.toCodePoint((char) unit, (char) low), out);
        return 12;
      }
      if (Character.isLowSurrogate((char) unit)) {
        return 0;
      }
      write(unit, out);
      return 6;
    }
  },

  /** The five predefined entities and character references (XML 1.0, sections 4.1 and 4.6). */
  XML {
    @Override
    int undo(byte[] in, int at, ByteArrayOutputStream out) {
      if (in[at] != '&') {
        return 0;
      }
      int end = at + 1;
      while (end < in.length && end - at < 12 && in[end] != ';') {
        end++;
      }
      if (end >= in.length || in[end] != ';' || end == at + 1) {
        return 0;
      }
      String name = new String(in, at + 1, end - at - 1, StandardCharsets.ISO_8859_1);
      int predefined = List.of("amp", "lt", "gt", "quot", "apos").indexOf(name);
      int point;
      if (predefined >= 0) {
        point = "&<>\"'".charAt(predefined);
      } else if (name.startsWith("#x") && name.length() > 2) {
        point = number(in, at + 3, end, 16);
      } else if (name.startsWith("#") && name.length() > 1) {
        point = number(in, at + 2, end, 10);
      } else {
        point = -1;
      }
      if (!isCharacter(point)) {
        return 0;
      }
      write(point, out);
      return end + 1 - at;
    }

    /** XML 1.0, section 2.2. */
    private boolean isCharacter(int point) {
      return point == '\t'
          || point == '\n'
          || point == '\r'
          || (point >= 0x20 && point < 0xd800)
          || (point >= 0xe000 && point <= 0x10ffff && point != 0xfffe && point != 0xffff);
    }
  },

  /** A backslash before a character that Java's properties files give a meaning to. */
  PROPERTIES {
    @Override
    int undo(byte[] in, int at, ByteArrayOutputStream out) {
      if (in[at] != '\\' || at + 2 > in.length || "=:#! ".indexOf(in[at + 1] & 0xff) < 0) {
        return 0;
      }
      out.write(in[at + 1]);
      return 2;
    }
  },

  /** Indentation and carriage returns of a value of several lines, which YAML and editors add. */
  LINES {
    @Override
    int undo(byte[] in, int at, ByteArrayOutputStream out) {
      if (in[at] == '\r') {
        return 1;
      }
      if (in[at] != '\n') {
        return 0;
      }
      int end = at + 1;
      while (end < in.length && (in[end] == ' ' || in[end] == '\t')) {
        end++;
      }
      out.write('\n');
      return end - at;
    }
  };

  /**
   * Writes what the escape at an index stands for and returns its length, or 0 where there is none.
   */
  abstract int undo(byte[] in, int at, ByteArrayOutputStream out);

  /** Returns the name in rule files. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the canonical form of a value that may be written in any of these escapes. The value is
   * wiped; without escapes it is its own canonical form.
   */
  static byte[] undo(byte[] value, List<Escape> escapes) {
    byte[] canonical = value;
    for (Escape escape : escapes) {
      byte[] undone = escape.undo(canonical);
      Arrays.fill(canonical, (byte) 0);
      canonical = undone;
    }
    return canonical;
  }

  private byte[] undo(byte[] value) {
    Wiped out = new Wiped(value.length);
    int i = 0;
    while (i < value.length) {
      int length = undo(value, i, out);
      if (length == 0) {
        out.write(value[i]);
        length = 1;
      }
      i += length;
    }
    byte[] undone = out.toByteArray();
    out.wipe();
    return undone;
  }

  private static void write(int point, ByteArrayOutputStream out) {
    byte[] utf8 = Character.toString(point).getBytes(StandardCharsets.UTF_8);
    out.write(utf8, 0, utf8.length);
  }

  private static int number(byte[] in, int from, int to, int radix) {
    int value = 0;
    for (int i = from; i < to; i++) {
      int digit = Character.digit(in[i], radix);
      if (digit < 0 || value > 0x110000) {
        return -1;
      }
      value = value * radix + digit;
    }
    return value;
  }

  private static final class Wiped extends ByteArrayOutputStream {
    Wiped(int size) {
      super(Math.max(size, 1));
    }

    void wipe() {
      Arrays.fill(buf, (byte) 0);
    }
  }
}
