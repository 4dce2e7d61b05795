package dev.rekey.rotation;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * What was opened with a credential and outlives it: connections, tokens.
 *
 * @param possible whether there may be any
 * @param atMost how long after the credential's death they live at most, where that is known
 * @param what what they are and who ends them, as part of a sentence; empty where there are none
 */
public record Sessions(boolean possible, Optional<Duration> atMost, String what) {
  /** Nothing outlives the credential. */
  public static final Sessions NONE = new Sessions(false, Optional.empty(), "");

  /** Checks that nothing is null. */
  public Sessions {
    Objects.requireNonNull(atMost, "atMost");
    Objects.requireNonNull(what, "what");
  }

  /** Returns sessions of which it is known how long they live at most. */
  public static Sessions atMost(Duration longest, String what) {
    return new Sessions(true, Optional.of(longest), what);
  }

  /** Returns sessions that may live on until somebody ends them. */
  public static Sessions openEnded(String what) {
    return new Sessions(true, Optional.empty(), what);
  }
}
