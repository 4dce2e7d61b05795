package dev.rekey.benchmarks.compare;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/** The rows in which whole processes are measured. */
final class ProcessRows {
  private static final int COLD_STARTS = 9;
  private static final List<Integer> HEAPS = List.of(16, 24, 32, 48, 64, 96, 128, 256, 512);
  private static final long MOST_SECONDS = 1800;

  private final Settings settings;

  ProcessRows(Settings settings) {
    this.settings = settings;
  }

  /** The literals whose case counts, with ripgrep and with Rekey. */
  Row ripgrep(BenchRules rules, Corpus corpus) throws IOException {
    Path literals = settings.work().resolve("literals.txt");
    Path text = settings.work().resolve("ripgrep.bin");
    Files.write(literals, rules.caseSensitive().stream().map(BenchRule::literal).toList());
    corpus.write(text, settings.work().resolve("ripgrep.idx"));
    List<String> command = List.of(
        "rg",
        "--no-config",
        "-j1",
        "-a",
        "-F",
        "--count-matches",
        "-f",
        literals.toAbsolutePath().toString(),
        text.toAbsolutePath().toString());
    LongSupplier theirs = () -> {
      try {
        return Child.cost(settings.rivals(), settings.work(), 1, command).user();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    };
    RekeyScan rekey = new RekeyScan(rules.caseSensitiveLiterals());
    Rounds.Times times = settings.rounds().run(List.of(theirs, () -> rekey.pass(corpus, 1)));
    String title =
        rules.caseSensitive().size() + " literals, case-sensitive, against ripgrep -F -j1";
    return Row.of("ripgrep", title, times, 1, 0, corpus.bytes())
        .with(String.format(
            Locale.ROOT,
            "ripgrep: user time alone of a process over one file, %d literals; Rekey: %,d findings"
                + " a pass, each with its place and fingerprint",
            rules.caseSensitive().size(),
            rekey.takeFound() / (settings.rounds().warmUps() + settings.rounds().measured())));
  }

  /** How long a detector takes in a fresh JVM. */
  Row build() throws IOException {
    List<String> command = Child.java(List.of(), ReadyDetector.class);
    Child.numbers(command); // Brings the jar into the page cache.
    List<long[]> runs = new ArrayList<>();
    for (int i = 0; i < COLD_STARTS; i++) {
      runs.add(Child.numbers(command));
    }
    return Row.figure(
        "build_ms",
        "a detector of the built-in rules in a cold JVM, from asking for them until it is ready",
        String.format(Locale.ROOT, "%.0f ms", milliseconds(runs, 0)),
        String.format(
            Locale.ROOT,
            "wall clock, median of %d JVMs; CPU of the thread %.0f ms; before that, the key %.0f ms",
            COLD_STARTS,
            milliseconds(runs, 1),
            milliseconds(runs, 2)));
  }

  private static double milliseconds(List<long[]> runs, int of) {
    return Rounds.median(runs.stream().mapToDouble(run -> run[of] / 1e6).toArray());
  }

  /** The smallest of some heaps in which a long stream is scanned. */
  Row heap() throws IOException {
    long mebibytes = settings.quick() ? 1024 : 10 * 1024;
    String length = settings.quick() ? "1 GiB" : "10 GiB";
    for (int heap : HEAPS) {
      // A short stream first: a heap that is too small is found out sooner.
      if (passes(heap, 16) && passes(heap, mebibytes)) {
        return Row.figure(
            "heap10gb_mb",
            "the smallest heap that scans a stream of " + length + " with the built-in rules",
            heap + " MB",
            "-Xmx, tried " + HEAPS + "; each planted token was found");
      }
    }
    throw new IOException("no heap up to " + HEAPS.get(HEAPS.size() - 1) + " MB was enough");
  }

  private static boolean passes(int heap, long mebibytes) throws IOException {
    OptionalInt exit = Child.tried(
        Child.java(List.of("-Xmx" + heap + "m"), LongStream.class, String.valueOf(mebibytes)),
        MOST_SECONDS);
    return exit.isPresent() && exit.getAsInt() == 0;
  }

  /** A complete scanner that a registry delivers: its time alone. What it finds is not looked at. */
  Row secretlint(Corpus corpus) throws IOException {
    Path lint = settings.rivals().resolve("secretlint").toAbsolutePath();
    Path folder = settings.work().resolve("scanned").toAbsolutePath();
    int files = Math.min(settings.quick() ? 2_000 : 10_000, corpus.files().size());
    Corpus part = corpus.only(IntStream.range(0, files).boxed().toList());
    part.writeFiles(folder);
    List<String> theirs = List.of(
        lint.resolve("node_modules/.bin/secretlint").toString(),
        "--no-gitignore",
        "--secretlintrc",
        lint.resolve(".secretlintrc.json").toString(),
        folder + "/*");
    List<String> ours = Child.java(List.of(), FolderScan.class, folder.toString());
    List<Child.Cost> their = new ArrayList<>();
    List<Child.Cost> our = new ArrayList<>();
    Rounds.Times times = new Rounds(1, settings.quick() ? 3 : 5)
        .run(List.of(measured(lint, 2, theirs, their), measured(lint, 1, ours, our)));
    String title = String.format(
        Locale.ROOT,
        "a whole process over a folder, %,d files, %.1f MB: Rekey's built-in rules against"
            + " secretlint's recommended ones",
        part.files().size(),
        part.bytes() / 1e6);
    return Row.of("", title, times, 1, 0, part.bytes())
        .with(String.format(
            Locale.ROOT,
            "user and system time, starts included; wall clock %.1f s against %.1f s; rules differ",
            wall(our),
            wall(their)));
  }

  private LongSupplier measured(
      Path folder, int failed, List<String> command, List<Child.Cost> costs) {
    return () -> {
      try {
        Child.Cost cost = Child.cost(settings.rivals(), folder, failed, command);
        costs.add(cost);
        return cost.cpu();
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    };
  }

  private static double wall(List<Child.Cost> costs) {
    return Rounds.median(costs.stream().mapToDouble(cost -> cost.wall() / 1e9).toArray());
  }
}
