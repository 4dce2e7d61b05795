package dev.rekey.detect;

import java.util.Map;
import java.util.Objects;

/**
 * Verifies, offline, what a value says about itself: a checksum, a date, a kind.
 *
 * <p>Rules name the checks they need; a {@link RuleSet} holds them by name. A check is called from
 * several threads at once, must not keep the candidate, and makes no network request.
 */
@FunctionalInterface
public interface Check {
  /** Returns what the value says about itself. */
  Result check(Candidate candidate);

  /**
   * What a check found.
   *
   * @param checksum the verdict
   * @param attributes what the value tells besides: its kind, its creation month
   */
  record Result(Checksum checksum, Map<String, String> attributes) {
    /** A value that carries nothing to verify. */
    public static final Result NOTHING = new Result(Checksum.NONE, Map.of());

    /** Copies the attributes. */
    public Result {
      Objects.requireNonNull(checksum, "checksum");
      attributes = Map.copyOf(attributes);
    }

    /** Returns {@link Checksum#VALID} or {@link Checksum#INVALID}, without attributes. */
    public static Result of(boolean valid) {
      return new Result(valid ? Checksum.VALID : Checksum.INVALID, Map.of());
    }
  }
}
