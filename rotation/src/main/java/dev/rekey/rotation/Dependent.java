package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.util.Set;

/**
 * Somebody who uses a credential: one application, one job, one file. Implementations are
 * thread-safe.
 */
public interface Dependent {
  /** Returns the id by which a {@link DependentFinder} finds it again: a resource id. */
  String id();

  /** Returns what it is, for people: "web app shop". */
  String label();

  /** Returns the values that it is configured with now; changes nothing. */
  Set<Fingerprint> observe() throws RotationException;

  /**
   * Writes a value everywhere that another stands, in the shape in which that one is written, with what
   * changes beside it, and touches nothing else. Where the other does not stand, nothing is written, so
   * that doing it again does nothing. Observing twin: {@link #observe}.
   */
  void adopt(Replacement replacement, AttemptId attempt) throws RotationException;

  /**
   * Checks that it is configured with a value and works.
   *
   * @throws RotationException if it does not: the message says what is wrong
   */
  void verify(Fingerprint expected) throws RotationException, InterruptedException;

  /** Returns what {@link #verify} proves when it returns. */
  default ProofOfUse proves() {
    return ProofOfUse.CONFIGURED;
  }

  /** Returns whether it follows the store, so that {@link #adopt} needs the new value there. */
  default boolean followsStore() {
    return false;
  }

  /**
   * Returns what would keep {@link #adopt} from being done, with a value that is in a store by then;
   * changes nothing, and never throws for a state of the world: what can't be looked at is unknown.
   */
  default Obstacles obstacles(SecretStore store) {
    return Obstacles.NONE;
  }

  /** Returns whether it runs where it can have an identity of its own, and need no secret. */
  default boolean canHaveIdentity() {
    return false;
  }

  /** Returns the call that {@link #adopt} would make, for the plan. */
  PlannedCall describeAdopt();

  /** Returns how it is known that it uses the credential. */
  default Link link() {
    return Link.CONFIGURED;
  }
}
