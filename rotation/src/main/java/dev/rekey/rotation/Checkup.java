package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Finds out how far it is known that dependents work with a value, as the policy wants it. */
final class Checkup {
  private final Rotator rotator;

  Checkup(Rotator rotator) {
    this.rotator = rotator;
  }

  /** Returns the strongest proof that there is now; throws if the dependent does not work. */
  ProofOfUse now(Dependent dependent, Fingerprint expected)
      throws RotationException, InterruptedException {
    dependent.verify(expected);
    ProofOfUse strongest = dependent.proves();
    for (HealthCheck check : rotator.healthChecks()) {
      Optional<ProofOfUse> proved = check.check(dependent, expected);
      if (proved.isPresent() && proved.get().compareTo(strongest) > 0) {
        strongest = proved.get();
      }
    }
    return strongest;
  }

  /** As {@link #now}, and it must be as strong as the policy wants it. */
  ProofOfUse required(Dependent dependent, Fingerprint expected, Use seen)
      throws RotationException, InterruptedException {
    ProofOfUse proved = now(dependent, expected);
    if (proved.compareTo(rotator.proofOfUse()) < 0 && seen.by(dependent)) {
      proved = ProofOfUse.OBSERVED;
    }
    if (proved.compareTo(rotator.proofOfUse()) < 0) {
      throw new GateClosed("of " + dependent.label() + " it is known that " + proved.meaning()
          + ", and the policy wants that " + rotator.proofOfUse().meaning());
    }
    return proved;
  }

  /** Waits until a dependent that was just moved works, as far as the policy wants it. */
  ProofOfUse await(Dependent dependent, Fingerprint expected, Use seen, Wait wait)
      throws RotationException, InterruptedException {
    dependent.verify(expected); // What is not configured does not come by waiting.
    while (true) {
      try {
        return required(dependent, expected, seen);
      } catch (RotationException notYet) {
        Watch.stopIfInterrupted();
        if (wait.isOver()) {
          throw notYet;
        }
        wait.pause(notYet.problem(), Map.of());
      }
    }
  }

  /** Whether a dependent was seen using a credential. */
  @FunctionalInterface
  interface Use {
    boolean by(Dependent dependent) throws RotationException;
  }

  /** Whoever a usage source names as a caller of a slot since a moment. */
  Use callersOf(SecretIssuer issuer, String slot, Snapshot.Slot held, Instant since) {
    return dependent -> rotator.usage().usesOf(issuer, slot, held, since)
            instanceof UsageSource.Usage.Counted counted
        && counted.count() > 0
        && counted.callers().stream().anyMatch(dependent.id()::equalsIgnoreCase);
  }
}
