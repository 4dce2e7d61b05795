package dev.rekey.rotation;

import dev.rekey.detect.Secret;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds out whether a credential is dead.
 *
 * <p>Two kinds of evidence must agree. The issuer holds another value in the slot, with another issue
 * time by its own clock: the times compared are both the issuer's, never ours. And every endpoint
 * refuses the old value by the exact code of a wrong credential, while it accepts the new one just
 * before and just after, from the same place: so no firewall, no disabled keys, no clock and no
 * mistake of ours in signing can pass for death.
 *
 * <p>What takes longer than a thread may wait is watched in several stretches: what was seen goes with
 * the deadline into the journal, and the next stretch begins with it.
 */
final class Deathwatch {
  private final ProofPolicy policy;
  private final Clock clock;
  private final Wait wait;
  private Seen seen;

  Deathwatch(ProofPolicy policy, Clock clock, Wait wait, Seen seen) {
    this.policy = policy;
    this.clock = clock;
    this.wait = wait;
    this.seen = seen;
  }

  /**
   * What has been seen so far.
   *
   * @param deaths how many of the last rounds in a row showed death
   * @param life whether it was honoured when an endpoint last said anything about it
   */
  record Seen(int deaths, boolean life) {
    static final Seen NOTHING = new Seen(0, false);

    Seen and(DeathProof.Round round) {
      boolean death = round.showsDeath();
      // An answer that says nothing does not take back that it was honoured.
      return new Seen(death ? deaths + 1 : 0, round.showsLife() || (life && !death));
    }

    Map<String, String> facts() {
      return Map.of("deathsInARow", Integer.toString(deaths), "life", Boolean.toString(life));
    }

    /** Reads back what {@link #facts} wrote, which a run that was stopped otherwise lacks. */
    static Seen read(JournalEntry entry) {
      String deaths = entry.fact("deathsInARow");
      return new Seen(
          deaths.isEmpty() ? 0 : Integer.parseInt(deaths),
          Boolean.parseBoolean(entry.fact("life")));
    }
  }

  DeathProof watch(
      SecretIssuer issuer, String slot, Snapshot.Slot before, Optional<Secret> old, Secret fresh)
      throws RotationException, InterruptedException {
    Snapshot.Slot after = held(issuer, slot);
    while (!reissued(before, after) && !wait.isOver()) {
      seen = Seen.NOTHING; // Whatever endpoints said before: it is there again.
      wait.pause(slot + " of " + issuer.label() + " is still listed as it was", seen.facts());
      after = held(issuer, slot); // The issuer's listing may lag behind.
    }
    List<DeathProof.Round> rounds = new ArrayList<>();
    DeathProof.Verdict verdict = !reissued(before, after)
        ? DeathProof.Verdict.ALIVE
        : old.isEmpty()
            ? DeathProof.Verdict.DEAD_BY_ISSUER_ONLY
            : tryOut(issuer, old.get(), fresh, rounds);
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
      SecretIssuer issuer, Secret old, Secret fresh, List<DeathProof.Round> rounds)
      throws RotationException, InterruptedException {
    while (true) {
      DeathProof.Round round =
          new DeathProof.Round(issuer.probe(fresh), issuer.probe(old), issuer.probe(fresh));
      rounds.add(round);
      seen = seen.and(round);
      if (seen.deaths() >= policy.rounds()) {
        return DeathProof.Verdict.DEAD;
      }
      if (seen.deaths() == 0 && wait.isOver()) {
        return seen.life() ? DeathProof.Verdict.ALIVE : DeathProof.Verdict.DEAD_BY_ISSUER_ONLY;
      }
      Map<String, String> facts = new HashMap<>(Evidence.facts(round));
      facts.putAll(seen.facts());
      wait.pause(
          seen.life()
              ? "the exposed credential is honoured still"
              : "its death has shown " + seen.deaths() + " times in a row, of " + policy.rounds(),
          facts);
    }
  }
}
