package dev.rekey.detect.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an {@link Engine} knows of its programs that takes time to find out: their anchors, and the
 * tables by which a {@link GramSieve} finds these. It can be written down and read again.
 *
 * <p>Nobody writes to the arrays.
 *
 * @param looking for each program how it is looked for: {@link #EVERYWHERE}, {@link #AT_START},
 *     {@link #AROUND}, {@link #AT_START_UNPROVED}
 * @param anchors the anchors of all programs, by their numbers in the sieve
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record EngineTables(byte[] looking, Looked[] anchors, SieveTables sieve) {
  /** Without anchors. */
  static final byte EVERYWHERE = 0;

  /** Where an anchor says that a match can start, and what matches is known to hold a keyword. */
  static final byte AT_START = 1;

  /** By a search around its keywords. */
  static final byte AROUND = 2;

  /** As {@link #AT_START}, but a match must be seen to hold a keyword. */
  static final byte AT_START_UNPROVED = 3;

  // In the last number of a written anchor.
  private static final int FIXED = 1;
  private static final int BLOCK = 2;

  /** How many numbers a written anchor is. */
  private static final int NUMBERS = 7;

  /**
   * An anchor, as it is known once it is found: whose it is, and where a match can start.
   *
   * @param expression the number of the expression in whose matches it is, among those of all programs
   * @param fixed whether the expression is to be matched at one place, so that its head tells
   * @param block whether it begins a block
   */
  record Looked(
      int program,
      int expression,
      boolean fixed,
      boolean block,
      int farthest,
      int range,
      ByteClass before,
      int length) {}

  /** Finds the anchors of programs, and makes the tables. */
  static EngineTables of(List<Program> programs) {
    byte[] looking = new byte[programs.size()];
    List<Anchor> all = new ArrayList<>();
    List<Looked> looked = new ArrayList<>();
    int first = 0; // of the program's expressions
    for (int i = 0; i < looking.length; i++) {
      Optional<Lookout> lookout = lookout(programs.get(i));
      if (lookout.isPresent()) {
        looking[i] = looking(lookout.get());
        boolean block = programs.get(i) instanceof Program.Block;
        for (int n = 0; n < lookout.get().anchors().size(); n++) {
          Anchor anchor = lookout.get().anchors().get(n);
          all.add(anchor);
          looked.add(new Looked(
              i,
              first + lookout.get().expressions()[n],
              !block && lookout.get().atStart() && anchor.nearest() == anchor.farthest(),
              block,
              anchor.farthest(),
              anchor.farthest() - anchor.nearest(),
              anchor.before(),
              anchor.bytes().size()));
        }
      }
      first += expressions(programs.get(i));
    }
    SieveTables sieve = SieveBuilder.build(all, GramFrequencies.shipped());
    return new EngineTables(looking, looked.toArray(new Looked[0]), sieve);
  }

  private static byte looking(Lookout lookout) {
    if (!lookout.atStart()) {
      return AROUND;
    }
    return lookout.implied() ? AT_START : AT_START_UNPROVED;
  }

  /** Returns how many expressions a program has, which have numbers in a row. */
  static int expressions(Program program) {
    if (program instanceof Program.Patterned patterned) {
      return patterned.expressions().size();
    }
    return program instanceof Program.Block ? 2 : 0;
  }

  private static Optional<Lookout> lookout(Program program) {
    if (program instanceof Program.Patterned patterned) {
      return patterned.lookout();
    }
    return program instanceof Program.Block block
        ? Optional.of(Lookout.of(block))
        : Optional.empty();
  }

  void write(Packed.Out out) {
    out.number(looking.length);
    out.raw(looking);
    out.number(anchors.length);
    Lookouts.Classes classes = new Lookouts.Classes();
    int[] numbers = new int[NUMBERS * anchors.length];
    int at = 0;
    for (Looked anchor : anchors) {
      numbers[at++] = anchor.program();
      numbers[at++] = anchor.expression();
      numbers[at++] = anchor.farthest();
      numbers[at++] = anchor.range();
      numbers[at++] = classes.number(anchor.before());
      numbers[at++] = anchor.length();
      numbers[at++] = (anchor.fixed() ? FIXED : 0) | (anchor.block() ? BLOCK : 0);
    }
    classes.write(out);
    out.ints(numbers);
    sieve.write(out);
  }

  static EngineTables read(Packed.In in) {
    byte[] looking = in.raw(in.number());
    Looked[] anchors = new Looked[in.number()];
    ByteClass[] classes = Lookouts.Classes.read(in);
    int[] numbers = in.ints(NUMBERS * anchors.length);
    for (int i = 0; i < anchors.length; i++) {
      int at = NUMBERS * i;
      anchors[i] = new Looked(
          numbers[at],
          numbers[at + 1],
          (numbers[at + 6] & FIXED) != 0,
          (numbers[at + 6] & BLOCK) != 0,
          numbers[at + 2],
          numbers[at + 3],
          classes[numbers[at + 4]],
          numbers[at + 5]);
    }
    return new EngineTables(looking, anchors, SieveTables.read(in));
  }
}
