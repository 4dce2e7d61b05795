package dev.rekey.benchmarks.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** The rows in which Rekey and Hyperscan have the same rules: in turns, and with equal findings. */
final class HyperscanRows {
  private static final long SAMPLE_BYTES = 1_500_000;
  private static final long SAMPLE_SEED = 3;

  private final Settings settings;
  private final BenchRules rules;
  private final Corpus corpus;
  private final Consumer<String> say;

  HyperscanRows(Settings settings, BenchRules rules, Corpus corpus, Consumer<String> say) {
    this.settings = settings;
    this.rules = rules;
    this.corpus = corpus;
    this.say = say;
  }

  /** Thrown when two engines don't find the same: then no figure of theirs means anything. */
  static final class DifferentFindings extends RuntimeException {
    private static final long serialVersionUID = 1;

    DifferentFindings(String message) {
      super(message);
    }
  }

  /** The rows of bench-354. */
  List<Row> standard() throws IOException {
    List<Row> rows = new ArrayList<>();
    RekeyScan rekey = new RekeyScan(rules.ruleSet());
    try (Hyperscan hyperscan =
        Hyperscan.start(settings.rivals().resolve("hyperscan"), settings.work(), corpus, rules)) {
      say.accept(hyperscan.about());
      compareFindings(hyperscan, rekey);
      if (settings.wants("stream")) {
        rows.add(stream(
            "stream",
            "bench-354 end to end, streaming from memory, against Hyperscan",
            hyperscan,
            rekey));
      }
      if (settings.wants("hot")) {
        rows.add(hot(hyperscan, rekey));
      }
      if (settings.wants("entropy")) {
        rows.add(stream(
            "entropy",
            "bench-354 and runs of 24 and more that look random, against Hyperscan without those",
            hyperscan,
            new RekeyScan(EntropyRules.with(rules.ruleSet()))));
      }
      if (settings.wants("memory")) {
        rows.add(memory(hyperscan, rekey));
      }
    }
    return rows;
  }

  /** The row of another number of rules. */
  Row others(String key) throws IOException {
    RekeyScan rekey = new RekeyScan(rules.ruleSet());
    try (Hyperscan hyperscan =
        Hyperscan.start(settings.rivals().resolve("hyperscan"), settings.work(), corpus, rules)) {
      say.accept(hyperscan.about());
      compareFindings(hyperscan, rekey);
      return stream(
          key,
          rules.list().size() + " rules end to end, streaming from memory, against Hyperscan",
          hyperscan,
          rekey);
    }
  }

  private void compareFindings(Hyperscan hyperscan, RekeyScan rekey) throws IOException {
    Set<Match> theirs = hyperscan.findings();
    Set<Match> ours = rekey.findings(corpus, rules.list());
    say.accept(String.format(
        Locale.ROOT,
        "Findings, as sets of (file, rule): Hyperscan %,d, Rekey %,d.",
        theirs.size(),
        ours.size()));
    requireSame(ours, theirs, rules.list());
  }

  /** Tells the rules and the numbers of the files only. */
  static void requireSame(Set<Match> ours, Set<Match> theirs, List<BenchRule> rules) {
    Set<Match> missing = new TreeSet<>(theirs);
    missing.removeAll(ours);
    Set<Match> more = new TreeSet<>(ours);
    more.removeAll(theirs);
    if (!missing.isEmpty() || !more.isEmpty()) {
      throw new DifferentFindings("the findings differ. Rekey lacks " + told(missing, rules)
          + "; it alone has " + told(more, rules));
    }
  }

  private static String told(Set<Match> matches, List<BenchRule> rules) {
    return matches.size()
        + matches.stream()
            .limit(10)
            .map(match -> rules.get(match.rule()).id() + " in file " + match.file())
            .collect(Collectors.joining(", ", " (", matches.size() > 10 ? ", …)" : ")"));
  }

  private Row stream(String key, String title, Hyperscan hyperscan, RekeyScan rekey) {
    Rounds.Times times = run(hyperscan::stream, () -> rekey.pass(corpus, 1));
    return told(Row.of(key, title, times, 1, 0, corpus.bytes()), rekey);
  }

  private Row hot(Hyperscan hyperscan, RekeyScan rekey) {
    List<Integer> indexes = corpus.sample(SAMPLE_BYTES, SAMPLE_SEED);
    Corpus sample = corpus.only(indexes);
    long repeats = Math.max(1, corpus.bytes() / sample.bytes());
    hyperscan.sample(indexes);
    Rounds.Times times = run(() -> hyperscan.hot(repeats), () -> rekey.pass(sample, repeats));
    String title = String.format(
        "the same, %.1f MB in the caches, %d times, against Hyperscan",
        sample.bytes() / 1e6, repeats);
    return told(Row.of("hot", title, times, 1, 0, repeats * sample.bytes()), rekey);
  }

  private Row memory(Hyperscan hyperscan, RekeyScan rekey) {
    Rounds.Times times = run(hyperscan::sum, () -> rekey.pass(corpus, 1));
    String title =
        "bench-354 streaming, against the memory: a sum of all bytes as 64-bit integers, C";
    return Row.of("", title, times, 1, 0, corpus.bytes());
  }

  private Rounds.Times run(LongSupplier theirs, LongSupplier ours) {
    return settings.rounds().run(List.of(theirs, ours));
  }

  /** A budget that was used up would be an unfair gain. */
  private static Row told(Row row, RekeyScan rekey) {
    long exhausted = rekey.takeExhausted();
    return exhausted == 0 ? row : row.with("**budgets used up: " + exhausted + "**");
  }
}
