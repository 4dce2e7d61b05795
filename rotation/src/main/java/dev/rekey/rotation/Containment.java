package dev.rekey.rotation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Uses the kill switches of a plan: at once all credentials of an issuer open nothing, the exposed one
 * among them, and whoever works with them is cut off. An emergency step, of which an approval accepts
 * the outage by name; it rotates nothing.
 *
 * <p>Each use is a run in the rotator's journal, with its lease, and stays {@linkplain
 * RotationJournal#unfinished unfinished} until it is undone, so that nobody forgets it. It stops where
 * the rotator is {@linkplain Rotator#freeze frozen}. Runs on the calling thread. Thread-safe.
 */
public final class Containment {
  /** The fact of a run's first entry that says which switch it uses. */
  private static final String SWITCH = "switch";

  private final Rotator rotator;

  Containment(Rotator rotator) {
    this.rotator = rotator;
  }

  /** Returns whether a run is one of a kill switch, by its entries. */
  static boolean isOne(List<JournalEntry> entries) {
    return entries.stream()
        .anyMatch(entry ->
            entry.phase() == JournalEntry.Phase.STARTED && !entry.fact(SWITCH).isEmpty());
  }

  /**
   * Turns a kill switch on, and tries whether the exposed credential is refused because of it. The plan
   * may have blockers; those of the switch count.
   *
   * @param switchId the id of one of the plan's {@link RotationPlan#containment}
   * @param approval accepts {@link Risk#CONTAINMENT_BREAKS}; the plan's other risks need not be
   * @return {@link RotationResult.Contained} if it is on
   * @throws IllegalArgumentException if the plan has no such switch; nothing was called
   * @throws ApprovalException if the approval is not good for it: it says all that is wrong; nothing was
   *     called
   * @throws IllegalStateException if an unfinished run uses the switch already; nothing was called
   * @throws JournalException if the journal can't be read or written; what was called is in it
   */
  public RotationResult contain(RotationPlan plan, String switchId, Approval approval) {
    PlannedSwitch planned = planned(plan, switchId);
    require(faults(plan, approval, Risk.CONTAINMENT_BREAKS, planned.toTurnOn().blockers()));
    requireNotUsed(switchId);
    return begin(plan, switchId, approval);
  }

  /**
   * Turns a kill switch on for a rotation whose time is over, which was approved with that when it began,
   * however long ago; empty where an unfinished run uses the switch already.
   */
  Optional<RotationResult> atDeadline(RotationPlan plan, PlannedSwitch chosen, Approval approval) {
    return user(chosen.id()).isPresent()
        ? Optional.empty()
        : Optional.of(begin(plan, chosen.id(), approval));
  }

  private RotationResult begin(RotationPlan plan, String switchId, Approval approval) {
    String runId = rotator.newRunId(plan) + "-contain";
    RotationResult result;
    try (RotationJournal.Lease lease = rotator.journal().lease(runId)) {
      if (!rotator.journal().entries(runId).isEmpty()) {
        throw new IllegalStateException("run " + runId + " exists already");
      }
      lease.append(JournalEntry.of(
          runId,
          lease.epoch(),
          "run",
          JournalEntry.Phase.STARTED,
          Map.of("plan", plan.toJson(), "approval", approval.toJson(), SWITCH, switchId),
          now()));
      Ledger ledger = rotator.ledger(runId, lease, List.of());
      result = go(
          new ContainmentRun(rotator, runId, plan, approval, switchId, ledger, Optional.empty()),
          runId,
          new RotationEvent.Started(runId, plan, now()));
    }
    return rotator.finished(result);
  }

  /**
   * Turns the kill switch of a run off again, and ends the run. What the switch kept from opening opens
   * again: the exposed credential too, unless its issuer holds it no longer.
   *
   * @param approval for the plan of the run; accepts {@link Risk#EXPOSED_AGAIN} unless the issuer shows
   *     that it holds the exposed value no longer
   * @return {@link RotationResult.Reopened} if it is off
   * @throws IllegalArgumentException if the journal knows no such run, or it has ended; nothing was
   *     called
   * @throws ApprovalException if the approval is not good for it; nothing was changed
   * @throws IllegalStateException if the switch is not known to be on (resume the run), or there is no
   *     way back from it; nothing was called
   * @throws JournalException if the journal can't be read or written; what was called is in it
   */
  public RotationResult undo(String runId, Approval approval) {
    RotationResult result;
    try (RotationJournal.Lease lease = rotator.journal().lease(runId)) {
      Opened run = open(runId);
      Ledger ledger = rotator.ledger(runId, lease, run.entries());
      if (!ledger.isDone(ContainmentRun.CONTAIN) || ledger.intended(ContainmentRun.REOPEN)) {
        throw new IllegalStateException("run " + runId + " is in the middle of it: resume it");
      }
      if (planned(run.plan(), run.switchId()).turnOff().isEmpty()) {
        throw new IllegalStateException(
            "there is no way back from " + run.switchId() + ": move everybody to something else");
      }
      boolean gone = isGone(run.plan());
      List<ApprovalException.Fault> faults = new ArrayList<>(
          faults(run.plan(), approval, gone ? Optional.empty() : Optional.of(Risk.EXPOSED_AGAIN)));
      faults.removeIf(fault -> fault.rule() == ApprovalException.Fault.Rule.PLAN_AGE);
      require(faults);
      taken(runId, lease);
      Map<String, String> facts = Map.of(
          SWITCH, run.switchId(), "approval", approval.toJson(), "gone", Boolean.toString(gone));
      result = go(
          new ContainmentRun(
              rotator, runId, run.plan(), approval, run.switchId(), ledger, Optional.of(facts)),
          runId,
          new RotationEvent.Resumed(runId, lease.epoch(), now()));
    }
    return rotator.finished(result);
  }

  /**
   * Goes on with a run that was interrupted, in the direction in which it was going: it looks before it
   * calls. One that is contained is told so again, and nothing is called.
   *
   * @throws IllegalArgumentException if the journal knows no such run of a kill switch, or it has ended;
   *     nothing was called
   * @throws JournalException if the journal can't be read or written
   */
  public RotationResult resume(String runId) {
    RotationResult result;
    try (RotationJournal.Lease lease = rotator.journal().lease(runId)) {
      Opened run = open(runId);
      Ledger ledger = rotator.ledger(runId, lease, run.entries());
      ContainmentRun taken = new ContainmentRun(
          rotator, runId, run.plan(), run.approval(), run.switchId(), ledger, Optional.empty());
      Optional<RotationResult> still = taken.standing(rotator.brake().isFrozen());
      if (still.isPresent()) {
        result = still.get();
      } else {
        taken(runId, lease);
        result = go(taken, runId, new RotationEvent.Resumed(runId, lease.epoch(), now()));
      }
    }
    return rotator.finished(result);
  }

  private RotationResult go(ContainmentRun run, String runId, RotationEvent begun) {
    rotator.brake().enter(runId);
    try {
      rotator.listener().happened(begun);
      return run.go();
    } finally {
      rotator.brake().leave(runId);
    }
  }

  private void taken(String runId, RotationJournal.Lease lease) {
    lease.append(
        JournalEntry.of(runId, lease.epoch(), "run", JournalEntry.Phase.LEASED, Map.of(), now()));
  }

  /** A run as its entries tell of it. */
  private record Opened(
      List<JournalEntry> entries, RotationPlan plan, Approval approval, String switchId) {}

  private Opened open(String runId) {
    List<JournalEntry> entries = rotator.journal().entries(runId);
    if (!isOne(entries)) {
      throw new IllegalArgumentException("the journal knows no run " + runId
          + " of a kill switch; a rotation is resumed by Rotator.resume");
    }
    if (entries.stream().anyMatch(entry -> entry.phase() == JournalEntry.Phase.ENDED)) {
      throw new IllegalArgumentException("run " + runId + " has ended; its entries say how");
    }
    JournalEntry started = entries.stream()
        .filter(entry -> entry.phase() == JournalEntry.Phase.STARTED)
        .findFirst()
        .orElseThrow();
    return new Opened(
        entries,
        RotationPlan.parse(started.fact("plan")),
        Approval.parse(started.fact("approval")),
        started.fact(SWITCH));
  }

  private static PlannedSwitch planned(RotationPlan plan, String switchId) {
    Objects.requireNonNull(switchId, "switchId");
    return plan.containment().stream()
        .filter(known -> known.id().equals(switchId))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("the plan has no kill switch " + switchId
            + ", but " + plan.containment().stream().map(PlannedSwitch::id).toList()));
  }

  /** The same trigger twice is one run. */
  private void requireNotUsed(String switchId) {
    user(switchId).ifPresent(runId -> {
      throw new IllegalStateException("run " + runId + " uses this kill switch: resume or undo it");
    });
  }

  /** The unfinished run that uses a switch. */
  private Optional<String> user(String switchId) {
    return rotator.journal().unfinished().stream()
        .filter(runId -> rotator.journal().entries(runId).stream()
            .anyMatch(entry -> entry.phase() == JournalEntry.Phase.STARTED
                && entry.fact(SWITCH).equals(switchId)))
        .findFirst();
  }

  /** Whether its issuer shows that it holds the exposed value no longer; if it can't be asked, no. */
  private boolean isGone(RotationPlan plan) {
    try {
      Snapshot now = rotator.issuers().issuer(plan.issuer()).snapshot();
      Optional<Snapshot.Slot> before = plan.snapshot().slot(plan.exposedSlot());
      boolean same = now.slot(plan.exposedSlot())
          .filter(
              slot -> before.isEmpty() || slot.identity().equals(before.get().identity()))
          .isPresent();
      return !same && now.holding(plan.exposed()).isEmpty();
    } catch (RotationException | RuntimeException unreadable) {
      return false; // Code that breaks its contract tells nothing either; its message may hold
      // anything.
    }
  }

  private List<ApprovalException.Fault> faults(
      RotationPlan plan, Approval approval, Risk risk, List<Blocker> blockers) {
    List<ApprovalException.Fault> faults =
        new ArrayList<>(faults(plan, approval, Optional.of(risk)));
    blockers.forEach(blocker -> faults.add(new ApprovalException.Fault(
        ApprovalException.Fault.Rule.NO_BLOCKERS,
        "the kill switch can't be used: " + blocker.kind() + ", " + blocker.problem(),
        blocker.fix())));
    return faults;
  }

  /** What the policy says of people and times; blockers and risks are those of the switch, not the plan. */
  private List<ApprovalException.Fault> faults(
      RotationPlan plan, Approval approval, Optional<Risk> risk) {
    List<ApprovalException.Fault> faults =
        new ArrayList<>(rotator.approvalPolicy().faults(plan, approval, now()));
    faults.removeIf(fault -> switch (fault.rule()) {
      case NO_BLOCKERS, RISKS_ACCEPTED -> true;
      default -> false;
    });
    risk.filter(needed -> !approval.accepted().contains(needed))
        .ifPresent(needed -> faults.add(new ApprovalException.Fault(
            ApprovalException.Fault.Rule.RISKS_ACCEPTED,
            "the approval does not accept " + needed + " (" + needed.meaning() + ")",
            "Accept it by name.")));
    return faults;
  }

  private static void require(List<ApprovalException.Fault> faults) {
    if (!faults.isEmpty()) {
      throw new ApprovalException(faults);
    }
  }

  private Instant now() {
    return rotator.clock().instant();
  }
}
