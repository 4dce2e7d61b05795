package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.google.re2j.Pattern;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.snakeyaml.engine.v2.api.Load;

/** A stream that is longer than memory, than what an int counts, and than what two of them do. */
class LongStreamTest {
  private static final long SEED = 7;
  private static final long MIB = 1 << 20;
  private static final String HEAP = "-Xmx64m";

  @TempDir
  private Path folder;

  @Test
  void all_rules_find_every_secret_of_a_stream_in_little_memory() throws Exception {
    scan(100);
  }

  /** Ten gigabytes: {@code mvn verify -Pten-gigabytes}. */
  @Test
  @EnabledIfSystemProperty(named = "rekey.longStream", matches = "\\d+")
  void all_rules_find_every_secret_of_a_very_long_stream_in_little_memory() throws Exception {
    scan(Long.getLong("rekey.longStream"));
  }

  private void scan(long mebibytes) throws Exception {
    List<String> told = inProcess(mebibytes);
    assertThat(told).as("seed %d", SEED).isEqualTo(expected(mebibytes));
    assertThat(told.size()).isGreaterThanOrEqualTo(6);
  }

  /** The child's: finds and prints what it finds. */
  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    Detector.builder(RuleSet.builtIn())
        .fingerprintKey(FingerprintKey.random())
        .build()
        .detect(
            stream(Long.parseLong(arguments[0])),
            "",
            (finding, secret) ->
                out.println(finding.rule() + " " + finding.place().location()));
  }

  private static LongStream stream(long mebibytes) {
    LongStream stream = new LongStream(LongStream.lines(), mebibytes * MIB);
    planted(mebibytes).forEach((at, token) -> stream.plant(at - 1, " " + token + " "));
    return stream;
  }

  /** Tokens at both ends, in between, and across and after the places where numbers overflow. */
  private static TreeMap<Long, String> planted(long mebibytes) {
    GeneratedSecrets secrets = new GeneratedSecrets(SEED);
    long length = mebibytes * MIB;
    TreeMap<Long, String> planted = new TreeMap<>();
    for (long at : new long[] {
      1,
      MIB - 20,
      length / 3,
      length / 2 + 77,
      (1L << 31) - 10,
      (1L << 31) + 100,
      (1L << 32) - 10,
      (1L << 32) + 100_000,
      (1L << 33) - 39,
      length - 10_000,
      length - 41
    }) {
      String token = secrets.gitHubToken();
      if (at + token.length() < length) {
        planted.put(at, token);
      }
    }
    return planted;
  }

  private static List<String> expected(long mebibytes) {
    LongStream stream = stream(mebibytes);
    List<String> expected = new ArrayList<>();
    planted(mebibytes)
        .forEach((at, token) -> expected.add("github.token "
            + new Location(at, at + token.length(), stream.line(at), stream.column(at))));
    return expected;
  }

  private List<String> inProcess(long mebibytes) throws Exception {
    Path output = folder.resolve("output");
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            HEAP,
            "-cp",
            classPath(),
            LongStreamTest.class.getName(),
            Long.toString(mebibytes))
        .redirectError(folder.resolve("errors").toFile())
        .redirectOutput(output.toFile())
        .start();
    boolean ended = process.waitFor(60 + mebibytes / 10, TimeUnit.SECONDS);
    process.destroyForcibly();
    String errors = Files.readString(folder.resolve("errors"));
    assertThat(ended).as("ended in time: %s", errors).isTrue();
    assertThat(process.exitValue()).as(errors).isZero();
    return Files.readAllLines(output);
  }

  private static String classPath() throws Exception {
    List<Path> entries = new ArrayList<>();
    for (Class<?> from : List.of(
        Detector.class,
        Pattern.class,
        Logger.class,
        Load.class,
        JsonFactory.class,
        Test.class,
        EnabledIfSystemProperty.class,
        LongStreamTest.class)) {
      entries.add(
          Path.of(from.getProtectionDomain().getCodeSource().getLocation().toURI()));
    }
    entries.add(entries.get(0).resolveSibling("test-classes")); // patched into the main module
    return String.join(
        System.getProperty("path.separator"),
        entries.stream().sorted(Comparator.naturalOrder()).map(Path::toString).toList());
  }
}
