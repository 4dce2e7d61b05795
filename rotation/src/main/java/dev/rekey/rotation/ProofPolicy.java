package dev.rekey.rotation;

import java.time.Duration;
import java.util.Objects;

/**
 * How hard death is tried, and how long it is waited for what takes time to show.
 *
 * <p>A window of days costs no thread: what needs more patience than {@code patience} becomes a
 * deadline in the journal, at which {@link Rotator#resume} goes on. A run with {@code between} of eight
 * hours and {@code rounds} of three tries over a day; one with {@code between} of a few seconds looks
 * for {@code patience}, leaves it alone for as long, and looks again.
 *
 * @param rounds how many rounds in a row must show death
 * @param between how long to wait between rounds
 * @param atMost how long to try, for issuers that take a while to forget, counted from when the journal
 *     says that it began
 * @param patience how long a thread may wait at a stretch
 */
public record ProofPolicy(int rounds, Duration between, Duration atMost, Duration patience) {
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
    Objects.requireNonNull(patience, "patience");
    if (rounds < 1 || between.isNegative() || atMost.isNegative() || patience.isNegative()) {
      throw new IllegalArgumentException("a proof takes at least one round and no negative time");
    }
  }

  /** Makes the policy of a thread that waits as long as it takes. */
  public ProofPolicy(int rounds, Duration between, Duration atMost) {
    this(rounds, between, atMost, between.compareTo(atMost) > 0 ? between : atMost);
  }
}
