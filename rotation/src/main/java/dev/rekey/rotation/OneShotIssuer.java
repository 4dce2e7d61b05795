package dev.rekey.rotation;

import java.util.List;

/**
 * An issuer that makes a slot for each value, beside those that live, and tells the value once.
 *
 * <p>To make one kills nobody, so that there is no standby slot to be looked after. But an answer that
 * was lost leaves a value that nobody knows: what an attempt made must be recognisable, so that it can
 * be removed.
 */
public non-sealed interface OneShotIssuer extends SecretIssuer {
  /**
   * Makes a new value in a slot of its own, marked with the attempt, and returns it, once; the caller
   * closes it. It is never tried again blindly: a failure leaves open whether it took effect, and {@link
   * #issuedBy} tells.
   */
  Issued issue(AttemptId attempt) throws RotationException;

  /**
   * Returns the slots that an attempt made, as far as they show now; changes nothing. That none shows
   * proves nothing while the issuer's copies lag: whoever asks looks again for as long as they may.
   */
  List<String> issuedBy(AttemptId attempt) throws RotationException;

  /** Returns the call that {@link #issue} would make, for the plan. */
  PlannedCall describeIssue();
}
