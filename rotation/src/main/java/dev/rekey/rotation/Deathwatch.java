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
    Instant deadline = clock.instant().plus(policy.atMost());
    Snapshot.Slot after = held(issuer, slot);
    while (!reissued(before, after) && clock.instant().isBefore(deadline)) {
      pause.pause(policy.between());
      after = held(issuer, slot); // The issuer's listing may lag behind.
    }
    List<DeathProof.Round> rounds = new ArrayList<>();
    DeathProof.Verdict verdict = !reissued(before, after)
        ? DeathProof.Verdict.ALIVE
        : old.isEmpty()
            ? DeathProof.Verdict.DEAD_BY_ISSUER_ONLY
            : tryOut(issuer, old.get(), fresh, deadline, rounds);
    return new DeathProof(verdict, slot, before, after, rounds, clock.instant());
  }

  private static Snapshot.Slot held(SecretIssuer issuer, String slot) throws RotationException {
    return issuer
        .snapshot()
        .slot(slot)
        .orElseThrow(() -> new RotationException(issuer.label() + " has no slot " + slot));
  }

  /** Another value, and a later time where the issuer told one before. */
  private static boolean reissued(Snapshot.Slot before, Snapshot.Slot after) {
    boolean later = before.issuedAt().isEmpty()
        || after.issuedAt().filter(at -> at.isAfter(before.issuedAt().get())).isPresent();
    return !after.fingerprint().equals(before.fingerprint()) && later;
  }

  private DeathProof.Verdict tryOut(
      SecretIssuer issuer,
      Secret old,
      Secret fresh,
      Instant deadline,
      List<DeathProof.Round> rounds)
      throws RotationException, InterruptedException {
    int inARow = 0;
    boolean lastSeenAlive = false;
    while (true) {
      DeathProof.Round round =
          new DeathProof.Round(issuer.probe(fresh), issuer.probe(old), issuer.probe(fresh));
      rounds.add(round);
      boolean death = round.showsDeath();
      inARow = death ? inARow + 1 : 0;
      // An answer that says nothing does not take back that it was honoured.
      lastSeenAlive = round.showsLife() || (lastSeenAlive && !death);
      if (inARow >= policy.rounds()) {
        return DeathProof.Verdict.DEAD;
      }
      if (!death && !clock.instant().isBefore(deadline)) {
        return lastSeenAlive ? DeathProof.Verdict.ALIVE : DeathProof.Verdict.DEAD_BY_ISSUER_ONLY;
      }
      pause.pause(policy.between());
    }
  }
}
