package dev.rekey.rotation;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * One wait until a change shows: on the thread as long as the policy has patience, and then by a
 * deadline in the journal.
 *
 * <p>Its window is counted from when the journal says that the wait began, however often the run was
 * taken up since; whoever takes it up has one stretch of patience at least.
 */
final class Wait {
  private final String step;
  private final ProofPolicy policy;
  private final Clock clock;
  private final Pause pause;
  private final Instant stretchEnds;
  private final Instant windowEnds;

  Wait(String step, Instant began, ProofPolicy policy, Clock clock, Pause pause) {
    this.step = step;
    this.policy = policy;
    this.clock = clock;
    this.pause = pause;
    Instant now = clock.instant();
    this.stretchEnds = now.plus(policy.patience());
    // A journal that is ahead of this clock must not make the window longer.
    Instant planned = (began.isBefore(now) ? began : now).plus(policy.atMost());
    Instant atLeast = now.plus(shorter(policy.patience(), policy.atMost()));
    this.windowEnds = planned.isAfter(atLeast) ? planned : atLeast;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /** Returns whether the policy's window is over. */
  boolean isOver() {
    return !clock.instant().isBefore(windowEnds);
  }

  /**
   * Lets some time pass before the next look.
   *
   * @param why what has not shown yet
   * @param seen what the next look must know of those before it
   * @throws Halted if more time must pass than this thread may wait
   */
  void pause(String why, Map<String, String> seen) throws InterruptedException {
    Instant now = clock.instant();
    Duration between = policy.between();
    boolean tooLong = between.compareTo(policy.patience()) > 0;
    boolean usedUp = now.plus(between).isAfter(stretchEnds) && windowEnds.isAfter(stretchEnds);
    if (tooLong || usedUp) {
      Duration alone = tooLong ? between : policy.patience();
      throw Halted.until(now.plus(alone), why, step, seen);
    }
    pause.pause(between);
  }
}
