package dev.rekey.detect.engine;

import com.google.re2j.Matcher;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * One pass over one content, fed in pieces of any size, or whole.
 *
 * <p>What matches is defined over positions of the content alone, so the pieces don't matter:
 *
 * <ul>
 *   <li>A program matches at the first position, not before the end of its last match, at which one
 *       of its patterns matches what can be seen from there: <i>span</i> bytes, and the byte before.
 *       Of the patterns that match there, the first in order counts.
 *   <li>The {@link GramSieve} finds the positions that come into question, by the program's anchors;
 *       at each of them a {@link ByteProgram} matches or does not. Candidates are run in the order of
 *       their positions.
 *   <li>A program whose pattern has no anchor is looked for around its keywords: at one that starts
 *       at <i>p</i>, from <i>p - span</i> to <i>p + span</i>, but not before the end of its last
 *       match. Without keywords it is run over each 64 KiB of the content, for the matches that start
 *       there: of its patterns the one that matches first, again and again.
 *   <li>A block lasts from its begin marker through the first end marker; if another begin marker
 *       stands between, the first began nothing.
 *   <li>A match that is longer than the span, or reaches the edge of what may be seen, is truncated
 *       and not reported. One without a value is none, nor is one without a keyword where there are
 *       keywords.
 * </ul>
 *
 * <p>A candidate is therefore kept until so many bytes have come, or the content has ended; and a
 * match is kept until no earlier one can follow and its context has come. The buffer holds what these
 * may still need: some spans, never the content.
 *
 * <p>Confined to one thread. Closing it gives it back to its engine, which will use it again.
 */
public final class Sweep implements AutoCloseable {
  /** The absolute blocks over which work is counted, and programs without anchors advance. */
  public static final int STRIDE = 64 * 1024;

  /** How much is sieved at a time: so little that it is still in the nearest cache for what follows. */
  private static final int CHUNK = 1024 * GramSieve.BLOCK;

  /** Room for the last bytes of a content that no whole block is left of, between zeros. */
  private static final int EDGE = 8 * GramSieve.BLOCK;

  private final Engine engine;
  private final Buffer buffer;
  private final ByteMatcher matcher = new ByteMatcher();
  private final TokenRuns runs;
  private final int[] blocks = new int[CHUNK / GramSieve.BLOCK + 1];
  private final long[] grams = new long[6 * (CHUNK / GramSieve.BLOCK) + 1];
  private final byte[] edge = new byte[EDGE];

  /** Where matches of patterns may start; where blocks do. */
  private final CandidateQueue near = new CandidateQueue();

  private final CandidateQueue far = new CandidateQueue();
  private final PriorityQueue<Span> matches = new PriorityQueue<>();

  private final @Nullable Head[] heads;

  /** For each program, the end of its last match: nothing before it is matched again. */
  private final long[] resume;

  /** For each program, the last places in a row at which it was tried, and its anchors led to again. */
  private final long[] triedFrom;

  private final long[] triedTo;
  private final int[] touched;
  private int touchedCount;

  /** For the programs of blocks that have begun, by index. */
  private final Map<Integer, Markers> markers = new HashMap<>();

  private final Work nearWork = new Work();
  private final Work farWork = new Work();
  private Sink sink = Sink.NONE;
  private long budget;
  private long stride; // the next one of the programs without anchors
  private int sieved; // the index where the next block starts
  private boolean begun;
  private boolean ended;

  Sweep(Engine engine) {
    this.engine = engine;
    this.buffer = new Buffer(engine.capacity(), engine.context());
    this.heads = new Head[engine.expressions()];
    this.resume = new long[engine.programs().size()];
    this.triedFrom = new long[engine.programs().size()];
    this.triedTo = new long[engine.programs().size()];
    this.touched = new int[engine.programs().size()];
    this.runs = new TokenRuns(engine, buffer);
  }

  private record Span(int program, long start, long end) implements Comparable<Span> {
    @Override
    public int compareTo(Span other) {
      int order = Long.compare(start, other.start);
      order = order == 0 ? Long.compare(end, other.end) : order;
      return order == 0 ? Integer.compare(program, other.program) : order;
    }
  }

