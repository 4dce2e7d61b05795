package dev.rekey.detect.engine;

import com.google.re2j.Matcher;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;

/**
 * One pass over one content, fed in pieces of any size.
 *
 * <p>What matches is defined over positions of the content alone, so the pieces don't matter: at a
 * keyword that starts at byte <i>p</i>, the patterns of a program see at most the bytes from
 * <i>p - span</i> to <i>p + span</i>, and none before the end of the program's last match. A hit is
 * therefore kept until so many bytes have come, or the content has ended; and a match is kept until
 * no earlier one can follow. The buffer holds what these may still need: some spans, never the
 * content.
 *
 * <p>Confined to one thread.
 */
public final class Sweep {
  /** The absolute blocks over which work is counted, and keyword-less programs advance. */
  static final int STRIDE = 64 * 1024;

  private final Engine engine;
  private final Sink sink;
  private final long budget;
  private final byte[] buffer;
  private final Around around = new Around();

  /** Hits of patterned programs, then hits of blocks and strides: each in order of position. */
  private final Deque<Hit> near = new ArrayDeque<>();

  private final Deque<Hit> far = new ArrayDeque<>();
  private final PriorityQueue<Span> matches =
      new PriorityQueue<>(Comparator.comparingLong(Span::start)
          .thenComparingLong(Span::end)
          .thenComparingInt(Span::program));

  /** For each program, the end of its last match: nothing before it is matched again. */
  private final long[] resume;

  private long base; // position of buffer[0]
  private int size; // bytes in the buffer
  private int used; // bytes of the buffer that ever held content
  private boolean ended;
  private int state = KeywordAutomaton.START;

  /** Work done in the block that each queue is in; a queue only ever moves forward. */
  private final Work nearWork = new Work();

  private final Work farWork = new Work();

  // The position up to which lines are counted, its line, and its column.
  private long counted;
  private long line = 1;
  private long column = 1;

  Sweep(Engine engine, Sink sink, long budget) {
    this.engine = engine;
    this.sink = sink;
    this.budget = budget;
    this.buffer = new byte[STRIDE + 8 * engine.span() + engine.farthest() + 4096];
    this.resume = new long[engine.programs().size()];
  }

  private record Hit(int program, long start, int length) {}

  private record Span(int program, long start, long end) {}

  private static final class Work {
    long block = -1;
    long done;
  }

  /** Takes the next bytes of the content. */
  public void feed(byte[] bytes, int from, int to) {
    int taken = from;
    while (taken < to) {
      makeRoom();
      int piece = Math.min(to - taken, buffer.length - size);
      System.arraycopy(bytes, taken, buffer, size, piece);
      look(piece);
      taken += piece;
      advance();
    }
  }

  /** Ends the content, reports what is left, and wipes the buffer. */
  public void finish() {
    ended = true;
    advance();
    sink.settled(Long.MAX_VALUE);
    Arrays.fill(buffer, 0, used, (byte) 0);
  }

  /** Returns how many bytes have been fed. */
  public long position() {
    return base + size;
  }

  private void look(int piece) {
    int from = size;
    size += piece;
    used = Math.max(used, size);
    state = engine.keywords().run(state, buffer, from, size, (program, start, length) -> {
      Hit hit = new Hit(program, base + start, length);
      (engine.programs().get(program) instanceof Program.Block ? far : near).add(hit);
    });
    for (int program = 0; program < resume.length; program++) {
      if (!engine.programs().get(program).anchored()) {
        addStrides(program, base + from, base + size);
      }
    }
  }

  private void addStrides(int program, long from, long to) {
    for (long p = (from + STRIDE - 1) / STRIDE * STRIDE; p < to; p += STRIDE) {
      far.add(new Hit(program, p, 0));
    }
  }

  /** Runs every hit that has all the bytes it may look at, and reports what is settled. */
  private void advance() {
    long end = position();
    while (!near.isEmpty() && (ended || near.getFirst().start() + 2L * engine.span() <= end)) {
      runNear(near.removeFirst());
    }
    while (!far.isEmpty() && (ended || far.getFirst().start() + engine.farthest() <= end)) {
      Hit hit = far.removeFirst();
      if (engine.programs().get(hit.program()) instanceof Program.Block block) {
        runBlock(hit, block);
      } else {
        runStride(hit);
      }
    }
    long settled = ended ? Long.MAX_VALUE : end - engine.longestKeyword() - engine.span();
    if (!near.isEmpty()) {
      settled = Math.min(settled, near.getFirst().start() - engine.span());
    }
    if (!far.isEmpty()) {
      settled = Math.min(settled, far.getFirst().start());
    }
    while (!matches.isEmpty() && matches.peek().start() < settled) {
      report(matches.remove());
    }
    sink.settled(settled);
  }

  private void runNear(Hit hit) {
    Program.Patterned program = (Program.Patterned) engine.programs().get(hit.program());
    if (hit.start() < resume[hit.program()]) {
      return;
    }
    long to = Math.min(position(), hit.start() + program.span());
    for (Expression expression : program.expressions()) {
      long from = expression.atKeyword()
          ? hit.start()
          : Math.max(resume[hit.program()], Math.max(0, hit.start() - program.span()));
      if (!spend(nearWork, hit.start(), to - from)) {
        return;
      }
      boolean matched = expression.atKeyword()
          ? matchAt(hit, expression, from, to)
          : matchAround(hit, expression, from, to);
      if (matched) {
        return;
      }
    }
  }

  private boolean matchAt(Hit hit, Expression expression, long from, long to) {
    if (expression.boundaryBefore() && from > 0 && isWord(at(from - 1)) == isWord(at(from))) {
      return false;
    }
    Matcher matcher = expression.pattern().matcher(view(from, to));
    return matcher.lookingAt() && accept(hit.program(), matcher, from, to);
  }

