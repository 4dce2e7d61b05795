package dev.rekey.benchmarks.compare;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The child process of {@code rivals/hyperscan.c}: it scans, and measures itself, when told to. */
final class Hyperscan implements AutoCloseable {
  private final Process process;
  private final Writer commands;
  private final BufferedReader answers;
  private final Path folder;
  private final String about;

  private Hyperscan(Process process, Path folder) throws IOException {
    this.process = process;
    this.folder = folder;
    this.commands = process.outputWriter(StandardCharsets.US_ASCII);
    this.answers = process.inputReader(StandardCharsets.US_ASCII);
    this.about = line();
  }

  /**
   * Starts it with a corpus and rules, which are written into the folder.
   *
   * @param program the compiled harness
   */
  static Hyperscan start(Path program, Path folder, Corpus corpus, BenchRules rules)
      throws IOException {
    Path bin = folder.resolve("corpus.bin");
    Path idx = folder.resolve("corpus.idx");
    Path tsv = folder.resolve("rules.tsv");
    corpus.write(bin, idx);
    Files.write(tsv, rules.exported());
    Process process = new ProcessBuilder(
            program.toString(), bin.toString(), idx.toString(), tsv.toString())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    return new Hyperscan(process, folder);
  }

  /** What it says of itself: its version, and how long the rules took to compile. */
  String about() {
    return about;
  }

  /** Takes the files with these indexes for the hot runs. */
  void sample(List<Integer> indexes) {
    ask("sample " + indexes.stream().map(String::valueOf).collect(Collectors.joining(" ")));
  }

  long stream() {
    return nanoseconds("stream");
  }

  long hot(long times) {
    return nanoseconds("hot " + times);
  }

  long sum() {
    return nanoseconds("sum");
  }

  /** Which rules match in which files. */
  Set<Match> findings() throws IOException {
    Path file = folder.resolve("hyperscan-findings.tsv");
    ask("findings " + file);
    try (var lines = Files.lines(file)) {
      return lines
          .map(line -> line.split("\t", 2))
          .map(fields -> new Match(Integer.parseInt(fields[0]), Integer.parseInt(fields[1])))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private long nanoseconds(String command) {
    return Long.parseLong(ask(command).split(" ", 2)[0]);
  }

  private String ask(String command) {
    try {
      commands.write(command + "\n");
      commands.flush();
      return line();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private String line() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the Hyperscan harness ended; what it said is above");
    }
    return line;
  }

  @Override
  public void close() throws IOException {
    commands.close();
    answers.close();
    process.destroy();
  }
}