  void begin(Sink receiver, long work) {
    begun = true;
    sink = receiver;
    budget = work;
    stride = 0;
    sieved = -GramSieve.BLOCK;
    runs.begin(0);
    ended = false;
    nearWork.begin();
    farWork.begin();
  }

  /** Takes the next bytes of the content. */
  public void feed(byte[] bytes, int from, int to) {
    int taken = from;
    while (taken < to) {
      if (buffer.isFull()) {
        moved(buffer.makeRoom(needed(), to - taken));
      }
      taken += buffer.take(bytes, taken, to);
      advance();
    }
  }

  /**
   * Takes all of a content, in place of {@link #feed} and {@link #finish}. Nothing is copied, and the
   * array is not kept.
   */
  public void whole(byte[] bytes, int from, int to) {
    buffer.adopt(bytes, from, to);
    sieved += from;
    runs.begin(from);
    ended = true;
    advance();
    wipe();
  }

  /** Ends the content, reports what is left, and wipes the buffer. */
  public void finish() {
    ended = true;
    advance();
    wipe();
  }

  /**
   * Ends this sweep, whether or not its content has ended, and gives it back: from here on it may be
   * another thread's, so it is closed once, by nobody but the one who asked for it, and not touched
   * again.
   */
  @Override
  public void close() {
    wipe();
    engine.giveBack(this);
  }

  /** Leaves nothing of the content, nor of what was still to be done with it. */
  private void wipe() {
    if (!begun) {
      return;
    }
    begun = false;
    sink = Sink.NONE;
    buffer.clear();
    near.clear();
    far.clear();
    matches.clear();
    markers.clear();
    matcher.forget();
    while (touchedCount > 0) {
      int program = touched[--touchedCount];
      resume[program] = 0;
      triedFrom[program] = 0;
      triedTo[program] = 0;
    }
  }

  /** Returns how many bytes have been fed. */
  public long position() {
    return buffer.position();
  }

  /** The bytes that the buffer takes up. */
  int memory() {
    return buffer.length();
  }

  /** Takes note that what is left in the buffer starts so many bytes earlier. */
  private void moved(int by) {
    if (by > 0) {
      near.shift(by);
      far.shift(by);
      sieved -= by;
      runs.shift(by);
      matcher.forget();
    }
  }

  /** Sieves what has come, runs every candidate that has all the bytes it may look at, and reports. */
  private void advance() {
    boolean more = true;
    while (more) {
      more = sieve();
      runNear();
      runFar();
      report();
    }
  }

  /** Sieves a chunk at most; returns whether there is more to sieve at once. */
  private boolean sieve() {
    int size = buffer.size();
    if (sieved < buffer.start() + GramSieve.BEFORE) {
      if (size < sieved + 3 * GramSieve.BLOCK && !ended) {
        return false;
      }
      sieveEdge(Math.min(size, sieved + 2 * GramSieve.BLOCK));
    }
    if (engine.tokenRuns().length > 0) {
      runs.look(sieved + CHUNK, ended);
    }
    int last = size - GramSieve.AHEAD; // where a block may still start
    if (sieved <= last) {
      int to = Math.min(last + 1, sieved + CHUNK);
      byte[] bytes = buffer.bytes();
      GramSieve sieve = engine.sieve();
      int count = sieve.select(bytes, sieved, to, blocks);
      if (count > 0) {
        collect(bytes, sieve.narrow(bytes, blocks, count, grams), 0);
      }
      sieved += (to - sieved + GramSieve.BLOCK - 1) / GramSieve.BLOCK * GramSieve.BLOCK;
    }
    if (sieved <= last) {
      return true;
    }
    if (ended && sieved < size) {
      sieveEdge(size);
    }
    return false;
  }

  /** Sieves blocks at the start or the end of the content, in a copy between zeros. */
  private void sieveEdge(int to) {
    int zeros = 2 * GramSieve.BLOCK;
    int from = Math.max(buffer.start(), sieved - GramSieve.BEFORE);
    int until = Math.min(buffer.size(), to + GramSieve.AHEAD);
    Arrays.fill(edge, (byte) 0);
    System.arraycopy(buffer.bytes(), from, edge, zeros + from - sieved, until - from);
    GramSieve sieve = engine.sieve();
    int count = sieve.select(edge, zeros, zeros + to - sieved, blocks);
    collect(edge, sieve.narrow(edge, blocks, count, grams), sieved - zeros);
    Arrays.fill(edge, (byte) 0);
    sieved += (to - sieved + GramSieve.BLOCK - 1) / GramSieve.BLOCK * GramSieve.BLOCK;
  }

