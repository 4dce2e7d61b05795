package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.util.Map;
import java.util.Optional;

/** Puts values into the store, each once for its step. */
final class Deposit {
  private final SecretStore store;
  private final RotationPlan plan;
  private final Ledger ledger;
  private final Pacing pacing;

  Deposit(SecretStore store, RotationPlan plan, Ledger ledger, Pacing pacing) {
    this.store = store;
    this.plan = plan;
    this.ledger = ledger;
    this.pacing = pacing;
  }

  /** Puts a value, unless the step is done, or finds the version that an earlier attempt put. */
  void put(String step, Secret value, Fingerprint identity, String slot, Fingerprint supersedes)
      throws RotationException, Halted {
    if (ledger.isDone(step)) {
      return;
    }
    AttemptId attempt = pacing.attempt(step);
    Optional<StoredVersion> version =
        ledger.intended(step) ? store.find(plan.secretName(), attempt) : Optional.empty();
    if (version.isPresent()) {
      ledger.recovered(step, "version " + version.get() + " was put");
    } else {
      pacing.intend(step, Map.of("name", plan.secretName()));
      SecretMetadata metadata =
          new SecretMetadata(plan.secretName(), identity, plan.issuer(), slot, supersedes);
      version = Optional.of(store.put(value, metadata, attempt));
    }
    ledger.done(
        step, Map.of("name", version.get().name(), "version", version.get().version()));
  }

  /** Returns whether a step put its value, as far as the store shows. */
  boolean isPut(String step) throws RotationException {
    return ledger.isDone(step)
        || (ledger.intended(step)
            && store.find(plan.secretName(), pacing.attempt(step)).isPresent());
  }

  /** Returns the version that a step put which is done. */
  StoredVersion version(String step, boolean newest) {
    JournalEntry entry = ledger.outcome(step);
    return new StoredVersion(entry.fact("name"), entry.fact("version"), true, newest);
  }
}
