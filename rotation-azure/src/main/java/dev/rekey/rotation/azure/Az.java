package dev.rekey.rotation.azure;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Commands of Azure's command line, as text that can be pasted into a shell. They show no value. */
final class Az {
  private Az() {}

  /** Returns a command whose output is not shown, since it may hold values. */
  static String command(String... words) {
    return Arrays.stream(words).map(Az::quoted).collect(Collectors.joining(" ", "az ", " -o none"));
  }

  /** Returns a command whose output, which is one value, goes into a file, without the line's end. */
  static String commandInto(String file, String... words) {
    return Arrays.stream(words)
        .map(Az::quoted)
        .collect(Collectors.joining(" ", "az ", " -o tsv | tr -d '\\n' > " + quoted(file)));
  }

  private static String quoted(String word) {
    return word.matches("[A-Za-z0-9@_./:=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
