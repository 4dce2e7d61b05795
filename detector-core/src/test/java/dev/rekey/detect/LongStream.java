package dev.rekey.detect;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A stream of any length out of one block, again and again, with values in it that stand where they
 * were put; each of its bytes can be asked for.
 */
final class LongStream extends InputStream {
  private final byte[] block;
  private final long length;
  private final TreeMap<Long, byte[]> planted = new TreeMap<>();
  private long position;

  LongStream(byte[] block, long length) {
    this.block = block;
    this.length = length;
  }

  /** Puts a value over what is at a position. */
  void plant(long at, String value) {
    planted.put(at, value.getBytes(StandardCharsets.US_ASCII));
  }

  private int at(long index) {
    Map.Entry<Long, byte[]> last = planted.floorEntry(index);
    if (last != null && index < last.getKey() + last.getValue().length) {
      return last.getValue()[(int) (index - last.getKey())];
    }
    return block[(int) (index % block.length)];
  }

  /** The line of a position, counted from 1: by arithmetic, not by reading all before it. */
  long line(long index) {
    long ends = index / block.length * ends(block, block.length);
    ends += ends(block, (int) (index % block.length));
    for (long at : planted.headMap(index).keySet()) {
      long to = Math.min(index, at + planted.get(at).length);
      for (long covered = at; covered < to; covered++) {
        ends -= block[(int) (covered % block.length)] == '\n' ? 1 : 0; // values have none
      }
    }
    return ends + 1;
  }

  /** The column of a position in code points, counted from 1. */
  long column(long index) {
    long start = index;
    while (start > 0 && at(start - 1) != '\n') {
      start--;
    }
    byte[] before = new byte[(int) (index - start)];
    for (int i = 0; i < before.length; i++) {
      before[i] = (byte) at(start + i);
    }
    String text = new String(before, StandardCharsets.UTF_8);
    return text.codePointCount(0, text.length()) + 1;
  }

  private static long ends(byte[] bytes, int to) {
    long count = 0;
    for (int i = 0; i < to; i++) {
      count += bytes[i] == '\n' ? 1 : 0;
    }
    return count;
  }

  @Override
  public int read() {
    return position == length ? -1 : at(position++) & 0xff;
  }

  @Override
  public int read(byte[] into, int from, int most) {
    Objects.checkFromIndexSize(from, most, into.length);
    if (position == length) {
      return -1;
    }
    int offset = (int) (position % block.length);
    int n = (int) Math.min(Math.min(most, block.length - offset), length - position);
    System.arraycopy(block, offset, into, from, n);
    long first = Objects.requireNonNullElse(planted.floorKey(position), position);
    for (Map.Entry<Long, byte[]> one : planted.subMap(first, position + n).entrySet()) {
      for (int i = 0; i < one.getValue().length; i++) {
        long to = one.getKey() + i - position;
        if (to >= 0 && to < n) {
          into[from + (int) to] = one.getValue()[i];
        }
      }
    }
    position += n;
    return n;
  }

  /** A MiB of lines of code with words of other languages, and near misses. */
  static byte[] lines() {
    byte[] lines = ("    int größe = list.size(); // naïve, 数 of them\n"
            + "  password = request.getParameter(name);\n"
            + "# the prefix ghp_ marks a token; -----BEGIN CERTIFICATE-----\n"
            + "    for (int i = 0; i < größe; i++) { list.add(new Item(i, 17)); }\n".repeat(400))
        .getBytes(StandardCharsets.UTF_8);
    byte[] block = new byte[1 << 20];
    Arrays.fill(block, (byte) '\n');
    for (int at = 0; at + lines.length < block.length; at += lines.length) {
      System.arraycopy(lines, 0, block, at, lines.length);
    }
    return block;
  }
}
