package dev.rekey.azure;

import java.time.Duration;

/** Waits; tests count the pauses instead. */
@FunctionalInterface
interface Pause {
  /** Waits on the calling thread. */
  Pause REAL = length -> Thread.sleep(length.toMillis());

  void sleep(Duration length) throws InterruptedException;
}
