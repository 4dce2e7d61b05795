package dev.rekey.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds every occurrence of many keywords in one pass over the bytes: the automaton of Aho and
 * Corasick (1975) with its failure links resolved into one table, so that each byte costs one
 * look-up whatever the number of keywords.
 *
 * <p>The bytes are first mapped to classes (letters without regard to ASCII case; all bytes that
 * occur in no keyword are class 0), which keeps the table small enough for the cache.
 *
 * <p>Immutable and thread-safe: the state is the caller's.
 */
final class KeywordAutomaton {
  /** The state before the first byte. */
  static final int START = 0;

  private static final int[] NONE = new int[0];

  private final byte[] classOf = new byte[256];
  private final int classes;
  private final int[] next;
  private final int[][] found;

  /** The programs that have keywords are known by their index in the list. */
  KeywordAutomaton(List<Program> programs) {
    int count = 1;
    for (Program program : programs) {
      for (String keyword : program.keywords()) {
        for (byte b : fold(keyword)) {
          if (classOf[b & 0xff] == 0) {
            classOf[b & 0xff] = (byte) count++;
          }
        }
      }
    }
    for (int c = 'A'; c <= 'Z'; c++) {
      classOf[c] = classOf[c + 'a' - 'A'];
    }
    classes = count;

    List<int[]> rows = new ArrayList<>();
    List<List<Integer>> outputs = new ArrayList<>();
    rows.add(emptyRow());
    outputs.add(new ArrayList<>());
    for (int program = 0; program < programs.size(); program++) {
      Set<String> seen = new HashSet<>();
      for (String keyword : programs.get(program).keywords()) {
        byte[] folded = fold(keyword);
        if (!seen.add(new String(folded, StandardCharsets.US_ASCII))) {
          continue; // The same but for case: one hit is enough.
        }
        int state = START;
        for (byte b : folded) {
          int[] row = rows.get(state);
          int c = classOf[b & 0xff] & 0xff;
          if (row[c] < 0) {
            row[c] = rows.size();
            rows.add(emptyRow());
            outputs.add(new ArrayList<>());
          }
          state = row[c];
        }
        outputs.get(state).add(program);
        outputs.get(state).add(keyword.length());
      }
    }
    next = resolve(rows, outputs);
    found = outputs.stream().map(KeywordAutomaton::toArray).toArray(int[][]::new);
  }

  /** Receives the occurrences, in the order of their ends. */
  interface Sink {
    /** An occurrence of a keyword of a program: its index, its first byte and its length. */
    void hit(int program, int start, int length);
  }

  /**
   * Runs over bytes and returns the state after the last; starts passed to the sink are indexes
   * into the array, and negative where a keyword began in an earlier piece.
   */
  int run(int state, byte[] bytes, int from, int to, Sink sink) {
    int[] table = next;
    byte[] map = classOf;
    int width = classes;
    int current = state;
    for (int i = from; i < to; i++) {
      current = table[current * width + (map[bytes[i] & 0xff] & 0xff)];
      int[] ends = found[current];
      for (int k = 0; k < ends.length; k += 2) {
        sink.hit(ends[k], i + 1 - ends[k + 1], ends[k + 1]);
      }
    }
    return current;
  }

  private int[] emptyRow() {
    int[] row = new int[classes];
    Arrays.fill(row, -1);
    return row;
  }

  private int[] resolve(List<int[]> rows, List<List<Integer>> outputs) {
    int[] fail = new int[rows.size()];
    Deque<Integer> queue = new ArrayDeque<>();
    for (int c = 0; c < classes; c++) {
      int target = rows.get(START)[c];
      if (target < 0) {
        rows.get(START)[c] = START;
      } else {
        queue.add(target);
      }
    }
    while (!queue.isEmpty()) {
      int state = queue.remove();
      outputs.get(state).addAll(outputs.get(fail[state]));
      for (int c = 0; c < classes; c++) {
        int target = rows.get(state)[c];
        int instead = rows.get(fail[state])[c];
        if (target < 0) {
          rows.get(state)[c] = instead;
        } else {
          fail[target] = instead;
          queue.add(target);
        }
      }
    }
    int[] table = new int[rows.size() * classes];
    for (int state = 0; state < rows.size(); state++) {
      System.arraycopy(rows.get(state), 0, table, state * classes, classes);
    }
    return table;
  }

  private static byte[] fold(String keyword) {
    byte[] bytes = keyword.getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] >= 'A' && bytes[i] <= 'Z') {
        bytes[i] = (byte) (bytes[i] + 'a' - 'A');
      }
    }
    return bytes;
  }

  private static int[] toArray(List<Integer> pairs) {
    return pairs.isEmpty() ? NONE : pairs.stream().mapToInt(Integer::intValue).toArray();
  }
}
