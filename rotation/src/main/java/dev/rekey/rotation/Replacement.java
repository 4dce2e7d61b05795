package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.util.Map;
import java.util.Objects;

/**
 * A value that takes the place of another in a configuration.
 *
 * @param from the identity of the value that stands there
 * @param to the value that takes its place; it stays its owner's
 * @param beside texts that stand beside the value and change with it, each with what takes its place:
 *     the name of a user; see {@link SecretIssuer#beside}
 */
public record Replacement(Fingerprint from, Secret to, Map<String, String> beside) {
  /** Copies the texts. */
  public Replacement {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    beside = Map.copyOf(beside);
  }

  /** Makes the replacement of a value alone. */
  public Replacement(Fingerprint from, Secret to) {
    this(from, to, Map.of());
  }
}
