package dev.rekey.detect.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Programs compiled together, ready to sweep any number of contents.
 *
 * <p>Immutable and thread-safe, but for sweeps that wait to be used again.
 */
public final class Engine {
  /** The work that looking at a byte is, where RE2J does it. */
  public static final int WORK_PER_BYTE = Work.LOOKED;

  /** Of an anchor that is not at one place in its matches. */
  static final int RANGED = -1;

  /** Of an anchor that begins a block. */
  static final int BLOCK = -2;

  /** How many bytes a full buffer can always drop. */
  private static final int ROOM = 64 * 1024;

  /**
   * How far apart, in references, two idle sweeps are, and the first from the length of the array: no
   * two in one line of a cache.
   */
  private static final int APART = 16;

  private static final RequiredText[] NO_KEYWORDS = new RequiredText[0];

  private final List<Program> programs;
  private final GramSieve sieve;
  private final byte[] looking;
  private final EngineTables.Looked[] anchors;

  /** For each anchor, its expression where that is at one place; else what the anchor is. */
  private final int[] fixed;

  private final RequiredText[][] keywords; // one of which a match must be seen to hold, if any
  private final int searchedBefore;
  private final int[] firstExpression;
  private final int[] unanchored;
  private final Run[][] quickWays;
  private final int[] tokenRuns;
  private final int span;
  private final int blockSpan;
  private final int farthestBack;
  private final int widestRange;
  private final int longestKeyword;
  private final int slots; // a power of two
  private final AtomicReferenceArray<Sweep> idle;
  private final ByteClasses classes = new ByteClasses();
  private final AtomicReferenceArray<Optional<ByteProgram>> compiled;
  private final AtomicReferenceArray<@Nullable Head> heads;

  private Engine(List<Program> programs, EngineTables tables) {
    this.programs = programs;
    this.sieve = new GramSieve(tables.sieve());
    this.looking = tables.looking();
    this.anchors = tables.anchors();
    this.quickWays = new Run[programs.size()][];
    this.keywords = new RequiredText[programs.size()][];
    this.firstExpression = new int[programs.size() + 1];
    int[] free = new int[programs.size()];
    int[] runs = new int[programs.size()];
    int frees = 0;
    int runCount = 0;
    int longestSpan = 0;
    int longestBlock = 0;
    int before = 0;
    for (int i = 0; i < programs.size(); i++) {
      Program program = programs.get(i);
      if (program instanceof Program.Block) {
        longestBlock = Math.max(longestBlock, program.span());
      } else {
        longestSpan = Math.max(longestSpan, program.span());
      }
      if (program instanceof Program.Patterned patterned && looking[i] == EngineTables.EVERYWHERE) {
        free[frees++] = i;
        quickWays[i] = quickWays(patterned);
      } else if (program instanceof Program.TokenRun) {
        runs[runCount++] = i;
      }
      if (looking[i] == EngineTables.AROUND) {
        before = Math.max(before, program.span());
      }
      firstExpression[i + 1] = firstExpression[i] + EngineTables.expressions(program);
      keywords[i] = looking[i] == EngineTables.AT_START_UNPROVED
          ? requiredTexts(program.keywords())
          : NO_KEYWORDS;
    }
    this.unanchored = Arrays.copyOf(free, frees);
    this.tokenRuns = Arrays.copyOf(runs, runCount);
    this.searchedBefore = before;
    this.span = longestSpan;
    this.blockSpan = longestBlock;
    int back = 0;
    for (int entry : tables.sieve().backs()) {
      back = Math.max(back, entry);
    }
    int range = 0;
    int keyword = 0;
    this.fixed = new int[anchors.length];
    for (int i = 0; i < anchors.length; i++) {
      EngineTables.Looked anchor = anchors[i];
      fixed[i] = anchor.block() ? BLOCK : anchor.fixed() ? anchor.expression() : RANGED;
      range = Math.max(range, anchor.range());
      keyword = Math.max(keyword, anchor.length());
    }
    this.farthestBack = back;
    this.widestRange = range;
    this.longestKeyword = keyword;
    this.compiled = new AtomicReferenceArray<>(firstExpression[programs.size()]);
    this.heads = new AtomicReferenceArray<>(firstExpression[programs.size()]);
    this.slots = Integer.highestOneBit(2 * Runtime.getRuntime().availableProcessors());
    this.idle = new AtomicReferenceArray<>((1 + slots) * APART);
  }

  private static RequiredText[] requiredTexts(List<String> keywords) {
    RequiredText[] texts = new RequiredText[keywords.size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = RequiredText.keyword(keywords.get(i));
    }
    return texts;
  }

  private static Run[] quickWays(Program.Patterned program) {
    List<Run> runs = new ArrayList<>();
    for (Expression expression : program.expressions()) {
      Optional<Run> run = expression.run();
      if (run.isPresent()) {
        runs.add(run.get());
      }
    }
    return runs.size() == program.expressions().size() ? runs.toArray(new Run[0]) : new Run[0];
  }

  /** Compiles programs; a {@link Match} names one by its index in the list. */
  public static Engine compile(List<Program> programs) {
    List<Program> all = List.copyOf(programs);
    return new Engine(all, EngineTables.of(all));
  }

