package dev.rekey.detect.engine;

import dev.rekey.detect.engine.Syntax.Choice;
import dev.rekey.detect.engine.Syntax.One;
import dev.rekey.detect.engine.Syntax.Position;
import dev.rekey.detect.engine.Syntax.Repeat;
import dev.rekey.detect.engine.Syntax.Secret;
import dev.rekey.detect.engine.Syntax.Sequence;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What every match of a pattern begins with, as far as each byte of it can be in one place only.
 *
 * <p>{@code password[ ]{0,3}[:=][ ]{0,3}["'][!-~]{8,64}["']} is eight bytes spelled out, a gap of
 * spaces, a colon or a sign of equality, another gap, a quote, and eight bytes of a class; what comes
 * then may be longer or shorter. A gap ends where what comes after it begins, since no byte is of both
 * classes: so there is no choice, and nothing to come back to. Of fifty candidates in source text one
 * is a match, and most of the others end here, before the program with its choices is looked at.
 *
 * <p>Immutable and thread-safe; the {@link ByteMatcher} that is passed in is not.
 */
final class Head {
  /** The most bytes that it looks at: who writes longer patterns has a program for the rest. */
  private static final int LONGEST = 256;

  private static final VarHandle EIGHT =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The bytes that are spelled out first, eight at a time: their bits, and which of them count. */
  private final long[] spelled;

  private final int spelledCount;

  /** The first of them, which is nearly always enough, where it is read at once. */
  private final long first;

  private final long mask;

  /**
   * What follows: the number of a class, and how many bytes of it come; where that is negative, it is
   * a gap of at most so many.
   */
  private final int[] steps;

  private final int reach;

  private Head(long[] spelled, int spelledCount, int[] steps) {
    this.spelled = spelled;
    this.first = spelled.length == 0 ? 0 : spelled[0];
    this.mask = spelled.length == 0 ? 0 : spelled[1];
    this.spelledCount = spelledCount;
    this.steps = steps;
    int bytes = spelledCount;
    for (int i = 1; i < steps.length; i += 2) {
      bytes += Math.abs(steps[i]);
    }
    this.reach = bytes;
  }

  /** Returns the head of a pattern, with its classes added to others. */
  static Head of(Syntax syntax, ByteClasses classes) {
    Reading reading = new Reading();
    reading.all(List.of(syntax));
    List<Step> rest = reading.steps;
    long[] spelled = new long[2 * (LONGEST / Long.BYTES)];
    int count = 0;
    while (!rest.isEmpty() && rest.get(0).isSpelled()) {
      ByteClass bytes = rest.get(0).bytes;
      for (int i = 0; i < rest.get(0).count; i++) {
        long agreement = bytes.agreement();
        int word = 2 * (count / Long.BYTES);
        int shift = Byte.SIZE * (count % Long.BYTES);
        spelled[word] |= (bytes.least() & agreement) << shift;
        spelled[word + 1] |= agreement << shift;
        count++;
      }
      rest = rest.subList(1, rest.size());
    }
    int words = (count + Long.BYTES - 1) / Long.BYTES;
    int[] steps = new int[2 * rest.size()];
    for (int i = 0; i < rest.size(); i++) {
      steps[2 * i] = classes.number(rest.get(i).bytes);
      steps[2 * i + 1] = rest.get(i).count;
    }
    return new Head(Arrays.copyOf(spelled, 2 * words), count, steps);
  }

  /** Returns the most bytes that it may look at. */
  int reach() {
    return reach;
  }

  /** Returns false only where no match can be. */
  boolean fits(ByteMatcher matcher, byte[] text, int at, int to) {
    return fits(matcher, text, at, to, false);
  }

  /** Returns false only where no match can be, whatever comes after what is seen. */
  boolean mayGoOn(ByteMatcher matcher, byte[] text, int at, int to) {
    return fits(matcher, text, at, to, true);
  }

  /**
   * Returns the first index from one on at which it may be that a match begins, whatever comes after
   * what is seen; the end of what is seen if there is none.
   */
  int next(ByteMatcher matcher, byte[] text, int from, int to) {
    int last = Math.min(to - Math.max(1, spelledCount), text.length - Long.BYTES);
    int at = from;
    for (; at <= last; at++) {
      if (((long) EIGHT.get(text, at) & mask) == first && mayGoOn(matcher, text, at, to)) {
        return at;
      }
    }
    for (; at < to; at++) {
      if (mayGoOn(matcher, text, at, to)) {
        return at;
      }
    }
    return to;
  }

  private boolean fits(ByteMatcher matcher, byte[] text, int at, int to, boolean open) {
    int pos = at + spelledCount;
    if (pos > to) {
      return open && isSpelled(text, at, to, 0);
    }
    long word = at <= text.length - Long.BYTES ? (long) EIGHT.get(text, at) : rest(text, at);
    if ((word & mask) != first || (spelled.length > 2 && !isSpelled(text, at, pos, 2))) {
      return false;
    }
    byte[] member = matcher.member();
    for (int i = 0; i < steps.length; i += 2) {
      int number = steps[i];
      int count = steps[i + 1];
      if (count == 1) {
        if (pos == to) {
          return open;
        }
        if (member[number << 8 | (text[pos] & 0xff)] == 0) {
          return false;
        }
        pos++;
      } else {
        int limit = Math.min(to, pos + Math.abs(count));
        int end = matcher.runEnd(text, number, pos, limit);
        if (end - pos < count) {
          return open && end == to;
        }
        pos = end;
      }
    }
    return true;
  }

  /** Compares the bytes that are spelled out from a word on, as far as they are seen. */
  private boolean isSpelled(byte[] text, int at, int to, int from) {
    int pos = at + from / 2 * Long.BYTES;
    for (int i = from; i < spelled.length && pos < to; i += 2) {
      long word = pos <= text.length - Long.BYTES ? (long) EIGHT.get(text, pos) : rest(text, pos);
      long seen = to - pos < Long.BYTES ? (1L << (Byte.SIZE * (to - pos))) - 1 : -1;
      if (((word ^ spelled[i]) & spelled[i + 1] & seen) != 0) {
        return false;
      }
      pos += Long.BYTES;
    }
    return true;
  }

  /** The last bytes of an array, as a word. */
  private static long rest(byte[] text, int from) {
    long word = 0;
    for (int i = text.length - 1; i >= from; i--) {
      word = word << Byte.SIZE | (text[i] & 0xff);
    }
    return word;
  }

  /** So many bytes of a class; at most so many, or none, where the number is negative. */
  private record Step(ByteClass bytes, int count) {
    boolean isSpelled() {
      return count > 0 && bytes.isMasked();
    }
  }

  /** Reads a pattern from left to right, until a byte can be in more than one place. */
  private static final class Reading {
    private final List<Step> steps = new ArrayList<>();
    private ByteClass gap = ByteClass.NONE;
    private int longestGap; // of what comes before the next byte that must be there
    private int left = LONGEST;
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
      } else if (item instanceof One one) {
        take(one.bytes(), 1);
      } else if (item instanceof Repeat repeat && repeat.body() instanceof One one) {
        take(one.bytes(), repeat.min());
        widen(one.bytes(), Math.min(LONGEST, repeat.max() - repeat.min()));
      } else if (item instanceof Choice choice && isPlain(choice)) {
        alternatives(choice);
      } else if (!(item instanceof Position)) {
        boolean nullable = Shape.nullable(item);
        if (!nullable) {
          take(Shape.first(item), 1);
        }
        widen(Shape.bytes(item), Math.min(LONGEST, Shape.longest(item)) - (nullable ? 0 : 1));
      }
    }

    /** Takes bytes that must be there, if it is known where they are. */
    private void take(ByteClass bytes, int count) {
      if (done || count == 0) {
        return;
      }
      if (bytes.intersects(gap)) {
        done = true;
        return;
      }
      if (longestGap > 0) {
        steps.add(new Step(gap, -longestGap));
        left -= longestGap;
        gap = ByteClass.NONE;
        longestGap = 0;
      }
      int taken = Math.min(count, left);
      Step last = steps.isEmpty() ? new Step(ByteClass.NONE, 0) : steps.get(steps.size() - 1);
      if (last.count > 0 && last.bytes.equals(bytes)) {
        steps.set(steps.size() - 1, new Step(bytes, last.count + taken));
      } else if (taken > 0) {
        steps.add(new Step(bytes, taken));
      }
      left -= taken;
      done = left == 0;
    }

    /** Takes note of bytes that may be there. */
    private void widen(ByteClass more, int longest) {
      if (longest > 0) {
        gap = gap.union(more);
        longestGap += longest;
        done |= longestGap >= left;
      }
    }

    private static boolean isPlain(Choice choice) {
      int length = Shape.longest(choice);
      if (length == 0 || Shape.shortest(choice) != length || length > LONGEST) {
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
        take(any, 1);
      }
    }
  }
}
