package dev.rekey.detect.engine;

import dev.rekey.detect.engine.Syntax.Choice;
import dev.rekey.detect.engine.Syntax.One;
import dev.rekey.detect.engine.Syntax.Position;
import dev.rekey.detect.engine.Syntax.Repeat;
import dev.rekey.detect.engine.Syntax.Secret;
import dev.rekey.detect.engine.Syntax.Sequence;
import java.util.ArrayList;
import java.util.List;

/**
 * What every match of a pattern begins with, as far as that is the same for all: so many bytes, each
 * of a class; then a gap, some bytes of one class or none; and a byte of another class that ends it.
 *
 * <p>{@code password[ ]{0,3}[:=]…} is eight bytes, a gap of spaces, and a colon or a sign of equality.
 * Of fifty candidates in source text one is a match, and most of the others end here, in a short loop,
 * before the program with its choices is looked at.
 *
 * <p>Immutable and thread-safe.
 */
final class Head {
  private static final int LONGEST = 64;

  private final int[] bytes; // each the number of a class, times 256
  private final int gap;
  private final int longestGap;
  private final int after; // -1 if nothing is known to come after the bytes

  private Head(int[] bytes, int gap, int longestGap, int after) {
    this.bytes = bytes;
    this.gap = gap;
    this.longestGap = longestGap;
    this.after = after;
  }

  /** Returns the head of a pattern, with its classes added to others. */
  static Head of(Syntax syntax, ByteClasses classes) {
    Reading reading = new Reading();
    reading.all(List.of(syntax));
    int[] numbers = new int[reading.bytes.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = classes.number(reading.bytes.get(i)) << 8;
    }
    boolean ends = !reading.after.isEmpty() && !reading.after.intersects(reading.gap);
    return new Head(
        numbers,
        classes.number(reading.gap) << 8,
        ends ? reading.longestGap : 0,
        ends ? classes.number(reading.after) << 8 : -1);
  }

  /** Returns the most bytes that it may look at. */
  int reach() {
    return bytes.length + longestGap + 1;
  }

  /** Returns false only where no match can be. */
  boolean fits(byte[] member, byte[] text, int at, int to) {
    int end = at + bytes.length;
    if (end > to) {
      return false;
    }
    for (int i = 0; i < bytes.length; i++) {
      if (member[bytes[i] | (text[at + i] & 0xff)] == 0) {
        return false;
      }
    }
    if (after < 0) {
      return true;
    }
    int limit = Math.min(to, end + longestGap);
    while (end < limit && member[gap | (text[end] & 0xff)] != 0) {
      end++;
    }
    return end < to && member[after | (text[end] & 0xff)] != 0;
  }

  /** Returns false only where no match can be, whatever comes after what is seen. */
  boolean mayGoOn(byte[] member, byte[] text, int at, int to) {
    int end = Math.min(to, at + bytes.length);
    for (int i = at; i < end; i++) {
      if (member[bytes[i - at] | (text[i] & 0xff)] == 0) {
        return false;
      }
    }
    return true;
  }

  /** Reads a pattern from left to right, until it is not the same for all matches. */
  private static final class Reading {
    private final List<ByteClass> bytes = new ArrayList<>();
    private ByteClass gap = ByteClass.NONE;
    private int longestGap;
    private ByteClass after = ByteClass.NONE;
    private boolean inGap;
    private boolean done;

    void all(List<Syntax> items) {
      for (Syntax item : items) {
        if (!done) {
          read(item);
        }
      }
    }

    private void read(Syntax item) {
      if (item instanceof Sequence sequence) {
        all(sequence.parts());
      } else if (item instanceof Secret secret) {
        read(secret.body());
      } else if (item instanceof One one && !inGap && bytes.size() < LONGEST) {
        bytes.add(one.bytes());
      } else if (item instanceof Repeat repeat
          && repeat.body() instanceof One one
          && !inGap
          && bytes.size() + Math.min(repeat.min(), LONGEST) < LONGEST) {
        for (int i = 0; i < repeat.min(); i++) {
          bytes.add(one.bytes());
        }
        if (repeat.max() > repeat.min()) {
          widen(one.bytes(), Shape.sum(repeat.max(), -repeat.min()));
        }
      } else if (item instanceof Choice choice && !inGap && sameLength(choice)) {
        alternatives(choice);
      } else if (Shape.nullable(item)) {
        if (!(item instanceof Position)) {
          widen(Shape.bytes(item), Shape.longest(item));
        }
      } else {
        after = Shape.first(item);
        done = true;
      }
    }

    private void widen(ByteClass more, int longest) {
      inGap = true;
      gap = gap.union(more);
      longestGap = Shape.sum(longestGap, longest);
      if (longestGap > LONGEST) {
        done = true;
      }
    }

    private boolean sameLength(Choice choice) {
      int length = Shape.longest(choice);
      if (length == 0 || Shape.shortest(choice) != length || bytes.size() + length >= LONGEST) {
        return false;
      }
      for (Syntax alternative : choice.alternatives()) {
        if (!isPlain(alternative)) {
          return false;
        }
      }
      return true;
    }

    private static boolean isPlain(Syntax item) {
      if (item instanceof Sequence sequence) {
        for (Syntax part : sequence.parts()) {
          if (!(part instanceof One)) {
            return false;
          }
        }
        return true;
      }
      return item instanceof One;
    }

    /** Takes each byte for one of those that any alternative has there. */
    private void alternatives(Choice choice) {
      int length = Shape.longest(choice);
      for (int i = 0; i < length; i++) {
        ByteClass any = ByteClass.NONE;
        for (Syntax alternative : choice.alternatives()) {
          Syntax one =
              alternative instanceof Sequence sequence ? sequence.parts().get(i) : alternative;
          any = any.union(((One) one).bytes());
        }
        bytes.add(any);
      }
    }
  }
}
