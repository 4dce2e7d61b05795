package dev.rekey.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** How fast Rekey is on the texts of an {@link Adversary}; the slowest counts. */
final class AdversarialRows {
  private static final int MEASURED = 5;
  private static final long WARM_UP = 500_000_000;
  private static final long LEAST = 20_000_000;

  private AdversarialRows() {}

  /** The slowest, then each. */
  static List<Row> of(BenchRules rules) {
    RekeyScan rekey = new RekeyScan(rules.ruleSet().plus(Adversary.block()));
    Adversary adversary = new Adversary(rules);
    List<Row> rows = new ArrayList<>();
    double slowest = Double.MAX_VALUE;
    String slowestText = "";
    for (Map.Entry<String, byte[]> text : adversary.texts().entrySet()) {
      double speed = megabytesPerSecond(rekey, text.getValue());
      rows.add(row("1 MB: " + text.getKey(), speed, rekey));
      if (speed < slowest) {
        slowest = speed;
        slowestText = text.getKey();
      }
    }
    rows.add(0, Row.figure("adversarial_mbps", "the worst megabyte", told(slowest), slowestText));
    double secrets = megabytesPerSecond(rekey, adversary.secrets());
    rows.add(
        row("1 MB of nothing but secrets, not among the worst: all are findings", secrets, rekey));
    return rows;
  }

  private static Row row(String title, double speed, RekeyScan rekey) {
    boolean exhausted = rekey.takeExhausted() > 0;
    String found = rekey.takeFound() > 0 ? "with findings" : "";
    return Row.figure("", title, told(speed), exhausted ? "the work budget was used up" : found);
  }

  private static String told(double megabytesPerSecond) {
    return Row.speed(1_000_000, 1e9 / megabytesPerSecond);
  }

  private static double megabytesPerSecond(RekeyScan rekey, byte[] text) {
    Corpus corpus = new Corpus(List.of(text));
    long spent = rekey.pass(corpus, 1);
    long passes = Math.max(1, LEAST / Math.max(1, spent));
    for (int i = 0; spent < WARM_UP && i < 100; i++) {
      spent += rekey.pass(corpus, passes);
    }
    double[] times = new double[MEASURED];
    for (int i = 0; i < MEASURED; i++) {
      times[i] = rekey.pass(corpus, passes);
    }
    return text.length * 1e3 * passes / Rounds.median(times);
  }
}
