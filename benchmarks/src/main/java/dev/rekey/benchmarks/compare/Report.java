package dev.rekey.benchmarks.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Writes what came out: a table, a chart, and a line for machines. */
final class Report {
  private static final List<String> KEYS = List.of(
      "stream",
      "hot",
      "rules2000",
      "entropy",
      "ripgrep",
      "files",
      "adversarial_mbps",
      "build_ms",
      "heap10gb_mb");

  private static final Map<String, String> LABELS = Map.of(
      "stream", "Hyperscan, 354 rules, streaming",
      "hot", "Hyperscan, 354 rules, in the caches",
      "rules2000", "Hyperscan, 2,000 rules, streaming",
      "entropy", "Hyperscan, Rekey with entropy too",
      "ripgrep", "ripgrep -F, literals alone",
      "files", "only reading small files");

  private final List<Row> rows;

  Report(List<Row> rows) {
    this.rows = List.copyOf(rows);
  }

  /** The pairs, with {@code -} for what was not measured. */
  String line() {
    return KEYS.stream()
        .map(key -> key + "=" + row(key).map(Row::value).orElse("-"))
        .collect(Collectors.joining(" "));
  }

  private Optional<Row> row(String key) {
    return rows.stream().filter(row -> row.key().equals(key)).findFirst();
  }

  /**
   * The page.
   *
   * @param about what stands above the table: machine, commit, command, rules, corpus
   * @param chart the file name of the chart
   */
  String markdown(String title, List<String> about, String chart) {
    StringBuilder page = new StringBuilder("# " + title + "\n\n");
    about.forEach(line -> page.append(line).append("\n\n"));
    page.append("![How many times faster Rekey is](").append(chart).append(")\n\n");
    page.append("| | Rekey | the other | ratio | |\n|---|---|---|---|---|\n");
    for (Row row : rows) {
      page.append("| ")
          .append(row.title())
          .append(" | ")
          .append(row.rekey())
          .append(" | ")
          .append(row.rival())
          .append(" | ")
          .append(row.ratio().isPresent() ? "**" + row.value() + "**" : "")
          .append(" | ")
          .append(row.detail())
          .append(" |\n");
    }
    page.append("\n## What to know before quoting a number\n\n");
    CAVEATS.forEach(caveat -> page.append("- ").append(caveat).append('\n'));
    return page.append("\n`").append(line()).append("`\n").toString();
  }

  private static final List<String> CAVEATS = List.of(
      "Time is CPU time: of the scanning thread for Rekey and Hyperscan, of the process where it"
          + " says so. Garbage collection and the JIT run on threads of their own and are not in"
          + " Rekey's figures except where a whole process is measured.",
      "The contestants take turns in one run, after rounds that are not counted; a ratio is the"
          + " median of the rounds' ratios, the other figures are medians. Ratios above 1 are"
          + " Rekey's.",
      "Hyperscan tells that a rule matches in a file, once, and no start; Rekey tells each finding"
          + " with offsets, line, column and fingerprint. Their sets of (file, rule) must"
          + " be equal, or there is no table: how many there were stands above.",
      "Hyperscan is the version that Debian packages, built by Debian; its harness is built with"
          + " `-O3 -march=native`. Its speed swings with the set of rules: quote a ratio only with"
          + " the set named.",
      "The rules are made up and their literals and 2,000 secrets are planted in others' text, so"
          + " that there is a literal in each one or two KiB, as there is with real rules.",
      "The memory row's rival only reads: it is what no scanner can reach.");

  String svg(String title, String caption) {
    List<Chart.Bar> bars = new ArrayList<>();
    for (String key : KEYS) {
      row(key)
          .filter(row -> row.ratio().isPresent())
          .ifPresent(row ->
              bars.add(new Chart.Bar(LABELS.getOrDefault(key, key), row.ratio().getAsDouble())));
    }
    return new Chart(title, caption).svg(bars);
  }
}
