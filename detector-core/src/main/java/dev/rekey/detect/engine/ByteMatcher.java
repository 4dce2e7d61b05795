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

  private byte[] member = {};
  private int[] runs = {}; // for each class, where its last long run starts and ends
  private int[] remembered = new int[16]; // the classes that have one
  private int rememberedCount;

  /** Each choice is an address in the program, a position, and one number more. */
  private final int[] choices = new int[3 * CHOICES];

  private final int[] counts = new int[LOOPS];
  private int top;
  private boolean overflowed;
  private int scanned;
  private int steps;
  private int secretStart;
  private int secretEnd;

  /** Takes the classes of the program that comes next. */
  void use(ByteClasses classes) {
    byte[] table = classes.table();
    if (table != member) {
      member = table;
      runs = Arrays.copyOf(runs, 2 * (table.length >> 8));
    }
  }

  /** Forgets the runs; to be called before the array is another one, or its bytes have changed. */
  void forget() {
    while (rememberedCount > 0) {
      int number = remembered[--rememberedCount];
      runs[2 * number] = 0;
      runs[2 * number + 1] = 0;
    }
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
    int[] ends = runs;
    int known = ends[2 * number + 1];
    boolean inside = from <= known && ends[2 * number] <= from;
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
    scanned = i - from; // whether it was remembered or not: work depends on the text alone
    if (i - from > SHORT && (!inside || i > known)) {
      remember(number, inside ? ends[2 * number] : from, i);
    }
    return i;
  }

  private void remember(int number, int start, int end) {
    if (runs[2 * number + 1] == 0) {
      if (rememberedCount == remembered.length) {
        remembered = Arrays.copyOf(remembered, 2 * rememberedCount);
      }
      remembered[rememberedCount++] = number;
    }
    runs[2 * number] = start;
    runs[2 * number + 1] = end;
  }

  /** Returns how many bytes the last run had. */
  int scanned() {
    return scanned;
  }
}
