package dev.rekey.detect.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses, for each anchor, the five bytes by which a {@link GramSieve} is to find it, and makes the
 * tables.
 *
 * <p>A choice costs what its grams add to the false alarms: the shares of a source text that fall into
 * slots which had no gram yet, and a little for each such slot. What another anchor pays for is free.
 * The anchors with the least choice come first. Not thread-safe.
 */
final class SieveBuilder {
  private static final ByteClass ZERO = ByteClass.of(0);

  private static final int WINDOW = GramSieve.GRAM + GramSieve.STRIDE - 1;
  private static final int FEWEST_BITS = 10;
  private static final int MOST_BITS = 20;

  /** The slots for one gram: so many that few texts of other grams fall into one of them. */
  private static final int SLOTS_PER_GRAM = 24;

  /** What a slot costs by being there. */
  private static final float SLOT_COST = 1e-6f;

  /** A choice with more grams than this is not looked at if there is one with half as many. */
  private static final int MANY = 64;

  /** The most grams of one choice: two bytes in five may be any letter or digit, not more. */
  private static final int MOST_GRAMS = 4096;

  private final List<Anchor> anchors;
  private final GramFrequencies frequencies;
  private final boolean[] taken = new boolean[1 << GramFrequencies.BITS];

  private SieveBuilder(List<Anchor> anchors, GramFrequencies frequencies) {
    this.anchors = anchors;
    this.frequencies = frequencies;
  }

  /** Five bytes of an anchor, by where they start in it; it may be before the first. */
  private record Choice(int anchor, int start, int grams) {}

