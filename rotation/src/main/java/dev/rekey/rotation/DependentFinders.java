package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.util.ArrayList;
import java.util.List;

/** Several finders as one. */
final class DependentFinders implements DependentFinder {
  private final List<DependentFinder> finders;

  DependentFinders(List<DependentFinder> finders) {
    this.finders = finders;
  }

  @Override
  public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
    List<Dependent> using = new ArrayList<>();
    for (DependentFinder finder : finders) {
      using.addAll(finder.findUsing(fingerprint));
    }
    return using;
  }

  @Override
  public List<OpaqueDependent> findOpaque(SecretIssuer issuer) throws RotationException {
    List<OpaqueDependent> opaque = new ArrayList<>();
    for (DependentFinder finder : finders) {
      opaque.addAll(finder.findOpaque(issuer));
    }
    return opaque;
  }

  @Override
  public PlannedCall describeFind() {
    return finders.stream()
        .map(DependentFinder::describeFind)
        .reduce(PlannedCall::and)
        .orElseGet(() -> PlannedCall.of("nobody is looked for"));
  }

  @Override
  public Dependent dependent(String id) throws RotationException {
    List<String> problems = new ArrayList<>();
    for (DependentFinder finder : finders) {
      try {
        return finder.dependent(id);
      } catch (RotationException notKnown) {
        problems.add(notKnown.problem());
      }
    }
    throw new RotationException(
        "nobody knows the dependent " + id + ": " + String.join("; ", problems));
  }
}
