package dev.rekey.benchmarks;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import java.io.ByteArrayInputStream;
import java.io.IOException;
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
import org.openjdk.jmh.infra.Blackhole;

/**
 * The built-in rules over one mebibyte of text that looks like source code: a score of <i>n</i> is
 * <i>n</i> MiB a second.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar DetectBenchmark -prof gc}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DetectBenchmark {
  /** How many bytes of text there are for each line with a keyword in it; 0 is none. */
  @Param({"0", "4096", "256"})
  int keywordEvery;

  private byte[] text = new byte[0];
  private Detector detector = detector();

  /** Makes the text. */
  @Setup
  public void makeText() {
    text = SourceLikeText.of(1 << 20, keywordEvery, 42);
    detector = detector();
  }

  /** Finds nothing, since the keywords are near misses: the cost of looking. */
  @Benchmark
  public void detect(Blackhole blackhole) throws IOException {
    blackhole.consume(detector.detect(
        new ByteArrayInputStream(text), "", (finding, secret) -> blackhole.consume(finding)));
  }

  private static Detector detector() {
    return Detector.builder(RuleSet.builtIn())
        .fingerprintKey(FingerprintKey.random())
        .build();
  }
}
