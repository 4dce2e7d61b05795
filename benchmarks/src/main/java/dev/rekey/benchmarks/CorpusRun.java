package dev.rekey.benchmarks;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.detect.scan.Sources;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Counts what each built-in rule finds in a corpus: source code of others, in which a finding is a
 * test's credential at best.
 *
 * <p>Each folder in the corpus is a part, counted for itself. What is written holds no value: the
 * table goes to standard output or {@code --out}; {@code --listing} gets a line for each finding with
 * its place, for whoever examines them, and is not meant to be kept. {@code --causes} is what the
 * examination said of each rule, {@code id: text} in lines; {@code --about} is a line for the head of
 * the table, such as the commit.
 */
public final class CorpusRun {
  private static final String USAGE =
      "usage: CorpusRun CORPUS [--out FILE] [--listing FILE] [--causes FILE] [--about TEXT]";

  private CorpusRun() {}

  /** Counts, and exits with 0, or with 2 if the corpus could not be scanned. */
  public static void main(String[] args) {
    System.exit(run(List.of(args), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    try {
      Map<String, String> options = options(arguments);
      Path corpus = Path.of(options.get("CORPUS"));
      RuleSet rules = RuleSet.builtIn();
      List<PartTally> parts = count(corpus, rules);
      CorpusTable table =
          new CorpusTable(rules, parts, causes(options), options.getOrDefault("--about", ""));
      if (options.containsKey("--out")) {
        Files.writeString(Path.of(options.get("--out")), table.markdown());
      } else {
        out.print(table.markdown());
      }
      if (options.containsKey("--listing")) {
        List<String> lines =
            parts.stream().flatMap(part -> part.listing().stream()).toList();
        Files.write(Path.of(options.get("--listing")), lines);
      }
      return 0;
    } catch (IllegalArgumentException wrong) {
      err.println(wrong.getMessage());
    } catch (IOException unreadable) {
      err.println("the corpus can't be counted: " + unreadable);
    }
    return 2;
  }

  private static Map<String, String> options(List<String> arguments) {
    Map<String, String> options = new HashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("--")) {
        options.put("CORPUS", argument);
      } else if (List.of("--out", "--listing", "--causes", "--about").contains(argument)
          && i + 1 < arguments.size()) {
        options.put(argument, arguments.get(++i));
      } else {
        throw new IllegalArgumentException(
            "unknown, or without its value: " + argument + "\n" + USAGE);
      }
    }
    if (!options.containsKey("CORPUS")) {
      throw new IllegalArgumentException(USAGE);
    }
    return options;
  }

  private static List<PartTally> count(Path corpus, RuleSet rules) throws IOException {
    Detector detector =
        Detector.builder(rules).fingerprintKey(FingerprintKey.random()).build();
    SecretScanner scanner = SecretScanner.using(detector).build();
    List<PartTally> parts = new ArrayList<>();
    for (Path folder : folders(corpus)) {
      PartTally tally = new PartTally(folder.getFileName().toString());
      tally.scanned(scanner.scan(new TextOnly(Sources.directory(folder)), tally));
      parts.add(tally);
    }
    if (parts.isEmpty()) {
      throw new IllegalArgumentException(
          corpus + " has no folder in it; fetch the corpus with corpus/fetch");
    }
    return parts;
  }

  private static List<Path> folders(Path corpus) throws IOException {
    List<Path> folders = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(corpus, Files::isDirectory)) {
      children.forEach(folders::add);
    }
    folders.sort(null);
    return folders;
  }

  private static Map<String, String> causes(Map<String, String> options) throws IOException {
    Map<String, String> causes = new TreeMap<>();
    if (options.containsKey("--causes")) {
      Path file = Path.of(options.get("--causes"));
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        int colon = line.indexOf(": ");
        if (colon > 0 && !line.startsWith("#")) {
          causes.put(line.substring(0, colon), line.substring(colon + 2));
        }
      }
    }
    return causes;
  }
}
