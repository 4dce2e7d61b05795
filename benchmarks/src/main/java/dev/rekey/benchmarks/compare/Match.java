package dev.rekey.benchmarks.compare;

import java.util.Comparator;

/** That a rule matches in a file, wherever: what two engines must agree on. */
record Match(int file, int rule) implements Comparable<Match> {
  private static final Comparator<Match> ORDER =
      Comparator.comparingInt(Match::file).thenComparingInt(Match::rule);

  @Override
  public int compareTo(Match other) {
    return ORDER.compare(this, other);
  }
}
