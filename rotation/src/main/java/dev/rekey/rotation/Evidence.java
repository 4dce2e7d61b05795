package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A proof of death as the facts of a journal entry, and back. */
final class Evidence {
  private static final String GONE = "gone";

  private Evidence() {}

  static Map<String, String> facts(DeathProof proof) {
    Map<String, String> facts = new HashMap<>();
    facts.put("verdict", proof.verdict().name());
    facts.put("rounds", Integer.toString(proof.rounds().size()));
    facts.put("at", proof.at().toString());
    facts.put("issuedBefore", proof.before().issuedAt().map(Instant::toString).orElse("unknown"));
    if (proof.after().isPresent()) {
      Snapshot.Slot after = proof.after().get();
      facts.put("after", after.identity());
      after.fingerprint().ifPresent(value -> facts.put("afterFingerprint", value.toString()));
      facts.put("issuedAfter", after.issuedAt().map(Instant::toString).orElse("unknown"));
    } else {
      facts.put("after", GONE);
    }
    if (proof.sessions().possible()) {
      facts.put("sessions", proof.sessions().what());
      proof
          .sessions()
          .atMost()
          .ifPresent(longest -> facts.put("sessionsAtMost", longest.toString()));
    }
    if (!proof.rounds().isEmpty()) {
      facts.putAll(facts(proof.rounds().get(proof.rounds().size() - 1)));
    }
    return facts;
  }

  static Map<String, String> facts(DeathProof.Round round) {
    Map<String, String> facts = new HashMap<>();
    put(facts, "old.", round.old());
    put(facts, "new.", round.newAfter());
    return facts;
  }

  private static void put(Map<String, String> facts, String name, List<ProbeAnswer> answers) {
    for (int i = 0; i < answers.size(); i++) {
      facts.put(name + i, answers.get(i).endpoint() + ": " + answers.get(i).evidence());
    }
  }

  /** Reads back what {@link #facts} wrote, without the rounds. */
  static DeathProof proof(JournalEntry entry, String slot, Snapshot.Slot before) {
    return new DeathProof(
        DeathProof.Verdict.valueOf(entry.fact("verdict")),
        slot,
        before,
        entry.fact("after").equals(GONE) ? Optional.empty() : Optional.of(after(entry)),
        sessions(entry),
        List.of(),
        Instant.parse(entry.fact("at")));
  }

  private static Snapshot.Slot after(JournalEntry entry) {
    return new Snapshot.Slot(
        entry.fact("after"),
        fact(entry, "afterFingerprint").map(Fingerprint::parse),
        fact(entry, "issuedAfter").filter(at -> !at.equals("unknown")).map(Instant::parse));
  }

  private static Sessions sessions(JournalEntry entry) {
    Optional<String> what = fact(entry, "sessions");
    return what.isEmpty()
        ? Sessions.NONE
        : new Sessions(true, fact(entry, "sessionsAtMost").map(Duration::parse), what.get());
  }

  private static Optional<String> fact(JournalEntry entry, String name) {
    return Optional.of(entry.fact(name)).filter(text -> !text.isEmpty());
  }
}
