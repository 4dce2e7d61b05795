package dev.rekey.detect.engine;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** A {@link CandidateQueue} that takes candidates and gives them: a score is millions a second. */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class CandidateQueueBenchmark {
  private static final int COUNT = 1024;

  /** How far back a candidate may be from the last: one whose anchor is not at its start is. */
  @Param({"0", "64"})
  int disorder;

  private final CandidateQueue queue = new CandidateQueue();
  private final int[] indexes = new int[COUNT];

  /** Makes the candidates. */
  @Setup
  public void prepare() {
    Random random = new Random(42);
    for (int i = 0; i < COUNT; i++) {
      indexes[i] = 40 * i + random.nextInt(40) - (disorder == 0 ? 0 : random.nextInt(disorder));
    }
  }

  /** Eight come, eight go, as in a text where they are close together. */
  @Benchmark
  @OperationsPerInvocation(COUNT)
  public int take() {
    int sum = 0;
    for (int i = 0; i < COUNT; i += 8) {
      for (int j = i; j < i + 8; j++) {
        queue.add(indexes[j], j & 127);
      }
      while (!queue.isEmpty()) {
        sum += queue.index() ^ queue.anchor();
        queue.remove();
      }
    }
    return sum;
  }
}
