package dev.rekey.detect.engine;

import java.util.Arrays;

/**
 * What a thread needs to run {@link ByteProgram}s: the choices to come back to, the counts of the
 * loops that it is in, and where the value was.
 *
 * <p>It also remembers, for each class, the last long run of its bytes: a text such as {@code
 * eyJeyJeyJ…} has a match begin every three bytes, and each would run over the same bytes again. So
 * all the runs over a text together are linear in its length.
 *
 * <p>Made once, and reused: matching allocates nothing. Confined to one thread.
 */
final class ByteMatcher {
  /** How many choices can be open at a time. */
  static final int CHOICES = 2 * 1024;

  /** How deep counted loops can be nested. */
  static final int LOOPS = 8;

  /** The longest run that is not remembered: most are short, and soon looked at again. */
  private static final int SHORT = 16;

  private final byte[] member;
  private final int[] runStarts;
  private final int[] runEnds;

  /** Each choice is an address in the program, a position, and one number more. */
  private final int[] choices = new int[3 * CHOICES];

  private final int[] counts = new int[LOOPS];
  private int top;
  private boolean overflowed;
  private int scanned;
  private int steps;
  private int secretStart;
  private int secretEnd;

  /** Makes one for the programs that were compiled with these classes. */
  ByteMatcher(ByteClasses classes) {
    this.member = classes.table();
    this.runStarts = new int[classes.count()];
    this.runEnds = new int[classes.count()];
  }

  /** Forgets the runs; to be called before the array is another one, or its bytes have changed. */
  void forget() {
    Arrays.fill(runStarts, 0);
    Arrays.fill(runEnds, 0);
  }

  /** Returns where the value of the last match starts, or -1 if it has none. */
  int secretStart() {
    return secretStart;
  }

  /** Returns where the value of the last match ends, or -1 if it has none. */
  int secretEnd() {
    return secretEnd;
  }

  /** Returns the steps that the last match or mismatch took: of some nanoseconds each. */
  int steps() {
    return steps;
  }

  byte[] member() {
    return member;
  }

  /** Starts on a match. */
  void begin() {
    top = 0;
    overflowed = false;
    secretStart = -1;
    secretEnd = -1;
    steps = 0;
  }

  void end(int taken) {
    steps = taken;
  }

  /**
   * Takes a choice to come back to. One that finds no room is lost: that does no harm to a match
   * that is found without it.
   */
  void push(int address, int position, int number) {
    if (top == choices.length) {
      overflowed = true;
      return;
    }
    choices[top] = address;
    choices[top + 1] = position;
    choices[top + 2] = number;
    top += 3;
  }

  /** Drops the last choice, to be read by the three methods below; false if there is none. */
  boolean pop() {
    if (top == 0) {
      return false;
    }
    top -= 3;
    return true;
  }

  int address() {
    return choices[top];
  }

  int position() {
    return choices[top + 1];
  }

  int number() {
    return choices[top + 2];
  }

  /** Returns whether a choice was lost. */
  boolean overflowed() {
    return overflowed;
  }

  int count(int loop) {
    return counts[loop];
  }

  void count(int loop, int count) {
    counts[loop] = count;
  }

  void secretStart(int position) {
    secretStart = position;
  }

  void secretEnd(int position) {
    secretEnd = position;
  }

  /** Returns where a run of bytes of a class ends that starts at an index, at most at a limit. */
  int runEnd(byte[] text, int number, int from, int limit) {
    byte[] table = member;
    int base = number << 8;
    int known = runEnds[number];
    boolean inside = from <= known && runStarts[number] <= from;
    int start = inside ? Math.min(known, limit) : from;
    int i = start;
    // Four at a time: each entry is 0 or 1.
    while (i <= limit - 4
        && (table[base | (text[i] & 0xff)]
                & table[base | (text[i + 1] & 0xff)]
                & table[base | (text[i + 2] & 0xff)]
                & table[base | (text[i + 3] & 0xff)])
            != 0) {
      i += 4;
    }
    while (i < limit && table[base | (text[i] & 0xff)] != 0) {
      i++;
    }
    scanned = i - start;
    if (i - from > SHORT && (!inside || i > known)) {
      runStarts[number] = inside ? runStarts[number] : from;
      runEnds[number] = i;
    }
    return i;
  }

  /** Returns how many bytes were looked at for the last run. */
  int scanned() {
    return scanned;
  }
}
