package dev.rekey.benchmarks;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.RuleSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/** The figures of a corpus run as Markdown. */
final class CorpusTable {
  /** A rule with more findings than this in 10 MB of all parts, or of one, has to be examined. */
  private static final double MOST = 1;

  private final RuleSet rules;
  private final List<PartTally> parts;
  private final Map<String, String> causes;
  private final String about;

  CorpusTable(RuleSet rules, List<PartTally> parts, Map<String, String> causes, String about) {
    this.rules = rules;
    this.parts = parts;
    this.causes = causes;
    this.about = about;
  }

  /** One rule with findings. */
  private record Row(String rule, long findings, int values, double density, double densest) {
    boolean many() {
      return density > MOST || densest > MOST;
    }
  }

  String markdown() {
    StringBuilder text = new StringBuilder("# What the built-in rules find in a corpus\n\n");
    if (!about.isEmpty()) {
      text.append(about).append("\n\n");
    }
    text.append(machine()).append("\n\n");
    corpus(text);
    List<Row> rows = rows();
    findings(text, rows);
    examined(text, rows);
    unreported(text);
    return text.toString();
  }

  private static String machine() {
    return "JDK " + System.getProperty("java.runtime.version") + ", "
        + System.getProperty("os.name") + " " + System.getProperty("os.arch") + ", "
        + Runtime.getRuntime().availableProcessors() + " processors; the run took "
        + ProcessHandle.current()
            .info()
            .totalCpuDuration()
            .map(cpu -> decimal(cpu.toMillis() / 1e3) + " s of CPU (user and system)")
            .orElse("an unknown time of CPU")
        + ".";
  }

  private void corpus(StringBuilder text) {
    text.append("| part | files of text | MB of text | left out | findings | seconds |\n");
    text.append("|---|---|---|---|---|---|\n");
    for (PartTally part : parts) {
      text.append(line(
          part.name(),
          part.report().scanned(),
          decimal(part.megabytes()),
          part.report().skipped() + part.report().refused() + part.report().failed(),
          part.report().findings(),
          decimal(part.report().elapsed().toMillis() / 1e3)));
    }
    text.append(line(
        "all",
        sum(part -> part.report().scanned()),
        decimal(megabytes()),
        sum(part ->
            part.report().skipped() + part.report().refused() + part.report().failed()),
        sum(part -> part.report().findings()),
        decimal(sum(part -> part.report().elapsed().toMillis()) / 1e3)));
  }

  private List<Row> rows() {
    Set<String> found = new TreeSet<>();
    parts.forEach(part -> found.addAll(part.findings().keySet()));
    List<Row> rows = new ArrayList<>();
    for (String rule : found) {
      Set<Fingerprint> values = new HashSet<>();
      parts.forEach(part -> values.addAll(part.values(rule)));
      long findings = sum(part -> part.findings().getOrDefault(rule, 0L));
      double densest =
          parts.stream().mapToDouble(part -> density(part, rule)).max().orElse(0);
      rows.add(new Row(rule, findings, values.size(), findings * 10 / megabytes(), densest));
    }
    rows.sort(Comparator.comparingDouble(Row::density).reversed().thenComparing(Row::rule));
    return rows;
  }

  private void findings(StringBuilder text, List<Row> rows) {
    text.append("\n## Findings for each 10 MB\n\n");
    text.append(rows.size()).append(" of ").append(rules.rules().size());
    text.append(" rules found something; a rule with more than ").append(decimal(MOST));
    text.append(" for each 10 MB, of all or of one part, is in bold.\n\n");
    List<String> head = new ArrayList<>(List.of("rule", "findings", "values", "per 10 MB"));
    parts.forEach(part -> head.add(part.name()));
    text.append(line(head.toArray()));
    text.append("|---".repeat(head.size())).append("|\n");
    for (Row row : rows) {
      List<Object> cells = new ArrayList<>();
      cells.add(row.many() ? "**" + row.rule() + "**" : row.rule());
      cells.add(row.findings());
      cells.add(row.values());
      cells.add(decimal(row.density()));
      parts.forEach(part -> cells.add(decimal(density(part, row.rule()))));
      text.append(line(cells.toArray()));
    }
  }

  private void examined(StringBuilder text, List<Row> rows) {
    text.append("\n## What they are\n\n");
    for (Row row : rows) {
      String cause = causes.get(row.rule());
      if (cause != null) {
        text.append("- `").append(row.rule()).append("`: ").append(cause).append('\n');
      } else if (row.many()) {
        text.append("- `").append(row.rule()).append("`: **not examined**\n");
      }
    }
  }

  private void unreported(StringBuilder text) {
    text.append("\n## Matches that are no findings\n\n| rule | why | times |\n|---|---|---|\n");
    Map<String, Map<String, Long>> all = new TreeMap<>();
    for (PartTally part : parts) {
      part.unreported()
          .forEach((rule, reasons) -> reasons.forEach((reason, times) ->
              all.computeIfAbsent(rule, any -> new TreeMap<>()).merge(reason, times, Long::sum)));
    }
    all.forEach((rule, reasons) -> reasons.forEach(
        (reason, times) -> text.append(line(rule.isEmpty() ? "(all)" : rule, reason, times))));
  }

  private double density(PartTally part, String rule) {
    return part.megabytes() == 0
        ? 0
        : part.findings().getOrDefault(rule, 0L) * 10 / part.megabytes();
  }

  private double megabytes() {
    return parts.stream().mapToDouble(PartTally::megabytes).sum();
  }

  private long sum(ToLongFunction<PartTally> of) {
    return parts.stream().mapToLong(of).sum();
  }

  private static String decimal(double number) {
    return String.format(
        Locale.ROOT, number < 0.1 ? "%.3f" : number < 10 ? "%.2f" : "%.1f", number);
  }

  private static String line(Object... cells) {
    StringBuilder line = new StringBuilder();
    for (Object cell : cells) {
      line.append("| ").append(String.valueOf(cell).replace("|", "\\|")).append(' ');
    }
    return line.append("|\n").toString();
  }
}
