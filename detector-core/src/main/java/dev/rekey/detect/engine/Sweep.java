package dev.rekey.detect.engine;

import com.google.re2j.Matcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one content, fed in pieces of any size.
 *
 * <p>What matches is defined over positions of the content alone, so the pieces don't matter:
 *
 * <ul>
 *   <li>Hits are run in the order of their starts. At a keyword that starts at <i>p</i>, a pattern
 *       that begins with the keyword sees <i>p</i> to <i>p + span</i>, any other <i>p - span</i> to
 *       <i>p + span</i>, but nothing before the end of the program's last match.
 *   <li>A program without keywords is run over each 64 KiB of the content, for the matches that
 *       start there: of its patterns the one that matches first, again and again.
 *   <li>A block lasts from its begin marker through the first end marker; if another begin marker
 *       stands between, the first began nothing.
 *   <li>A match that is longer than the span, or reaches the edge of what may be seen, is truncated
 *       and not reported. One without a value is none.
 * </ul>
 *
 * <p>A hit is therefore kept until so many bytes have come, or the content has ended; and a match is
 * kept until no earlier one can follow and its context has come. The buffer holds what these may
 * still need: some spans, never the content.
 *
 * <p>Confined to one thread.
 */
public final class Sweep implements AutoCloseable {
  /** The absolute blocks over which work is counted, and keyword-less programs advance. */
  public static final int STRIDE = 64 * 1024;

  /**
   * What a byte costs that a pattern is searched for in, where one that it is run at costs one: RE2J
   * follows all starts at once, and a long repeat keeps each alive.
   */
  private static final long SEARCHED = 8;

  private final Engine engine;
  private final Sink sink;
  private final long budget;
  private final Buffer buffer;

  /** Hits of patterned programs; hits of blocks, and strides. In the order in which they are run. */
  private final PriorityQueue<Hit> near = new PriorityQueue<>(Hit.ORDER);

  private final PriorityQueue<Hit> far = new PriorityQueue<>(Hit.ORDER);
  private final PriorityQueue<Span> matches = new PriorityQueue<>(Span.ORDER);

  /** For each program, the end of its last match: nothing before it is matched again. */
  private final long[] resume;

  private final Work nearWork = new Work();
  private final Work farWork = new Work();
  private int state = KeywordAutomaton.START;
  private boolean ended;

  Sweep(Engine engine, Sink sink, long budget) {
    this.engine = engine;
    this.sink = sink;
    this.budget = budget;
    this.buffer = new Buffer(engine.capacity(), engine.context());
    this.resume = new long[engine.programs().size()];
  }

  private record Hit(int program, long start, int length) {
    static final Comparator<Hit> ORDER = Comparator.comparingLong(Hit::start)
        .thenComparingInt(Hit::program)
        .thenComparingInt(Hit::length);
  }

  private record Span(int program, long start, long end) {
    static final Comparator<Span> ORDER = Comparator.comparingLong(Span::start)
        .thenComparingLong(Span::end)
        .thenComparingInt(Span::program);
  }

  /** The work done in the block that a queue is in; a queue only ever moves forward. */
  private static final class Work {
    long block = -1;
    long done;
    boolean exhausted;
  }

  /** Takes the next bytes of the content. */
  public void feed(byte[] bytes, int from, int to) {
    int taken = from;
    while (taken < to) {
      if (buffer.isFull()) {
        buffer.makeRoom(needed(), to - taken);
      }
      int piece = buffer.take(bytes, taken, to);
      look(bytes, taken, piece);
      taken += piece;
      advance();
    }
  }

  /** Ends the content, reports what is left, and wipes the buffer. */
  public void finish() {
    ended = true;
    advance();
    close();
  }

  /** Wipes the buffer; for a content that is given up. */
  @Override
  public void close() {
    buffer.wipe();
  }

  /** Returns how many bytes have been fed. */
  public long position() {
    return buffer.position();
  }

  /** The bytes that the buffer takes up. */
  int memory() {
    return buffer.length();
  }

