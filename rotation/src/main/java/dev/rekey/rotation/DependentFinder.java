package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.util.List;
import java.util.function.Function;

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

  /**
   * Returns those who use credentials of an issuer, and into whom nobody can look, in the same order
   * each time.
   */
  default List<OpaqueDependent> findOpaque(SecretIssuer issuer) throws RotationException {
    return List.of();
  }

  /** Returns how dependents are looked for, for the plan, and what that needs. */
  default PlannedCall describeFind() {
    return PlannedCall.of("every known kind of dependent is looked through");
  }

  /**
   * Returns the finder of those whom only you know of, into whom nobody can look: for each issuer, those
   * that the function names.
   */
  static DependentFinder knowing(Function<SecretIssuer, List<OpaqueDependent>> opaque) {
    return new DependentFinder() {
      @Override
      public List<Dependent> findUsing(Fingerprint fingerprint) {
        return List.of();
      }

      @Override
      public Dependent dependent(String id) throws RotationException {
        throw new RotationException("of those whom a person moves, none can be looked into");
      }

      @Override
      public List<OpaqueDependent> findOpaque(SecretIssuer issuer) {
        return List.copyOf(opaque.apply(issuer));
      }

      @Override
      public PlannedCall describeFind() {
        return PlannedCall.of("those who are known to the caller alone are named");
      }
    };
  }

  /** Returns the finder of everybody whom any of these finds, in their order. */
  static DependentFinder of(DependentFinder... finders) {
    return new DependentFinders(List.of(finders));
  }
}
