package dev.rekey.detect.scan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A scan of a folder in a JVM of its own, which may have little memory and no privileges. It prints a
 * line for each event: what it is, its address, and more, separated by tabs.
 */
final class ScanProcess {
  private ScanProcess() {}

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Detector detector = Detector.builder(RuleSet.builtIn())
        .fingerprintKey(FingerprintKey.random())
        .build();
    ScanReport report = SecretScanner.using(detector)
        .build()
        .scan(Sources.directory(Path.of(arguments[0])), new ScanListener() {
          @Override
          public void found(Finding finding, Secret secret) {
            print("found", finding.place().address(), finding.rule());
          }

          @Override
          public void finished(String address, Outcome outcome) {
            print(outcome.getClass().getSimpleName(), address, outcome);
          }

          private void print(String event, String address, Object more) {
            String shown = address.replace("\n", "\\n");
            out.println(event + "\t" + shown + "\t" + more);
          }
        });
    out.println("report\t\t" + report);
  }

  /** Runs the scan and returns its lines. The place holds a copy of the code that anybody may read. */
  static List<String> scan(Path folder, Path place, String memory, List<String> prefix)
      throws Exception {
    List<String> command = new ArrayList<>(prefix);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx" + memory, "-XX:+UseSerialGC", "-cp", classPath(place)));
    command.addAll(List.of(ScanProcess.class.getName(), folder.toString()));
    Path output = place.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();
    String text = Files.readString(output);
    assertThat(ended).as("ended in time: %s", text).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    return text.lines().toList();
  }

  private static String classPath(Path place) throws Exception {
    List<String> entries = new ArrayList<>();
    int i = 0;
    for (Class<?> from : List.of(
        Detector.class,
        com.google.re2j.Pattern.class,
        org.slf4j.Logger.class,
        org.snakeyaml.engine.v2.api.Load.class,
        org.jspecify.annotations.NullMarked.class)) {
      Path source = path(from.getProtectionDomain().getCodeSource().getLocation());
      entries.add(copy(source, place.resolve("code" + i++)).toString());
    }
    Path tests = path(ScanProcess.class.getProtectionDomain().getCodeSource().getLocation());
    if (!Files.exists(tests.resolve("dev/rekey/detect/scan/ScanProcess.class"))) {
      tests = tests.resolveSibling("test-classes"); // patched into the module of the main code
    }
    entries.add(copy(tests, place.resolve("tests")).toString());
    return String.join(System.getProperty("path.separator"), entries);
  }

  private static Path path(URL location) throws Exception {
    return Path.of(location.toURI());
  }

  private static Path copy(Path from, Path to) throws IOException {
    if (!Files.isDirectory(from)) {
      return Files.copy(from, to.resolveSibling(to.getFileName() + ".jar"));
    }
    Files.walkFileTree(from, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
          throws IOException {
        Files.createDirectories(to.resolve(from.relativize(folder)));
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
          throws IOException {
        Files.copy(file, to.resolve(from.relativize(file)));
        return FileVisitResult.CONTINUE;
      }
    });
    return to;
  }
}
