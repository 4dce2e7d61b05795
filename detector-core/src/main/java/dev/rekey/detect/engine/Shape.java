package dev.rekey.detect.engine;

import dev.rekey.detect.engine.Syntax.Choice;
import dev.rekey.detect.engine.Syntax.One;
import dev.rekey.detect.engine.Syntax.Position;
import dev.rekey.detect.engine.Syntax.Repeat;
import dev.rekey.detect.engine.Syntax.Secret;
import dev.rekey.detect.engine.Syntax.Sequence;
import java.util.ArrayList;
import java.util.List;

/** What can be said of every match of a {@link Syntax} without a text. */
final class Shape {
  private static final int SHORTEST_TEXT = 3;

  private Shape() {}

  /** Returns the fewest bytes of a match. */
  static int shortest(Syntax syntax) {
    if (syntax instanceof One) {
      return 1;
    }
    if (syntax instanceof Sequence sequence) {
      int sum = 0;
      for (Syntax part : sequence.parts()) {
        sum = sum(sum, shortest(part));
      }
      return sum;
    }
    if (syntax instanceof Choice choice) {
      int least = Syntax.UNBOUNDED;
      for (Syntax alternative : choice.alternatives()) {
        least = Math.min(least, shortest(alternative));
      }
      return least;
    }
    if (syntax instanceof Repeat repeat) {
      return product(shortest(repeat.body()), repeat.min());
    }
    return syntax instanceof Secret secret ? shortest(secret.body()) : 0;
  }

  /** Returns the most bytes of a match; {@link Syntax#UNBOUNDED} if there is no limit. */
  static int longest(Syntax syntax) {
    if (syntax instanceof One) {
      return 1;
    }
    if (syntax instanceof Sequence sequence) {
      int sum = 0;
      for (Syntax part : sequence.parts()) {
        sum = sum(sum, longest(part));
      }
      return sum;
    }
    if (syntax instanceof Choice choice) {
      int most = 0;
      for (Syntax alternative : choice.alternatives()) {
        most = Math.max(most, longest(alternative));
      }
      return most;
    }
    if (syntax instanceof Repeat repeat) {
      return product(longest(repeat.body()), repeat.max());
    }
    return syntax instanceof Secret secret ? longest(secret.body()) : 0;
  }

  /** Returns whether the empty text can match. */
  static boolean nullable(Syntax syntax) {
    return shortest(syntax) == 0;
  }

  /** Returns the bytes that a match can begin with, of the matches that have a byte. */
  static ByteClass first(Syntax syntax) {
    if (syntax instanceof One one) {
      return one.bytes();
    }
    if (syntax instanceof Sequence sequence) {
      ByteClass first = ByteClass.NONE;
      for (Syntax part : sequence.parts()) {
        first = first.union(first(part));
        if (!nullable(part)) {
          break;
        }
      }
      return first;
    }
    if (syntax instanceof Choice choice) {
      ByteClass first = ByteClass.NONE;
      for (Syntax alternative : choice.alternatives()) {
        first = first.union(first(alternative));
      }
      return first;
    }
    if (syntax instanceof Repeat repeat) {
      return first(repeat.body());
    }
    return syntax instanceof Secret secret ? first(secret.body()) : ByteClass.NONE;
  }

  /** Returns the bytes that a match can be made of. */
  static ByteClass bytes(Syntax syntax) {
    if (syntax instanceof One one) {
      return one.bytes();
    }
    if (syntax instanceof Repeat repeat) {
      return bytes(repeat.body());
    }
    ByteClass bytes = ByteClass.NONE;
    for (Syntax part : parts(syntax)) {
      bytes = bytes.union(bytes(part));
    }
    return bytes;
  }

  private static List<Syntax> parts(Syntax syntax) {
    if (syntax instanceof Sequence sequence) {
      return sequence.parts();
    }
    if (syntax instanceof Choice choice) {
      return choice.alternatives();
    }
    return syntax instanceof Secret secret ? List.of(secret.body()) : List.of();
  }

  /**
   * Returns the texts of three characters or more that are in every match, without regard to ASCII
   * case, in lower case and in the order in which they come.
   */
  static List<String> requiredTexts(Syntax syntax) {
    Texts texts = new Texts();
    texts.read(syntax);
    texts.end();
    return List.copyOf(texts.found);
  }

  /** A sum or product of lengths, of which any may be without limit. */
  static int sum(int a, int b) {
    return (int) Math.min(Syntax.UNBOUNDED, (long) a + b);
  }

  static int product(int a, int b) {
    return (int) Math.min(Syntax.UNBOUNDED, (long) a * b);
  }

  /** Reads a pattern from left to right, and keeps the texts that must be there. */
  private static final class Texts {
    private final List<String> found = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();

    void read(Syntax syntax) {
      if (syntax instanceof One one) {
        one(one.bytes());
      } else if (syntax instanceof Sequence sequence) {
        for (Syntax part : sequence.parts()) {
          read(part);
        }
      } else if (syntax instanceof Secret secret) {
        read(secret.body());
      } else if (syntax instanceof Repeat repeat && repeat.min() > 0) {
        repeat(repeat);
      } else if (!(syntax instanceof Position)) {
        end();
      }
    }

    private void one(ByteClass bytes) {
      ByteClass folded = bytes.foldCase();
      boolean plain =
          !folded.isEmpty() && folded.equals(ByteClass.of(folded.least()).foldCase());
      if (plain && folded.least() < 0x80) {
        text.append(Character.toLowerCase((char) folded.least()));
      } else {
        end();
      }
    }

    private void repeat(Repeat repeat) {
      boolean one = repeat.body() instanceof One;
      int times = one ? Math.min(repeat.min(), SHORTEST_TEXT) : 1;
      for (int i = 0; i < times; i++) {
        read(repeat.body());
      }
      if (times < repeat.max()) {
        end();
        // What follows may come after the last of the bytes that were repeated, and not the first.
      }
    }

    void end() {
      if (text.length() >= SHORTEST_TEXT) {
        found.add(text.toString());
      }
      text.setLength(0);
    }
  }
}
