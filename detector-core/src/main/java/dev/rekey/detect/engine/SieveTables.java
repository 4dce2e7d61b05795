package dev.rekey.detect.engine;

/**
 * The tables of a {@link GramSieve}: which slots have grams of anchors, and which anchors these are.
 *
 * <p>The slots that have a gram are numbered in order: these are the groups. Nobody writes to the
 * arrays.
 *
 * @param slots 1 for a slot that has a gram, else 0; a power of two of them
 * @param ranks for each 32 slots a number: in its lower half a bit for each that has a gram, in the
 *     upper half how many of the slots before do
 * @param agreed for each group, what the words of its entries agree in: a value and its mask
 * @param firstEntry for each group the first of its entries, and at last the number of all
 * @param anchors for each entry, its anchor
 * @param backs for each entry, how far the first place where a match can start is before the gram
 * @param words for each entry, the eight bytes around the gram: a value and its mask
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record SieveTables(
    byte[] slots,
    long[] ranks,
    long[] agreed,
    int[] firstEntry,
    int[] anchors,
    int[] backs,
    long[] words) {
  /**
   * Makes tables, with what follows from the others.
   *
   * @param slots how many they are
   * @param slotOfGroup for each group, its slot
   */
  static SieveTables of(
      int slots, int[] slotOfGroup, int[] firstEntry, int[] anchors, int[] backs, long[] words) {
    long[] agreed = agreed(firstEntry, words);
    return of(slots, slotOfGroup, agreed, firstEntry, anchors, backs, words);
  }

  private static SieveTables of(
      int size,
      int[] slotOfGroup,
      long[] agreed,
      int[] firstEntry,
      int[] anchors,
      int[] backs,
      long[] words) {
    byte[] slots = new byte[size];
    long[] ranks = new long[size >> 5];
    for (int slot : slotOfGroup) {
      slots[slot] = 1;
      ranks[slot >> 5] |= 1L << (slot & 31);
    }
    int before = 0;
    for (int i = 0; i < ranks.length; i++) {
      int members = (int) ranks[i];
      ranks[i] |= (long) before << 32;
      before += Integer.bitCount(members);
    }
    return new SieveTables(slots, ranks, agreed, firstEntry, anchors, backs, words);
  }

  private static long[] agreed(int[] firstEntry, long[] words) {
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
    return agreed;
  }

  /** Writes them, of the slots only those that have a gram. */
  void write(Packed.Out out) {
    int[] slotOfGroup = new int[groups()];
    int group = 0;
    for (int slot = 0; slot < slots.length; slot++) {
      if (slots[slot] != 0) {
        slotOfGroup[group++] = slot;
      }
    }
    out.number(slots.length);
    out.number(slotOfGroup.length);
    out.number(anchors.length);
    out.ints(slotOfGroup);
    out.longs(agreed);
    out.ints(firstEntry);
    out.ints(anchors);
    out.ints(backs);
    out.longs(words);
  }

  static SieveTables read(Packed.In in) {
    int size = in.number();
    int groups = in.number();
    int entries = in.number();
    return of(
        size,
        in.ints(groups),
        in.longs(2 * groups),
        in.ints(groups + 1),
        in.ints(entries),
        in.ints(entries),
        in.longs(2 * entries));
  }

  /** Returns how many groups have entries. */
  int groups() {
    return firstEntry.length - 1;
  }
}
