package dev.rekey.detect.engine;

/**
 * The tables of a {@link GramSieve}: which slots have grams of anchors, and which anchors these are.
 *
 * <p>The slots that have a gram are numbered in order: these are the groups. Nobody writes to the
 * arrays.
 *
 * @param slots 1 for a slot that has a gram, else 0; a power of two of them
 * @param members the same, a bit for each slot
 * @param ranks for each 32 slots, how many before them have a gram
 * @param agreed for each group, what the words of its entries agree in: a value and its mask
 * @param firstEntry for each group the first of its entries, and at last the number of all
 * @param anchors for each entry, its anchor
 * @param backs for each entry, how far the first place where a match can start is before the gram
 * @param words for each entry, the eight bytes around the gram: a value and its mask
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record SieveTables(
    byte[] slots,
    int[] members,
    int[] ranks,
    long[] agreed,
    int[] firstEntry,
    int[] anchors,
    int[] backs,
    long[] words) {
  /** Makes tables, with what follows from the others. */
  static SieveTables of(byte[] slots, int[] firstEntry, int[] anchors, int[] backs, long[] words) {
    int[] members = new int[slots.length >> 5];
    int[] ranks = new int[members.length];
    int rank = 0;
    for (int i = 0; i < slots.length; i++) {
      if (i % Integer.SIZE == 0) {
        ranks[i >> 5] = rank;
      }
      members[i >> 5] |= slots[i] << i; // a shift takes the lowest five bits
      rank += slots[i];
    }
    long[] agreed = new long[2 * (firstEntry.length - 1)];
    for (int group = 0; group < firstEntry.length - 1; group++) {
      int first = firstEntry[group];
      long value = words[2 * first];
      long mask = words[2 * first + 1];
      for (int entry = first + 1; entry < firstEntry[group + 1]; entry++) {
        mask &= words[2 * entry + 1] & ~(value ^ words[2 * entry]);
      }
      agreed[2 * group] = value & mask;
      agreed[2 * group + 1] = mask;
    }
    return new SieveTables(slots, members, ranks, agreed, firstEntry, anchors, backs, words);
  }

  /** Returns how many groups have entries. */
  int groups() {
    return firstEntry.length - 1;
  }
}
