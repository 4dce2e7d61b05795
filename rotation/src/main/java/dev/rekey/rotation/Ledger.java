package dev.rekey.rotation;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
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
  private final RotationListener listener;
  private final Map<String, JournalEntry> intents = new HashMap<>();
  /** Of each step that is not done, when it was first tried. */
  private final Map<String, Instant> open = new HashMap<>();

  private final Map<String, String> recoveries = new HashMap<>();
  private final Map<String, JournalEntry> outcomes = new HashMap<>();

  private final List<JournalEntry> attested = new ArrayList<>();

  private Optional<JournalEntry> suspension = Optional.empty();

  /**
   * @param entries what was written before the run was taken up this time
   */
  Ledger(
      String runId,
      RotationJournal.Lease lease,
      Clock clock,
      RotationListener listener,
      List<JournalEntry> entries) {
    this.runId = runId;
    this.lease = lease;
    this.clock = clock;
    this.listener = listener;
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

  /** Returns since when a step has been under way: now, unless it was tried before and not done. */
  Instant begun(String step) {
    return open.getOrDefault(step, clock.instant());
  }

  /** Returns whether a step is under way: it was begun, and since then neither done nor stranded. */
  boolean isOpen(String step) {
    return open.containsKey(step);
  }

  /** Returns whether somebody has said since a moment that a dependent was moved. */
  boolean isAttested(OpaqueDependent dependent, Instant since) {
    return attested.stream()
        .anyMatch(entry -> dependent.is(entry.fact("dependent")) && !entry.at().isBefore(since));
  }

  /**
   * Returns what had been seen of a step when the run was suspended for it, and it was the last thing
   * that was written.
   */
  Optional<JournalEntry> suspension(String step) {
    return suspension.filter(entry -> entry.step().equals(step));
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
    JournalEntry entry = write(step, JournalEntry.Phase.INTENT, facts);
    listener.happened(new RotationEvent.StepBegun(runId, step, entry.target(), entry.at()));
  }

  /** Notes that a step's call took effect before, to be written when the step is done. */
  void recovered(String step, String how) {
    LOG.warn("run {}: {}: it took effect before: {}", runId, step, how);
    recoveries.put(step, how);
  }

  void done(String step, Map<String, String> facts) {
    String target = intents.containsKey(step) ? intents.get(step).target() : "";
    String how = recoveries.remove(step);
    if (how == null) {
      JournalEntry entry = write(step, JournalEntry.Phase.OUTCOME, facts);
      listener.happened(new RotationEvent.StepEnded(runId, step, target, entry.at()));
    } else {
      Map<String, String> more = new HashMap<>(facts);
      more.put("recovered", how);
      JournalEntry entry = write(step, JournalEntry.Phase.OUTCOME, more);
      listener.happened(new RotationEvent.StepRecovered(runId, step, target, how, entry.at()));
    }
    LOG.info("run {}: {} done", runId, step);
  }

  void suspended(Halted halted) {
    write(halted.step(), JournalEntry.Phase.SUSPENDED, halted.facts());
  }

  void stranded(ResultCode code, String now, String next) {
    LOG.error("{}, run {}: stranded: {} {}", code.id(), runId, now, next);
    write("run", JournalEntry.Phase.STRANDED, Map.of("code", code.id(), "now", now, "next", next));
  }

  void ended(Map<String, String> facts) {
    write("run", JournalEntry.Phase.ENDED, facts);
  }

  private JournalEntry write(String step, JournalEntry.Phase phase, Map<String, String> facts) {
    JournalEntry entry = JournalEntry.of(runId, lease.epoch(), step, phase, facts, clock.instant());
    lease.append(entry);
    remember(entry);
    return entry;
  }

  private void remember(JournalEntry entry) {
    suspension = Optional.of(entry).filter(e -> e.phase() == JournalEntry.Phase.SUSPENDED);
    switch (entry.phase()) {
      case INTENT -> {
        intents.put(entry.step(), entry);
        outcomes.remove(entry.step()); // What is done anew has no outcome yet.
        open.putIfAbsent(entry.step(), entry.at());
      }
      case OUTCOME -> {
        outcomes.put(entry.step(), entry);
        open.remove(entry.step());
      }
      case STRANDED -> open.clear(); // Who resumes it has mended something: time counts anew.
      case ATTESTED -> attested.add(entry);
      case LEASED, STARTED, SUSPENDED, ENDED -> {}
    }
  }
}
