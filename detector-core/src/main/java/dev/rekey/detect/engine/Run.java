package dev.rekey.detect.engine;

import dev.rekey.detect.engine.Syntax.One;
import dev.rekey.detect.engine.Syntax.Position;
import dev.rekey.detect.engine.Syntax.Repeat;
import dev.rekey.detect.engine.Syntax.Secret;
import dev.rekey.detect.engine.Syntax.Sequence;
import java.util.Optional;

/**
 * A pattern that is nothing but so many letters and digits of one class, with no others beside them:
 * a token without a keyword.
 *
 * <p>Where such a run can start is found by looking at every n-th character, backwards, as Boyer and
 * Moore do (1977): in ordinary text a small part of it is looked at, where a program would be tried
 * at every character. It decides at what is found.
 *
 * <p>Immutable and thread-safe.
 */
final class Run {
  private final boolean[] members;
  private final int length;

  private Run(boolean[] members, int length) {
    this.members = members;
    this.length = length;
  }

  /** Returns the run that a pattern is, or empty if it is, or may be, something else. */
  static Optional<Run> of(String regex) {
    Optional<Syntax> syntax = Syntax.read(regex);
    return syntax.isPresent()
            && syntax.get() instanceof Sequence sequence
            && sequence.parts().size() == 3
            && sequence.parts().get(0) == Position.WORD_BOUNDARY
            && sequence.parts().get(1) instanceof Secret secret
            && sequence.parts().get(2) == Position.WORD_BOUNDARY
        ? between(secret.body())
        : Optional.empty();
  }

  private static Optional<Run> between(Syntax body) {
    if (body instanceof One one) {
      return of(one.bytes(), 1);
    }
    return body instanceof Repeat repeat
            && repeat.body() instanceof One one
            && repeat.min() == repeat.max()
        ? of(one.bytes(), repeat.min())
        : Optional.empty();
  }

  private static Optional<Run> of(ByteClass bytes, int length) {
    if (!bytes.isSubsetOf(ByteClass.WORD) || length == 0) {
      return Optional.empty();
    }
    boolean[] members = new boolean[256];
    for (int b = 0; b < members.length; b++) {
      members[b] = bytes.contains(b);
    }
    return Optional.of(new Run(members, length));
  }

  /**
   * Returns the first index from one on at which a run starts, or a negative number.
   *
   * @param first where the text starts
   * @param to where the text ends, exclusive
   */
  int next(byte[] text, int first, int from, int to) {
    boolean[] member = members;
    int start = from;
    while (start <= to - length) {
      int i = start + length - 1;
      while (i >= start && member[text[i] & 0xff]) {
        i--;
      }
      if (i >= start) {
        start = i + 1;
      } else if (bounded(text, first, start, to)) {
        return start;
      } else {
        start = afterWord(text, start, to); // inside one, each has a letter or digit before it
      }
    }
    return -1;
  }

  private static int afterWord(byte[] text, int from, int to) {
    int i = from;
    while (i < to && isWord(text[i])) {
      i++;
    }
    return i;
  }

  private boolean bounded(byte[] text, int first, int start, int to) {
    int end = start + length;
    return (start == first || !isWord(text[start - 1])) && (end == to || !isWord(text[end]));
  }

  private static boolean isWord(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_';
  }
}
