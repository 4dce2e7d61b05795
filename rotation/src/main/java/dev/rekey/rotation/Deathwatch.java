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

  /**
   * Tries the old value until it is dead or time is over.
   *
   * @param slot the slot that held it
   * @param before what that slot held
   * @param old the old value, where it could be had
   * @param freshSlot the slot that holds the new value
   */
  DeathProof watch(
      SecretIssuer issuer,
      String slot,
      Snapshot.Slot before,
      Optional<Secret> old,
      String freshSlot,
      Secret fresh)
      throws RotationException, InterruptedException {
    Optional<Snapshot.Slot> after = held(issuer, slot);
    List<DeathProof.Round> rounds = new ArrayList<>();
    Optional<DeathProof.Verdict> verdict = Optional.empty();
    while (verdict.isEmpty()) {
      if (isLost(before, after)) {
        verdict = old.isEmpty()
            ? Optional.of(DeathProof.Verdict.DEAD_BY_ISSUER_ONLY)
            : tryOut(issuer, slot, old.get(), freshSlot, fresh, rounds);
      } else if (wait.isOver()) {
        verdict = Optional.of(DeathProof.Verdict.ALIVE);
      } else {
        seen = Seen.NOTHING; // Whatever endpoints said before: it is there again.
        wait.pause(slot + " of " + issuer.label() + " is still listed as it was", seen.facts());
      }
      if (verdict.isEmpty()) {
        after = held(issuer, slot); // The issuer's listing may lag behind, and go back.
      }
    }
    Sessions sessions = issuer.sessions(slot);
    boolean liveOn = verdict.get() == DeathProof.Verdict.DEAD && sessions.possible();
    return new DeathProof(
        liveOn ? DeathProof.Verdict.DEAD_FOR_NEW : verdict.get(),
        slot,
        before,
        after,
        sessions,
        rounds,
        clock.instant());
  }

  private static Optional<Snapshot.Slot> held(SecretIssuer issuer, String slot)
      throws RotationException {
    return issuer.snapshot().slot(slot);
  }

  /** The slot is gone, or has another value, and a later time where the issuer told one before. */
  private static boolean isLost(Snapshot.Slot before, Optional<Snapshot.Slot> after) {
    if (after.isEmpty()) {
      return true;
    }
    boolean later = before.issuedAt().isEmpty()
        || after
            .get()
            .issuedAt()
            .filter(at -> at.isAfter(before.issuedAt().get()))
            .isPresent();
    return !after.get().identity().equals(before.identity()) && later;
  }

  /** One more round, and the verdict if that is the last. */
  private Optional<DeathProof.Verdict> tryOut(
      SecretIssuer issuer,
      String slot,
      Secret old,
      String freshSlot,
      Secret fresh,
      List<DeathProof.Round> rounds)
      throws RotationException, InterruptedException {
    DeathProof.Round round = new DeathProof.Round(
        issuer.probe(freshSlot, fresh), issuer.probe(slot, old), issuer.probe(freshSlot, fresh));
    rounds.add(round);
    seen = seen.and(round);
    if (seen.deaths() >= policy.rounds()) {
      return Optional.of(DeathProof.Verdict.DEAD);
    }
    if (seen.deaths() == 0 && wait.isOver()) {
      return Optional.of(
          seen.life() ? DeathProof.Verdict.ALIVE : DeathProof.Verdict.DEAD_BY_ISSUER_ONLY);
    }
    Map<String, String> facts = new HashMap<>(Evidence.facts(round));
    facts.putAll(seen.facts());
    wait.pause(
        seen.life()
            ? "the exposed credential is honoured still"
            : "its death has shown " + seen.deaths() + " times in a row, of " + policy.rounds(),
        facts);
    return Optional.empty();
  }
}
