package dev.rekey.detect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes and recognises lower-case hexadecimal digits, eight at a time. */
final class Hex {
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private Hex() {}

  /** Returns the digits of bytes whose number is a multiple of four. */
  static String of(byte[] bytes) {
    byte[] digits = new byte[2 * bytes.length];
    for (int i = 0; i < bytes.length; i += Integer.BYTES) {
      long four = (int) INT.get(bytes, i) & 0xffffffffL;
      four = (four | four << 16) & 0x0000ffff0000ffffL;
      four = (four | four << 8) & 0x00ff00ff00ff00ffL;
      four = (four | four << 4) & 0x0f * ONES;
      long letters = (four + 0x06 * ONES) >>> 4 & ONES; // 1 where it is ten and more
      WORD.set(digits, 2 * i, four + '0' * ONES + letters * ('a' - '0' - 10));
    }
    return new String(digits, StandardCharsets.ISO_8859_1);
  }

  /** Returns whether a text is so many digits, which is a multiple of eight. */
  static boolean is(String text, int length) {
    if (text.length() != length) {
      return false;
    }
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1); // '?' for any other character
    long digits = HIGH;
    for (int i = 0; i < length; i += Long.BYTES) {
      long word = (long) WORD.get(bytes, i);
      // The sums carry into a byte only from one beyond ASCII.
      long decimal = word + 0x50 * ONES & ~(word + 0x46 * ONES);
      long letter = word + 0x1f * ONES & ~(word + 0x19 * ONES);
      digits &= (decimal | letter) & ~word;
    }
    return digits == HIGH;
  }
}
