package dev.rekey.examples;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.report.ReasonWriter;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.ScanReport;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.detect.scan.Sources;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Scans a folder and writes its ranked findings. */
final class FolderScan {
  private static final int DONE = 0;

  private final Options options;
  private final PrintStream out;
  private final PrintStream err;

  FolderScan(Options options, PrintStream out, PrintStream err) {
    this.options = options;
    this.out = out;
    this.err = err;
  }

  int run() throws IOException, CommandException {
    Path folder = options.folder().orElseThrow();
    RuleSet rules = RuleSet.builtIn();
    for (Path file : options.rules()) {
      rules = plus(rules, file);
    }
    // A key of this run only: nothing is compared with another run's findings.
    Detector detector =
        Detector.builder(rules).fingerprintKey(FingerprintKey.random()).build();
    SecretScanner scanner = SecretScanner.using(detector).build();
    ContentSource source = Sources.directory(folder);
    StringWriter text = new StringWriter();
    ScanReport report;
    if (options.why()) {
      report = scanner.explain(source, new ReasonWriter(text));
    } else {
      Inventory inventory = new Inventory();
      report = scanner.scan(source, inventory);
      options.writer().write(inventory, report, text);
    }
    write(text.toString());
    err.println(report);
    return DONE;
  }

  private static RuleSet plus(RuleSet rules, Path file) throws IOException, CommandException {
    try {
      return rules.plus(file);
    } catch (NoSuchFileException absent) {
      throw new CommandException(file + ": no such rule file; check the path", absent);
    }
  }

  private void write(String text) throws IOException, CommandException {
    if (options.out().isEmpty()) {
      out.print(text);
      return;
    }
    Path file = options.out().get();
    try (Writer writer = new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
      writer.write(text);
    } catch (NoSuchFileException absent) {
      throw new CommandException(file + ": its folder does not exist; make it first", absent);
    }
    err.println("written to " + file);
  }
}
