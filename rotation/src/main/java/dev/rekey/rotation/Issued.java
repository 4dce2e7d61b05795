package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.util.Objects;

/**
 * A value that an issuer has just made.
 *
 * @param slot where it is
 * @param fingerprint its identity
 * @param value the value itself, which may be told this once; whoever has this closes it
 */
public record Issued(String slot, Fingerprint fingerprint, Secret value) implements AutoCloseable {
  /** Checks that nothing is null. */
  public Issued {
    Objects.requireNonNull(slot, "slot");
    Objects.requireNonNull(fingerprint, "fingerprint");
    Objects.requireNonNull(value, "value");
  }

  @Override
  public void close() {
    value.close();
  }
}
