package dev.rekey.benchmarks;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Finds one generated token with all built-in rules and says how long that took from the start of
 * the JVM, which does nothing else: run by {@link StartTimes} in JVMs of its own.
 *
 * <p>Prints {@code main rules key detector finding ready cpu}: milliseconds since the start of the JVM
 * when {@code main} was entered, the rules were read, the key was drawn, the detector was ready and the
 * finding was there; the milliseconds from asking for the rules to the detector, without those for the
 * key, which most callers bring along; and the milliseconds of CPU, user and system, that the process
 * had used when the finding was there.
 */
public final class FirstFinding {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final long SEED = 42;

  private FirstFinding() {}

  /** Finds it, prints the times, and exits with 1 if it was not found. */
  public static void main(String[] args) {
    long entered = System.currentTimeMillis();
    RuleSet rules = RuleSet.builtIn();
    long read = System.currentTimeMillis();
    FingerprintKey key = FingerprintKey.random();
    long drawn = System.currentTimeMillis();
    Detector detector = Detector.builder(rules).fingerprintKey(key).build();
    long ready = System.currentTimeMillis();
    List<Finding> findings = detector.detect(text());
    long found = System.currentTimeMillis();
    long cpu = ProcessHandle.current().info().totalCpuDuration().orElseThrow().toMillis();
    if (findings.size() != 1) {
      System.err.println("expected one finding, not " + findings);
      System.exit(1);
    }
    // Asked last, since loading these beans takes time too.
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    System.out.println((entered - start) + " " + (read - start) + " " + (drawn - start) + " "
        + (ready - start) + " " + (found - start) + " " + (read - entered + ready - drawn) + " "
        + cpu);
  }

  /** A line of a settings file with a token in GitHub's form, its checksum right. */
  public static String text() {
    Random random = new Random(SEED);
    StringBuilder body = new StringBuilder();
    while (body.length() < 30) {
      body.append(BASE62.charAt(random.nextInt(BASE62.length())));
    }
    CRC32 crc = new CRC32();
    crc.update(body.toString().getBytes(StandardCharsets.US_ASCII));
    StringBuilder digits = new StringBuilder();
    for (long rest = crc.getValue(); digits.length() < 6; rest /= BASE62.length()) {
      digits.insert(0, BASE62.charAt((int) (rest % BASE62.length())));
    }
    return "# settings\nBUILD_TOKEN=ghp" + "_" + body + digits + "\nVERBOSE=1\n";
  }
}