  /** Takes the anchors that are at some positions of an array, which begins at an index. */
  private void collect(byte[] bytes, int count, int start) {
    matcher.use(engine.classes());
    GramSieve sieve = engine.sieve();
    for (int i = 0; i < count; i++) {
      int position = (int) grams[i];
      int group = (int) (grams[i] >>> 32);
      int first = sieve.firstEntry(group);
      int end = sieve.firstEntry(group + 1);
      for (int entry = first; entry < end; entry++) {
        if (end - first == 1 || sieve.fits(entry, bytes, position)) {
          take(start + position - sieve.back(entry), sieve.anchor(entry));
        }
      }
    }
  }

  /** The head of an expression, which is this thread's once it is known; null while it is not. */
  private @Nullable Head head(int expression) {
    Head head = heads[expression];
    if (head == null) {
      head = engine.head(expression);
      heads[expression] = head;
    }
    return head;
  }

  /** Takes a candidate, unless the head of its pattern can be seen not to be there. */
  private void take(int index, int number) {
    int expression = engine.fixed(number);
    if (expression == Engine.BLOCK) {
      far.add(index, number);
      return;
    }
    Head head = expression >= 0 ? head(expression) : null;
    if (head != null && index >= buffer.start()) {
      int size = buffer.size();
      boolean seen = ended || index + head.reach() <= size;
      if (seen && !head.fits(matcher, buffer.bytes(), index, size)) {
        return;
      }
    }
    near.add(index, number);
  }

  /** The first index at which an anchor that is not found yet can have a match start. */
  private int unseen() {
    boolean all = ended && sieved >= buffer.size();
    return all ? Integer.MAX_VALUE : sieved - engine.farthestBack();
  }

  private void runNear() {
    int unseen = unseen();
    int complete = ended ? Integer.MAX_VALUE : buffer.size() - engine.nearest();
    while (!near.isEmpty() && near.index() < unseen && near.index() <= complete) {
      int index = near.index();
      int anchor = near.anchor();
      int rest = near.rest();
      near.remove();
      runCandidate(index, anchor, rest, Math.min(unseen - 1, complete));
    }
    if (engine.tokenRuns().length > 0) {
      while (runs.next()) {
        if (runs.isTooLong()) {
          sink.truncated(runs.program(), buffer.base() + runs.start());
        } else {
          matches.add(
              new Span(runs.program(), buffer.base() + runs.start(), buffer.base() + runs.end()));
        }
      }
    }
  }

  private void runFar() {
    int complete = ended ? Integer.MAX_VALUE : buffer.size() - engine.farthest();
    int unseen = unseen();
    while (!far.isEmpty() && far.index() < unseen && far.index() <= complete) {
      int index = far.index();
      int program = engine.anchor(far.anchor()).program();
      far.remove();
      if (index >= buffer.start()) {
        runBlock(index, program, (Program.Block) engine.programs().get(program));
      }
    }
    if (engine.unanchored().length > 0) {
      while (stride < position() && (ended || stride + engine.farthest() <= position())) {
        for (int program : engine.unanchored()) {
          runStride(program, (Program.Patterned) engine.programs().get(program));
        }
        stride += STRIDE;
      }
    }
  }

