package dev.rekey.rotation.azure.kill;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java process that was started here: its output goes to two files, its secret comes by standard input. */
final class Child {
  /** What a shell says of a process that SIGKILL ended: 128 and the signal's number. */
  static final int KILLED = 128 + 9;

  private static final Duration AT_MOST = Duration.ofMinutes(3);

  private final Process process;
  private final Path out;
  private final Path err;
  private final String seenByOthers;

  private Child(Process process, Path out, Path err) throws IOException {
    this.process = process;
    this.out = out;
    this.err = err;
    // While it lives: nobody can read them later.
    Path proc = Path.of("/proc", Long.toString(process.pid()));
    this.seenByOthers = text(proc.resolve("cmdline")) + "\n" + text(proc.resolve("environ"));
  }

  /**
   * Starts a main class on this test's class path.
   *
   * @param name of the two files, in {@code folder}
   * @param input what it reads from standard input, which no process list shows
   */
  static Child start(
      Path folder,
      String name,
      Class<?> main,
      List<String> options,
      List<String> arguments,
      String input)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xshare:auto", "-XX:+UseSerialGC"));
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    Path out = folder.resolve(name + ".out");
    Path err = folder.resolve(name + ".err");
    Process process = new ProcessBuilder(command)
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
    try (OutputStream in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    return new Child(process, out, err);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGKILL, which no process can catch, and waits for the end; returns its exit code. */
  int kill() throws InterruptedException {
    process.destroyForcibly();
    return await();
  }

  /** Ends it, whatever it does. */
  void end() {
    process.destroyForcibly().onExit().join();
  }

  /** Waits for the end; returns the exit code. */
  int await() throws InterruptedException {
    if (!process.waitFor(AT_MOST.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
      throw new AssertionError(out.getFileName() + " did not end within " + AT_MOST);
    }
    return process.exitValue();
  }

  /** What it wrote so far to standard output. */
  String out() throws IOException {
    return text(out);
  }

  /** All that it wrote or showed: output, error output, arguments and environment. */
  String shown() throws IOException {
    return out() + "\n" + text(err) + "\n" + seenByOthers;
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
