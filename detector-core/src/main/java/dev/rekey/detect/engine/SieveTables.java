package dev.rekey.detect.engine;

/**
 * The tables of a {@link GramSieve}: which slots have grams of anchors, and which anchors these are.
 *
 * <p>Group 0 is that of the slots without any, and has no entries. Nobody writes to the arrays.
 *
 * @param slots 1 for a slot that has a gram, else 0; a power of two of them
 * @param groupOfSlot the group of each slot
 * @param agreed for each group, what the words of its entries agree in: a value and its mask
 * @param firstEntry for each group the first of its entries, and at last the number of all
 * @param anchors for each entry, its anchor
 * @param backs for each entry, how far the first place where a match can start is before the gram
 * @param words for each entry, the eight bytes around the gram: a value and its mask
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record SieveTables(
    byte[] slots,
    int[] groupOfSlot,
    long[] agreed,
    int[] firstEntry,
    int[] anchors,
    int[] backs,
    long[] words) {
  /** Makes tables, with what the words of each group agree in. */
  static SieveTables of(
      byte[] slots, int[] groupOfSlot, int[] firstEntry, int[] anchors, int[] backs, long[] words) {
    long[] agreed = new long[2 * (firstEntry.length - 1)];
    agreed[0] = -1; // Group 0: under a mask of 0, no word is equal to it.
    for (int group = 1; group < firstEntry.length - 1; group++) {
      int first = firstEntry[group];
      long value = words[2 * first];
      long mask = words[2 * first + 1];
      for (int entry = first + 1; entry < firstEntry[group + 1]; entry++) {
        mask &= words[2 * entry + 1] & ~(value ^ words[2 * entry]);
      }
      agreed[2 * group] = value & mask;
      agreed[2 * group + 1] = mask;
    }
    return new SieveTables(slots, groupOfSlot, agreed, firstEntry, anchors, backs, words);
  }

  /** Writes them, of the slots only those that have a gram. */
  void write(Packed.Out out) {
    int[] slotOfGroup = new int[groups()];
    for (int slot = 0; slot < slots.length; slot++) {
      if (slots[slot] != 0) {
        slotOfGroup[groupOfSlot[slot] - 1] = slot;
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
    byte[] slots = new byte[in.number()];
    int[] groupOfSlot = new int[slots.length];
    int groups = in.number();
    int entries = in.number();
    int[] slotOfGroup = in.ints(groups);
    for (int i = 0; i < groups; i++) {
      slots[slotOfGroup[i]] = 1;
      groupOfSlot[slotOfGroup[i]] = i + 1;
    }
    return new SieveTables(
        slots,
        groupOfSlot,
        in.longs(2 * (groups + 1)),
        in.ints(groups + 2),
        in.ints(entries),
        in.ints(entries),
        in.longs(2 * entries));
  }

  /** Returns how many groups have entries. */
  int groups() {
    return firstEntry.length - 2;
  }
}
