package dev.rekey.rotation;

import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one run has written in its journal, and the only way in which it writes there. */
final class Ledger {
  private static final Logger LOG = LoggerFactory.getLogger(Rotator.class);

  private final String runId;
  private final RotationJournal.Lease lease;
  private final Clock clock;
  private final Map<String, JournalEntry> intents = new HashMap<>();
  private final Map<String, JournalEntry> outcomes = new HashMap<>();

  Ledger(String runId, RotationJournal.Lease lease, Clock clock, List<JournalEntry> entries) {
    this.runId = runId;
    this.lease = lease;
    this.clock = clock;
    entries.forEach(this::remember);
  }

  boolean isEmpty() {
    return intents.isEmpty();
  }

  boolean intended(String step) {
    return intents.containsKey(step);
  }

  boolean isDone(String step) {
    return outcomes.containsKey(step);
  }

  Optional<JournalEntry> intent(String step) {
    return Optional.ofNullable(intents.get(step));
  }

  JournalEntry outcome(String step) {
    JournalEntry entry = outcomes.get(step);
    if (entry == null) {
      throw new IllegalStateException("run " + runId + " has no outcome of step " + step);
    }
    return entry;
  }

  /** Returns when the last of these steps was done. */
  Instant lastOutcome(Predicate<String> steps) {
    return outcomes.values().stream()
        .filter(entry -> steps.test(entry.step()))
        .map(JournalEntry::at)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** Writes that a call is about to be made; where this throws, it must not be made. */
  void intend(String step, Map<String, String> facts) {
    write(step, JournalEntry.Phase.INTENT, facts);
  }

  void done(String step, Map<String, String> facts) {
    write(step, JournalEntry.Phase.OUTCOME, facts);
    LOG.info("run {}: {} done", runId, step);
  }

  void stranded(String now, String next) {
    LOG.error("run {}: stranded: {} {}", runId, now, next);
    write("run", JournalEntry.Phase.STRANDED, Map.of("now", now, "next", next));
  }

  void ended(Map<String, String> facts) {
    write("run", JournalEntry.Phase.ENDED, facts);
  }

  private void write(String step, JournalEntry.Phase phase, Map<String, String> facts) {
    JournalEntry entry = JournalEntry.of(runId, lease.epoch(), step, phase, facts, clock.instant());
    lease.append(entry);
    remember(entry);
  }

  private void remember(JournalEntry entry) {
    if (entry.phase() == JournalEntry.Phase.INTENT) {
      intents.put(entry.step(), entry);
    } else if (entry.phase() == JournalEntry.Phase.OUTCOME) {
      outcomes.put(entry.step(), entry);
    }
  }
}
