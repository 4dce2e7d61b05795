package dev.rekey.detect.engine;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Programs compiled together, ready to sweep any number of contents.
 *
 * <p>Immutable and thread-safe.
 */
public final class Engine {
  /** How many bytes a full buffer can always drop. */
  private static final int ROOM = 16 * 1024;

  private final List<Program> programs;
  private final KeywordAutomaton keywords;
  private final int[] unanchored;
  private final int span;
  private final int blockSpan;
  private final int longestKeyword;

  private Engine(List<Program> programs) {
    this.programs = programs;
    this.keywords = new KeywordAutomaton(programs);
    this.unanchored = IntStream.range(0, programs.size())
        .filter(program -> !programs.get(program).anchored())
        .toArray();
    this.span =
        longest(programs.stream().filter(Program.Patterned.class::isInstance).map(Program::span));
    this.blockSpan =
        longest(programs.stream().filter(Program.Block.class::isInstance).map(Program::span));
    this.longestKeyword = longest(
        programs.stream().flatMap(program -> program.keywords().stream()).map(String::length));
  }

  private static int longest(Stream<Integer> lengths) {
    return lengths.mapToInt(Integer::intValue).max().orElse(0);
  }

  /** Compiles programs; a {@link Match} names one by its index in the list. */
  public static Engine compile(List<Program> programs) {
    return new Engine(List.copyOf(programs));
  }

  /**
   * Starts on one content.
   *
   * @param sink receives what is found; called on the thread that feeds the sweep
   * @param budget how many bytes the patterns that belong to keywords, and as many that blocks, may
   *     look at for each 64 KiB of the content
   */
  public Sweep sweep(Sink sink, long budget) {
    return new Sweep(this, sink, budget);
  }

  List<Program> programs() {
    return programs;
  }

  KeywordAutomaton keywords() {
    return keywords;
  }

  /** The programs without keywords, by index. */
  int[] unanchored() {
    return unanchored;
  }

  int longestKeyword() {
    return longestKeyword;
  }

  /** The longest match of a patterned program. */
  int span() {
    return span;
  }

  /** How far from a match the text can be read, on each side. */
  int context() {
    return Math.max(Text.REACH, span);
  }

  /**
   * How many bytes must follow the start of a keyword before it is looked at: what a pattern may see,
   * and one that tells whether there is more. A keyword that starts earlier may be known later, but
   * not by more than its length.
   */
  int nearest() {
    return Math.max(span, longestKeyword) + 1;
  }

  /** The same for a block, or a stride of a program without keywords. */
  int farthest() {
    int stride = unanchored.length > 0 ? Sweep.STRIDE + span : 0;
    return Math.max(Math.max(blockSpan, stride), longestKeyword) + 1;
  }

  /** How far behind a hit or a match something may be looked at. */
  int behind() {
    return longestKeyword + span + context() + 1;
  }

  /**
   * Returns the most bytes that a buffer needs, whatever the content: a sink hears of nothing that is
   * farther behind than this, but for the block whose budget is used up.
   */
  public int capacity() {
    int hits = Math.max(nearest() + span + longestKeyword, farthest());
    int match = Math.max(span, blockSpan) + context();
    return Math.max(hits, match) + behind() + ROOM;
  }
}
