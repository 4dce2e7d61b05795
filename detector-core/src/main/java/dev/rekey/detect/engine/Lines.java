package dev.rekey.detect.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Counts the ends of lines, eight bytes at a time.
 *
 * <p>A byte that is {@code \n} becomes 0 when it is xored with it; adding 0x7F to its low seven bits
 * carries into the eighth for every other byte, without reaching the next one. What is left without
 * an eighth bit is counted. Nearly always there is no need: a line is counted only in front of a
 * match, and in what a full buffer drops. Benchmark: {@code LinesBenchmark}.
 */
final class Lines {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ENDS = 0x0a0a0a0a0a0a0a0aL;
  private static final long SEVEN = 0x7f7f7f7f7f7f7f7fL;

  private Lines() {}

  /** Returns how many bytes from an index to another are {@code \n}. */
  static int count(byte[] bytes, int from, int to) {
    int count = 0;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long other = (long) WORD.get(bytes, i) ^ ENDS;
      long set = ((other & SEVEN) + SEVEN | other) & ~SEVEN;
      count += Long.BYTES - Long.bitCount(set);
    }
    for (; i < to; i++) {
      count += bytes[i] == '\n' ? 1 : 0;
    }
    return count;
  }
}
