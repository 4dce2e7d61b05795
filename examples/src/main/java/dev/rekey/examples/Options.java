package dev.rekey.examples;

import dev.rekey.detect.report.JsonLinesWriter;
import dev.rekey.detect.report.ReportWriter;
import dev.rekey.detect.report.SarifWriter;
import dev.rekey.detect.report.TableWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param folder the folder to scan, or empty for the tour
 * @param format how findings are written: table, jsonl or sarif; or why, for the reasons instead
 * @param out the file that they are written to, or empty for standard output
 * @param rules files with rules to add to the built-in ones
 */
record Options(Optional<Path> folder, String format, Optional<Path> out, List<Path> rules) {
  static final String USAGE = """
      usage: quickstart                 find, plan, rotate and prove, in a simulated Azure
             quickstart FOLDER          scan a folder and print what is found, ranked
               --format table|jsonl|sarif   how to print it (table)
               --format why                 instead: why each match is a finding, or is none
               --out FILE                   where to (standard output)
               --rules FILE                 a YAML file of your own rules; may be repeated
      """;

  private static final List<String> FORMATS = List.of("table", "jsonl", "sarif", "why");

  /**
   * Reads a command line.
   *
   * @throws CommandException if it is wrong: the message says how
   */
  static Options parse(List<String> arguments) throws CommandException {
    Optional<Path> folder = Optional.empty();
    String format = FORMATS.get(0);
    Optional<Path> out = Optional.empty();
    List<Path> rules = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      if (!argument.startsWith("-")) {
        if (folder.isPresent()) {
          throw new CommandException("one folder at a time: " + argument + "\n" + USAGE);
        }
        folder = Optional.of(path(argument));
        continue;
      }
      if (i + 1 == arguments.size()) {
        throw new CommandException(argument + " lacks its value\n" + USAGE);
      }
      String value = arguments.get(++i);
      switch (argument) {
        case "--format" -> format = format(value);
        case "--out" -> out = Optional.of(path(value));
        case "--rules" -> rules.add(path(value));
        default -> throw new CommandException("no option " + argument + "\n" + USAGE);
      }
    }
    boolean tour = folder.isEmpty();
    if (tour && (out.isPresent() || !rules.isEmpty() || !arguments.isEmpty())) {
      throw new CommandException("options need a FOLDER to scan\n" + USAGE);
    }
    return new Options(folder, format, out, rules);
  }

  /** Whether reasons are asked for instead of a report. */
  boolean why() {
    return format.equals("why");
  }

  ReportWriter writer() {
    return switch (format) {
      case "jsonl" -> new JsonLinesWriter();
      case "sarif" -> new SarifWriter();
      default -> TableWriter.builder().build();
    };
  }

  private static String format(String value) throws CommandException {
    if (!FORMATS.contains(value)) {
      throw new CommandException(
          "--format is one of " + String.join(", ", FORMATS) + ", not " + value);
    }
    return value;
  }

  private static Path path(String text) throws CommandException {
    try {
      return Path.of(text);
    } catch (InvalidPathException malformed) {
      throw new CommandException("not a path: " + text);
    }
  }
}
