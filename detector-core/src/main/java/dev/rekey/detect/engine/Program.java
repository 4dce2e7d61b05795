package dev.rekey.detect.engine;

import com.google.re2j.Pattern;
import java.util.List;
import java.util.Objects;

/**
 * What the engine runs for one rule: when to look, at most how far, and for what.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Program permits Program.Patterned, Program.Block {
  /** The keywords, in ASCII, compared without regard to case; one must be inside every match. */
  List<String> keywords();

  /** The longest match in bytes. */
  int span();

  /**
   * Returns patterns that are tried in order at each keyword; the first that matches counts.
   *
   * @param keywords may be empty: then the patterns run over all of the text
   * @param regexes RE2J is known to take them; they are compiled when they are first run
   */
  static Program patterned(List<String> keywords, List<String> regexes, int span) {
    return new Patterned(
        List.copyOf(keywords),
        regexes.stream().map(regex -> Expression.of(regex, keywords)).toList(),
        span);
  }

  /**
   * Returns a block that starts at a keyword with a begin marker and lasts through the first end
   * marker after it, with no other begin marker between.
   *
   * @param begin RE2J is known to take it, and the end; they are compiled when they are first run
   */
  static Program block(List<String> keywords, String begin, String end, int span) {
    return new Block(List.copyOf(keywords), LatePattern.of(begin), LatePattern.of(end), span);
  }

  /** Returns whether the engine looks only near keywords. */
  default boolean anchored() {
    return !keywords().isEmpty();
  }

  /**
   * Returns whether RE2J runs over all of the text for this: it has no keyword, and a pattern which
   * is more than a run of letters and digits of one class.
   */
  default boolean slow() {
    return this instanceof Patterned patterned
        && !anchored()
        && patterned.expressions().stream().anyMatch(one -> one.run().isEmpty());
  }

  /** Patterns with a group named {@code secret}. */
  final class Patterned implements Program {
    private final List<String> keywords;
    private final List<Expression> expressions;
    private final int span;

    private Patterned(List<String> keywords, List<Expression> expressions, int span) {
      this.keywords = keywords;
      this.expressions = expressions;
      this.span = span;
    }

    @Override
    public List<String> keywords() {
      return keywords;
    }

    @Override
    public int span() {
      return span;
    }

    List<Expression> expressions() {
      return expressions;
    }
  }

  /** A begin marker, whatever follows, and an end marker. */
  final class Block implements Program {
    /** How far a begin marker may reach. */
    static final int MARKER = 128;

    private final List<String> keywords;
    private final LatePattern begin;
    private final LatePattern end;
    private final int span;

    private Block(List<String> keywords, LatePattern begin, LatePattern end, int span) {
      this.keywords = Objects.requireNonNull(keywords);
      this.begin = begin;
      this.end = end;
      this.span = span;
    }

    @Override
    public List<String> keywords() {
      return keywords;
    }

    @Override
    public int span() {
      return span;
    }

    Pattern begin() {
      return begin.get();
    }

    Pattern end() {
      return end.get();
    }
  }
}
