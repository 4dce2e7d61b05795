package dev.rekey.detect.engine;

import dev.rekey.benchmarks.TextKind;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** {@link Lines} of one mebibyte: a score of <i>n</i> is <i>n</i> MiB a second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LinesBenchmark {
  private static final int SIZE = 1 << 20;

  private byte[] bytes = new byte[SIZE];

  /** Makes the text. */
  @Setup
  public void prepare() {
    bytes = TextKind.SOURCE.of(SIZE, 42);
  }

  /** Counts the ends of lines. */
  @Benchmark
  public int count() {
    return Lines.count(bytes, 0, SIZE);
  }
}
