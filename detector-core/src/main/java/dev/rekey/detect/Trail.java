package dev.rekey.detect;

import java.util.Arrays;

/**
 * How many characters, UTF-16 units and lines come before each of the bytes of a UTF-8 text that
 * were added last.
 *
 * <p>For each {@value #CELL} bytes, a cell, it keeps the counts before them and three bits for each.
 * It starts small, since most contents are, and never grows beyond what its reach needs. Confined to
 * one thread.
 */
final class Trail {
  private static final int CELL = 64;
  private static final int FEWEST = 64;

  // What a cell holds: for its bytes a bit each, and counts of what comes before it.
  private static final int LEADS = 0; // which bytes start a character
  private static final int PAIRS = 1; // which of them one that is two units
  private static final int LINE_ENDS = 2;
  private static final int POINTS = 3;
  private static final int UNITS = 4;
  private static final int LINES = 5;
  private static final int LINE_START = 6; // in characters
  private static final int FIELDS = 7;

  private final int most; // cells; a power of two
  private long[] cells = new long[FEWEST * FIELDS];
  private long written;
  private long points;
  private long units;
  private long lines;
  private long lineStart;

  /** Makes an empty trail that answers for the last {@code reach} bytes, and for a few more. */
  Trail(int reach) {
    most = Math.max(FEWEST, Integer.highestOneBit(reach / CELL + 2) * 2);
  }

  /** Adds bytes. */
  void add(byte[] utf8, int from, int to) {
    for (int i = from; i < to; i++) {
      add(utf8[i]);
    }
  }

  private void add(byte b) {
    if (written % CELL == 0) {
      start();
    }
    int cell = cell(written);
    long bit = 1L << written; // a shift counts modulo 64, as a cell does
    if ((b & 0xc0) != 0x80) {
      cells[cell + LEADS] |= bit;
      points++;
      units++;
      if ((b & 0xf8) == 0xf0) {
        cells[cell + PAIRS] |= bit;
        units++;
      }
    }
    if (b == '\n') {
      cells[cell + LINE_ENDS] |= bit;
      lines++;
      lineStart = points;
    }
    written++;
  }

  /** Starts the next cell: in a longer array, while there may be one, else over the oldest. */
  private void start() {
    if (written / CELL == cells.length / FIELDS && cells.length < most * FIELDS) {
      cells = Arrays.copyOf(cells, cells.length * 2);
    }
    int cell = cell(written);
    Arrays.fill(cells, cell + LEADS, cell + POINTS, 0);
    cells[cell + POINTS] = points;
    cells[cell + UNITS] = units;
    cells[cell + LINES] = lines;
    cells[cell + LINE_START] = lineStart;
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
    return 1 + (position == written ? lines : count(LINES, position) + bits(LINE_ENDS, position));
  }

  /** Returns the column of a position in characters, from 1. */
  long column(long position) {
    if (position == written) {
      return points - lineStart + 1;
    }
    int cell = cell(position);
    long ends = cells[cell + LINE_ENDS] & below(position);
    long start = ends == 0
        ? cells[cell + LINE_START]
        : cells[cell + POINTS]
            + Long.bitCount(cells[cell + LEADS] & (2 * Long.highestOneBit(ends) - 1));
    return count(POINTS, position) + bits(LEADS, position) - start + 1;
  }

  private long units(long position) {
    return position == written
        ? units
        : count(UNITS, position) + bits(LEADS, position) + bits(PAIRS, position);
  }

  private boolean startsCharacter(long position) {
    return position == written || (cells[cell(position) + LEADS] & (1L << position)) != 0;
  }

  /** The count before the cell of a position. */
  private long count(int field, long position) {
    return cells[cell(position) + field];
  }

  /** How many bytes of the cell, before a position, have their bit set. */
  private int bits(int field, long position) {
    return Long.bitCount(cells[cell(position) + field] & below(position));
  }

  private int cell(long position) {
    return (int) (position / CELL % (cells.length / FIELDS)) * FIELDS;
  }

  private static long below(long position) {
    return (1L << position) - 1;
  }
}
