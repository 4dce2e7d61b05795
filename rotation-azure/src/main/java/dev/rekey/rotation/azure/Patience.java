package dev.rekey.rotation.azure;

import dev.rekey.rotation.Pause;
import dev.rekey.rotation.RotationException;
import java.time.Duration;
import java.util.Optional;

/**
 * How often something that takes a while is looked at, and how far apart.
 *
 * @param looks how often, once at least
 * @param between how long after a look the next one is
 * @param pause waits
 */
record Patience(int looks, Duration between, Pause pause) {
  /** Five minutes: a function host that starts cold takes more than one. */
  static final Patience DEFAULT = new Patience(61, Duration.ofSeconds(5), Pause.SLEEP);

  /** Checks that there is a look. */
  Patience {
    if (looks < 1 || between.isNegative()) {
      throw new IllegalArgumentException("there is one look at least, and no negative wait");
    }
  }

  /** Looks once. */
  @FunctionalInterface
  interface Look {
    /** Returns what is missing, as a sentence without an end; empty if nothing is. */
    Optional<String> missing() throws RotationException;
  }

  /** Looks until nothing is missing; returns what is missing still. */
  Optional<String> await(Look look) throws RotationException, InterruptedException {
    Optional<String> missing = look.missing();
    for (int i = 1; i < looks && missing.isPresent(); i++) {
      pause.pause(between);
      missing = look.missing();
    }
    return missing;
  }

  /**
   * Looks until nothing is missing.
   *
   * @throws RotationException if something is missing still, with what the caller advises; or if the
   *     thread was interrupted, which it then still is
   */
  void require(Look look, String advice) throws RotationException {
    Optional<String> missing;
    try {
      missing = await(look);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new RotationException("the wait was interrupted", interrupted);
    }
    if (missing.isPresent()) {
      throw new RotationException(missing.get() + advice);
    }
  }
}
