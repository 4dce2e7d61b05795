package dev.rekey.benchmarks;

import dev.rekey.benchmarks.compare.BenchRules;
import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Compares two threads that share one detector with two that have one each: the work that they do in
 * the same time, of CPU and by the clock on the wall. What both write to would show here.
 *
 * <p>They take turns, for nine rounds; the ratio is the median of the rounds'. Arguments, if any: how
 * many rules, and how many mebibytes each thread scans in a turn.
 *
 * <p>Prints {@code shared_cpu=… shared_wall=…}, and the least and the greatest ratio of a round.
 */
public final class SharedDetector {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int ROUNDS = 9;
  private static final int WARM_UPS = 3;
  private static final long SEED = 42;

  /** Small files, between whose ends sweeps are given back and lent. */
  private static final int FILE = 4 * 1024;

  private final ExecutorService threads;
  private final List<byte[]> files;
  private final int times;

  private SharedDetector(ExecutorService threads, List<byte[]> files, int times) {
    this.threads = threads;
    this.files = files;
    this.times = times;
  }

  /** What one turn took, in nanoseconds. */
  private record Turn(long cpu, long wall) {}

  /** Measures and prints. */
  public static void main(String[] args) throws InterruptedException, ExecutionException {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 354;
    int mebibytes = args.length > 1 ? Integer.parseInt(args[1]) : 256;
    System.out.println(measure(count, mebibytes));
  }

  static String measure(int count, int mebibytes) throws InterruptedException, ExecutionException {
    BenchRules rules = BenchRules.of(count);
    List<byte[]> files = files(rules);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      SharedDetector measured = new SharedDetector(threads, files, mebibytes);
      RuleSet set = rules.ruleSet();
      Detector shared = detector(set);
      Detector left = detector(set);
      Detector right = detector(set);
      double[] cpu = new double[ROUNDS];
      double[] wall = new double[ROUNDS];
      for (int round = -WARM_UPS; round < ROUNDS; round++) {
        // Who comes first takes turns too.
        boolean first = (round & 1) == 0;
        Turn before = first ? measured.turn(shared, shared) : measured.turn(left, right);
        Turn after = first ? measured.turn(left, right) : measured.turn(shared, shared);
        Turn together = first ? before : after;
        Turn apart = first ? after : before;
        if (round >= 0) {
          cpu[round] = (double) apart.cpu() / together.cpu();
          wall[round] = (double) apart.wall() / together.wall();
        }
      }
      Arrays.sort(cpu);
      Arrays.sort(wall);
      return String.format(
          Locale.ROOT,
          "shared_cpu=%.3f shared_wall=%.3f cpu=%.3f..%.3f wall=%.3f..%.3f",
          cpu[ROUNDS / 2],
          wall[ROUNDS / 2],
          cpu[0],
          cpu[ROUNDS - 1],
          wall[0],
          wall[ROUNDS - 1]);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Both threads scan all files so often; they begin together. */
  private Turn turn(Detector one, Detector other) throws InterruptedException, ExecutionException {
    CyclicBarrier start = new CyclicBarrier(2);
    List<Callable<Turn>> calls = List.of(() -> scan(one, start), () -> scan(other, start));
    long cpu = 0;
    long wall = 0;
    for (Future<Turn> done : threads.invokeAll(calls)) {
      cpu += done.get().cpu();
      wall += done.get().wall();
    }
    return new Turn(cpu, wall);
  }

  private Turn scan(Detector detector, CyclicBarrier start) throws Exception {
    start.await();
    long wall = System.nanoTime();
    long cpu = THREADS.getCurrentThreadCpuTime();
    long[] found = new long[1];
    for (int i = 0; i < times; i++) {
      for (byte[] file : files) {
        detector.detect(file, "", (finding, secret) -> found[0]++);
      }
    }
    if (found[0] == 0) {
      throw new IllegalStateException("nothing was found");
    }
    return new Turn(THREADS.getCurrentThreadCpuTime() - cpu, System.nanoTime() - wall);
  }

  /** One mebibyte of small files; each has literals, and one in eight a secret. */
  private static List<byte[]> files(BenchRules rules) {
    Random random = new Random(SEED);
    List<byte[]> files = new ArrayList<>();
    for (int i = 0; i < (1 << 20) / FILE; i++) {
      byte[] file = TextKind.SOURCE.of(FILE, SEED + i);
      put("\n" + rules.literal(random) + " ", file, 1000);
      put("\n" + rules.literal(random) + " ", file, 2500);
      if (i % 8 == 0) {
        put("\n" + rules.secret(random) + "\n", file, 3000);
      }
      files.add(file);
    }
    return files;
  }

  private static void put(String piece, byte[] file, int at) {
    byte[] bytes = piece.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, file, at, bytes.length);
  }

  private static Detector detector(RuleSet rules) {
    return Detector.builder(rules)
        .fingerprintKey(FingerprintKey.of(new byte[32]))
        .build();
  }
}