  private void look(byte[] bytes, int from, int piece) {
    long end = position();
    long start = end - piece;
    state = engine.keywords().run(state, bytes, from, from + piece, (program, at, length) -> {
      Hit hit = new Hit(program, start + (at - from), length);
      (engine.programs().get(program) instanceof Program.Block ? far : near).add(hit);
    });
    for (int program : engine.unanchored()) {
      for (long p = (start + STRIDE - 1) / STRIDE * STRIDE; p < end; p += STRIDE) {
        far.add(new Hit(program, p, 0));
      }
    }
  }

  /** Runs every hit that has all the bytes it may look at, and reports what is settled. */
  private void advance() {
    long end = position();
    for (Hit hit = near.peek(); ready(hit, engine.nearest()); hit = near.peek()) {
      near.remove();
      runNear(hit);
    }
    for (Hit hit = far.peek(); ready(hit, engine.farthest()); hit = far.peek()) {
      far.remove();
      if (engine.programs().get(hit.program()) instanceof Program.Block block) {
        runBlock(hit, block);
      } else {
        runStride(hit, (Program.Patterned) engine.programs().get(hit.program()));
      }
    }
    long settled = ended ? Long.MAX_VALUE : end - engine.longestKeyword() - engine.span();
    if (!near.isEmpty()) {
      settled = Math.min(settled, near.element().start() - engine.span());
    }
    if (!far.isEmpty()) {
      settled = Math.min(settled, far.element().start());
    }
    while (!matches.isEmpty() && matches.element().start() < settled) {
      Span span = matches.element();
      if (!ended && span.end() + engine.context() > end) {
        // It waits for its context, and those after it wait for their turn.
        settled = span.start();
      } else {
        report(matches.remove());
      }
    }
    sink.settled(settled);
  }

  private boolean ready(@Nullable Hit hit, int reach) {
    return hit != null && (ended || hit.start() + reach <= position());
  }

  private void runNear(Hit hit) {
    Program.Patterned program = (Program.Patterned) engine.programs().get(hit.program());
    if (hit.start() < resume[hit.program()]) {
      return;
    }
    for (Expression expression : program.expressions()) {
      if (!affordable(nearWork, hit.start())) {
        return;
      }
      boolean matched = expression.atKeyword()
          ? matchAt(hit, expression, program.span())
          : matchAround(hit, expression, program.span());
      if (matched) {
        return;
      }
    }
  }

  private boolean matchAt(Hit hit, Expression expression, int span) {
    long from = hit.start();
    if (expression.boundaryBefore()) {
      boolean wordBefore = from > 0 && isWord(buffer.at(from - 1));
      if (wordBefore == isWord(buffer.at(from))) {
        return false;
      }
    }
    long to = Math.min(position(), from + span);
    Window window = buffer.view(from, to);
    Matcher matcher = expression.pattern().matcher(window);
    boolean matched = matcher.lookingAt();
    nearWork.done += window.read();
    return matched && accept(hit.program(), matcher, from, to);
  }

  private boolean matchAround(Hit hit, Expression expression, int span) {
    long keywordEnd = hit.start() + hit.length();
    long from = Math.max(resume[hit.program()], Math.max(0, hit.start() - span));
    long to = Math.min(position(), hit.start() + span);
    // One byte of context, where there is one, lets \b look back.
    long seen = Math.max(0, from - 1);
    Window window = buffer.view(seen, to);
    if (!expression.mayMatch(window)) {
      nearWork.done += window.length();
      return false;
    }
    Matcher matcher = expression.pattern().matcher(window);
    int next = (int) (from - seen);
    while (next <= window.length() && affordable(nearWork, hit.start())) {
      window.restart();
      boolean found = matcher.find(next);
      nearWork.done += SEARCHED * (window.read() - Math.min(window.read(), next));
      if (!found || seen + matcher.start() > hit.start()) {
        return false;
      }
      if (seen + matcher.end() >= keywordEnd) {
        return accept(hit.program(), matcher, seen, to);
      }
      next = Math.max(matcher.end(), matcher.start() + 1);
    }
    return false;
  }

