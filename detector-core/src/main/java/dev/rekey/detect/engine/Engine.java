package dev.rekey.detect.engine;

import java.util.List;

/**
 * Programs compiled together, ready to sweep any number of contents.
 *
 * <p>Immutable and thread-safe.
 */
public final class Engine {
  private final List<Program> programs;
  private final KeywordAutomaton keywords;
  private final int span;
  private final int farthest;
  private final int longestKeyword;

  private Engine(List<Program> programs) {
    this.programs = programs;
    this.keywords = new KeywordAutomaton(programs);
    this.span = programs.stream()
        .filter(Program.Patterned.class::isInstance)
        .mapToInt(Program::span)
        .max()
        .orElse(0);
    int blocks = programs.stream()
        .filter(Program.Block.class::isInstance)
        .mapToInt(Program::span)
        .max()
        .orElse(0);
    boolean unanchored = programs.stream().anyMatch(program -> !program.anchored());
    this.farthest = Math.max(blocks, unanchored ? Sweep.STRIDE + 2 * span : 0);
    this.longestKeyword = programs.stream()
        .flatMap(program -> program.keywords().stream())
        .mapToInt(String::length)
        .max()
        .orElse(0);
  }

  /** Compiles programs; a {@link Match} names one by its index in the list. */
  public static Engine compile(List<Program> programs) {
    return new Engine(List.copyOf(programs));
  }

  /**
   * Starts on one content.
   *
   * @param sink receives what is found; called on the thread that feeds the sweep
   * @param budget how many bytes the patterns may look at for each 64 KiB of the content
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

  /** The longest match of a patterned program. */
  int span() {
    return span;
  }

  /** How many bytes after a hit a block, or a stride of a program without keywords, may need. */
  int farthest() {
    return farthest;
  }

  int longestKeyword() {
    return longestKeyword;
  }
}
