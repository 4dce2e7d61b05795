package dev.rekey.rotation;

import java.time.Instant;
import java.util.Objects;

/**
 * Something that happened in a run. It holds no secret value: show it, store it, send it on.
 *
 * <p>More kinds may come; a {@link RotationListener} lets pass what it does not know.
 */
public sealed interface RotationEvent {
  /** Returns the id of the run. */
  String runId();

  /** Returns when, by the rotator's clock. */
  Instant at();

  /**
   * A run has begun.
   *
   * @param runId the run
   * @param plan what it executes
   * @param at when
   */
  record Started(String runId, RotationPlan plan, Instant at) implements RotationEvent {
    /** Checks that nothing is null. */
    public Started {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(plan, "plan");
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * A run was taken up again.
   *
   * @param runId the run
   * @param epoch how many times it has been taken up, this time included
   * @param at when
   */
  record Resumed(String runId, long epoch, Instant at) implements RotationEvent {
    /** Checks that nothing is null. */
    public Resumed {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * A step's call is about to be made.
   *
   * @param runId the run
   * @param step the step, as in the journal: {@code issue}, {@code adopt.0}
   * @param target what it is about, an id or a name, or an empty text
   * @param at when
   */
  record StepBegun(String runId, String step, String target, Instant at) implements RotationEvent {
    /** Checks that nothing is null. */
    public StepBegun {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(target, "target");
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * A step was done.
   *
   * @param runId the run
   * @param step the step
   * @param target what it is about
   * @param at when
   */
  record StepEnded(String runId, String step, String target, Instant at) implements RotationEvent {
    /** Checks that nothing is null. */
    public StepEnded {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(target, "target");
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * A step was found done: its call took effect before, and nobody had written that down. Told instead
   * of {@link StepEnded}.
   *
   * @param runId the run
   * @param step the step
   * @param target what it is about
   * @param how what shows it
   * @param at when that was found out
   */
  record StepRecovered(String runId, String step, String target, String how, Instant at)
      implements RotationEvent {
    /** Checks that nothing is null. */
    public StepRecovered {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(target, "target");
      Objects.requireNonNull(how, "how");
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * A call of {@link Rotator#execute} or {@link Rotator#resume} has its result.
   *
   * @param result what it returns
   * @param at when
   */
  record Finished(RotationResult result, Instant at) implements RotationEvent {
    /** Checks that nothing is null. */
    public Finished {
      Objects.requireNonNull(result, "result");
      Objects.requireNonNull(at, "at");
    }

    @Override
    public String runId() {
      return result.runId();
    }
  }
}
