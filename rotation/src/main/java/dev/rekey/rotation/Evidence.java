package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A proof of death as the facts of a journal entry, and back. */
final class Evidence {
  private Evidence() {}

  static Map<String, String> facts(DeathProof proof) {
    Map<String, String> facts = new HashMap<>();
    facts.put("verdict", proof.verdict().name());
    facts.put("rounds", Integer.toString(proof.rounds().size()));
    facts.put("at", proof.at().toString());
    facts.put("after", proof.after().fingerprint().toString());
    facts.put("issuedBefore", proof.before().issuedAt().map(Instant::toString).orElse("unknown"));
    facts.put("issuedAfter", proof.after().issuedAt().map(Instant::toString).orElse("unknown"));
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
    Optional<Instant> issuedAfter = Optional.of(entry.fact("issuedAfter"))
        .filter(at -> !at.equals("unknown"))
        .map(Instant::parse);
    return new DeathProof(
        DeathProof.Verdict.valueOf(entry.fact("verdict")),
        slot,
        before,
        new Snapshot.Slot(Fingerprint.parse(entry.fact("after")), issuedAfter),
        List.of(),
        Instant.parse(entry.fact("at")));
  }
}