  /**
   * Tries a program at each place that an anchor leaves open; but puts it back for the places before
   * which another candidate comes, since the first match of a program counts, whichever anchor leads
   * to it.
   *
   * @param rest how many places are left after the index; negative if the first was not looked for yet
   * @param known the last place before which all candidates are known
   */
  private void runCandidate(int index, int number, int rest, int known) {
    EngineTables.Looked anchor = engine.anchor(number);
    int program = anchor.program();
    Program.Patterned patterned = (Program.Patterned) engine.programs().get(program);
    if (engine.searched(program)) {
      searchAround(index, anchor.length(), program, patterned);
      return;
    }
    if (rest >= 0 && near.hasMore(index, number)) {
      return; // It is followed by one that leaves the same places open.
    }
    int last = index + (rest < 0 ? anchor.range() : rest);
    int at = Math.max(index, buffer.start());
    if (anchor.fixed() && (at > last || !headFits(index, anchor, patterned))) {
      return; // Also where it was not looked at before, by chance: work depends on the text alone.
    }
    at = rest < 0 && anchor.range() > 0 ? reachable(at, last, anchor.before()) : at;
    while (true) {
      at = (int) (untried(program, buffer.base() + at) - buffer.base());
      if (at > last) {
        return;
      }
      if (at > index && (at > known || near.isBefore(at))) {
        near.putBack(at, number, last - at);
        return;
      }
      if (!nearWork.affordable(buffer.base() + at, budget, sink)) {
        return;
      }
      tried(program, buffer.base() + at);
      nearWork.add(anchor.range() > 0 ? 1 : 0);
      matchAt(at, program, patterned, nearWork);
      at++;
    }
  }

  /** Returns the first index from which on all bytes are of a class, up to a last one. */
  private int reachable(int first, int last, ByteClass before) {
    byte[] bytes = buffer.bytes();
    int index = last;
    while (index > first && before.contains(bytes[index - 1] & 0xff)) {
      index--;
    }
    return index;
  }

  /** Returns the first position from one on that a program was not tried at before. */
  private long untried(int program, long position) {
    long from = Math.max(position, resume[program]);
    return triedFrom[program] <= from && from < triedTo[program] ? triedTo[program] : from;
  }

  /**
   * Takes note of a place. An anchor that stands everywhere leads to the same places again and again,
   * and what was seen at a place does not change.
   */
  private void tried(int program, long position) {
    touch(program);
    if (position > triedTo[program] || triedTo[program] == 0) {
      triedFrom[program] = position;
    }
    if (position >= triedTo[program]) {
      triedTo[program] = position + 1;
    }
  }

  private boolean headFits(int index, EngineTables.Looked anchor, Program.Patterned patterned) {
    int number = anchor.expression() - engine.firstExpression(anchor.program());
    Optional<ByteProgram> program =
        engine.compiled(patterned.expressions().get(number), anchor.expression());
    matcher.use(engine.classes());
    return program.isEmpty()
        || program.get().head().fits(matcher, buffer.bytes(), index, buffer.size());
  }

  private void matchAt(int at, int program, Program.Patterned patterned, Work work) {
    int to = Math.min(buffer.size(), at + patterned.span());
    List<Expression> expressions = patterned.expressions();
    for (int i = 0; i < expressions.size(); i++) {
      Expression expression = expressions.get(i);
      int end = run(expression, engine.firstExpression(program) + i, at, to, work);
      boolean matched = end == ByteProgram.GAVE_UP
          ? decide(expression, at, to, program, work)
          : end >= 0 && accept(program, at, end, to, matcher.secretStart(), matcher.secretEnd());
      if (matched) {
        return;
      }
    }
  }

  /** Runs the byte program of an expression, and returns what it does. */
  private int run(Expression expression, int number, int at, int to, Work work) {
    Optional<ByteProgram> program = engine.compiled(expression, number);
    if (program.isEmpty()) {
      return ByteProgram.GAVE_UP;
    }
    matcher.use(engine.classes());
    int end = program.get().match(matcher, buffer.bytes(), buffer.textStart(), at, to);
    work.add(matcher.steps());
    return end;
  }

  /** Has RE2J decide what a byte program did not. */
  private boolean decide(Expression expression, int at, int to, int program, Work work) {
    int seen = Math.max(buffer.start(), at - 1);
    Window window = buffer.view(seen, to);
    Optional<Matcher> found = expression.matchAt(window, at - seen);
    work.add((long) Work.LOOKED * window.read());
    return found.isPresent() && accept(program, found.get(), seen, to);
  }

  private void searchAround(int index, int length, int program, Program.Patterned patterned) {
    long home = buffer.base() + index;
    if (home < resume[program]) {
      return;
    }
    for (Expression expression : patterned.expressions()) {
      if (!nearWork.affordable(home, budget, sink)
          || search(expression, index, length, program, patterned.span())) {
        return;
      }
    }
  }

