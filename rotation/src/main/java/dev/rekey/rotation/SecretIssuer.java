package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.util.List;
import java.util.Optional;

/**
 * Who made a credential and can make another: one storage account, one application, one database.
 *
 * <p>An issuer holds its values in named <em>slots</em>, each of which opens the same. With two, one
 * can be regenerated while dependents use the other. Implementations are thread-safe.
 */
public interface SecretIssuer {
  /** Returns the id by which an {@link IssuerFinder} finds it again: a resource id. */
  String id();

  /** Returns what it is, for people: "storage account acme". */
  String label();

  /** Returns the slot that holds a value now. */
  default Optional<String> recognise(Fingerprint fingerprint) throws RotationException {
    return snapshot().holding(fingerprint);
  }

  /** Returns what each slot holds now; changes nothing. */
  Snapshot snapshot() throws RotationException;

  /**
   * Returns the value that a slot holds now, which the caller closes; changes nothing. The observing
   * twin of {@link #issue}.
   */
  Secret read(String slot) throws RotationException;

  /**
   * Makes a new value in a slot, whose old value dies, and returns the new one, which the caller
   * closes. It is never tried again blindly: a failure leaves open whether it took effect.
   */
  Secret issue(String slot, AttemptId attempt) throws RotationException;

  /** Makes the value of a slot die. A failure leaves open whether it took effect. */
  void revoke(String slot, AttemptId attempt) throws RotationException;

  /** Tries a value on every endpoint that honours this issuer's credentials; changes nothing. */
  List<ProbeAnswer> probe(Secret value) throws RotationException, InterruptedException;

  /** Returns the call that {@link #issue} would make, for the plan. */
  PlannedCall describeIssue(String slot);

  /** Returns the call that {@link #revoke} would make, for the plan. */
  PlannedCall describeRevoke(String slot);
}
