package dev.rekey.detect.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds long runs of {@code [A-Za-z0-9+/_-]} that look random: tokens that no keyword announces.
 *
 * <p><b>The idea.</b> A run of <i>n</i> bytes has eight in a row that begin at a multiple of <i>n -
 * 7</i>, so it is enough to look at one word of eight bytes in every <i>n - 7</i> bytes, and the
 * longer the shortest run, the faster. First, words are selected that may be within a run, by a test
 * of all eight bytes at once that also takes a few signs: no branch, as in {@link GramSieve}. Then,
 * at these, the words before and after are looked at: how far the run goes in them, and how many
 * digits it has, which few names have. What is left is walked byte by byte: its ends, its digits, and
 * the entropy of its bytes, by a table of <i>i</i> log <i>i</i>.
 *
 * <p><b>What is found.</b> A run is all that stands between two other bytes, or an end of the
 * content, so how the content is cut does not matter: a run whose end has not come waits. One that is
 * longer than a program's span is a blob, an image perhaps, and is told as too long if its first
 * <i>span</i> bytes look random; how long it is, is not asked. No rest of it is a run.
 *
 * <p>It runs over the same bytes that have just been sieved, which are in the nearest cache.
 * Benchmark: {@code TokenRunsBenchmark}.
 *
 * <p>Confined to one thread.
 */
final class TokenRuns {
  private static final int FEWEST_DIGITS = 3;
  private static final int WORDS = 1024;

  private static final long HIGH = 0x8080808080808080L;
  private static final long ONES = 0x0101010101010101L;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** A byte is a member of a run if its entry is not 0. */
  private static final byte[] MEMBER = new byte[256];

  static {
    ByteClass members = ByteClass.WORD.union(ByteClass.among("+/-"));
    for (int b = 0; b < MEMBER.length; b++) {
      MEMBER[b] = (byte) (members.contains(b) ? 1 : 0);
    }
  }

  /** Made when the first run is measured: most engines look for none. */
  private static final class Weights {
    /** What the entropy lacks by so many equal bytes, not yet divided by how many are in all. */
    static final double[] OF = new double[Program.TokenRun.LONGEST + 1];

    static {
      for (int i = 2; i < OF.length; i++) {
        OF[i] = i * Math.log(i) / Math.log(2);
      }
    }
  }

  private final int[] programs;
  private final Program.TokenRun[] forms;
  private final int step;
  private final int longest;
  private final Buffer buffer;
  private final int[] words = new int[WORDS + 1];
  private final int[] counts = new int[128];

  private int looked; // the index of the next word
  private int lastEnd; // where the last run ends that was walked, or has been walked to
  private boolean tooLong; // whether that one is longer than any may be, and may go on
  private int waiting; // up to where a run is known to go that waits for its end
  private int measured; // how long the run was that the next two are of
  private int digits;
  private double entropy;
  private int[] found = new int[3 * 16]; // program, start, end
  private int size;
  private int cursor;

  TokenRuns(Engine engine, Buffer buffer) {
    this.programs = engine.tokenRuns();
    this.forms = new Program.TokenRun[programs.length];
    int shortest = Integer.MAX_VALUE;
    int widest = 0;
    for (int i = 0; i < programs.length; i++) {
      forms[i] = (Program.TokenRun) engine.programs().get(programs[i]);
      shortest = Math.min(shortest, forms[i].shortest());
      widest = Math.max(widest, forms[i].span());
    }
    this.step = shortest - Long.BYTES + 1;
    this.longest = widest;
    this.buffer = buffer;
  }

  /** Starts on a content, the first byte of which is at an index. */
  void begin(int start) {
    looked = start;
    lastEnd = start - 1;
    tooLong = false;
    waiting = start;
    size = 0;
    cursor = 0;
  }

  /** Takes note that all bytes are so much nearer to the start of the buffer. */
  void shift(int by) {
    looked -= by;
    // What has left the buffer is all the same; after two gigabytes it would come back from above.
    lastEnd = Math.max(lastEnd - by, -1);
    waiting = Math.max(waiting - by, -1);
  }

  /** Returns the first index at which a run can start that was not found yet. */
  int unseen() {
    return looked - step - Long.BYTES;
  }

  /**
   * Looks at the words that begin before an index.
   *
   * @param all whether nothing comes after what is in the buffer
   */
  void look(int to, boolean all) {
    byte[] bytes = buffer.bytes();
    int last = Math.min(to, buffer.size() - Long.BYTES + 1); // no word begins there any more
    while (looked < last) {
      int until = Math.min(last, looked + WORDS * step);
      int count = select(bytes, looked, until, step, words);
      count = narrow(bytes, buffer.start(), buffer.size(), words, count, step);
      for (int i = 0; i < count; i++) {
        if (words[i] >= lastEnd && !walk(bytes, words[i], all)) {
          looked = words[i];
          return;
        }
      }
      looked += (until - looked + step - 1) / step * step;
    }
  }

  /** Writes the starts of the words that may be within a run, and returns how many. */
  static int select(byte[] text, int from, int to, int step, int[] words) {
    int count = 0;
    for (int p = from; p < to; p += step) {
      long word = (long) WORD.get(text, p);
      // From 0x40 on, or from '+' to '9'; the sums carry into a byte only from one beyond ASCII.
      long sign = (word + 0x55 * ONES) & ~(word + 0x46 * ONES);
      long member = (word << 1 | sign) & ~word & HIGH;
      long missing = member ^ HIGH;
      words[count] = p;
      count += 1 ^ (int) ((missing | -missing) >>> 63);
    }
    return count;
  }

