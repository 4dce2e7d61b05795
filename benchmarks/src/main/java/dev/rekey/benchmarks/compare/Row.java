package dev.rekey.benchmarks.compare;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * A line of the table.
 *
 * @param key what it is called in the machine-readable line; empty if it is not there
 * @param title what was measured
 * @param rekey Rekey's figure, with its unit
 * @param rival the other's, with its unit; empty if there is no other
 * @param ratio how many times faster Rekey is
 * @param detail what else belongs to it
 */
record Row(
    String key, String title, String rekey, String rival, OptionalDouble ratio, String detail) {

  /** Two contestants, the first of which is Rekey, over so many bytes. */
  static Row of(String key, String title, Rounds.Times times, int rekey, int rival, long bytes) {
    return new Row(
        key,
        title,
        speed(bytes, times.median(rekey)),
        speed(bytes, times.median(rival)),
        OptionalDouble.of(times.ratio(rekey, rival)),
        String.format(
            Locale.ROOT,
            "rounds from %.2f to %.2f",
            times.leastRatio(rekey, rival),
            times.greatestRatio(rekey, rival)));
  }

  /** A figure without a rival. */
  static Row figure(String key, String title, String figure, String detail) {
    return new Row(key, title, figure, "", OptionalDouble.empty(), detail);
  }

  Row with(String moreDetail) {
    return new Row(key, title, rekey, rival, ratio, detail + "; " + moreDetail);
  }

  /** The figure for machines. */
  String value() {
    return ratio.isPresent()
        ? String.format(Locale.ROOT, "%.2f", ratio.getAsDouble())
        : rekey.split(" ", 2)[0].replace(",", "");
  }

  static String speed(long bytes, double nanoseconds) {
    double megabytes = bytes * 1e3 / nanoseconds;
    return String.format(Locale.ROOT, megabytes < 10 ? "%.2f MB/s" : "%,.0f MB/s", megabytes);
  }
}
