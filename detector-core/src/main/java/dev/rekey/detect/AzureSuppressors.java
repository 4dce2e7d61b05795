package dev.rekey.detect;

import dev.rekey.detect.engine.LatePattern;
import java.util.Optional;

/** What looks like one of Azure's keys, which have no form of their own, and is none. */
final class AzureSuppressors {
  /** A name or a scheme after which 64 bytes in base64 are a SHA-512, as in lock files. */
  private static final LatePattern DIGEST = LatePattern.of(
      "(?i)(sha-?512|sha-?256|integrity|digest|checksum|fingerprint|thumbprint)[^,;{}]{0,40}$");

  /** Where the signature stands in a key of 64 bytes. */
  private static final int SIGNATURE = 76;

  private static final String STORAGE = "+ASt";

  private AzureSuppressors() {}

  /** A hash of something public, as the line before it says. */
  static Optional<String> digest(Candidate candidate) {
    return DIGEST.get().matcher(candidate.before()).find()
        ? Optional.of("a digest, not a key")
        : Optional.empty();
  }

  /** A key that says itself that it is a storage account's, whatever stands beside it. */
  static Optional<String> storageKey(Candidate candidate) {
    boolean signed = candidate.length() == 88
        && STORAGE.contentEquals(
            candidate.value().subSequence(SIGNATURE, SIGNATURE + STORAGE.length()));
    return signed ? Optional.of("the key of a storage account") : Optional.empty();
  }
}
