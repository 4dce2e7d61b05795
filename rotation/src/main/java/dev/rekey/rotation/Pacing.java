package dev.rekey.rotation;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What each step of a run goes through before it acts: the brake, and waits that can be stopped. */
final class Pacing {
  /** A log that takes longer to arrive tells nothing that a rotation could wait for. */
  private static final Duration MOST_FOR_USES = Duration.ofDays(1);

  private final Rotator rotator;
  private final String runId;
  private final Ledger ledger;

  Pacing(Rotator rotator, String runId, Ledger ledger) {
    this.rotator = rotator;
    this.runId = runId;
    this.ledger = ledger;
  }

  /** Between two calls is where a run can stop. */
  void halt() throws Halted {
    rotator.brake().check(runId);
  }

  /**
   * Writes that a call that changes something is about to be made: the next thing that happens, unless
   * the run is to stop.
   */
  void intend(String step, Map<String, String> facts) throws Halted {
    halt();
    ledger.intend(step, facts);
    halt(); // Meanwhile somebody may have said so, a listener too.
  }

  /** A wait that ends when the run is to stop, or the policy's patience does. */
  Wait waiting(SecretIssuer issuer, String step, Instant began) {
    return waiting(rotator.proof(issuer), step, began);
  }

  /** A wait that ends when the run is to stop, and has the patience of the policy's whole window. */
  Wait waitingOnThread(SecretIssuer issuer, String step, Instant began) {
    ProofPolicy policy = rotator.proof(issuer);
    return waiting(
        new ProofPolicy(policy.rounds(), policy.between(), policy.atMost()), step, began);
  }

  /**
   * Lets a step have its time, counted from when the journal says that it began.
   *
   * @throws Halted if that is more than a thread may wait
   */
  void soak(SecretIssuer issuer, String step, String why) throws InterruptedException {
    Duration time = rotator.soak();
    if (time.isZero() || ledger.isDone(step)) {
      return;
    }
    if (!ledger.isOpen(step)) {
      intend(step, Map.of("for", time.toString()));
    }
    Instant now = rotator.clock().instant();
    Instant until = ledger.begun(step).plus(time);
    if (now.isBefore(until)) {
      pass(issuer, until, why, step);
    }
    ledger.done(step, Map.of());
  }

  /**
   * Lets time pass until uses are known; false where that is more than a day after they were first asked
   * for.
   *
   * @throws Halted if that is more than a thread may wait
   */
  boolean await(SecretIssuer issuer, UsageSource.Usage.Later later, Instant asked)
      throws InterruptedException {
    Instant now = rotator.clock().instant();
    Instant latest = asked.plus(MOST_FOR_USES);
    if (later.until().isAfter(latest) || now.isAfter(latest)) {
      return false;
    }
    Duration least = rotator.proof(issuer).between();
    Instant until = later.until().isAfter(now.plus(least)) ? later.until() : now.plus(least);
    pass(
        issuer,
        until,
        "uses of " + issuer.label() + " are known later: " + later.why(),
        Steps.GATE);
    return true;
  }

  private void pass(SecretIssuer issuer, Instant until, String why, String step)
      throws InterruptedException {
    Duration left = Duration.between(rotator.clock().instant(), until);
    if (left.compareTo(rotator.proof(issuer).patience()) > 0) {
      throw Halted.until(until, why, step, Map.of());
    }
    rotator.pause().pause(left);
    halt();
  }

  private Wait waiting(ProofPolicy policy, String step, Instant began) {
    Pause pause = duration -> {
      halt();
      rotator.pause().pause(duration);
    };
    return new Wait(step, began, policy, rotator.clock(), pause);
  }

  /**
   * What a failed call says. Code that breaks its contract must not end a run without a word; only a
   * broken journal does, for then nothing may be called any more.
   */
  static String problem(Exception failed) {
    if (failed instanceof RotationException known) {
      return known.problem();
    }
    if (failed instanceof JournalException journal) {
      throw journal;
    }
    // Its message may hold anything, the value too.
    StackTraceElement[] trace = failed.getStackTrace();
    return failed.getClass().getName() + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  AttemptId attempt(String step) {
    return new AttemptId(runId, step);
  }
}
