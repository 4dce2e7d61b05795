package dev.rekey.rotation;

import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Several finders as one. */
final class IssuerFinders implements IssuerFinder {
  private final List<IssuerFinder> finders;

  IssuerFinders(List<IssuerFinder> finders) {
    this.finders = finders;
  }

  /** One that can't tell must not keep another from finding it; only what nobody found is a failure. */
  @Override
  public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
      throws RotationException, InterruptedException {
    List<RotationException> failures = new ArrayList<>();
    for (IssuerFinder finder : finders) {
      try {
        Optional<Holding> found = finder.findIssuing(credential, value);
        if (found.isPresent()) {
          return found;
        }
      } catch (RotationException failed) {
        failures.add(failed);
      }
    }
    if (!failures.isEmpty()) {
      throw failures.get(0);
    }
    return Optional.empty();
  }

  @Override
  public SecretIssuer issuer(String id) throws RotationException {
    List<String> problems = new ArrayList<>();
    for (IssuerFinder finder : finders) {
      try {
        return finder.issuer(id);
      } catch (RotationException notKnown) {
        problems.add(notKnown.problem());
      }
    }
    throw new RotationException(
        "nobody knows the issuer " + id + ": " + String.join("; ", problems));
  }
}
