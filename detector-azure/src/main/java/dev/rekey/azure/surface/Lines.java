package dev.rekey.azure.surface;

import dev.rekey.azure.text.PlainText;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Values as lines {@code NAME=VALUE}, or a text as it is, kept in memory until they were scanned.
 *
 * <p>A value stays on its line: a line feed is written {@code \n} and a carriage return {@code \r};
 * backslashes are doubled where, and only where, they stand before one of these or before the letter
 * n or r. So the escape can be undone (an even number of backslashes before n or r is half as many and
 * the letter, an odd number ends in a line break), and what is escaped already inside a value, as JSON
 * escapes a plus, is found as it stands. A name may in addition have other control characters, in JSON's
 * escape of four hexadecimal digits.
 */
final class Lines {
  private final byte[] bytes;
  private final List<String> names;
  private final long before;
  private final Runnable scanned;
  private boolean wiped;

  private Lines(byte[] bytes, List<String> names, long before, Runnable scanned) {
    this.bytes = bytes;
    this.names = List.copyOf(names);
    this.before = before;
    this.scanned = scanned;
  }

  /** Returns a text that has lines of its own. */
  static Lines of(byte[] text) {
    return new Lines(text, List.of(), 0, () -> {});
  }

  /**
   * Returns a part of a text that has lines of its own.
   *
   * @param before how many lines come before it, which are empty ones instead
   * @param scanned is run once it was scanned
   */
  static Lines of(byte[] text, long before, Runnable scanned) {
    return new Lines(text, List.of(), before, scanned);
  }

  /** Collects lines. Not thread-safe. */
  static final class Writer {
    private final StringBuilder text = new StringBuilder();
    private final List<String> names = new ArrayList<>();

    void add(String name, String value) {
      String shown = name(name);
      names.add(shown);
      text.append(shown).append('=');
      escape(value, text);
      text.append('\n');
    }

    boolean isEmpty() {
      return names.isEmpty();
    }

    Lines lines() {
      return new Lines(text.toString().getBytes(StandardCharsets.UTF_8), names, 0, () -> {});
    }
  }

  static void escape(String value, StringBuilder text) {
    int backslashes = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean lineBreak = c == '\n' || c == '\r';
      if (lineBreak || c == 'n' || c == 'r') {
        text.append("\\".repeat(backslashes));
      }
      backslashes = c == '\\' ? backslashes + 1 : 0;
      if (lineBreak) {
        text.append(c == '\n' ? "\\n" : "\\r");
      } else {
        text.append(c);
      }
    }
  }

  private static String name(String name) {
    StringBuilder escaped = new StringBuilder(name.length());
    escape(name, escaped);
    StringBuilder shown = new StringBuilder(escaped.length());
    escaped.codePoints().forEach(point -> {
      if (PlainText.isPlain(point)) {
        shown.appendCodePoint(point);
      } else {
        for (char unit : Character.toChars(point)) {
          shown.append(String.format(Locale.ROOT, "\\u%04X", (int) unit));
        }
      }
    });
    return shown.toString();
  }

  /** The name of each line; none of a text that has lines of its own. */
  List<String> names() {
    return names;
  }

  int size() {
    return bytes.length;
  }

  /** Opens the lines. */
  InputStream open() throws IOException {
    if (wiped) {
      throw new IOException("the values are kept only while they are scanned; read them again");
    }
    InputStream text = new ByteArrayInputStream(bytes);
    return before == 0 ? text : new SequenceInputStream(new LineFeeds(before), text);
  }

  /** Tells that it was scanned. */
  void scanned() {
    scanned.run();
  }

  /** So many empty lines. */
  private static final class LineFeeds extends InputStream {
    private long left;

    LineFeeds(long left) {
      this.left = left;
    }

    @Override
    public int read() {
      return left-- > 0 ? '\n' : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) {
      if (length == 0) {
        return 0;
      }
      int some = (int) Math.min(length, Math.max(0, left));
      Arrays.fill(into, offset, offset + some, (byte) '\n');
      left -= some;
      return some == 0 ? -1 : some;
    }
  }

  void wipe() {
    wiped = true;
    Arrays.fill(bytes, (byte) 0);
  }

  /** Never shows a value. */
  @Override
  public String toString() {
    return "Lines[" + bytes.length + " bytes]";
  }
}
