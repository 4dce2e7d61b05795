package dev.rekey.azure;

import java.time.Duration;
import java.util.Objects;

/**
 * How often and after which pauses a read is tried again when ARM is busy (408, 429, 500, 502, 503,
 * 504) or the connection fails. What changes something is never tried again.
 *
 * @param attempts how often a read is tried at all, 1 or more
 * @param first the pause before the second attempt; it doubles with each further one. A {@code
 *     Retry-After} of the answer replaces it
 * @param most the longest pause; where ARM asks for a longer one, the read fails at once and its
 *     {@link ArmException#retryAfter} says for how long
 */
public record ReadRetries(int attempts, Duration first, Duration most) {
  /** Five attempts, pauses from 0.8 seconds to one minute. */
  public static final ReadRetries DEFAULT =
      new ReadRetries(5, Duration.ofMillis(800), Duration.ofMinutes(1));

  /** One attempt. */
  public static final ReadRetries NONE = new ReadRetries(1, Duration.ZERO, Duration.ZERO);

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException if there is no attempt, or a pause is negative
   */
  public ReadRetries {
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(most, "most");
    if (attempts < 1 || first.isNegative() || most.isNegative()) {
      throw new IllegalArgumentException(
          "reads need an attempt and no negative pauses: " + attempts + ", " + first + ", " + most);
    }
  }

  /** Returns the pause after an attempt that failed, counted from 1, where ARM names none. */
  Duration after(int attempt) {
    Duration pause = first.multipliedBy(1L << Math.min(attempt - 1, 20));
    return pause.compareTo(most) > 0 ? most : pause;
  }
}
