package dev.rekey.detect;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;

/**
 * Numbers and texts one after another in bytes.
 *
 * <p>A number that is not negative has seven bits in each byte, the lowest first, and the highest bit
 * set but in the last. A text is its length in bytes and its UTF-8; a list is its size and its texts.
 */
final class Packed {
  private Packed() {}

  /** Writes. Not thread-safe. */
  static final class Out {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    void number(int number) {
      int rest = number;
      for (; rest >>> 7 != 0; rest >>>= 7) {
        bytes.write(0x80 | rest);
      }
      bytes.write(rest);
    }

    void fraction(double number) {
      long bits = Double.doubleToLongBits(number);
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        bytes.write((int) (bits >>> shift));
      }
    }

    void raw(byte[] more) {
      bytes.writeBytes(more);
    }

    void text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      number(utf8.length);
      raw(utf8);
    }

    void texts(Collection<String> texts) {
      number(texts.size());
      for (String text : texts) {
        text(text);
      }
    }

    byte[] bytes() {
      return bytes.toByteArray();
    }
  }

  /**
   * Reads what {@link Out} wrote; throws {@link IndexOutOfBoundsException} where it ends too early.
   *
   * <p>Not thread-safe. It reads an array by hand: a buffer takes a fresh JVM three times as long.
   */
  static final class In {
    private final byte[] bytes;
    private int at;

    In(byte[] bytes, int at) {
      this.bytes = bytes;
      this.at = at;
    }

    int at() {
      return at;
    }

    void skipTo(int index) {
      at = index;
    }

    int number() {
      int number = 0;
      int shift = 0;
      byte b = bytes[at++];
      for (; b < 0; b = bytes[at++]) {
        number |= (b & 0x7f) << shift;
        shift += 7;
      }
      return number | b << shift;
    }

    double fraction() {
      long bits = 0;
      for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
        bits |= (bytes[at++] & 0xffL) << shift;
      }
      return Double.longBitsToDouble(bits);
    }

    byte[] raw(int length) {
      byte[] raw = new byte[length];
      System.arraycopy(bytes, at, raw, 0, length);
      at += length;
      return raw;
    }

    String text() {
      int length = number();
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.UTF_8);
    }

    /** A text in ASCII, which need not be decoded: so is most of what is read at the start. */
    String ascii() {
      int length = number();
      at += length;
      return new String(bytes, at - length, length, StandardCharsets.ISO_8859_1);
    }

    void texts(Collection<String> to) {
      for (int i = number(); i > 0; i--) {
        to.add(text());
      }
    }

    List<String> asciis() {
      int size = number();
      String[] texts = new String[size];
      for (int i = 0; i < size; i++) {
        texts[i] = ascii();
      }
      return List.of(texts);
    }
  }
}
