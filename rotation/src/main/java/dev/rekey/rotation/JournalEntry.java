package dev.rekey.rotation;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One line of a journal. It has no field for a secret value: facts are ids, fingerprints, codes and
 * words.
 *
 * @param runId the run
 * @param epoch how many times a worker had taken the run up when this was written
 * @param step the step
 * @param phase what of it
 * @param facts what is worth knowing, by name
 * @param at when it was written
 */
public record JournalEntry(
    String runId,
    long epoch,
    String step,
    Phase phase,
    SortedMap<String, String> facts,
    Instant at) {
  /** What of a step an entry tells. */
  public enum Phase {
    /** A worker has taken the run up. */
    LEASED,
    /** The run has begun; the facts hold the plan and the approval. */
    STARTED,
    /** The step's call is about to be made. */
    INTENT,
    /** The step's call was made, and this is what came of it. */
    OUTCOME,
    /** The run stopped where it was, or waits for a deadline; it can be resumed. */
    SUSPENDED,
    /** The run needs a person; it can be resumed. */
    STRANDED,
    /** A person has said that somebody was moved into whom nobody can look. */
    ATTESTED,
    /** The run has ended. */
    ENDED
  }

  /** Copies the facts. */
  public JournalEntry {
    Objects.requireNonNull(runId, "runId");
    Objects.requireNonNull(step, "step");
    Objects.requireNonNull(phase, "phase");
    Objects.requireNonNull(at, "at");
    facts = Collections.unmodifiableSortedMap(new TreeMap<>(facts));
  }

  /** Returns the entry of these facts. */
  static JournalEntry of(
      String runId, long epoch, String step, Phase phase, Map<String, String> facts, Instant at) {
    return new JournalEntry(runId, epoch, step, phase, new TreeMap<>(facts), at);
  }

  /** Returns what the step is about, as far as the facts name it, or an empty text. */
  String target() {
    return Stream.of("dependent", "slot", "name", "version", "switch")
        .map(this::fact)
        .filter(text -> !text.isEmpty())
        .findFirst()
        .orElse("");
  }

  /** Returns a fact, or an empty text. */
  public String fact(String name) {
    return facts.getOrDefault(name, "");
  }
}
