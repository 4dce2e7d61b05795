package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.util.Objects;

/**
 * What a store keeps beside a value, in the same write.
 *
 * @param name the name under which dependents look it up
 * @param fingerprint the identity of the value
 * @param issuer the id of the issuer
 * @param slot the slot of the issuer
 * @param supersedes the identity of the value that this one replaces
 */
public record SecretMetadata(
    String name, Fingerprint fingerprint, String issuer, String slot, Fingerprint supersedes) {
  /** Checks that nothing is null. */
  public SecretMetadata {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(issuer, "issuer");
    Objects.requireNonNull(slot, "slot");
    Objects.requireNonNull(supersedes, "supersedes");
  }
}
