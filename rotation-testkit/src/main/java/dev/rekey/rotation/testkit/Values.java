package dev.rekey.rotation.testkit;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import java.util.Base64;
import java.util.Random;

/** Makes values and ids from a seed, and takes values out of their secrets, as only a test may. */
final class Values {
  /** In which order everything random comes; failures name it. */
  static final long SEED = Long.getLong("rekey.testkit.seed", 20261201);

  private static final int BYTES = 30;

  private final Random random = new Random(SEED);
  private final Random ids = new Random();

  /** Returns a value that nobody else has. */
  synchronized String text() {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Returns the id of an attempt that nobody made before, in no earlier test either. */
  synchronized AttemptId attempt(String step) {
    return new AttemptId("contract-" + Long.toHexString(ids.nextLong()), step);
  }

  static String text(Secret value) {
    return value.reveal(String::new);
  }

  /** Fails if somebody has closed a value that was only lent to them. */
  static void requireOpen(Secret value, String what) {
    try {
      value.reveal(characters -> characters.length);
    } catch (IllegalStateException closed) {
      throw new AssertionError(what + " was closed by whoever it was lent to", closed);
    }
  }

  static Fingerprint fingerprint(FingerprintKey key, String text) {
    try (Secret value = Secret.of(text)) {
      return key.fingerprint(value);
    }
  }
}
