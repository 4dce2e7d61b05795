package dev.rekey.detect.engine;

import java.util.Arrays;
import java.util.List;

/**
 * Chooses, for each anchor, the five bytes by which a {@link GramSieve} is to find it, and makes the
 * tables.
 *
 * <p>A choice costs what its grams add to the false alarms: the shares of a source text that fall into
 * slots which had no gram yet, and a little for each such slot. What another anchor pays for is free.
 * The anchors with the least choice come first.
 *
 * <p>Choices and entries are numbers in arrays: ten thousand rules have a hundred thousand of them.
 * Not thread-safe.
 */
final class SieveBuilder {
  private static final ByteClass ZERO = ByteClass.of(0);

  private static final int WINDOW = GramSieve.GRAM + GramSieve.STRIDE - 1;
  private static final int FEWEST_BITS = 10;

  /** A slot has no more: its bits from the 18th on repeat what is in the others. */
  private static final int MOST_BITS = GramFrequencies.BITS;

  /** The slots for one gram: so many that few texts of other grams fall into one of them. */
  private static final int SLOTS_PER_GRAM = 24;

  /** What a slot costs by being there. */
  private static final float SLOT_COST = 1e-6f;

  /** A choice with more grams than this is not looked at if there is one with half as many. */
  private static final int MANY = 64;

  /** The most grams of one choice: two bytes in five may be any letter or digit, not more. */
  private static final int MOST_GRAMS = 4096;

  private static final boolean[] NONE = new boolean[1 << GramFrequencies.BITS];

  // An entry to be, in one number that sorts as entries do: its slot, its anchor, and how far back
  // the first place is where a match can start.
  private static final int BACK_BITS = 14;
  private static final int ANCHOR_BITS = 28;
  private static final int BACK_ZERO = 1 << 4; // some start after their gram

  private final List<Anchor> anchors;
  private final GramFrequencies frequencies;
  private final boolean[] taken = new boolean[1 << GramFrequencies.BITS];
  private long[] entries = new long[64];
  private int entryCount;

  private SieveBuilder(List<Anchor> anchors, GramFrequencies frequencies) {
    this.anchors = anchors;
    this.frequencies = frequencies;
  }

  /**
   * Makes the tables for anchors, which are known by their index.
   *
   * @throws IllegalArgumentException if an anchor leaves too much open to be found so: see {@link
   *     #cost}
   */
  static SieveTables build(List<Anchor> anchors, GramFrequencies frequencies) {
    return new SieveBuilder(anchors, frequencies).build();
  }

  private SieveTables build() {
    Choices[] choices = new Choices[anchors.size()];
    long[] order = new long[anchors.size()];
    for (int i = 0; i < choices.length; i++) {
      choices[i] = new Choices(anchors.get(i));
      if (choices[i].count == 0) {
        throw new IllegalArgumentException("too much is open in " + anchors.get(i));
      }
      order[i] = (long) -choices[i].fewest() << 32 | i;
    }
    Arrays.sort(order);
    for (long next : order) {
      int anchor = (int) next;
      enter(anchor, choices[anchor], choices[anchor].cheapest(frequencies, taken));
    }
    return tables();
  }

  /**
   * Returns what finding an anchor would cost at best, as a share of the text, if it were alone;
   * infinity if it leaves too much open.
   */
  static float cost(Anchor anchor, GramFrequencies frequencies) {
    Choices choices = new Choices(anchor);
    return choices.count == 0
        ? Float.POSITIVE_INFINITY
        : choices.cost(
            choices.cheapest(frequencies, NONE), Float.POSITIVE_INFINITY, frequencies, NONE);
  }

  /** Five bytes of an anchor each, by where they start in it; it may be before the first. */
  private static final class Choices {
    /** How many bytes before the first and after the last are looked at. */
    private final int open;

    /** The low five bits that each byte can have, as a set of 32, from the first open one on. */
    private final int[] folded;

    /** How many grams each has, and where it starts, in one number: those with the fewest first. */
    private final long[] choices;

    private int count;

    Choices(Anchor anchor) {
      int size = anchor.bytes().size();
      open = Math.max(1, WINDOW - size);
      folded = new int[size + 2 * open];
      Arrays.fill(folded, -1);
      for (int i = -1; i < size; i++) {
        folded[open + i] = folded(at(anchor, i));
      }
      choices = new long[size + 2 * open - WINDOW + 1];
      for (int start = 0; start < choices.length; start++) {
        long grams = 0;
        for (int shift = 0; shift < GramSieve.STRIDE; shift++) {
          grams += grams(start + shift);
        }
        if (grams <= MOST_GRAMS) {
          choices[count++] = grams << 32 | start;
        }
      }
      Arrays.sort(choices, 0, count);
      long most = count == 0 ? 0 : Math.max(MANY, 2L * fewest());
      while (count > 0 && choices[count - 1] >>> 32 > most) {
        count--;
      }
    }

    int fewest() {
      return (int) (choices[0] >>> 32);
    }

    private long grams(int start) {
      return (long) Integer.bitCount(folded[start])
          * Integer.bitCount(folded[start + 1])
          * Integer.bitCount(folded[start + 2])
          * Integer.bitCount(folded[start + 3]);
    }

    /** Returns where the cheapest one starts. */
    int cheapest(GramFrequencies frequencies, boolean[] taken) {
      int cheapest = (int) choices[0] - open;
      float least = Float.POSITIVE_INFINITY;
      for (int i = 0; i < count && (i == 0 || least > 0); i++) {
        int start = (int) choices[i] - open;
        float cost = cost(start, least, frequencies, taken);
        if (cost < least) {
          least = cost;
          cheapest = start;
        }
      }
      return cheapest;
    }

