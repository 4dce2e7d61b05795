package dev.rekey.detect.engine;

import java.util.List;
import java.util.Optional;

/**
 * A pattern read once: what RE2J would match, as a tree over bytes seen as ISO-8859-1 characters.
 *
 * <p>The tree says what is matched and in which order of preference, and no longer how it was
 * written: flags are folded into the classes, and of the groups only {@code secret} is left.
 *
 * <p>Immutable and thread-safe.
 */
sealed interface Syntax {
  /** A number of repeats, or of bytes, that no limit is set to. */
  int UNBOUNDED = Integer.MAX_VALUE;

  /** What matches the empty text, everywhere. */
  Syntax NOTHING = new Sequence(List.of());

  /**
   * Reads a pattern; empty for one that is not understood with certainty, whether RE2J takes it or
   * not. Of those that are read, RE2J takes all.
   */
  static Optional<Syntax> read(String regex) {
    return SyntaxReader.read(regex);
  }

  /** One byte of a class. */
  record One(ByteClass bytes) implements Syntax {
    @Override
    public String toString() {
      return bytes.toString();
    }
  }

  /** One after the other. */
  record Sequence(List<Syntax> parts) implements Syntax {
    public Sequence {
      parts = List.copyOf(parts);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(part instanceof Choice ? "(?:" + part + ")" : part));
      return text.toString();
    }
  }

  /** The first alternative that lets the rest match. */
  record Choice(List<Syntax> alternatives) implements Syntax {
    public Choice {
      alternatives = List.copyOf(alternatives);
    }

    @Override
    public String toString() {
      return String.join("|", alternatives.stream().map(Syntax::toString).toList());
    }
  }

  /**
   * The body so many times, as often as possible if greedy. Where there is no upper bound, the body
   * takes at least one byte.
   *
   * @param max may be {@link #UNBOUNDED}
   */
  record Repeat(Syntax body, int min, int max, boolean greedy) implements Syntax {
    @Override
    public String toString() {
      return (body instanceof One ? body.toString() : "(?:" + body + ")")
          + ("{" + min + "," + (max == UNBOUNDED ? "" : max) + "}")
          + (greedy ? "" : "?");
    }
  }

  /** The group that holds the value. */
  record Secret(Syntax body) implements Syntax {
    @Override
    public String toString() {
      return "(?P<" + Expression.SECRET + ">" + body + ")";
    }
  }

  /** A condition on the place between two bytes. */
  enum Position implements Syntax {
    TEXT_START("\\A"),
    TEXT_END("\\z"),
    LINE_START("(?m:^)"),
    LINE_END("(?m:$)"),
    WORD_BOUNDARY("\\b"),
    NO_WORD_BOUNDARY("\\B");

    private final String text;

    Position(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
