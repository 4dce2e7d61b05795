package dev.rekey.detect.engine;

import dev.rekey.benchmarks.TextKind;
import dev.rekey.benchmarks.compare.BenchRules;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The passes of a {@link GramSieve} over one mebibyte, in chunks as a sweep does it: a score of
 * <i>n</i> is <i>n</i> MiB a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class GramSieveBenchmark {
  private static final int SIZE = 1 << 20;
  private static final int CHUNK = 512 * GramSieve.BLOCK;
  private static final int FIRST = GramSieve.BEFORE;
  private static final int LAST = SIZE - GramSieve.AHEAD - CHUNK;

  /** How many rules the sieve is made of. */
  @Param({"350", "2000"})
  int rules;

  /** What the text is like. */
  @Param({"SOURCE"})
  TextKind text = TextKind.SOURCE;

  private byte[] bytes = new byte[SIZE];
  private GramSieve sieve = sieve(50);
  private final int[] blocks = new int[CHUNK / GramSieve.BLOCK + 1];
  private final long[] grams = new long[6 * blocks.length];
  private final List<int[]> selected = new ArrayList<>();

  /** Makes the sieve and the text, and selects blocks for the second pass. */
  @Setup
  public void prepare() {
    bytes = text.of(SIZE, 42);
    sieve = sieve(rules);
    selected.clear();
    for (int from = FIRST; from < LAST; from += CHUNK) {
      selected.add(Arrays.copyOf(blocks, sieve.select(bytes, from, from + CHUNK, blocks)));
    }
  }

  private static GramSieve sieve(int rules) {
    List<Program> programs = new ArrayList<>();
    BenchRules.of(rules)
        .each((literal, regex) ->
            programs.add(Program.patterned(List.of(literal), List.of(regex), 512)));
    return Engine.compile(programs).sieve();
  }

  /** The first pass. */
  @Benchmark
  public int select() {
    int count = 0;
    for (int from = FIRST; from < LAST; from += CHUNK) {
      count += sieve.select(bytes, from, from + CHUNK, blocks);
    }
    return count;
  }

  /** The second pass, in what the first has selected. */
  @Benchmark
  public int narrow() {
    int count = 0;
    for (int[] some : selected) {
      count += sieve.narrow(bytes, some, some.length, grams);
    }
    return count;
  }

  /** Both, and the entries that are right. */
  @Benchmark
  public int whole() {
    int anchors = 0;
    for (int from = FIRST; from < LAST; from += CHUNK) {
      int count = sieve.select(bytes, from, from + CHUNK, blocks);
      int kept = sieve.narrow(bytes, blocks, count, grams);
      for (int i = 0; i < kept; i++) {
        int position = (int) grams[i];
        int group = (int) (grams[i] >>> 32);
        int end = sieve.firstEntry(group + 1);
        for (int entry = sieve.firstEntry(group); entry < end; entry++) {
          anchors += sieve.fits(entry, bytes, position) ? 1 : 0;
        }
      }
    }
    return anchors;
  }
}
