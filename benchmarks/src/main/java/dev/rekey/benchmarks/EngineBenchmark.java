package dev.rekey.benchmarks;

import dev.rekey.benchmarks.compare.BenchRules;
import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import java.nio.charset.StandardCharsets;
import java.util.Random;
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
 * The whole engine, with made-up rules, over one mebibyte of text in memory: a score of <i>n</i> is
 * <i>n</i> MiB a second.
 *
 * <p>{@code java -jar benchmarks/target/benchmarks.jar EngineBenchmark -p rules=350 -prof gc -prof
 * dev.rekey.benchmarks.CpuTime}
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EngineBenchmark {
  private static final int SIZE = 1 << 20;
  private static final long SEED = 42;

  /** What is put into the text. */
  public enum Density {
    /** Nothing: what literals are in it is by chance. */
    NONE(0, 0),
    /** A literal in each 1.5 KiB, as real rules have it in source code. */
    LITERALS(1536, 0),
    /** The same, and a whole secret in each 16 KiB. */
    SECRETS(1536, 16 * 1024);

    private final int literalEvery;
    private final int secretEvery;

    Density(int literalEvery, int secretEvery) {
      this.literalEvery = literalEvery;
      this.secretEvery = secretEvery;
    }
  }

  /** How many rules. */
  @Param({"50", "350", "2000", "10000"})
  int rules;

  /** What the text is like. */
  @Param
  TextKind text = TextKind.SOURCE;

  /** What is in it to find. */
  @Param
  Density density = Density.NONE;

  private byte[] content = new byte[0];
  private Detector detector = Detector.builder(BenchRules.of(50).ruleSet())
      .fingerprintKey(FingerprintKey.random())
      .build();

  /** Makes the rules and the text. */
  @Setup
  public void prepare() {
    BenchRules made = BenchRules.of(rules);
    detector = Detector.builder(made.ruleSet())
        .fingerprintKey(FingerprintKey.of(new byte[32]))
        .build();
    content = text.of(SIZE, SEED);
    Random random = new Random(SEED);
    for (int at = density.literalEvery; at > 0 && at < SIZE - 256; at += density.literalEvery) {
      put(" " + made.literal(random) + " ", at);
    }
    for (int at = density.secretEvery; at > 0 && at < SIZE - 512; at += density.secretEvery) {
      put("\n" + made.secret(random) + "\n", at + 256);
    }
  }

  private void put(String piece, int at) {
    byte[] bytes = piece.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, content, at, bytes.length);
  }

  /** Finds what is there. */
  @Benchmark
  public void detect(Blackhole blackhole) {
    blackhole.consume(
        detector.detect(content, "", (finding, secret) -> blackhole.consume(finding)));
  }
}
