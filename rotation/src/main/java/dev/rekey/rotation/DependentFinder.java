package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.util.List;

/** Knows the dependents. Implementations are thread-safe and change nothing. */
public interface DependentFinder {
  /** Returns everybody who is configured with a value now, in the same order each time. */
  List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException;

  /**
   * Returns the dependent with an id.
   *
   * @throws RotationException if there is none any more
   */
  Dependent dependent(String id) throws RotationException;

  /** Returns how dependents are looked for, for the plan, and what that needs. */
  default PlannedCall describeFind() {
    return PlannedCall.of("every known kind of dependent is looked through");
  }

  /** Returns the finder of everybody whom any of these finds, in their order. */
  static DependentFinder of(DependentFinder... finders) {
    return new DependentFinders(List.of(finders));
  }
}
