package dev.rekey.detect;

import java.util.Arrays;

/**
 * A text as UTF-8, with the way back from its bytes to UTF-16 units. A surrogate without its partner
 * becomes a question mark, as in the JDK's encoder.
 */
final class Utf8Text implements Origin {
  private final byte[] bytes;
  private final int length;

  /** For each byte, and for the end, the unit it belongs to; empty where all are ASCII. */
  private final int[] units;

  private Utf8Text(byte[] bytes, int length, int[] units) {
    this.bytes = bytes;
    this.length = length;
    this.units = units;
  }

  static Utf8Text of(CharSequence text) {
    boolean ascii = isAscii(text);
    byte[] bytes = new byte[ascii ? text.length() : Math.multiplyExact(text.length(), 3)];
    int[] units = new int[ascii ? 0 : bytes.length + 1];
    int n = 0;
    for (int i = 0; i < text.length(); i++) {
      int point = Character.codePointAt(text, i);
      boolean pair = Character.isSupplementaryCodePoint(point);
      if (point >= 0xd800 && point < 0xe000) {
        point = '?';
      }
      int from = n;
      if (point < 0x80) {
        bytes[n++] = (byte) point;
      } else if (point < 0x800) {
        bytes[n++] = (byte) (0xc0 | (point >> 6));
        bytes[n++] = (byte) (0x80 | (point & 0x3f));
      } else {
        if (point < 0x10000) {
          bytes[n++] = (byte) (0xe0 | (point >> 12));
        } else {
          bytes[n++] = (byte) (0xf0 | (point >> 18));
          bytes[n++] = (byte) (0x80 | ((point >> 12) & 0x3f));
        }
        bytes[n++] = (byte) (0x80 | ((point >> 6) & 0x3f));
        bytes[n++] = (byte) (0x80 | (point & 0x3f));
      }
      if (!ascii) {
        Arrays.fill(units, from, n, i);
        units[n] = i + (pair ? 2 : 1);
      }
      i += pair ? 1 : 0;
    }
    return new Utf8Text(bytes, n, units);
  }

  private static boolean isAscii(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  int length() {
    return length;
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public long start(long position) {
    return units.length == 0 ? position : units[(int) position];
  }

  /** A value that ends within a character, as bytes can, ends after it in units. */
  @Override
  public long end(long position) {
    int whole = (int) position;
    while (whole < length && (bytes[whole] & 0xc0) == 0x80) {
      whole++;
    }
    return units.length == 0 ? whole : units[whole];
  }

  void wipe() {
    Arrays.fill(bytes, (byte) 0);
  }
}