  /** Writes what it takes time to compile. */
  public static void write(List<Program> programs, Packed.Out out) {
    EngineTables.of(programs).write(out);
  }

  /**
   * Returns the engine that {@link #compile} would make of the same programs, by what was written of
   * it.
   *
   * @throws IllegalArgumentException if it was written of other programs
   */
  public static Engine read(List<Program> programs, Packed.In in) {
    List<Program> all = List.copyOf(programs);
    EngineTables tables = EngineTables.read(in);
    if (tables.looking().length != all.size()) {
      throw new IllegalArgumentException(
          "tables of " + tables.looking().length + " programs, not of " + all.size());
    }
    return new Engine(all, tables);
  }

  /**
   * Starts on one content.
   *
   * @param sink receives what is found; called on the thread that feeds the sweep
   * @param budget how much work the patterns that belong to anchors, and as much that blocks, may do
   *     for each 64 KiB of the content: see {@link Work}
   */
  public Sweep sweep(Sink sink, long budget) {
    Sweep waiting = idle.getAndSet(slot(), null);
    Sweep sweep = waiting == null ? new Sweep(this) : waiting;
    sweep.begin(sink, budget);
    return sweep;
  }

  /**
   * Takes a sweep back that is not used any more.
   *
   * <p>It is in one place at most, and taking it out swaps it for nothing, so that no two threads get
   * it. One that another already waits in the place of is dropped, or drops the other: either will be
   * collected. To store it in order is enough: who takes it out sees all that was written before.
   */
  void giveBack(Sweep sweep) {
    idle.lazySet(slot(), sweep);
  }

  /** Where the idle sweep of this thread is, which it may share with others. */
  private int slot() {
    return (1 + (int) (Thread.currentThread().getId() & slots - 1)) * APART;
  }

  List<Program> programs() {
    return programs;
  }

  GramSieve sieve() {
    return sieve;
  }

  EngineTables.Looked anchor(int number) {
    return anchors[number];
  }

  /** Returns whether the patterns of a program are searched for around its keywords. */
  boolean searched(int program) {
    return looking[program] == EngineTables.AROUND;
  }

  /** Returns the keywords of which a match must hold one; none where any match is known to. */
  RequiredText[] keywords(int program) {
    return keywords[program];
  }

  /** Returns how far before a candidate a match may be that is searched for around it. */
  int searchedBefore() {
    return searchedBefore;
  }

  /** Returns the number of the first expression of a program, among those of all. */
  int firstExpression(int program) {
    return firstExpression[program];
  }

  /** Returns how many expressions all programs have. */
  int expressions() {
    return firstExpression[programs.size()];
  }

  /**
   * Returns an expression, which has a number, as a program. It is compiled when it is first asked for,
   * since most never are: threads that come first together may each compile it, and one of the equals
   * stays.
   */
  Optional<ByteProgram> compiled(Expression expression, int number) {
    Optional<ByteProgram> program = compiled.getAcquire(number);
    if (program == null) {
      program = expression.compile(classes);
      compiled.setRelease(number, program);
      if (program.isPresent()) {
        heads.setRelease(number, program.get().head());
      }
    }
    return program;
  }

  /**
   * Returns the expression that is to be matched at one place where an anchor is, by its number;
   * {@link #RANGED} or {@link #BLOCK} for other anchors.
   */
  int fixed(int anchor) {
    return fixed[anchor];
  }

  /** Returns the head of an expression by its number; null while it was never run. */
  @Nullable
  Head head(int expression) {
    return heads.getAcquire(expression);
  }

  /** The classes of the programs that are compiled. */
  ByteClasses classes() {
    return classes;
  }

  /** The programs without anchors, by index. */
  int[] unanchored() {
    return unanchored;
  }

  /** The runs of which one starts wherever a program without anchors can match; none if it may elsewhere. */
  Run[] quickWays(int program) {
    return quickWays[program];
  }

  /** The programs that are runs of random bytes, by index. */
  int[] tokenRuns() {
    return tokenRuns;
  }

  /** The longest match of a patterned program or a run. */
  int span() {
    return span;
  }

  /** How far from a match the text can be read, on each side. */
  int context() {
    return Math.max(Text.REACH, span);
  }

  /** How far before a gram a match may start of which it is part. */
  int farthestBack() {
    return farthestBack;
  }

  /**
   * How many bytes must follow the first place where a match may start before it is looked for there:
   * what a pattern may see from the last such place, and one that tells whether there is more.
   */
  int nearest() {
    return span + widestRange + longestKeyword + 1;
  }

  /** The same for a block, or a stride of a program without anchors. */
  int farthest() {
    int stride = unanchored.length > 0 ? Sweep.STRIDE + span : 0;
    return Math.max(blockSpan, stride) + 1;
  }

  /** How far behind a candidate or a match something may be looked at. */
  int behind() {
    return longestKeyword + span + context() + GramSieve.BLOCK + 1;
  }

  /**
   * Returns the most bytes that a buffer needs, whatever the content: a sink hears of nothing that is
   * farther behind than this, but for the block whose budget is used up.
   */
  public int capacity() {
    int candidates = Math.max(nearest() + farthestBack + GramSieve.BLOCK + span, farthest());
    int match = Math.max(span, blockSpan) + context();
    return Math.max(candidates, match) + behind() + ROOM;
  }
}
