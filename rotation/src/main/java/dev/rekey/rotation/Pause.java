package dev.rekey.rotation;

import java.time.Duration;

/** Waits. Passed in so that tests need not. */
@FunctionalInterface
public interface Pause {
  /** Sleeps on the calling thread. */
  Pause SLEEP = duration -> Thread.sleep(duration.toMillis());

  /** Returns after about this long. */
  void pause(Duration duration) throws InterruptedException;
}
