package dev.rekey.rotation;

import dev.rekey.detect.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who made a credential and can make another: one storage account, one application, one database.
 *
 * <p>An issuer holds its values in named <em>slots</em>, each of which opens the same, so that one can
 * die while dependents use another. It either has a fixed number of slots ({@link SlotIssuer}) or makes
 * a slot for each value ({@link OneShotIssuer}). Implementations are thread-safe.
 */
public sealed interface SecretIssuer permits SlotIssuer, OneShotIssuer {
  /** Returns the id by which an {@link IssuerFinder} finds it again: a resource id. */
  String id();

  /** Returns what it is, for people: "storage account acme". */
  String label();

  /** Returns what each slot holds now; changes nothing. */
  Snapshot snapshot() throws RotationException;

  /** Makes the value of a slot die. A failure leaves open whether it took effect. */
  void revoke(String slot, AttemptId attempt) throws RotationException;

  /**
   * Ends what was opened with the value that a slot held before, as {@link #revoke} does besides, where
   * it does: asked for where nobody saw how far that came. Doing it again does nothing more. What can't
   * be ended is no failure: {@link #sessions} tells it.
   */
  default void endSessions(String slot, AttemptId attempt) throws RotationException {}

  /**
   * Tries a value, as that of a slot, on every endpoint that honours this issuer's credentials; changes
   * nothing.
   */
  List<ProbeAnswer> probe(String slot, Secret value) throws RotationException, InterruptedException;

  /** Returns the call that {@link #revoke} would make, for the plan. */
  PlannedCall describeRevoke(String slot);

  /**
   * Returns what was opened with the value of a slot and outlives that value, as of now: asked before
   * the value dies, what would; asked after, what does.
   */
  default Sessions sessions(String slot) throws RotationException {
    return Sessions.NONE;
  }

  /**
   * Returns what would keep the calls from being made that {@link #describeRevoke} and its like
   * describe; changes nothing, and never throws for a state of the world: what can't be looked at is
   * unknown.
   */
  default Obstacles obstacles() {
    return Obstacles.NONE;
  }

  /**
   * Returns the switches by which what it issues opens nothing, if it has any; changes nothing. Each has
   * an id of its own, and the same each time.
   */
  default List<KillSwitch> killSwitches() {
    return List.of();
  }

  /** Returns how what it issues credentials for is opened without any, where that can be. */
  default Optional<Keyless> keyless() {
    return Optional.empty();
  }

  /**
   * Returns the texts that stand beside a value of one slot and must change with it when another slot's
   * value takes its place, each with what takes its own: the name of a user. None where the slots of an
   * issuer open under the same name.
   */
  default Map<String, String> beside(String from, String to) {
    return Map.of();
  }
}
