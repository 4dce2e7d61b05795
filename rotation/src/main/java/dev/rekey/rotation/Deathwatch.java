package dev.rekey.rotation;

import dev.rekey.detect.Secret;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds out whether a credential is dead.
 *
 * <p>Two kinds of evidence must agree. The issuer holds another value in the slot, with another issue
 * time by its own clock: the times compared are both the issuer's, never ours. And every endpoint
 * refuses the old value by the exact code of a wrong credential, while it accepts the new one just
 * before and just after, from the same place: so no firewall, no disabled keys, no clock and no
 * mistake of ours in signing can pass for death.
 */
final class Deathwatch {
  private final ProofPolicy policy;
  private final Clock clock;
  private final Pause pause;

  Deathwatch(ProofPolicy policy, Clock clock, Pause pause) {
    this.policy = policy;
    this.clock = clock;
    this.pause = pause;
  }

  DeathProof watch(
      SecretIssuer issuer, String slot, Snapshot.Slot before, Optional<Secret> old, Secret fresh)
      throws RotationException, InterruptedException {
    Snapshot.Slot after = issuer
        .snapshot()
        .slot(slot)
        .orElseThrow(() -> new RotationException(issuer.label() + " has no slot " + slot));
    List<DeathProof.Round> rounds = new ArrayList<>();
    DeathProof.Verdict verdict = !reissued(before, after)
        ? DeathProof.Verdict.ALIVE
        : old.isEmpty()
            ? DeathProof.Verdict.DEAD_BY_ISSUER_ONLY
            : tryOut(issuer, old.get(), fresh, rounds);
    return new DeathProof(verdict, slot, before, after, rounds, clock.instant());
  }

  /** Another value, and another time where the issuer tells times. */
  private static boolean reissued(Snapshot.Slot before, Snapshot.Slot after) {
    return !after.fingerprint().equals(before.fingerprint())
        && (before.issuedAt().isEmpty() || !after.issuedAt().equals(before.issuedAt()));
  }

  private DeathProof.Verdict tryOut(
      SecretIssuer issuer, Secret old, Secret fresh, List<DeathProof.Round> rounds)
      throws RotationException, InterruptedException {
    Instant deadline = clock.instant().plus(policy.atMost());
    int inARow = 0;
    while (true) {
      DeathProof.Round round =
          new DeathProof.Round(issuer.probe(fresh), issuer.probe(old), issuer.probe(fresh));
      rounds.add(round);
      inARow = round.showsDeath() ? inARow + 1 : 0;
      if (inARow >= policy.rounds()) {
        return DeathProof.Verdict.DEAD;
      }
      if (!clock.instant().isBefore(deadline)) {
        return round.showsLife()
            ? DeathProof.Verdict.ALIVE
            : DeathProof.Verdict.DEAD_BY_ISSUER_ONLY;
      }
      pause.pause(policy.between());
    }
  }
}
