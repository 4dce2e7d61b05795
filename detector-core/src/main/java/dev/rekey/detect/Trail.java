package dev.rekey.detect;

/**
 * How many characters, UTF-16 units and lines come before each of the bytes of a UTF-8 text that
 * were added last.
 *
 * <p>For each {@value #CELL} bytes it keeps the counts before them and a bit for each: memory depends
 * on its reach, not on the text. Confined to one thread.
 */
final class Trail {
  private static final int CELL = 64;

  private final int cells; // a power of two
  private final long[] leads; // which bytes start a character
  private final long[] pairs; // which of them one that is two units
  private final long[] lineEnds;
  private final long[] points;
  private final long[] units;
  private final long[] lines;
  private final long[] lineStarts; // in characters

  private long written;
  private long pointCount;
  private long unitCount;
  private long lineCount;
  private long lineStart;

  /** Makes an empty trail that answers for the last {@code reach} bytes, and for a few more. */
  Trail(int reach) {
    cells = Integer.highestOneBit(reach / CELL + 2) * 2;
    leads = new long[cells];
    pairs = new long[cells];
    lineEnds = new long[cells];
    points = new long[cells];
    units = new long[cells];
    lines = new long[cells];
    lineStarts = new long[cells];
  }

  /** Adds bytes. */
  void add(byte[] utf8, int from, int to) {
    for (int i = from; i < to; i++) {
      add(utf8[i]);
    }
  }

  private void add(byte b) {
    int cell = cell(written);
    if (written % CELL == 0) {
      leads[cell] = 0;
      pairs[cell] = 0;
      lineEnds[cell] = 0;
      points[cell] = pointCount;
      units[cell] = unitCount;
      lines[cell] = lineCount;
      lineStarts[cell] = lineStart;
    }
    long bit = 1L << written; // a shift counts modulo 64, as a cell does
    if ((b & 0xc0) != 0x80) {
      leads[cell] |= bit;
      pointCount++;
      unitCount++;
      if ((b & 0xf8) == 0xf0) {
        pairs[cell] |= bit;
        unitCount++;
      }
    }
    if (b == '\n') {
      lineEnds[cell] |= bit;
      lineCount++;
      lineStart = pointCount;
    }
    written++;
  }

  /** Returns how many units come before the character that a position is in. */
  long unitsBefore(long position) {
    long lead = position;
    while (lead > 0 && !startsCharacter(lead)) {
      lead--;
    }
    return units(lead);
  }

  /** Returns how many units there are up to a position, with all of a character that it is in. */
  long unitsThrough(long position) {
    long lead = position;
    while (!startsCharacter(lead)) {
      lead++;
    }
    return units(lead);
  }

  /** Returns the line of a position, from 1. */
  long line(long position) {
    return 1
        + (position == written
            ? lineCount
            : lines[cell(position)] + Long.bitCount(lineEnds[cell(position)] & below(position)));
  }

  /** Returns the column of a position in characters, from 1. */
  long column(long position) {
    if (position == written) {
      return pointCount - lineStart + 1;
    }
    int cell = cell(position);
    long ends = lineEnds[cell] & below(position);
    long start = ends == 0
        ? lineStarts[cell]
        : points[cell] + Long.bitCount(leads[cell] & (2 * Long.highestOneBit(ends) - 1));
    return points[cell] + Long.bitCount(leads[cell] & below(position)) - start + 1;
  }

  private long units(long position) {
    if (position == written) {
      return unitCount;
    }
    int cell = cell(position);
    return units[cell]
        + Long.bitCount(leads[cell] & below(position))
        + Long.bitCount(pairs[cell] & below(position));
  }

  private boolean startsCharacter(long position) {
    return position == written || (leads[cell(position)] & (1L << position)) != 0;
  }

  private int cell(long position) {
    return (int) (position / CELL) & (cells - 1);
  }

  private static long below(long position) {
    return (1L << position) - 1;
  }
}
