package dev.rekey.detect.exposure;

import dev.rekey.detect.Checksum;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Remedy;
import dev.rekey.detect.Severity;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Findings that belong together: one value, with all that is known about it from anywhere.
 *
 * @param rule the id of the rule of the surest finding
 * @param label what it is, as a fragment of a sentence
 * @param severity the greatest harm of any finding
 * @param remedy what ends the danger
 * @param redacted the fixed part of the value and its length, or {@code ***}
 * @param confidence that of the surest finding, 0 to 1
 * @param checksum the verdict of the surest finding
 * @param fingerprint the identity of the value
 * @param attributes the attributes of all findings; where they differ, the surest finding's
 */
public record Credential(
    String rule,
    String label,
    Severity severity,
    Remedy remedy,
    String redacted,
    double confidence,
    Checksum checksum,
    Fingerprint fingerprint,
    Map<String, String> attributes) {
  /** Checks that nothing is null and copies the attributes. */
  public Credential {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(remedy, "remedy");
    Objects.requireNonNull(redacted, "redacted");
    Objects.requireNonNull(checksum, "checksum");
    Objects.requireNonNull(fingerprint, "fingerprint");
    attributes = Map.copyOf(attributes);
  }

  /**
   * Returns the credential that these findings show.
   *
   * @throws IllegalArgumentException if there are none, or their fingerprints differ
   */
  public static Credential of(List<Finding> findings) {
    if (findings.isEmpty()) {
      throw new IllegalArgumentException("a credential has at least one finding");
    }
    // Rule ids break ties, so that the order of the findings does not matter.
    List<Finding> surestLast = findings.stream()
        .sorted(Comparator.comparingDouble(Finding::confidence)
            .thenComparing(finding -> finding.attributes().size())
            .thenComparing(Finding::rule, Comparator.reverseOrder()))
        .toList();
    Finding surest = surestLast.get(surestLast.size() - 1);
    Map<String, String> attributes = new HashMap<>();
    Severity severity = Severity.LOW;
    for (Finding finding : surestLast) {
      if (!finding.fingerprint().equals(surest.fingerprint())) {
        throw new IllegalArgumentException("the findings of a credential share one fingerprint");
      }
      attributes.putAll(finding.attributes());
      severity = finding.severity().compareTo(severity) > 0 ? finding.severity() : severity;
    }
    return new Credential(
        surest.rule(),
        surest.label(),
        severity,
        surest.remedy(),
        surest.redacted(),
        surest.confidence(),
        surest.checksum(),
        surest.fingerprint(),
        attributes);
  }
}