  /** One entry to be: its gram's 20 low bits, and the rest as in the tables. */
  private record Entry(int gram, int anchor, int back, long value, long mask) {}

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
    List<List<Choice>> choices = new ArrayList<>();
    for (int i = 0; i < anchors.size(); i++) {
      List<Choice> some = choices(i, anchors.get(i));
      if (some.isEmpty()) {
        throw new IllegalArgumentException("too much is open in " + anchors.get(i));
      }
      choices.add(some);
    }
    choices.sort(Comparator.comparingInt((List<Choice> some) -> -some.get(0).grams())
        .thenComparingInt(some -> some.get(0).anchor()));
    List<Entry> entries = new ArrayList<>();
    for (List<Choice> some : choices) {
      enter(cheapest(some), entries);
    }
    return tables(entries);
  }

  /**
   * Returns what finding an anchor would cost at best, as a share of the text, if it were alone;
   * infinity if it leaves too much open.
   */
  static float cost(Anchor anchor, GramFrequencies frequencies) {
    SieveBuilder alone = new SieveBuilder(List.of(anchor), frequencies);
    float least = Float.POSITIVE_INFINITY;
    for (Choice choice : choices(0, anchor)) {
      least = Math.min(least, alone.cost(choice, least));
    }
    return least;
  }

  /** Returns the choices that are worth a look, those with the fewest grams first. */
  private static List<Choice> choices(int number, Anchor anchor) {
    int open = Math.max(1, WINDOW - anchor.bytes().size());
    List<Choice> choices = new ArrayList<>();
    for (int start = -open; start + WINDOW <= anchor.bytes().size() + open; start++) {
      long grams = 0;
      for (int shift = 0; shift < GramSieve.STRIDE; shift++) {
        long product = 1;
        for (int i = 0; i < GramSieve.GRAM; i++) {
          product *= Integer.bitCount(folded(anchor, start + shift + i));
        }
        grams += product;
      }
      if (grams <= MOST_GRAMS) {
        choices.add(new Choice(number, start, (int) grams));
      }
    }
    choices.sort(Comparator.comparingInt(Choice::grams));
    if (!choices.isEmpty()) {
      int most = Math.max(MANY, 2 * choices.get(0).grams());
      choices.removeIf(choice -> choice.grams() > most);
    }
    return choices;
  }

  private Choice cheapest(List<Choice> choices) {
    Choice cheapest = choices.get(0);
    float least = Float.POSITIVE_INFINITY;
    for (Choice choice : choices) {
      float cost = cost(choice, least);
      if (cost < least) {
        least = cost;
        cheapest = choice;
      }
    }
    return cheapest;
  }

  /** Returns what a choice costs, or something beyond the limit if it costs more than that. */
  private float cost(Choice choice, float limit) {
    float cost = 0;
    for (int shift = 0; shift < GramSieve.STRIDE; shift++) {
      int[] grams = grams(anchors.get(choice.anchor()), choice.start() + shift);
      for (int gram : grams) {
        int slot = slot(gram, GramFrequencies.BITS);
        if (!taken[slot]) {
          cost += frequencies.share(slot) + SLOT_COST;
        }
      }
      if (cost > limit) {
        break;
      }
    }
    return cost;
  }

  private void enter(Choice choice, List<Entry> entries) {
    Anchor anchor = anchors.get(choice.anchor());
    for (int shift = 0; shift < GramSieve.STRIDE; shift++) {
      int start = choice.start() + shift;
      long value = 0;
      long mask = 0;
      for (int i = 0; i < Long.BYTES; i++) {
        ByteClass bytes = at(anchor, start - GramSieve.BEFORE + i);
        long agreed = bytes.agreement();
        mask |= agreed << (Byte.SIZE * i);
        value |= (bytes.least() & agreed) << (Byte.SIZE * i);
      }
      for (int gram : grams(anchor, start)) {
        taken[slot(gram, GramFrequencies.BITS)] = true;
        entries.add(new Entry(gram, choice.anchor(), start + anchor.farthest(), value, mask));
      }
    }
  }

  /** Returns all the grams that can stand at a place of an anchor, five bits for each byte. */
  private static int[] grams(Anchor anchor, int start) {
    int[] grams = {0};
    for (int i = GramSieve.GRAM - 1; i >= 0; i--) {
      int folded = folded(anchor, start + i);
      int[] longer = new int[grams.length * Integer.bitCount(folded)];
      int count = 0;
      for (int gram : grams) {
        for (int rest = folded; rest != 0; rest &= rest - 1) {
          longer[count++] = gram << 5 | Integer.numberOfTrailingZeros(rest);
        }
      }
      grams = longer;
    }
    return grams;
  }

  /** Returns the low five bits of the bytes at a place of an anchor, as a set of 32. */
  private static int folded(Anchor anchor, int at) {
    ByteClass bytes = at(anchor, at);
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

  private static int slot(int gram, int bits) {
    long word =
        (gram & 31) | (gram & 31 << 5) << 3 | (gram & 31 << 10) << 6 | (gram & 31 << 15) << 9;
    return (int) GramSieve.slots(word) & (1 << bits) - 1;
  }

  private SieveTables tables(List<Entry> entries) {
    int bits = FEWEST_BITS;
    while (bits < MOST_BITS && 1L << bits < (long) SLOTS_PER_GRAM * entries.size()) {
      bits++;
    }
    int width = bits;
    Entry[] sorted = entries.toArray(new Entry[0]);
    Arrays.sort(
        sorted,
        Comparator.comparingInt((Entry entry) -> slot(entry.gram(), width))
            .thenComparingInt(Entry::anchor)
            .thenComparingInt(Entry::back));
    byte[] slots = new byte[1 << bits];
    int[] firstEntry = new int[sorted.length + 1];
    int[] numbers = new int[sorted.length];
    int[] backs = new int[sorted.length];
    long[] words = new long[2 * sorted.length];
    int groups = 0;
    int count = 0;
    int last = -1;
    for (Entry entry : sorted) {
      int slot = slot(entry.gram(), bits);
      boolean sameSlot = slot == last;
      if (sameSlot && numbers[count - 1] == entry.anchor() && backs[count - 1] == entry.back()) {
        continue; // Two grams of one choice in the same slot: their words are the same.
      }
      if (!sameSlot) {
        firstEntry[groups] = count;
        groups++;
        slots[slot] = 1;
        last = slot;
      }
      numbers[count] = entry.anchor();
      backs[count] = entry.back();
      words[2 * count] = entry.value();
      words[2 * count + 1] = entry.mask();
      count++;
    }
    firstEntry[groups] = count;
    return SieveTables.of(
        slots,
        Arrays.copyOf(firstEntry, groups + 1),
        Arrays.copyOf(numbers, count),
        Arrays.copyOf(backs, count),
        Arrays.copyOf(words, 2 * count));
  }
}
