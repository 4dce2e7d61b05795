package dev.rekey.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs the comparison: {@code benchmarks/compare} starts it with what it needs. */
public final class Compare {
  /** The parts of the corpus that are taken; npm's packages would not add another kind of text. */
  private static final List<String> KINDS = List.of("debian", "maven");

  private final Settings settings;
  private final PrintStream out;
  private final List<Row> rows = new ArrayList<>();
  private final List<String> about = new ArrayList<>();

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
    } catch (IOException | UncheckedIOException broken) {
      err.println("the comparison can't be run: " + broken);
    }
    return 2;
  }

  private void run() throws IOException {
    Files.createDirectories(settings.work());
    Corpus text = Corpus.of(settings.corpus(), KINDS, settings.megabytes() * 1_000_000);
    standardRules(text);
    if (settings.wants("rules2000")) {
      manyRules(text);
    }
    ProcessRows processes = new ProcessRows(settings);
    if (settings.wants("build")) {
      add(processes.build());
    }
    if (settings.wants("heap")) {
      add(processes.heap());
    }
    write();
  }

  private void standardRules(Corpus text) throws IOException {
    BenchRules rules = BenchRules.of(BenchRules.STANDARD);
    say("bench-354: " + rules.composition() + ".");
    Planter.Planted planted = new Planter(rules.list()).plant(text);
    Corpus corpus = planted.corpus();
    say("Corpus: " + planted.told() + ".");
    if (settings.wants("stream")
        || settings.wants("hot")
        || settings.wants("entropy")
        || settings.wants("memory")) {
      new HyperscanRows(settings, rules, corpus, this::say).standard().forEach(this::add);
    }
    ProcessRows processes = new ProcessRows(settings);
    if (settings.wants("ripgrep")) {
      add(processes.ripgrep(rules, corpus));
    }
    if (settings.wants("regexes")) {
      RegexRows.of(settings, rules, corpus).forEach(this::add);
    }
    if (settings.wants("files")) {
      add(FileRows.of(settings, rules, corpus));
    }
    if (settings.wants("secretlint")) {
      add(processes.secretlint(corpus));
    }
    if (settings.wants("adversarial")) {
      AdversarialRows.of(rules).forEach(this::add);
    }
  }

  private void manyRules(Corpus text) throws IOException {
    BenchRules rules = BenchRules.of(2000);
    say("2,000 rules: " + rules.composition() + ".");
    Planter.Planted planted = new Planter(rules.list()).plant(text);
    say("Their corpus: " + planted.told() + ".");
    add(new HyperscanRows(settings, rules, planted.corpus(), this::say).others("rules2000"));
  }

  private void say(String line) {
    about.add(line);
    out.println(line);
  }

  private void add(Row row) {
    rows.add(row);
    out.println(Stream.of(row.title(), row.rekey(), row.rival(), ratio(row), row.detail())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(" | ")));
  }

  private static String ratio(Row row) {
    return row.ratio().isPresent() ? "ratio " + row.value() : "";
  }

  private void write() throws IOException {
    Report report = new Report(rows);
    String name = settings.out().getFileName().toString().replaceFirst("\\.md$", "");
    List<String> head = new ArrayList<>();
    head.add(settings.about());
    head.add("JDK " + Runtime.version() + ", " + System.getProperty("java.vm.name") + ".");
    head.addAll(about);
    Files.writeString(
        settings.out(), report.markdown("Rekey compared with others", head, name + ".svg"));
    Files.writeString(
        settings.out().resolveSibling(name + ".svg"),
        report.svg(
            "How many times faster Rekey is",
            "One thread, CPU time, in turns in one run, the same rules on the same bytes; against"));
    out.println(report.line());
  }
}
