package dev.rekey.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Starts {@link FirstFinding} in fresh JVMs, one after another, and prints the medians.
 *
 * <p>The first run is not counted: it brings the jar into the page cache. Options after the number of
 * runs are passed to the JVMs.
 */
public final class StartTimes {
  private static final List<String> POINTS = List.of(
      "`main` entered",
      "all rules read",
      "key drawn",
      "detector ready",
      "first finding",
      "ready detector: from asking for the rules, without the key",
      "CPU until then, user and system",
      "process ended, by the wall clock of its parent");

  private StartTimes() {}

  /** Runs as often as the first argument says, 15 times if there is none. */
  public static void main(String[] args) throws IOException, InterruptedException {
    int runs = args.length == 0 ? 15 : Integer.parseInt(args[0]);
    List<String> options = args.length < 2 ? List.of() : List.of(args).subList(1, args.length);
    run(runs, options, System.out);
  }

  static void run(int runs, List<String> options, PrintStream out)
      throws IOException, InterruptedException {
    if (runs < 1) {
      throw new IllegalArgumentException("at least one run, not " + runs);
    }
    run(options);
    List<long[]> times = new ArrayList<>();
    for (int i = 0; i < runs; i++) {
      times.add(run(options));
    }
    out.println("| milliseconds, of " + runs + " runs | median | least | most |");
    out.println("|---|---|---|---|");
    for (int point = 0; point < POINTS.size(); point++) {
      int at = point;
      long[] sorted = times.stream().mapToLong(run -> run[at]).sorted().toArray();
      out.println("| " + POINTS.get(point) + " | " + sorted[runs / 2] + " | " + sorted[0] + " | "
          + sorted[runs - 1] + " |");
    }
  }

  private static long[] run(List<String> options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), FirstFinding.class.getName()));
    long started = System.nanoTime();
    Process process = new ProcessBuilder(command)
        .redirectError(ProcessBuilder.Redirect.DISCARD) // slf4j-api says that nobody binds it
        .start();
    String line =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    int exit = process.waitFor();
    long wall = (System.nanoTime() - started) / 1_000_000;
    if (exit != 0) {
      throw new IOException("the first finding ended with " + exit + ": run "
          + FirstFinding.class.getSimpleName() + " by itself to see why");
    }
    long[] told = Arrays.stream(line.split(" ")).mapToLong(Long::parseLong).toArray();
    long[] all = Arrays.copyOf(told, told.length + 1);
    all[told.length] = wall;
    return all;
  }
}
