package dev.rekey.examples.readme;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import java.util.List;

/** Finds secrets in a small text. */
public final class FindInText {
  private FindInText() {}

  /** Prints what is found in a text, and returns it. */
  public static List<Finding> find(String text, FingerprintKey key) {
    // region
    Detector detector = Detector.builder(RuleSet.builtIn()).fingerprintKey(key).build();
    List<Finding> findings = detector.detect(text);
    for (Finding finding : findings) {
      System.out.println(finding.place() + ": " + finding.label() + ", " + finding.redacted());
    }
    // endregion
    return findings;
  }
}