  private void runStride(Hit hit, Program.Patterned program) {
    long last = hit.start() + STRIDE;
    long from = Math.max(resume[hit.program()], hit.start());
    if (from >= last) {
      return;
    }
    long to = Math.min(position(), last + program.span());
    long seen = Math.max(0, from - 1);
    List<Search> searches = new ArrayList<>();
    for (Expression expression : program.expressions()) {
      searches.add(new Search(buffer.view(seen, to), expression, (int) (from - seen)));
    }
    for (Optional<Search> first = first(searches);
        first.isPresent() && seen + first.get().start() < last;
        first = first(searches)) {
      Matcher matcher = first.get().matcher();
      accept(hit.program(), matcher, seen, to);
      int next = Math.max(matcher.end(), matcher.start() + 1);
      for (Search search : searches) {
        while (search.found() && search.start() < next) {
          if (!affordable(farWork, hit.start())) {
            return;
          }
          farWork.done += search.find(next);
        }
      }
    }
  }

  private static Optional<Search> first(List<Search> searches) {
    return searches.stream().filter(Search::found).min(Comparator.comparingInt(Search::start));
  }

  private void runBlock(Hit hit, Program.Block program) {
    if (hit.start() < resume[hit.program()] || !affordable(farWork, hit.start())) {
      return;
    }
    long from = hit.start();
    long to = Math.min(position(), from + program.span());
    Window marker = buffer.view(from, Math.min(to, from + Program.Block.MARKER));
    Matcher begin = program.begin().matcher(marker);
    boolean begins = begin.lookingAt();
    farWork.done += marker.read();
    if (!begins) {
      return;
    }
    long body = from + begin.end();
    Window window = buffer.view(body, to);
    Matcher end = program.end().matcher(window);
    boolean ends = end.find();
    farWork.done += window.read();
    if (ends && !beginsAgain(program, body, body + end.start())) {
      resume[hit.program()] = body + end.end();
      matches.add(new Span(hit.program(), from, body + end.end()));
    } else {
      sink.truncated(hit.program(), from);
      // Another block may begin inside; it is looked at on its own.
      resume[hit.program()] = body;
    }
  }

  private boolean beginsAgain(Program.Block program, long body, long end) {
    Window window = buffer.view(body, end);
    boolean again = program.begin().matcher(window).find();
    farWork.done += window.read();
    return again;
  }

  /** Takes a match; false if it has no value. */
  private boolean accept(int program, Matcher matcher, long seen, long to) {
    long end = seen + matcher.end();
    boolean more = to < position(); // with more text to see it might be longer
    boolean tooLong =
        matcher.end() - matcher.start() > engine.programs().get(program).span();
    if (tooLong || (end == to && more)) {
      sink.truncated(program, seen + matcher.start());
      resume[program] = end;
      return true;
    }
    int start = matcher.start(Expression.SECRET);
    int length = matcher.end(Expression.SECRET) - start;
    if (start < 0 || length == 0) {
      return false;
    }
    matches.add(new Span(program, seen + start, seen + start + length));
    resume[program] = end;
    return true;
  }

  private boolean affordable(Work work, long position) {
    long block = position / STRIDE;
    if (block != work.block) {
      work.block = block;
      work.done = 0;
      work.exhausted = false;
    }
    if (work.done < budget) {
      return true;
    }
    if (!work.exhausted) {
      work.exhausted = true;
      sink.exhausted(block * STRIDE);
    }
    return false;
  }

  private void report(Span span) {
    buffer.countTo(span.start());
    sink.matched(
        new Match(span.program(), span.start(), span.end(), buffer.line(), buffer.column()),
        buffer);
  }

  /** Returns the first position that may still be looked at. */
  private long needed() {
    long first = position();
    if (!near.isEmpty()) {
      first = Math.min(first, near.element().start());
    }
    if (!far.isEmpty()) {
      first = Math.min(first, far.element().start());
    }
    if (!matches.isEmpty()) {
      first = Math.min(first, matches.element().start());
    }
    return first - engine.behind();
  }

  private static boolean isWord(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_';
  }
}
