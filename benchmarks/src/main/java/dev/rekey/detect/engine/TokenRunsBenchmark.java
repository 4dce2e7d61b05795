package dev.rekey.detect.engine;

import dev.rekey.benchmarks.TextKind;
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
 * {@link TokenRuns} over one mebibyte, in chunks as a sweep does it: a score of <i>n</i> is <i>n</i>
 * MiB a second.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class TokenRunsBenchmark {
  private static final int SIZE = 1 << 20;
  private static final int CHUNK = 6 * 1024;

  /** The shortest run. */
  @Param({"20", "24", "32"})
  int shortest;

  /** What the text is like; Base64 without an end is one run, which is too long. */
  @Param({"SOURCE", "BASE64"})
  TextKind text = TextKind.SOURCE;

  private final Buffer buffer = new Buffer(SIZE, Text.REACH);
  private TokenRuns runs = runs(24);

  /** Makes the text. */
  @Setup
  public void prepare() {
    buffer.adopt(text.of(SIZE, 42), 0, SIZE);
    runs = runs(shortest);
  }

  private TokenRuns runs(int least) {
    return new TokenRuns(Engine.compile(List.of(Program.tokenRun(least, 3.6, 256))), buffer);
  }

  /** Finds the runs. */
  @Benchmark
  public int look() {
    int count = 0;
    runs.begin(0);
    for (int to = CHUNK; to < SIZE + CHUNK; to += CHUNK) {
      runs.look(to, true);
      while (runs.next()) {
        count++;
      }
    }
    return count;
  }
}
