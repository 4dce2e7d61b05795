package dev.rekey.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

    int most = 1; // states: one for each letter of each keyword, if none begin alike
    for (Program program : programs) {
      for (String keyword : program.keywords()) {
        most += keyword.length();
      }
    }
    // A trie first: 0 is no edge, since none leads back to the start.
    int[] table = new int[most * classes];
    int[][] ends = new int[most][];
    Arrays.fill(ends, NONE);
    int states = 1;
    for (int program = 0; program < programs.size(); program++) {
      Set<String> seen = new HashSet<>();
      for (String keyword : programs.get(program).keywords()) {
        byte[] folded = fold(keyword);
        if (!seen.add(new String(folded, StandardCharsets.US_ASCII))) {
          continue; // The same but for case: one hit is enough.
        }
        int state = START;
        for (byte b : folded) {
          int edge = state * classes + (classOf[b & 0xff] & 0xff);
          if (table[edge] == START) {
            table[edge] = states++;
          }
          state = table[edge];
        }
        ends[state] = joined(ends[state], new int[] {program, keyword.length()});
      }
    }
    resolve(table, ends, states);
    next = Arrays.copyOf(table, states * classes);
    found = Arrays.copyOf(ends, states);
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

  /**
   * Turns the trie into the automaton, states nearer to the start first: where a state has no edge,
   * that of its longest proper suffix is taken, which is resolved already.
   */
  private void resolve(int[] table, int[][] ends, int states) {
    int[] suffix = new int[states];
    int[] queue = new int[states];
    int queued = 0;
    for (int c = 0; c < classes; c++) {
      if (table[c] != START) {
        queue[queued++] = table[c];
      }
    }
    for (int i = 0; i < queued; i++) {
      int state = queue[i];
      ends[state] = joined(ends[state], ends[suffix[state]]);
      int row = state * classes;
      int instead = suffix[state] * classes;
      for (int c = 0; c < classes; c++) {
        int target = table[row + c];
        if (target == START) {
          table[row + c] = table[instead + c];
        } else {
          suffix[target] = table[instead + c];
          queue[queued++] = target;
        }
      }
    }
  }

  private static int[] joined(int[] one, int[] other) {
    if (one.length == 0 || other.length == 0) {
      return one.length == 0 ? other : one;
    }
    int[] both = Arrays.copyOf(one, one.length + other.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
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
}