  private boolean search(Expression expression, int index, int length, int program, int span) {
    long home = buffer.base() + index;
    int from =
        (int) Math.max(resume[program] - buffer.base(), Math.max(buffer.start(), index - span));
    int to = Math.min(buffer.size(), index + span);
    // One byte of context, where there is one, lets \b look back.
    int seen = Math.max(buffer.start(), from - 1);
    if (!expression.mayMatch(buffer.bytes(), seen, to)) {
      nearWork.add(to - seen);
      return false;
    }
    Window window = buffer.view(seen, to);
    Matcher search = expression.pattern().matcher(window);
    int next = from - seen;
    while (next <= window.length() && nearWork.affordable(home, budget, sink)) {
      window.restart();
      boolean found = search.find(next);
      nearWork.add((long) Work.SEARCHED * (window.read() - Math.min(window.read(), next)));
      if (!found || seen + search.start() > index) {
        return false;
      }
      if (seen + search.end() >= index + length) {
        return accept(program, search, seen, to);
      }
      next = Math.max(search.end(), search.start() + 1);
    }
    return false;
  }

  /** Tries a program without anchors at every place of a stride at which it may match. */
  private void runStride(int program, Program.Patterned patterned) {
    int start = (int) (stride - buffer.base());
    int last = Math.min(start + STRIDE, buffer.size());
    Run[] runs = engine.quickWays(program);
    for (int at = start; at < last; at++) {
      at = (int) Math.max(at, resume[program] - buffer.base());
      at = runs.length == 0 ? at : next(runs, at);
      if (at >= last || !farWork.affordable(stride, budget, sink)) {
        return;
      }
      matchAt(at, program, patterned, farWork);
    }
  }

  /** Returns the first index from one on at which one of some runs starts. */
  private int next(Run[] runs, int from) {
    int next = Integer.MAX_VALUE;
    for (Run run : runs) {
      int start = run.next(buffer.bytes(), buffer.start(), from, buffer.size());
      next = start < 0 ? next : Math.min(next, start);
    }
    return next;
  }

  private void runBlock(int from, int program, Program.Block block) {
    long home = buffer.base() + from;
    if (home < resume[program] || !farWork.affordable(home, budget, sink)) {
      return;
    }
    int to = Math.min(buffer.size(), from + block.span());
    int body = marker(block.begin(), engine.firstExpression(program), from, to);
    if (body < 0) {
      return;
    }
    Markers markers = markers(program, block);
    long base = buffer.base();
    boolean ends = markers.end().find(body, to, base, markers.endAt());
    long end = markers.end().end();
    int last = (int) (markers.end().start() - base);
    if (ends && !markers.begin().find(body, last, base, markers.beginAt())) {
      resume(program, (int) (end - base));
      matches.add(new Span(program, home, end));
    } else {
      sink.truncated(program, home);
      // Another block may begin inside; it is looked at on its own.
      resume(program, body);
    }
  }

  /** What is known of the markers of a block's program, and how to look for them. */
  private record Markers(
      MarkerSearch begin,
      MarkerSearch.Marker beginAt,
      MarkerSearch end,
      MarkerSearch.Marker endAt) {}

  private Markers markers(int program, Program.Block block) {
    Markers known = markers.get(program);
    if (known == null) {
      int first = engine.firstExpression(program);
      known = new Markers(
          new MarkerSearch(),
          new Marker(block.begin(), first),
          new MarkerSearch(),
          new Marker(block.end(), first + 1));
      markers.put(program, known);
    }
    return known;
  }

  /** A marker of a block, as its expression is run over the buffer. */
  private final class Marker implements MarkerSearch.Marker {
    private final Expression expression;
    private final int number;

    Marker(Expression expression, int number) {
      this.expression = expression;
      this.number = number;
    }

    @Override
    public int end(int at, int to) {
      return marker(expression, number, at, to);
    }

    @Override
    public int next(int at, int to) {
      Optional<ByteProgram> program = engine.compiled(expression, number);
      if (program.isEmpty()) {
        return at;
      }
      matcher.use(engine.classes());
      return program.get().head().next(matcher, buffer.bytes(), at, to);
    }
  }

