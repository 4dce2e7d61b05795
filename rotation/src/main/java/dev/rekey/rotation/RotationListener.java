package dev.rekey.rotation;

/**
 * Somebody who is told what happens in the runs of a {@link Rotator}.
 *
 * <p>The order. Told is on the thread that called {@link Rotator#execute} or {@link Rotator#resume}, one
 * event of a run after another, and each when its entry is in the journal for good: {@link
 * RotationEvent.StepBegun} before the step's call, so that a listener that freezes the rotator keeps it
 * from being made; {@link RotationEvent.StepEnded} or {@link RotationEvent.StepRecovered} after it, or
 * nothing if the step failed. First comes {@link RotationEvent.Started} or {@link
 * RotationEvent.Resumed}, unless the run waits still; last, unless an exception is thrown, {@link
 * RotationEvent.Finished}, when the journal is given back. A crash may lose an event whose entry is
 * written: the journal is the truth, and this its echo.
 *
 * <p>No lock of the rotator is held, but until {@code Finished} the run holds the journal's lease, so
 * that another run waits for {@code Finished} to be executed or resumed. {@link Rotator#freeze}, {@link
 * Rotator#thaw} and {@link Rotator#cancel} may be called at any time. The run waits for its listener.
 *
 * <p>A listener that throws a {@link RuntimeException} is logged, without its message, and the run goes
 * on; an {@link Error} ends the call as a crash does. A rotator that is used by several threads tells
 * its listener on all of them: it is then thread-safe itself.
 */
@FunctionalInterface
public interface RotationListener {
  /** Hears what happened. */
  void happened(RotationEvent event);
}
