package dev.rekey.benchmarks.compare;

import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Lets contestants take turns, so that what else the machine does hits all of them alike.
 *
 * @param warmUps rounds that are not counted
 * @param measured rounds that are
 */
record Rounds(int warmUps, int measured) {
  Rounds {
    if (warmUps < 0 || measured < 1) {
      throw new IllegalArgumentException("at least one round, not " + measured);
    }
  }

  /** For each contestant its CPU nanoseconds in each round. */
  record Times(List<long[]> nanoseconds) {
    double median(int contestant) {
      return Rounds.median(
          Arrays.stream(nanoseconds.get(contestant)).asDoubleStream().toArray());
    }

    /** How many times faster one contestant is than another: the median of the rounds' ratios. */
    double ratio(int of, int to) {
      return Rounds.median(ratios(of, to));
    }

    double leastRatio(int of, int to) {
      return Arrays.stream(ratios(of, to)).min().orElseThrow();
    }

    double greatestRatio(int of, int to) {
      return Arrays.stream(ratios(of, to)).max().orElseThrow();
    }

    private double[] ratios(int of, int to) {
      long[] mine = nanoseconds.get(of);
      long[] theirs = nanoseconds.get(to);
      return IntStream.range(0, mine.length)
          .mapToDouble(round -> (double) theirs[round] / mine[round])
          .toArray();
    }
  }

  /** Runs the rounds; each contestant returns the CPU nanoseconds of one run. */
  Times run(List<LongSupplier> contestants) {
    List<long[]> times =
        contestants.stream().map(contestant -> new long[measured]).toList();
    for (int round = -warmUps; round < measured; round++) {
      for (int i = 0; i < contestants.size(); i++) {
        long time = contestants.get(i).getAsLong();
        if (round >= 0) {
          times.get(i)[round] = time;
        }
      }
    }
    return new Times(times);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