  /** Returns where a marker ends that starts at an index, or a negative number. */
  private int marker(Expression expression, int number, int at, int to) {
    int limit = Math.min(to, at + Program.Block.MARKER);
    int end = run(expression, number, at, limit, farWork);
    if (end != ByteProgram.GAVE_UP) {
      return end;
    }
    int seen = Math.max(buffer.start(), at - 1);
    Window window = buffer.view(seen, limit);
    Optional<Matcher> found = expression.matchAt(window, at - seen);
    farWork.add((long) Work.LOOKED * window.read());
    return found.isPresent() ? seen + found.get().end() : -1;
  }

  private boolean accept(int program, Matcher found, int seen, int to) {
    int start = found.start(Expression.SECRET);
    int end = found.end(Expression.SECRET);
    return accept(program, seen + found.start(), seen + found.end(), to, seen + start, seen + end);
  }

  /** Takes a match; false if it has no keyword or no value. */
  private boolean accept(int program, int from, int end, int to, int secretStart, int secretEnd) {
    if (!holdsKeyword(engine.keywords(program), from, end)) {
      return false;
    }
    boolean tooLong = end - from > engine.programs().get(program).span();
    // Where there is more than could be seen, it might be longer.
    if (tooLong || (end == to && to < buffer.size())) {
      sink.truncated(program, buffer.base() + from);
      resume(program, end);
      return true;
    }
    if (secretStart < from || secretStart >= secretEnd) {
      return false;
    }
    matches.add(new Span(program, buffer.base() + secretStart, buffer.base() + secretEnd));
    resume(program, end);
    return true;
  }

  private boolean holdsKeyword(RequiredText[] keywords, int from, int end) {
    for (RequiredText keyword : keywords) {
      nearWork.add(end - from);
      if (keyword.isIn(buffer.bytes(), from, end)) {
        return true;
      }
    }
    return keywords.length == 0;
  }

  private void touch(int program) {
    if (resume[program] == 0 && triedTo[program] == 0) {
      touched[touchedCount++] = program;
    }
  }

  private void resume(int program, int index) {
    touch(program);
    resume[program] = buffer.base() + index;
  }

  /** Reports the matches before which no other can come any more. */
  private void report() {
    long settled = settled();
    while (!matches.isEmpty() && matches.element().start() < settled) {
      Span span = matches.element();
      if (!ended && span.end() + engine.context() > position()) {
        // It waits for its context, and those after it wait for their turn.
        settled = span.start();
      } else {
        matches.remove();
        buffer.countTo(span.start());
        sink.matched(
            new Match(span.program(), span.start(), span.end(), buffer.line(), buffer.column()),
            buffer);
      }
    }
    sink.settled(settled);
  }

  private long settled() {
    int unseen = unseen();
    long settled = unseen == Integer.MAX_VALUE
        ? Long.MAX_VALUE
        : buffer.base() + unseen - engine.searchedBefore();
    settled = Math.min(settled, first(near, settled));
    settled = Math.min(settled, first(far, settled));
    if (engine.unanchored().length > 0 && stride < position()) {
      settled = Math.min(settled, stride);
    }
    return engine.tokenRuns().length > 0 && unseen < Integer.MAX_VALUE
        ? Math.min(settled, buffer.base() + runs.unseen())
        : settled;
  }

  private long first(CandidateQueue queue, long otherwise) {
    if (queue.isEmpty()) {
      return otherwise;
    }
    return buffer.base() + queue.index() - engine.searchedBefore();
  }

  /** Returns the first position that may still be looked at. */
  private long needed() {
    long first = Math.min(position(), buffer.base() + sieved);
    first = Math.min(first, first(near, first));
    first = Math.min(first, first(far, first));
    if (engine.unanchored().length > 0) {
      first = Math.min(first, stride);
    }
    if (engine.tokenRuns().length > 0) {
      first = Math.min(first, buffer.base() + runs.unseen());
    }
    if (!matches.isEmpty()) {
      first = Math.min(first, matches.element().start());
    }
    return first - engine.behind();
  }
}
