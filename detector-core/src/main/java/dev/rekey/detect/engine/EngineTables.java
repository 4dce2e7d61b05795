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
 *     {@link #AROUND}
 * @param anchors the anchors of all programs, by their numbers in the sieve
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record EngineTables(byte[] looking, Looked[] anchors, SieveTables sieve) {
  /** Without anchors. */
  static final byte EVERYWHERE = 0;

  /** Where an anchor says that a match can start. */
  static final byte AT_START = 1;

  /** By a search around its keywords. */
  static final byte AROUND = 2;

  /** An anchor, as it is known once it is found: whose it is, and where a match can start. */
  record Looked(int program, int farthest, int range, ByteClass before, int length) {}

  /** Finds the anchors of programs, and makes the tables. */
  static EngineTables of(List<Program> programs) {
    byte[] looking = new byte[programs.size()];
    List<Anchor> all = new ArrayList<>();
    List<Looked> looked = new ArrayList<>();
    for (int i = 0; i < looking.length; i++) {
      Optional<Lookout> lookout = lookout(programs.get(i));
      if (lookout.isPresent()) {
        looking[i] = lookout.get().atStart() ? AT_START : AROUND;
        for (Anchor anchor : lookout.get().anchors()) {
          all.add(anchor);
          looked.add(new Looked(
              i,
              anchor.farthest(),
              anchor.farthest() - anchor.nearest(),
              anchor.before(),
              anchor.bytes().size()));
        }
      }
    }
    SieveTables sieve = SieveBuilder.build(all, GramFrequencies.shipped());
    return new EngineTables(looking, looked.toArray(new Looked[0]), sieve);
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
    int[] numbers = new int[5 * anchors.length];
    for (int i = 0; i < anchors.length; i++) {
      Looked anchor = anchors[i];
      numbers[5 * i] = anchor.program();
      numbers[5 * i + 1] = anchor.farthest();
      numbers[5 * i + 2] = anchor.range();
      numbers[5 * i + 3] = classes.number(anchor.before());
      numbers[5 * i + 4] = anchor.length();
    }
    classes.write(out);
    out.ints(numbers);
    sieve.write(out);
  }

  static EngineTables read(Packed.In in) {
    byte[] looking = in.raw(in.number());
    Looked[] anchors = new Looked[in.number()];
    ByteClass[] classes = Lookouts.Classes.read(in);
    int[] numbers = in.ints(5 * anchors.length);
    for (int i = 0; i < anchors.length; i++) {
      int at = 5 * i;
      anchors[i] = new Looked(
          numbers[at], numbers[at + 1], numbers[at + 2], classes[numbers[at + 3]], numbers[at + 4]);
    }
    return new EngineTables(looking, anchors, SieveTables.read(in));
  }
}
