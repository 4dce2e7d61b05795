package dev.rekey.benchmarks.compare;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** Processes that are measured from the outside, or that measure themselves in a fresh JVM. */
final class Child {
  private Child() {}

  /** What a process cost, in nanoseconds, and how it ended. */
  record Cost(long user, long system, long wall, int exit) {
    long cpu() {
      return user + system;
    }
  }

  /**
   * Runs a command to its end; what it prints is thrown away.
   *
   * @param rivals the folder with the compiled {@code cputime}
   * @param failed the exit codes from which on it has failed
   */
  static Cost cost(Path rivals, Path folder, int failed, List<String> command) throws IOException {
    List<String> timed = new ArrayList<>();
    timed.add(rivals.resolve("cputime").toAbsolutePath().toString());
    timed.addAll(command);
    long[] told = numbers(output(new ProcessBuilder(timed).directory(folder.toFile())));
    Cost cost = new Cost(told[0], told[1], told[2], (int) told[3]);
    if (cost.exit() >= failed) {
      throw new IOException(command.get(0) + " ended with " + cost.exit());
    }
    return cost;
  }

  /** The command of a fresh JVM with this class path. */
  static List<String> java(List<String> options, Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(Arrays.stream(System.getProperty("java.class.path").split(":", -1))
        .map(part -> Path.of(part).toAbsolutePath().toString())
        .reduce((one, other) -> one + ":" + other)
        .orElseThrow());
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs a command that prints numbers in a line. */
  static long[] numbers(List<String> command) throws IOException {
    return numbers(output(new ProcessBuilder(command)));
  }

  /** Runs a command for at most so long, and returns its exit code, or nothing if it was stopped. */
  static OptionalInt tried(List<String> command, long seconds) throws IOException {
    Process process = new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try {
      if (process.waitFor(seconds, TimeUnit.SECONDS)) {
        return OptionalInt.of(process.exitValue());
      }
      process.destroyForcibly().waitFor();
      return OptionalInt.empty();
    } catch (InterruptedException interrupted) {
      throw stopped(process);
    }
  }

  private static String output(ProcessBuilder builder) throws IOException {
    // slf4j-api says on standard error that nobody binds it.
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException(builder.command() + " ended with " + exit);
      }
    } catch (InterruptedException interrupted) {
      throw stopped(process);
    }
    return output;
  }

  private static IOException stopped(Process process) {
    process.destroyForcibly();
    Thread.currentThread().interrupt();
    return new InterruptedIOException("interrupted");
  }

  private static long[] numbers(String line) {
    return Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }
}
