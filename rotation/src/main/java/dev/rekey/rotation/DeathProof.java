package dev.rekey.rotation;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The evidence on whether a credential is dead.
 *
 * @param verdict what follows from it
 * @param slot the slot that held the credential
 * @param before what the slot held when the rotation was planned
 * @param after what the slot holds now; empty where it is gone with its value
 * @param sessions what was opened with the credential and may live on
 * @param rounds what the endpoints answered, in order, since the run was last taken up; empty where the
 *     proof was made before that: the journal has the evidence
 * @param at when the verdict was reached
 */
public record DeathProof(
    Verdict verdict,
    String slot,
    Snapshot.Slot before,
    Optional<Snapshot.Slot> after,
    Sessions sessions,
    List<Round> rounds,
    Instant at) {
  /** What follows from the evidence. */
  public enum Verdict {
    /** The issuer holds another value, and every endpoint refuses the old one. */
    DEAD,
    /** As {@link #DEAD}, but sessions that were opened with it may live on. */
    DEAD_FOR_NEW,
    /** The issuer holds another value; no endpoint could be asked. */
    DEAD_BY_ISSUER_ONLY,
    /** The issuer still holds it, or an endpoint still honours it. */
    ALIVE
  }

  /** Copies the rounds. */
  public DeathProof {
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(slot, "slot");
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
    Objects.requireNonNull(sessions, "sessions");
    Objects.requireNonNull(at, "at");
    rounds = List.copyOf(rounds);
  }

  /** Returns until when sessions that were opened with it may live, where that is known. */
  public Optional<Instant> sessionsUntil() {
    return sessions.atMost().map(at::plus);
  }

  /**
   * One trial: the old credential, bracketed by the new one from the same place, which shows that a
   * refusal is about the credential.
   *
   * @param newBefore what the new credential got just before
   * @param old what the old credential got
   * @param newAfter what the new credential got just after
   */
  public record Round(
      List<ProbeAnswer> newBefore, List<ProbeAnswer> old, List<ProbeAnswer> newAfter) {
    /** Copies the answers. */
    public Round {
      newBefore = List.copyOf(newBefore);
      old = List.copyOf(old);
      newAfter = List.copyOf(newAfter);
    }

    /** Returns whether every endpoint refused the old credential and accepted the new one. */
    public boolean showsDeath() {
      return !old.isEmpty()
          && old.stream().allMatch(ProbeAnswer.Refused.class::isInstance)
          && endpoints(newBefore).equals(endpoints(old))
          && endpoints(newAfter).equals(endpoints(old))
          && newBefore.stream().allMatch(ProbeAnswer.Accepted.class::isInstance)
          && newAfter.stream().allMatch(ProbeAnswer.Accepted.class::isInstance);
    }

    private static List<String> endpoints(List<ProbeAnswer> answers) {
      return answers.stream().map(ProbeAnswer::endpoint).sorted().toList();
    }

    /** Returns whether an endpoint honoured the old credential. */
    public boolean showsLife() {
      return old.stream().anyMatch(ProbeAnswer.Accepted.class::isInstance);
    }
  }
}
