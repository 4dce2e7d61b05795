package dev.rekey.benchmarks.compare;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;

/**
 * Builds a detector of the built-in rules in a JVM that does nothing else, and prints three numbers:
 * nanoseconds from asking for the rules until the detector was there, of CPU time of this thread in
 * that time, and for the key, which the caller brings, before that.
 */
final class ReadyDetector {
  private ReadyDetector() {}

  public static void main(String[] args) {
    long asked = System.nanoTime();
    FingerprintKey key = FingerprintKey.of(new byte[32]);
    long keyed = System.nanoTime();
    long cpu = Cpu.ofThread();
    long start = System.nanoTime();
    Detector detector = Detector.builder(RuleSet.builtIn()).fingerprintKey(key).build();
    long ready = System.nanoTime();
    long used = Cpu.ofThread() - cpu;
    if (detector.rules().rules().isEmpty()) {
      System.exit(1);
    }
    System.out.println((ready - start) + " " + used + " " + (keyed - asked));
  }
}
