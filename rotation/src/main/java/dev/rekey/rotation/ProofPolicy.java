package dev.rekey.rotation;

import java.time.Duration;
import java.util.Objects;

/**
 * How hard death is tried.
 *
 * @param rounds how many rounds in a row must show death
 * @param between how long to wait between rounds
 * @param atMost how long to try, for issuers that take a while to forget
 */
public record ProofPolicy(int rounds, Duration between, Duration atMost) {
  /** Three rounds in a row, a second apart, for two minutes at most. */
  public static final ProofPolicy DEFAULT =
      new ProofPolicy(3, Duration.ofSeconds(1), Duration.ofMinutes(2));

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if there is no round, or a duration is negative
   */
  public ProofPolicy {
    Objects.requireNonNull(between, "between");
    Objects.requireNonNull(atMost, "atMost");
    if (rounds < 1 || between.isNegative() || atMost.isNegative()) {
      throw new IllegalArgumentException("a proof takes at least one round and no negative time");
    }
  }
}
