package dev.rekey.rotation;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Stops runs before their next call: all of a rotator, or one. Thread-safe. */
final class Brake {
  /** The runs that are under way, and whether each was cancelled. */
  private final Map<String, Boolean> cancelled = new ConcurrentHashMap<>();

  private volatile boolean frozen;

  void freeze() {
    frozen = true;
  }

  void thaw() {
    frozen = false;
  }

  boolean isFrozen() {
    return frozen;
  }

  boolean cancel(String runId) {
    return cancelled.replace(runId, true) != null;
  }

  void enter(String runId) {
    cancelled.put(runId, false);
  }

  void leave(String runId) {
    cancelled.remove(runId);
  }

  /** Throws if the run must stop here. */
  void check(String runId) throws Halted {
    if (Thread.interrupted()) {
      throw Halted.interrupted();
    }
    if (frozen) {
      throw Halted.frozen();
    }
    if (cancelled.getOrDefault(runId, false)) {
      throw Halted.cancelled();
    }
  }
}
