package dev.rekey.benchmarks.compare;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the command line says.
 *
 * @param corpus the folder of text
 * @param work a folder for what is written between
 * @param rivals the folder of the compiled harnesses
 * @param rows which rows are measured; all if it is empty
 * @param megabytes how much text
 * @param quick whether fewer rounds and smaller inputs will do
 * @param out the Markdown file; the chart stands beside it
 * @param about lines on the machine and the commit for the head of the table
 */
record Settings(
    Path corpus,
    Path work,
    Path rivals,
    Set<String> rows,
    long megabytes,
    boolean quick,
    Path out,
    String about) {
  static final String USAGE = "usage: Compare --corpus FOLDER --work FOLDER --rivals FOLDER"
      + " --out FILE.md [--quick] [--rows NAME,NAME] [--megabytes N] [--about TEXT]";

  private static final Set<String> NAMES =
      Set.of("--corpus", "--work", "--rivals", "--out", "--rows", "--megabytes", "--about");

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if something is unknown or missing
   */
  static Settings of(List<String> arguments) {
    Map<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < arguments.size(); i++) {
      String name = arguments.get(i);
      if (name.equals("--quick")) {
        options.put(name, "");
      } else if (NAMES.contains(name) && i + 1 < arguments.size()) {
        options.put(name, arguments.get(++i));
      } else {
        throw new IllegalArgumentException("unknown, or without its value: " + name + "\n" + USAGE);
      }
    }
    boolean quick = options.containsKey("--quick");
    String rows = options.getOrDefault("--rows", "");
    String megabytes = options.getOrDefault("--megabytes", quick ? "200" : "500");
    if (!megabytes.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException("--megabytes is not a number: " + megabytes);
    }
    return new Settings(
        Path.of(required(options, "--corpus")),
        Path.of(required(options, "--work")),
        Path.of(required(options, "--rivals")),
        rows.isEmpty() ? Set.of() : Set.of(rows.split(",", -1)),
        Long.parseLong(megabytes),
        quick,
        Path.of(required(options, "--out")),
        options.getOrDefault("--about", ""));
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing\n" + USAGE);
    }
    return value;
  }

  boolean wants(String row) {
    return rows.isEmpty() || rows.contains(row);
  }

  Rounds rounds() {
    return new Rounds(3, quick ? 5 : 9);
  }
}
