package dev.rekey.detect.engine;

import java.util.Arrays;

/**
 * The bytes of a content that may still be looked at, by their positions in it; and the line and
 * column of a position that only ever moves forward.
 *
 * <p>It starts small, since most contents are, and never grows beyond its capacity. Confined to one
 * thread.
 */
final class Buffer implements Text {
  private static final int SMALLEST = 4 * 1024;
  private static final int FIRST = 32 * 1024;

  private final int capacity;
  private final int context;
  private byte[] bytes = new byte[0];
  private long base; // position of bytes[0]
  private int size; // bytes that are content
  private int used; // bytes that ever held content

  // The position up to which lines are counted, its line, and its column.
  private long counted;
  private long line = 1;
  private long column = 1;

  /**
   * Makes an empty buffer.
   *
   * @param context how far from a match the lines around it may be read
   */
  Buffer(int capacity, int context) {
    this.capacity = capacity;
    this.context = context;
  }

  /** Returns the position after the last byte taken. */
  long position() {
    return base + size;
  }

  boolean isFull() {
    return size == bytes.length;
  }

  /** Takes as many bytes as there is room for, and returns how many. */
  int take(byte[] source, int from, int to) {
    int piece = Math.min(to - from, bytes.length - size);
    System.arraycopy(source, from, bytes, size, piece);
    size += piece;
    used = Math.max(used, size);
    return piece;
  }

  /**
   * Makes room, at best for {@code wanted} bytes: drops what comes before {@code needed}, or grows
   * where that would free little.
   */
  void makeRoom(long needed, int wanted) {
    int droppable = (int) Math.max(0, needed - base);
    if ((droppable > 0 && droppable >= bytes.length / 2) || bytes.length == capacity) {
      countTo(base + droppable);
      System.arraycopy(bytes, droppable, bytes, 0, size - droppable);
      size -= droppable;
      base += droppable;
    } else {
      int length = Math.max(2 * bytes.length, Math.max(SMALLEST, Math.min(wanted, FIRST)));
      byte[] larger = Arrays.copyOf(bytes, Math.min(capacity, length));
      wipe();
      bytes = larger;
      used = size;
    }
  }

  byte at(long position) {
    return bytes[(int) (position - base)];
  }

  Window view(long from, long to) {
    return new Window(bytes, (int) (from - base), (int) (to - from));
  }

  /** Counts lines and columns up to a position. */
  void countTo(long position) {
    for (long p = counted; p < position; p++) {
      byte b = at(p);
      if (b == '\n') {
        line++;
        column = 1;
      } else if ((b & 0xc0) != 0x80) {
        column++; // A byte 10xxxxxx of UTF-8 continues a code point.
      }
    }
    counted = Math.max(counted, position);
  }

  long line() {
    return line;
  }

  long column() {
    return column;
  }

  int length() {
    return bytes.length;
  }

  void wipe() {
    Arrays.fill(bytes, 0, used, (byte) 0);
  }

  @Override
  public byte[] copy(long from, long to) {
    return Arrays.copyOfRange(bytes, (int) (from - base), (int) (to - base));
  }

  @Override
  public long first(long position, int reach) {
    return Math.max(0, position - Math.min(reach, context));
  }

  @Override
  public long last(long position, int reach) {
    return Math.min(position(), position + Math.min(reach, context));
  }

  @Override
  public long lineStart(long position, int reach) {
    long limit = first(position, reach);
    long start = position;
    while (start > limit && at(start - 1) != '\n') {
      start--;
    }
    return start;
  }

  @Override
  public long lineEnd(long position, int reach) {
    long limit = last(position, reach);
    long end = position;
    while (end < limit && at(end) != '\n') {
      end++;
    }
    return end;
  }
}
