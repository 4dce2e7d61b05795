package dev.rekey.rotation;

import dev.rekey.detect.Secret;
import java.util.Optional;

/**
 * An issuer with a fixed number of slots, two as a rule: a new value in a slot makes the old one die.
 *
 * <p>Some tell the value of a slot whenever they are asked, some only to whoever makes it. Where one of
 * the second kind made a value whose answer was lost, it is made again: nobody has the lost one.
 */
public non-sealed interface SlotIssuer extends SecretIssuer {
  /**
   * Returns the value that a slot holds now, which the caller closes; changes nothing. Empty, always,
   * where the issuer tells a value only once.
   */
  Optional<Secret> read(String slot) throws RotationException;

  /**
   * Makes a new value in a slot, whose old value dies, and returns the new one, which the caller
   * closes. It is never tried again blindly: a failure leaves open whether it took effect, and the
   * snapshot tells.
   */
  Issued issue(String slot, AttemptId attempt) throws RotationException;

  /** Returns the call that {@link #issue} would make, for the plan. */
  PlannedCall describeIssue(String slot);
}