    /** Returns what a choice costs, or something beyond the limit if it costs more than that. */
    float cost(int start, float limit, GramFrequencies frequencies, boolean[] taken) {
      float cost = 0;
      for (int shift = 0; shift < GramSieve.STRIDE && cost <= limit; shift++) {
        int at = open + start + shift;
        for (int d = folded[at + 3]; d != 0; d &= d - 1) {
          for (int c = folded[at + 2]; c != 0; c &= c - 1) {
            for (int b = folded[at + 1]; b != 0; b &= b - 1) {
              for (int a = folded[at]; a != 0; a &= a - 1) {
                int slot = slot(a, b, c, d);
                if (!taken[slot]) {
                  cost += frequencies.share(slot) + SLOT_COST;
                }
              }
            }
          }
        }
      }
      return cost;
    }
  }

  private void enter(int number, Choices choices, int chosen) {
    int farthest = anchors.get(number).farthest();
    for (int shift = 0; shift < GramSieve.STRIDE; shift++) {
      int at = choices.open + chosen + shift;
      long entry = (long) number << BACK_BITS | (chosen + shift + farthest + BACK_ZERO);
      for (int d = choices.folded[at + 3]; d != 0; d &= d - 1) {
        for (int c = choices.folded[at + 2]; c != 0; c &= c - 1) {
          for (int b = choices.folded[at + 1]; b != 0; b &= b - 1) {
            for (int a = choices.folded[at]; a != 0; a &= a - 1) {
              int slot = slot(a, b, c, d);
              taken[slot] = true;
              add((long) slot << (ANCHOR_BITS + BACK_BITS) | entry);
            }
          }
        }
      }
    }
  }

  private void add(long entry) {
    if (entryCount == entries.length) {
      entries = Arrays.copyOf(entries, 2 * entryCount);
    }
    entries[entryCount++] = entry;
  }

  /** Returns the low five bits of the bytes of a class, as a set of 32. */
  private static int folded(ByteClass bytes) {
    long either = bytes.bits0() | bytes.bits1() | bytes.bits2() | bytes.bits3();
    return (int) (either | either >>> 32);
  }

  /** Returns what a byte is one of, by its distance from the first; outside of a text, it is 0. */
  private static ByteClass at(Anchor anchor, int at) {
    if (at == -1) {
      return anchor.left().union(ZERO);
    }
    return at >= 0 && at < anchor.bytes().size() ? anchor.bytes().get(at) : ByteClass.ALL;
  }

  /** Returns the slot of a gram: of each byte, the lowest member of a set counts. */
  private static int slot(int a, int b, int c, int d) {
    long word = Integer.numberOfTrailingZeros(a)
        | Integer.numberOfTrailingZeros(b) << 8
        | Integer.numberOfTrailingZeros(c) << 16
        | (long) Integer.numberOfTrailingZeros(d) << 24;
    return (int) GramSieve.slots(word) & (1 << GramFrequencies.BITS) - 1;
  }

  private SieveTables tables() {
    int bits = FEWEST_BITS;
    while (bits < MOST_BITS && 1L << bits < (long) SLOTS_PER_GRAM * entryCount) {
      bits++;
    }
    long kept = (1L << (bits + ANCHOR_BITS + BACK_BITS)) - 1;
    for (int i = 0; i < entryCount; i++) {
      entries[i] &= kept;
    }
    Arrays.sort(entries, 0, entryCount);
    int[] slotOfGroup = new int[entryCount];
    int[] firstEntry = new int[entryCount + 1];
    int[] numbers = new int[entryCount];
    int[] backs = new int[entryCount];
    long[] words = new long[2 * entryCount];
    int groups = 0;
    int count = 0;
    int last = -1;
    for (int i = 0; i < entryCount; i++) {
      long entry = entries[i];
      if (i > 0 && entry == entries[i - 1]) {
        continue; // Two grams of one choice in the same slot: their words are the same.
      }
      int slot = (int) (entry >>> (ANCHOR_BITS + BACK_BITS));
      if (slot != last) {
        firstEntry[groups] = count;
        slotOfGroup[groups] = slot;
        groups++;
        last = slot;
      }
      numbers[count] = (int) (entry >>> BACK_BITS) & (1 << ANCHOR_BITS) - 1;
      backs[count] = (int) (entry & (1 << BACK_BITS) - 1) - BACK_ZERO;
      word(numbers[count], backs[count], words, 2 * count);
      count++;
    }
    firstEntry[groups] = count;
    return SieveTables.of(
        1 << bits,
        Arrays.copyOf(slotOfGroup, groups),
        Arrays.copyOf(firstEntry, groups + 1),
        Arrays.copyOf(numbers, count),
        Arrays.copyOf(backs, count),
        Arrays.copyOf(words, 2 * count));
  }

  /** Writes what the eight bytes around a gram agree in: the value and its mask. */
  private void word(int number, int back, long[] words, int at) {
    Anchor anchor = anchors.get(number);
    int start = back - anchor.farthest() - GramSieve.BEFORE;
    long value = 0;
    long mask = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      ByteClass bytes = at(anchor, start + i);
      long agreed = bytes.agreement();
      if (agreed != 0) {
        mask |= agreed << (Byte.SIZE * i);
        value |= (bytes.least() & agreed) << (Byte.SIZE * i);
      }
    }
    words[at] = value;
    words[at + 1] = mask;
  }
}
