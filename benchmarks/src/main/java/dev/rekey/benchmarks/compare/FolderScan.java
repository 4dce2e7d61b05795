package dev.rekey.benchmarks.compare;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.detect.scan.Sources;
import java.io.IOException;
import java.nio.file.Path;

/** Scans a folder with the built-in rules and prints how many findings there were: a whole scanner. */
final class FolderScan {
  private FolderScan() {}

  public static void main(String[] args) throws IOException {
    Detector detector = Detector.builder(RuleSet.builtIn())
        .fingerprintKey(FingerprintKey.random())
        .build();
    long[] found = new long[1];
    SecretScanner.using(detector)
        .build()
        .scan(Sources.directory(Path.of(args[0])), (finding, secret) -> found[0]++);
    System.out.println(found[0]);
  }
}
