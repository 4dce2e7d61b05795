package dev.rekey.detect.engine;

import com.google.re2j.Matcher;
import java.util.Optional;

/** The next match of one pattern in a stride. */
final class Search {
  private final Window window;
  private final Matcher matcher;
  private final Optional<Run> run;
  private boolean found;
  private int farthest;

  /** Finds the first match from an index on. */
  Search(Window window, Expression expression, int from) {
    this.window = window;
    this.matcher = expression.pattern().matcher(window);
    this.run = expression.run();
    find(from);
  }

  /**
   * Finds the next match from an index on.
   *
   * @return how many bytes were read that had been read before: reading each once is linear, so only
   *     these count as work
   */
  int find(int from) {
    window.restart();
    int start = run.isPresent() ? window.next(run.get(), from) : from;
    found = start >= 0 && start <= window.length() && matcher.find(start);
    int again = Math.max(0, Math.min(farthest, window.read()) - from);
    farthest = Math.max(farthest, window.read());
    return again;
  }

  boolean found() {
    return found;
  }

  int start() {
    return matcher.start();
  }

  Matcher matcher() {
    return matcher;
  }
}
