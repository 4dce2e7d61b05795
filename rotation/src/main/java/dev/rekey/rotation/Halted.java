package dev.rekey.rotation;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Says that a run stops where it is, to be gone on with: like an interruption, it is no failure. */
final class Halted extends InterruptedException {
  private static final long serialVersionUID = 1L;

  private final ResultCode code;
  private final String why;
  private final String step;
  private final transient Optional<Instant> until;
  private final transient SortedMap<String, String> seen;

  private Halted(
      ResultCode code, String why, String step, Optional<Instant> until, Map<String, String> seen) {
    super(why);
    this.code = code;
    this.why = why;
    this.step = step;
    this.until = until;
    this.seen = Collections.unmodifiableSortedMap(new TreeMap<>(seen));
  }

  static Halted frozen() {
    return new Halted(
        ResultCode.FROZEN, "the rotator was frozen", "run", Optional.empty(), Map.of());
  }

  static Halted cancelled() {
    return new Halted(
        ResultCode.CANCELLED, "the run was cancelled", "run", Optional.empty(), Map.of());
  }

  static Halted interrupted() {
    return new Halted(
        ResultCode.INTERRUPTED, "its thread was interrupted", "run", Optional.empty(), Map.of());
  }

  /** A step that is to be looked at again at a deadline, with what was seen of it until now. */
  static Halted until(Instant deadline, String why, String step, Map<String, String> seen) {
    return new Halted(ResultCode.WAITING, why, step, Optional.of(deadline), seen);
  }

  /** A step for which a person is waited for, at most until a deadline. */
  static Halted forPerson(Instant deadline, String why, String step) {
    return new Halted(ResultCode.ATTESTING, why, step, Optional.of(deadline), Map.of());
  }

  /** Returns the same, under another code. */
  Halted as(ResultCode other) {
    return new Halted(other, why, step, until, seen);
  }

  /** Returns whether a thread was interrupted. */
  boolean isInterruption() {
    return code == ResultCode.INTERRUPTED;
  }

  RotationResult.Suspended suspended(String runId) {
    return new RotationResult.Suspended(runId, code, until, why);
  }

  String step() {
    return step;
  }

  /** Returns what the journal has to know, and {@link #read} reads back. */
  Map<String, String> facts() {
    Map<String, String> facts = new TreeMap<>(seen);
    facts.put("code", code.id());
    facts.put("why", why);
    until.ifPresent(deadline -> facts.put("until", deadline.toString()));
    return facts;
  }

  /** Returns the halt at which a run still is, if its last entry says so. */
  static Optional<Halted> read(JournalEntry last, Instant now) {
    if (last.phase() != JournalEntry.Phase.SUSPENDED || last.fact("until").isEmpty()) {
      return Optional.empty();
    }
    Instant deadline = Instant.parse(last.fact("until"));
    ResultCode code = last.fact("code").equals(ResultCode.ATTESTING.id())
        ? ResultCode.ATTESTING
        : ResultCode.WAITING;
    return now.isBefore(deadline)
        ? Optional.of(
            new Halted(code, last.fact("why"), last.step(), Optional.of(deadline), Map.of()))
        : Optional.empty();
  }
}
