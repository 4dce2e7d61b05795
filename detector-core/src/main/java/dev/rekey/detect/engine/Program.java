package dev.rekey.detect.engine;

import java.util.List;
import java.util.Optional;

/**
 * What the engine runs for one rule: when to look, at most how far, and for what.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface Program permits Program.Patterned, Program.Block, Program.TokenRun {
  /** The keywords, in ASCII, compared without regard to case; one must be inside every match. */
  List<String> keywords();

  /** The longest match in bytes. */
  int span();

  /**
   * Returns patterns of which the first one in order that matches at a place counts.
   *
   * @param keywords may be empty: then what the patterns have in common with every match leads to it,
   *     or they run over all of the text
   * @param regexes RE2J is known to take them; they are compiled when they are first run
   */
  static Program patterned(List<String> keywords, List<String> regexes, int span) {
    List<String> words = List.copyOf(keywords);
    List<Expression> expressions = expressions(regexes);
    return new Patterned(words, expressions, span, Lookout.late(words, expressions));
  }

  /**
   * Returns patterns whose anchors were found before.
   *
   * @param lookouts where they are
   * @param number the number of the program there
   */
  static Program patterned(
      List<String> keywords, List<String> regexes, int span, Lookouts lookouts, int number) {
    return new Patterned(List.copyOf(keywords), expressions(regexes), span, lookouts.late(number));
  }

  private static List<Expression> expressions(List<String> regexes) {
    Expression[] expressions = new Expression[regexes.size()];
    for (int i = 0; i < expressions.length; i++) {
      expressions[i] = Expression.of(regexes.get(i));
    }
    return List.of(expressions);
  }

  /**
   * Returns a block that starts at a keyword with a begin marker and lasts through the first end
   * marker after it, with no other begin marker between.
   *
   * @param begin RE2J is known to take it, and the end; they are compiled when they are first run
   */
  static Program block(List<String> keywords, String begin, String end, int span) {
    return new Block(List.copyOf(keywords), Expression.of(begin), Expression.of(end), span);
  }

  /**
   * Returns a run of at least so many bytes of {@code [A-Za-z0-9+/_-]}, with no other of them beside
   * it, three or more of which are digits, and whose entropy is at least so many bits a byte.
   *
   * @param shortest {@link TokenRun#LEAST} or more
   * @param span at least {@link TokenRun#leastSpan}, at most {@link TokenRun#LONGEST}
   */
  static Program tokenRun(int shortest, double minEntropy, int span) {
    return new TokenRun(shortest, minEntropy, span);
  }

  /**
   * Returns whether RE2J runs over all of the text for this: it has no keyword, no text is in every
   * match, and a pattern is more than a run of letters and digits of one class.
   */
  default boolean slow() {
    return this instanceof Patterned patterned
        && keywords().isEmpty()
        && patterned.lookout().isEmpty()
        && !patterned.expressions().stream().allMatch(one -> one.run().isPresent());
  }

  /**
   * Patterns with a group named {@code secret}.
   *
   * @param late where to look for them, which takes time to find out, and once is enough
   */
  record Patterned(
      List<String> keywords, List<Expression> expressions, int span, Late<Optional<Lookout>> late)
      implements Program {
    /** Returns where to look for them; empty if everywhere. */
    Optional<Lookout> lookout() {
      return late.get();
    }
  }

  /** A begin marker, whatever follows, and an end marker. */
  record Block(List<String> keywords, Expression begin, Expression end, int span)
      implements Program {
    /** How far a begin marker may reach. */
    static final int MARKER = 128;
  }

  /** A long token of letters and digits that look random. */
  record TokenRun(int shortest, double minEntropy, int span) implements Program {
    /** The least that the shortest run may be: shorter ones would take more looks. */
    public static final int LEAST = 16;

    /** The longest that a run may be: so many bytes are counted for its entropy. */
    public static final int LONGEST = 4096;

    /** By how much a sum of logarithms may be off, where the entropy is just enough. */
    public static final double ROUNDING = 1e-9;

    /** Where a run is longer, each word of eight bytes in it has another beside it. */
    private static final int LEAST_SPAN = 32;

    /** Checks its numbers. */
    public TokenRun {
      if (shortest < LEAST || span < leastSpan(shortest) || span > LONGEST) {
        throw new IllegalArgumentException("no runs are from " + shortest + " to " + span);
      }
    }

    /** Returns the least span that runs may have of which the shortest is so long. */
    public static int leastSpan(int shortest) {
      return Math.max(shortest, LEAST_SPAN);
    }

    @Override
    public List<String> keywords() {
      return List.of();
    }
  }
}
