package dev.rekey.detect.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Finds the places in a text where an {@link Anchor} may stand, among thousands of anchors, at some
 * four cycles for every four bytes.
 *
 * <p><b>The idea.</b> An automaton over all keywords costs one dependent load for each byte, and no
 * keyword is that close to every byte. So only every second byte is looked at, with the three after
 * it: a <em>gram</em>. Of each anchor five bytes in a row are chosen; wherever the anchor stands,
 * one of the two grams in them begins at a byte that is looked at. Which five is chosen when the
 * sieve is made ({@link SieveBuilder}): those that are rarest in source text.
 *
 * <p><b>First pass</b>, {@link #select}. A gram falls into a <em>slot</em>, and a table of bytes says
 * whether a gram of some anchor falls there too. The number of the slot comes out of the five low
 * bits of each of the four bytes: that leaves letters apart from each other, takes both cases of one
 * for the same, and the sum of two shifted words holds the slots of three grams: {@code v ^ v >>> 12}
 * puts the bits of the third byte over those of the first, and of the fourth over those of the
 * second, with one bit in common, and this at all the places of the word at once. Two words of eight
 * bytes give the six slots of a block of twelve. There is no branch: the number of the block is
 * written to a list in any case, and the length of the list grows by what the table says. A false
 * alarm costs a few cycles then, where a mispredicted branch costs twenty.
 *
 * <p><b>Second pass</b>, {@link #narrow}. In the selected blocks, the table is asked again for each
 * gram, which gives its place (one block in thirty has two); and there, eight bytes are compared at
 * once with what all the anchors of the slot have in common, letters without their case bit where a
 * keyword has none. Again without a branch, but for the second gram. A text of source code has an
 * alarm of the first kind in every fourteenth block or so, and of a hundred of these some ten are left.
 *
 * <p><b>Last</b>, the {@link #firstEntry entries} of the slot are compared one by one, by eight bytes.
 *
 * <p>Against the same with a multiplication for a hash, a bitmap for the second pass, and the exact
 * gram in a hash table, this takes two thirds of the time (354 rules, source code in the cache: 2,430
 * MB/s to 1,930). A stride of three would make the first pass faster by a third, and costs more than
 * that in alarms as long as there are keywords of four letters. What else was tried, and by how much
 * it was slower, is in docs/adr/0016. Benchmark: {@code GramSieveBenchmark}.
 *
 * <p>Immutable and thread-safe: the lists are the caller's.
 */
final class GramSieve {
  /** How many bytes before a gram are compared, and must be readable. */
  static final int BEFORE = 2;

  /** How many bytes from the start of a block on must be readable. */
  static final int AHEAD = 16;

  /** The bytes that one step looks at. */
  static final int BLOCK = 12;

  static final int STRIDE = 2;
  static final int GRAM = 4;

  private static final long LOW = 0x1f1f1f1f1f1f1f1fL;
  private static final int FOLD = 12;

  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final SieveTables tables;
  private final byte[] slots;
  private final long[] ranks;
  private final long[] agreed;
  private final int[] firstEntry;
  private final long[] words;
  private final int[] anchors; // for each entry, its anchor, and how far back a match can start

  GramSieve(SieveTables tables) {
    this.tables = tables;
    this.slots = tables.slots();
    this.ranks = tables.ranks();
    this.agreed = tables.agreed();
    this.firstEntry = tables.firstEntry();
    this.words = tables.words();
    this.anchors = new int[2 * tables.anchors().length];
    for (int entry = 0; entry < tables.anchors().length; entry++) {
      anchors[2 * entry] = tables.anchors()[entry];
      anchors[2 * entry + 1] = tables.backs()[entry];
    }
  }

  SieveTables tables() {
    return tables;
  }

  /** Returns whether there is no anchor, and so nothing to look for. */
  boolean isEmpty() {
    return tables.groups() == 0;
  }

  /** Returns, for a word, the slots of its grams at the bytes 0 to 4, each in the bits from there on. */
  static long slots(long word) {
    long low = word & LOW;
    return low ^ low >>> FOLD;
  }

  /**
   * First pass: writes the starts of the blocks that have a gram of an anchor, and returns how many.
   *
   * @param from where the first block starts
   * @param to the last block starts before it; {@link #AHEAD} bytes from there on must be readable
   * @param blocks has room for all blocks, and one more
   */
  int select(byte[] text, int from, int to, int[] blocks) {
    byte[] table = slots;
    int mask = table.length - 1;
    int count = 0;
    for (int p = from; p < to; p += BLOCK) {
      long left = slots((long) WORD.get(text, p));
      long right = slots((long) WORD.get(text, p + 6));
      int hit = table[(int) left & mask]
          | table[(int) (left >>> 16) & mask]
          | table[(int) (left >>> 32) & mask]
          | table[(int) right & mask]
          | table[(int) (right >>> 16) & mask]
          | table[(int) (right >>> 32) & mask];
      blocks[count] = p;
      count += hit;
    }
    return count;
  }

  /**
   * Second pass: writes the grams in the selected blocks around which eight bytes are as some anchor
   * of their slot has them, as far as these agree, and returns how many.
   *
   * @param grams has room for six times as many as there are blocks, and one more: each is where the
   *     gram starts, and above that, from bit 32 on, its group
   */
  int narrow(byte[] text, int[] blocks, int count, long[] grams) {
    return compare(text, grams, locate(text, blocks, count, grams));
  }

  /** Writes where the grams are that made a block be selected. */
  private int locate(byte[] text, int[] blocks, int count, long[] grams) {
    byte[] table = slots;
    int mask = table.length - 1;
    int located = 0;
    for (int i = 0; i < count; i++) {
      int block = blocks[i];
      long left = slots((long) WORD.get(text, block));
      long right = slots((long) WORD.get(text, block + 6));
      // A bit for each gram, at how many bytes it is from the start. One in thirty blocks has two.
      int hits = table[(int) left & mask]
          | table[(int) (left >>> 16) & mask] << 2
          | table[(int) (left >>> 32) & mask] << 4
          | table[(int) right & mask] << 6
          | table[(int) (right >>> 16) & mask] << 8
          | table[(int) (right >>> 32) & mask] << 10;
      grams[located++] = (long) block + Integer.numberOfTrailingZeros(hits);
      for (hits &= hits - 1; hits != 0; hits &= hits - 1) {
        grams[located++] = (long) block + Integer.numberOfTrailingZeros(hits);
      }
    }
    return located;
  }

  /** Keeps, in place, the grams around which the bytes are right, with their groups. */
  private int compare(byte[] text, long[] grams, int count) {
    int mask = slots.length - 1;
    long[] numbers = ranks;
    long[] words = agreed;
    int kept = 0;
    for (int i = 0; i < count; i++) {
      int position = (int) grams[i];
      long word = (long) WORD.get(text, position - BEFORE);
      int group = group(numbers, (int) slots(word >>> (Byte.SIZE * BEFORE)) & mask);
      long differing = (word & words[2 * group + 1]) ^ words[2 * group];
      grams[kept] = (long) group << 32 | position;
      kept += 1 ^ (int) ((differing | -differing) >>> 63);
    }
    return kept;
  }

  /**
   * The number of the group of a slot that has one: how many slots before it do. A table of all slots
   * would have a line of the cache for each of the few that are asked for.
   */
  private static int group(long[] ranks, int slot) {
    long part = ranks[slot >>> 5];
    return (int) (part >>> 32) + Integer.bitCount((int) part & ((1 << slot) - 1));
  }

  /** Returns the first of the entries of a group, which end where those of the next begin. */
  int firstEntry(int group) {
    return firstEntry[group];
  }

  /** Returns whether the eight bytes around a gram are as an entry has them. */
  boolean fits(int entry, byte[] text, int position) {
    long word = (long) WORD.get(text, position - BEFORE);
    return (word & words[2 * entry + 1]) == words[2 * entry];
  }

  /** Returns the anchor of an entry. */
  int anchor(int entry) {
    return anchors[2 * entry];
  }

  /** Returns how far the first place where a match of its anchor can start is before its gram. */
  int back(int entry) {
    return anchors[2 * entry + 1];
  }
}
