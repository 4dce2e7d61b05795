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
  private byte[] own = new byte[0];
  private byte[] bytes = own;
  private long base; // position of bytes[0]
  private int start; // index of the first byte that is content
  private int size; // index after the last
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

  /** Returns the position of index 0, which need not be in the content. */
  long base() {
    return base;
  }

  /** Returns the index of the first byte that is there. */
  int start() {
    return start;
  }

  /** Returns the index after the last byte that is there. */
  int size() {
    return size;
  }

  /** Returns the index where the content starts, or -1 if that is not there any more. */
  int textStart() {
    return base <= 0 ? (int) -base : -1;
  }

  /** Returns the array; nobody else writes to it. */
  byte[] bytes() {
    return bytes;
  }

  boolean isFull() {
    return size == bytes.length;
  }

  /** Takes an array of others for the whole content, until {@link #clear}. */
  void adopt(byte[] content, int from, int to) {
    bytes = content;
    base = -from;
    start = from;
    size = to;
  }

  /** Forgets the content, and wipes what was copied of it. */
  void clear() {
    bytes = own;
    Arrays.fill(own, 0, used, (byte) 0);
    base = 0;
    start = 0;
    size = 0;
    used = 0;
    counted = 0;
    line = 1;
    column = 1;
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
   *
   * @return how much earlier in the array is what was there
   */
  int makeRoom(long needed, int wanted) {
    int droppable = (int) Math.max(0, needed - base);
    if ((droppable > 0 && droppable >= bytes.length / 2) || bytes.length == capacity) {
      countTo(base + droppable);
      System.arraycopy(bytes, droppable, bytes, 0, size - droppable);
      size -= droppable;
      base += droppable;
      return droppable;
    }
    int length = Math.max(2 * bytes.length, Math.max(SMALLEST, Math.min(wanted, FIRST)));
    byte[] larger = Arrays.copyOf(bytes, Math.min(capacity, length));
    Arrays.fill(own, 0, used, (byte) 0);
    own = larger;
    bytes = larger;
    used = size;
    return 0;
  }

  byte at(long position) {
    return bytes[(int) (position - base)];
  }

  /** Returns a view of the bytes from one index to another. */
  Window view(int from, int to) {
    return new Window(bytes, from, to - from);
  }

  /** Counts lines and columns up to a position. */
  void countTo(long position) {
    if (position <= counted) {
      return;
    }
    int from = (int) (counted - base);
    int to = (int) (position - base);
    int lastStart = Lines.lastStart(bytes, from, to);
    if (lastStart > from) {
      line += Lines.count(bytes, from, lastStart);
      column = 1;
    }
    column += Lines.codePoints(bytes, lastStart, to);
    counted = position;
  }

  long line() {
    return line;
  }

  long column() {
    return column;
  }

  int length() {
    return own.length;
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