  private boolean matchAround(Hit hit, Expression expression, long from, long to) {
    long keywordEnd = hit.start() + hit.length();
    // One byte of context, where there is one, lets \b look back.
    long seen = Math.max(0, from - 1);
    Matcher matcher = expression.pattern().matcher(view(seen, to));
    int next = (int) (from - seen);
    while (next <= to - seen && matcher.find(next)) {
      long start = seen + matcher.start();
      long end = seen + matcher.end();
      if (start > hit.start()) {
        return false;
      }
      if (end >= keywordEnd) {
        return accept(hit.program(), matcher, seen, to);
      }
      next = Math.max(matcher.end(), matcher.start() + 1);
    }
    return false;
  }

  /** Runs a program without keywords over the matches that start in one stride. */
  private void runStride(Hit hit) {
    Program.Patterned program = (Program.Patterned) engine.programs().get(hit.program());
    long to = Math.min(position(), hit.start() + STRIDE + program.span());
    for (Expression expression : program.expressions()) {
      long from = Math.max(resume[hit.program()], hit.start());
      if (from >= hit.start() + STRIDE || !spend(farWork, hit.start(), to - from)) {
        return;
      }
      long seen = Math.max(0, from - 1);
      Matcher matcher = expression.pattern().matcher(view(seen, to));
      int next = (int) (from - seen);
      while (next <= to - seen
          && matcher.find(next)
          && seen + matcher.start() < hit.start() + STRIDE) {
        if (matcher.end() - matcher.start() <= program.span()) {
          accept(hit.program(), matcher, seen, to);
        } else {
          sink.truncated(hit.program(), seen + matcher.start());
        }
        next = Math.max(matcher.end(), matcher.start() + 1);
      }
    }
  }

  private void runBlock(Hit hit, Program.Block program) {
    if (hit.start() < resume[hit.program()]) {
      return;
    }
    long from = hit.start();
    long to = Math.min(position(), from + program.span());
    if (!spend(farWork, from, Program.Block.MARKER)) {
      return;
    }
    Matcher begin = program.begin().matcher(view(from, Math.min(to, from + Program.Block.MARKER)));
    if (!begin.lookingAt()) {
      return;
    }
    long body = from + begin.end();
    if (!spend(farWork, from, to - body)) {
      return;
    }
    Matcher end = program.end().matcher(view(body, to));
    if (end.find()) {
      long last = body + end.end();
      matches.add(new Span(hit.program(), from, last));
      resume[hit.program()] = last;
    } else {
      sink.truncated(hit.program(), from);
      // Another block may begin inside; it is looked at on its own.
      resume[hit.program()] = body;
    }
  }

  private boolean accept(int program, Matcher matcher, long seen, long to) {
    long end = seen + matcher.end();
    if (end == to && to < position()) {
      // It ran into the edge of what it may see: with more text it might be longer.
      sink.truncated(program, seen + matcher.start());
      resume[program] = end;
      return true;
    }
    matches.add(new Span(
        program, seen + matcher.start(Expression.SECRET), seen + matcher.end(Expression.SECRET)));
    resume[program] = end;
    return true;
  }

  private boolean spend(Work work, long position, long bytes) {
    long block = position / STRIDE;
    if (block != work.block) {
      work.block = block;
      work.done = 0;
    }
    if (work.done > budget) {
      return false;
    }
    work.done += bytes;
    if (work.done > budget) {
      sink.exhausted(block * STRIDE);
      return false;
    }
    return true;
  }

  private void report(Span span) {
    count(span.start());
    sink.matched(new Match(span.program(), span.start(), span.end(), line, column), around);
  }

  /** Counts lines up to a position; positions only grow. */
  private void count(long position) {
    for (long p = counted; p < position; p++) {
      byte b = at(p);
      if (b == '\n') {
        line++;
        column = 1;
      } else if ((b & 0xc0) != 0x80) {
        column++;
      }
    }
    counted = Math.max(counted, position);
  }

  /** Drops the bytes that nothing needs any more. */
  private void makeRoom() {
    if (size < buffer.length) {
      return;
    }
    long needed = position();
    if (!near.isEmpty()) {
      needed = Math.min(needed, near.getFirst().start());
    }
    if (!far.isEmpty()) {
      needed = Math.min(needed, far.getFirst().start());
    }
    if (!matches.isEmpty()) {
      needed = Math.min(needed, matches.peek().start());
    }
    needed = Math.max(base, needed - 3L * engine.span() - engine.longestKeyword() - 1);
    count(needed);
    int dropped = (int) (needed - base);
    System.arraycopy(buffer, dropped, buffer, 0, size - dropped);
    size -= dropped;
    base = needed;
  }

  private byte at(long position) {
    return buffer[(int) (position - base)];
  }

  private CharSequence view(long from, long to) {
    return new Latin1(buffer, (int) (from - base), (int) (to - base));
  }

  private static boolean isWord(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_';
  }

  private final class Around implements Text {
    @Override
    public byte[] copy(long from, long to) {
      return Arrays.copyOfRange(buffer, (int) (from - base), (int) (to - base));
    }

    @Override
    public long lineStart(long position, int reach) {
      long limit = Math.max(base, position - reach);
      long start = position;
      while (start > limit && at(start - 1) != '\n') {
        start--;
      }
      return start;
    }

    @Override
    public long lineEnd(long position, int reach) {
      long limit = Math.min(position(), position + reach);
      long end = position;
      while (end < limit && at(end) != '\n') {
        end++;
      }
      return end;
    }
  }
}