  /** Keeps the words whose run, as far as it can be seen, may be long enough and have its digits. */
  static int narrow(byte[] text, int start, int size, int[] words, int count, int step) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int p = words[i];
      words[kept] = p;
      if (p - Long.BYTES < start || p + 2 * Long.BYTES > size) {
        kept++;
        continue;
      }
      long before = (long) WORD.get(text, p - Long.BYTES);
      long word = (long) WORD.get(text, p);
      long after = (long) WORD.get(text, p + Long.BYTES);
      long missingBefore = members(before) ^ HIGH;
      long missingAfter = members(after) ^ HIGH;
      int left = Long.numberOfLeadingZeros(missingBefore) >>> 3;
      int right = Long.numberOfTrailingZeros(missingAfter) >>> 3;
      // A shift by 64 would be one by 0, so it is done in two steps.
      long digitsBefore = digits(before) >>> 1 >>> (63 - 8 * left);
      long digitsAfter = digits(after) << 1 << (63 - 8 * right);
      int digits =
          Long.bitCount(digitsBefore) + Long.bitCount(digits(word)) + Long.bitCount(digitsAfter);
      long missing = members(word) ^ HIGH;
      int within = 1 ^ (int) ((missing | -missing) >>> 63);
      int open = (left | right) >>> 3; // one of them is eight
      // A negative number has a sign bit.
      int enough = ((step - 2 - left - right) & (FEWEST_DIGITS - 1 - digits)) >>> 31;
      kept += within & (open | enough);
    }
    return kept;
  }

  /** The high bit of each byte that is a member. */
  private static long members(long word) {
    long low = word & ~HIGH;
    long lower = low | 0x20 * ONES;
    long letter = (lower + 0x1f * ONES) & ~(lower + 0x05 * ONES);
    long digit = (low + 0x50 * ONES) & ~(low + 0x46 * ONES);
    long plus = ~((low ^ 0x2b * ONES) + 0x7f * ONES);
    long minus = ~((low ^ 0x2d * ONES) + 0x7f * ONES);
    long slash = ~((low ^ 0x2f * ONES) + 0x7f * ONES);
    long line = ~((low ^ 0x5f * ONES) + 0x7f * ONES);
    // '@' and '`' with the bit of lower case are '`', which is below 'a'.
    return (letter | digit | plus | minus | slash | line) & ~word & HIGH;
  }

  private static long digits(long word) {
    long low = word & ~HIGH;
    return (low + 0x50 * ONES) & ~(low + 0x46 * ONES) & ~word & HIGH;
  }

  /** Finds the ends of the run at a word, and keeps it if it is one; false if its end is not there. */
  private boolean walk(byte[] bytes, int at, boolean all) {
    int least = Math.max(buffer.start(), lastEnd);
    int start = at;
    while (start > least && MEMBER[bytes[start - 1] & 0xff] != 0) {
      start--;
    }
    boolean goesOn = tooLong && start == lastEnd;
    int size = buffer.size();
    int limit = goesOn ? size : Math.min(size, start + longest + 1);
    int end = Math.max(at, Math.min(waiting, limit));
    while (end < limit && MEMBER[bytes[end] & 0xff] != 0) {
      end++;
    }
    if (!goesOn && end == size && end - start <= longest && !all) {
      waiting = end;
      return false;
    }
    lastEnd = end;
    if (!goesOn) {
      tooLong = end - start > longest;
      judge(bytes, start, end);
    }
    return true;
  }

  /** Keeps a run for each program that it is one of, or too long for. */
  private void judge(byte[] bytes, int start, int end) {
    measured = 0;
    for (int i = 0; i < forms.length; i++) {
      Program.TokenRun form = forms[i];
      if (end - start >= form.shortest()) {
        boolean whole = end - start <= form.span();
        measure(bytes, start, whole ? end : start + form.span());
        if (digits >= FEWEST_DIGITS && entropy >= form.minEntropy() - Program.TokenRun.ROUNDING) {
          add(programs[i], start, whole ? end : -1);
        }
      }
    }
  }

  /** Counts the digits of a run, and how many bits each of its bytes tells. */
  private void measure(byte[] bytes, int start, int end) {
    int length = end - start;
    if (length == measured) {
      return;
    }
    int[] count = counts;
    Arrays.fill(count, 0);
    for (int i = start; i < end; i++) {
      count[bytes[i]]++;
    }
    int among = 0;
    for (int b = '0'; b <= '9'; b++) {
      among += count[b];
    }
    double[] weights = Weights.OF;
    double lack = 0;
    for (int b = '+'; b <= 'z'; b++) {
      lack += weights[count[b]];
    }
    measured = length;
    digits = among;
    entropy = (weights[length] - lack) / length;
  }

  private void add(int program, int start, int end) {
    if (size + 3 > found.length) {
      found = Arrays.copyOf(found, 2 * size);
    }
    found[size] = program;
    found[size + 1] = start;
    found[size + 2] = end;
    size += 3;
  }

  /** Moves to the next run that was found; false if there is none, and then all are forgotten. */
  boolean next() {
    if (cursor == size) {
      size = 0;
      cursor = 0;
      return false;
    }
    cursor += 3;
    return true;
  }

  int program() {
    return found[cursor - 3];
  }

  int start() {
    return found[cursor - 2];
  }

  int end() {
    return found[cursor - 1];
  }

  /** Returns whether the run is longer than it may be; its end is not known then. */
  boolean isTooLong() {
    return end() < 0;
  }
}
