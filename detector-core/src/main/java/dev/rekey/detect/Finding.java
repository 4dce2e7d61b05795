package dev.rekey.detect;

import java.util.Map;
import java.util.Objects;

/**
 * A match of a rule, as data: what was found, where, and how sure that is. It holds no value.
 *
 * @param rule the id of the rule
 * @param label what was found, as a fragment of a sentence ("an Azure storage account key")
 * @param severity the harm that this kind of secret can do
 * @param remedy what ends the danger
 * @param place where the value is
 * @param redacted the fixed part of the value and its length, or {@code ***}; never a random
 *     character
 * @param confidence how likely it is a secret, from 0 to 1
 * @param checksum what the value's own checksum says
 * @param fingerprint the identity of the value
 * @param attributes what else is known by name: account, host, key kind, creation month
 * @param parts for those attributes that stand near the value, the identity of their text, as if it
 *     had been found: so a finding of it, such as of a key's id, is known to belong to this one
 */
public record Finding(
    String rule,
    String label,
    Severity severity,
    Remedy remedy,
    Place place,
    String redacted,
    double confidence,
    Checksum checksum,
    Fingerprint fingerprint,
    Map<String, String> attributes,
    Map<String, Fingerprint> parts) {
  /**
   * Checks that nothing is null and copies the maps.
   *
   * @throws IllegalArgumentException if the confidence is outside 0 to 1
   */
  public Finding {
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(remedy, "remedy");
    Objects.requireNonNull(place, "place");
    Objects.requireNonNull(redacted, "redacted");
    Objects.requireNonNull(checksum, "checksum");
    Objects.requireNonNull(fingerprint, "fingerprint");
    attributes = Map.copyOf(attributes);
    parts = Map.copyOf(parts);
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence must be from 0 to 1: " + confidence);
    }
  }

  /** Makes a finding none of whose attributes is a part that stands near it. */
  public Finding(
      String rule,
      String label,
      Severity severity,
      Remedy remedy,
      Place place,
      String redacted,
      double confidence,
      Checksum checksum,
      Fingerprint fingerprint,
      Map<String, String> attributes) {
    this(
        rule,
        label,
        severity,
        remedy,
        place,
        redacted,
        confidence,
        checksum,
        fingerprint,
        attributes,
        Map.of());
  }

  /** Returns the same finding at another place. */
  public Finding at(Place other) {
    return new Finding(
        rule,
        label,
        severity,
        remedy,
        other,
        redacted,
        confidence,
        checksum,
        fingerprint,
        attributes,
        parts);
  }
}
