package dev.rekey.detect.engine;

import java.util.Arrays;

/**
 * What a thread remembers of the last long run of each class of each expression: where it starts and
 * where it ends, as indexes of the array that is matched.
 *
 * <p>Confined to one thread.
 */
final class RunMemory {
  private static final int[] NONE = {};

  private final int[][] runs;
  private int[] used = new int[8];
  private int count;

  /** Makes one for so many expressions. */
  RunMemory(int expressions) {
    runs = new int[expressions][];
    Arrays.fill(runs, NONE);
  }

  /** Returns the starts and ends of the runs of an expression, class by class. */
  int[] of(int expression, int classes) {
    int[] known = runs[expression];
    return known.length > 0 ? known : first(expression, classes);
  }

  private int[] first(int expression, int classes) {
    if (count == used.length) {
      used = Arrays.copyOf(used, 2 * count);
    }
    used[count++] = expression;
    int[] made = new int[2 * classes];
    runs[expression] = made;
    return made;
  }

  /** Forgets all; to be called before the array is another one, or its bytes have changed. */
  void forget() {
    for (int i = 0; i < count; i++) {
      Arrays.fill(runs[used[i]], 0);
    }
  }
}
