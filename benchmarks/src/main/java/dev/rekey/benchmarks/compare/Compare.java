package dev.rekey.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Runs the comparison: {@code benchmarks/compare} starts it with what it needs. */
public final class Compare {
  private final Settings settings;
  private final PrintStream out;
  private final List<Row> rows = new ArrayList<>();

  private Compare(Settings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Compares, and exits with 0, or 1 if findings differ, or 2 if it could not be run. */
  public static void main(String[] args) {
    System.exit(run(List.of(args), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      new Compare(Settings.of(arguments), out).run();
      return 0;
    } catch (HyperscanRows.DifferentFindings different) {
      err.println(different.getMessage());
      return 1;
    } catch (IllegalArgumentException wrong) {
      err.println(wrong.getMessage());
    } catch (IOException broken) {
      err.println("the comparison can't be run: " + broken);
    }
    return 2;
  }

  private void run() throws IOException {
    Files.createDirectories(settings.work());
    Corpus text = Corpus.of(settings.corpus(), settings.megabytes() * 1_000_000);
    standardRules(text);
    if (settings.wants("rules2000")) {
      BenchRules many = BenchRules.of(2000);
      out.println("2,000 rules: " + many.composition());
      Planter.Planted planted = new Planter(many.list()).plant(text);
      out.println(planted.told());
      add(new HyperscanRows(settings, many, planted.corpus(), out).others("rules2000"));
    }
  }

  private void standardRules(Corpus text) throws IOException {
    BenchRules rules = BenchRules.of(BenchRules.STANDARD);
    out.println("bench-354: " + rules.composition());
    Planter.Planted planted = new Planter(rules.list()).plant(text);
    out.println(planted.told());
    new HyperscanRows(settings, rules, planted.corpus(), out).standard().forEach(this::add);
  }

  private void add(Row row) {
    rows.add(row);
    out.printf(
        "%s: %s, %s, ratio %s (%s)%n",
        row.title(), row.rekey(), row.rival(), row.value(), row.detail());
  }
}
