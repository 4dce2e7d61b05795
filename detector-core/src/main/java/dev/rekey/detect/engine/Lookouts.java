package dev.rekey.detect.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The lookouts of many programs, found once and written down, since to find them takes most of the
 * time that an {@link Engine} is compiled in.
 *
 * <p>They are read when one of them is first asked for, all at once: who asks for one compiles an
 * engine.
 *
 * <p>Immutable and thread-safe.
 */
public abstract class Lookouts extends Late<List<Optional<Lookout>>> {
  /** Returns the reader of what {@link #write} wrote, for when it is first needed. */
  protected abstract Packed.In open();

  @Override
  protected final List<Optional<Lookout>> make() {
    Packed.In in = open();
    ByteClass[] classes = Classes.read(in);
    int count = in.number();
    List<Optional<Lookout>> lookouts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      lookouts.add(read(in, classes));
    }
    return List.copyOf(lookouts);
  }

  /** Returns one of them, by the number of its program. */
  final Late<Optional<Lookout>> late(int number) {
    return new One(this, number);
  }

  private static final class One extends Late<Optional<Lookout>> {
    private final Lookouts all;
    private final int number;

    One(Lookouts all, int number) {
      this.all = all;
      this.number = number;
    }

    @Override
    protected Optional<Lookout> make() {
      return all.get().get(number);
    }
  }

  /** Writes the lookouts of programs, by the number of each in the list. */
  public static void write(List<Program> programs, Packed.Out out) {
    Classes classes = new Classes();
    Packed.Out lookouts = new Packed.Out();
    lookouts.number(programs.size());
    for (Program program : programs) {
      Optional<Lookout> lookout = program instanceof Program.Patterned patterned
          ? patterned.lookout()
          : Optional.empty(); // A block's is its keywords.
      lookouts.number(lookout.isPresent() ? 1 : 0);
      lookout.ifPresent(one -> write(one, classes, lookouts));
    }
    classes.write(out);
    out.raw(lookouts.bytes());
  }

  private static void write(Lookout lookout, Classes classes, Packed.Out out) {
    out.number(lookout.atStart() ? 1 : 0);
    out.number(lookout.implied() ? 1 : 0);
    out.number(lookout.anchors().size());
    for (int i = 0; i < lookout.anchors().size(); i++) {
      Anchor anchor = lookout.anchors().get(i);
      out.number(lookout.expressions()[i]);
      out.number(classes.number(anchor.left()));
      out.number(anchor.nearest());
      out.number(anchor.farthest());
      out.number(classes.number(anchor.before()));
      out.number(anchor.bytes().size());
      for (ByteClass bytes : anchor.bytes()) {
        out.number(classes.number(bytes));
      }
    }
  }

  private static Optional<Lookout> read(Packed.In in, ByteClass[] classes) {
    if (in.number() == 0) {
      return Optional.empty();
    }
    boolean atStart = in.number() != 0;
    boolean implied = in.number() != 0;
    Anchor[] anchors = new Anchor[in.number()];
    int[] expressions = new int[anchors.length];
    for (int i = 0; i < anchors.length; i++) {
      expressions[i] = in.number();
      ByteClass left = classes[in.number()];
      int nearest = in.number();
      int farthest = in.number();
      ByteClass before = classes[in.number()];
      ByteClass[] bytes = new ByteClass[in.number()];
      for (int j = 0; j < bytes.length; j++) {
        bytes[j] = classes[in.number()];
      }
      anchors[i] = new Anchor(left, List.of(bytes), nearest, farthest, before);
    }
    return Optional.of(new Lookout(List.of(anchors), expressions, atStart, implied));
  }

  /** Classes by their numbers, each written once. Not thread-safe. */
  static final class Classes {
    private final Map<ByteClass, Integer> numbers = new HashMap<>();
    private final List<ByteClass> classes = new ArrayList<>();

    int number(ByteClass bytes) {
      Integer number = numbers.putIfAbsent(bytes, classes.size());
      if (number == null) {
        classes.add(bytes);
        return classes.size() - 1;
      }
      return number;
    }

    void write(Packed.Out out) {
      out.number(classes.size());
      for (ByteClass one : classes) {
        out.longs(new long[] {one.bits0(), one.bits1(), one.bits2(), one.bits3()});
      }
    }

    static ByteClass[] read(Packed.In in) {
      ByteClass[] classes = new ByteClass[in.number()];
      long[] bits = in.longs(4 * classes.length);
      for (int i = 0; i < classes.length; i++) {
        int at = 4 * i;
        classes[i] = new ByteClass(bits[at], bits[at + 1], bits[at + 2], bits[at + 3]);
      }
      return classes;
    }
  }
}
