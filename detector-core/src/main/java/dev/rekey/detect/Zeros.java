package dev.rekey.detect;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for zero bytes, eight at a time. */
final class Zeros {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private Zeros() {}

  /**
   * Returns whether a byte from an index to another is zero. It looks at all of them: without a branch
   * they come from memory together.
   */
  static boolean any(byte[] bytes, int from, int to) {
    long zeros = 0;
    int i = from;
    for (int end = to - Long.BYTES + 1; i < end; i += Long.BYTES) {
      long word = (long) WORD.get(bytes, i);
      // The lowest zero byte borrows and gets a high bit that it had not.
      zeros |= word - ONES & ~word;
    }
    boolean any = (zeros & HIGH) != 0;
    for (; i < to; i++) {
      any |= bytes[i] == 0;
    }
    return any;
  }
}
