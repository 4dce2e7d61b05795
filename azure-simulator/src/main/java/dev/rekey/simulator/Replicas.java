package dev.rekey.simulator;

import java.time.Duration;
import java.util.List;

/**
 * The replicas of the directory, each of which learns of a change only after its own lag. Requests go
 * to them in turn, those for tokens and those of Microsoft Graph each for themselves, so that one and
 * the same question may be answered new, then old. Thread-safe.
 *
 * <p>At the start there is one without a lag. The lag is counted by the simulator's clock.
 */
public final class Replicas {
  private List<Duration> lags = List.of(Duration.ZERO);
  private int graph;
  private int tokens;

  Replicas() {}

  /**
   * Sets the lag of each replica, in the order in which they answer; the next request goes to the
   * first.
   *
   * @throws IllegalArgumentException if there is none, or one is negative
   */
  public synchronized void lag(Duration... each) {
    if (each.length == 0 || List.of(each).stream().anyMatch(Duration::isNegative)) {
      throw new IllegalArgumentException("There must be a replica, and no lag can be negative");
    }
    lags = List.of(each);
    graph = 0;
    tokens = 0;
  }

  /** The lag of the replica that answers the next request of Microsoft Graph. */
  synchronized Duration forGraph() {
    return lags.get(graph++ % lags.size());
  }

  /** The lag of the replica that answers the next request for a token. */
  synchronized Duration forToken() {
    return lags.get(tokens++ % lags.size());
  }
}
