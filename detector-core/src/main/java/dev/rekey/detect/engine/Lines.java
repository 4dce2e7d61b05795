package dev.rekey.detect.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds and counts the ends of lines, and counts code points, eight bytes at a time.
 *
 * <p>A byte that is {@code \n} becomes 0 when it is xored with it; adding 0x7F to its low seven bits
 * carries into the eighth for every other byte, without reaching the next one. What is left without
 * an eighth bit is an end. Nearly always there is no need: a line is counted only in front of a
 * match, and in what a full buffer drops. Benchmark: {@code LinesBenchmark}.
 */
final class Lines {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** So many ones are the most that a byte can sum up. */
  private static final int MOST = 255 * Long.BYTES;

  private static final long ONES = 0x0101010101010101L;
  private static final long ENDS = '\n' * ONES;
  private static final long SEVEN = 0x7f * ONES;
  private static final long PAIRS = 0x00ff00ff00ff00ffL;

  private Lines() {}

  /** Returns how many bytes from an index to another are {@code \n}. */
  static int count(byte[] bytes, int from, int to) {
    int count = 0;
    int i = from;
    while (i <= to - Long.BYTES) {
      long sums = 0;
      int end = Math.min(to - Long.BYTES + 1, i + MOST);
      for (; i < end; i += Long.BYTES) {
        sums += ends(bytes, i);
      }
      count += sum(sums);
    }
    if (to >= Long.BYTES) {
      return count + sum(ends(bytes, to - Long.BYTES) & last(to - i));
    }
    for (; i < to; i++) {
      count += bytes[i] == '\n' ? 1 : 0;
    }
    return count;
  }

  /** Returns the index after the last {@code \n} from an index to another, or the first if none is. */
  static int lastStart(byte[] bytes, int from, int to) {
    int i = to;
    for (; i >= from + Long.BYTES; i -= Long.BYTES) {
      long ends = ends(bytes, i - Long.BYTES);
      if (ends != 0) {
        return i - Long.numberOfLeadingZeros(ends) / Byte.SIZE;
      }
    }
    while (i > from && bytes[i - 1] != '\n') {
      i--;
    }
    return i;
  }

  /** Returns how many code points begin from an index to another: with any byte but 10xxxxxx. */
  static int codePoints(byte[] bytes, int from, int to) {
    int others = 0;
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      others += Long.bitCount(continued(bytes, i));
    }
    if (to >= Long.BYTES) {
      others += Long.bitCount(continued(bytes, to - Long.BYTES) & last(to - i));
      return to - from - others;
    }
    for (; i < to; i++) {
      others += (bytes[i] & 0xc0) == 0x80 ? 1 : 0;
    }
    return to - from - others;
  }

  /** 1 in each of eight bytes that is {@code \n}. */
  private static long ends(byte[] bytes, int at) {
    long other = (long) WORD.get(bytes, at) ^ ENDS;
    return ~((other & SEVEN) + SEVEN | other) >>> 7 & ONES;
  }

  /** 1 in each of eight bytes that continues a code point of UTF-8. */
  private static long continued(byte[] bytes, int at) {
    long word = (long) WORD.get(bytes, at);
    return word >>> 7 & ~(word >>> 6) & ONES;
  }

  /** The last so many bytes of a word. */
  private static long last(int bytes) {
    return ~(-1L >>> (Byte.SIZE * bytes));
  }

  private static int sum(long bytes) {
    long pairs = (bytes & PAIRS) + (bytes >>> Byte.SIZE & PAIRS);
    return (int) ((pairs * 0x0001000100010001L) >>> 48);
  }
}
