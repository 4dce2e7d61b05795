package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run of a plan: a saga with a point of no return.
 *
 * <p>Each change is written as an intent before its call and as an outcome after it. Where a run is
 * taken up again and finds an intent without an outcome, it <em>observes</em> whether the call took
 * effect, by the issuer's snapshot, the store's attempt id or the dependent's configuration, and never
 * calls twice. Until the exposed slot is revoked, every failure is undone: dependents go back to the
 * exposed value, which the issuer still accepts. After it there is only forward.
 */
final class Run {
  private static final Logger LOG = LoggerFactory.getLogger(Rotator.class);

  private static final String ISSUE = "issue";
  private static final String STORE = "store";
  private static final String ADOPT = "adopt";
  private static final String REVOKE = "revoke";
  private static final String PROVE = "prove";
  private static final String RETIRE = "retire";
  private static final String ROLL_BACK = "rollback";

  private final Rotator rotator;
  private final String runId;
  private final RotationPlan plan;
  private final Approval approval;
  private final RotationJournal.Lease lease;
  private final Map<String, JournalEntry> intents = new HashMap<>();
  private final Map<String, JournalEntry> outcomes = new HashMap<>();
  private final Snapshot.Slot exposed;
  private final Snapshot.Slot standby;

  Run(
      Rotator rotator,
      String runId,
      RotationPlan plan,
      Approval approval,
      RotationJournal.Lease lease,
      List<JournalEntry> entries) {
    this.rotator = rotator;
    this.runId = runId;
    this.plan = plan;
    this.approval = approval;
    this.lease = lease;
    entries.forEach(this::remember);
    this.exposed = slot(plan, plan.exposedSlot());
    this.standby = slot(plan, plan.standbySlot());
  }

  private static Snapshot.Slot slot(RotationPlan plan, String name) {
    return plan.snapshot()
        .slot(name)
        .orElseThrow(() -> new IllegalArgumentException("the plan's snapshot lacks slot " + name));
  }

  /** A state of the world in which the run can't go on as planned. */
  private static final class GateClosed extends RotationException {
    private static final long serialVersionUID = 1L;

    GateClosed(String message) {
      super(message);
    }
  }

  RotationResult go() {
    try {
      SecretIssuer issuer = rotator.issuers().issuer(plan.issuer());
      JournalEntry givenUp = intents.get(ROLL_BACK);
      if (givenUp != null) {
        return rollBack(issuer, givenUp.fact("why"));
      }
      // An intent to revoke that did not take effect is no point of no return: look again.
      if (!intents.containsKey(REVOKE) || !changed(issuer, plan.exposedSlot(), exposed)) {
        try {
          prepare(issuer);
        } catch (RotationException failed) {
          return rollBack(issuer, failed.problem());
        }
      }
      return finish(issuer);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new RotationResult.Suspended(runId, Optional.empty(), "its thread was interrupted");
    } catch (RotationException unreachable) {
      return unreachable(unreachable.problem());
    }
  }

  /** The issuer can't be asked: where nothing was changed yet, nothing needs to be. */
  private RotationResult unreachable(String why) {
    if (intents.isEmpty()) {
      write("run", JournalEntry.Phase.ENDED, Map.of("result", "RolledBack", "why", why));
      return new RotationResult.RolledBack(runId, why);
    }
    return strand(
        plan.issuerLabel() + " can't be reached: " + why + ".",
        "Mend that, and resume run " + runId + ".");
  }

  /** Everything up to the point of no return. */
  private void prepare(SecretIssuer issuer) throws RotationException, InterruptedException {
    if (!intents.containsKey(ISSUE)) {
      preflight(issuer);
      gate(
          issuer, plan.standbySlot(), standby.fingerprint(), plan.plannedAt().minus(Use.LOOK_BACK));
    }
    Fingerprint fresh = issueStandby(issuer);
    try (Secret value = readStandby(issuer, fresh)) {
      requireAccepted(issuer, value);
      storeNew(value, fresh);
      List<Dependent> moved = new ArrayList<>();
      for (int i = 0; i < plan.dependents().size(); i++) {
        pauseIfInterrupted();
        Dependent dependent =
            rotator.dependents().dependent(plan.dependents().get(i).id());
        moveTo(dependent, i, value, fresh);
        moved.add(dependent);
      }
      for (Dependent dependent : moved) {
        dependent.verify(fresh);
      }
    }
    gate(issuer, plan.exposedSlot(), exposed.fingerprint(), movedAt());
    requireUnchanged(issuer, plan.standbySlot(), fresh);
    pauseIfInterrupted();
  }

  /** From the point of no return on: only forward. */
  private RotationResult finish(SecretIssuer issuer) throws InterruptedException {
    Fingerprint fresh = Fingerprint.parse(outcome(ISSUE).fact("fingerprint"));
    try (ExposedValue old = new ExposedValue(exposedValue(issuer))) {
      revokeExposed(issuer);
      DeathProof proof = prove(issuer, old, fresh);
      if (!accepted(proof.verdict())) {
        return strand(
            "every dependent uses the new key, "
                + plan.exposedSlot()
                + " was regenerated, and the proof of death says "
                + proof.verdict()
                + ".",
            "Look at the evidence in the journal; resume run " + runId + " to try again.");
      }
      for (int i = 0; i < plan.retire().size(); i++) {
        retire(plan.retire().get(i), i);
      }
      Map<String, String> facts = new HashMap<>();
      facts.put("result", "Completed");
      facts.put("verdict", proof.verdict().name());
      plan.residue().forEach(place -> facts.put("residue " + place, "dead since " + proof.at()));
      write("run", JournalEntry.Phase.ENDED, facts);
      return new RotationResult.Completed(runId, proof, stored(), plan.residue());
    } catch (RotationException failed) {
      return strand(
          "every dependent uses the new key; revoking or retiring the exposed one failed: "
              + failed.problem()
              + ".",
          "Mend that, and resume run " + runId + ".");
    }
  }

  // The steps.

  /** The world is still the one that was planned for, and works. */
  private void preflight(SecretIssuer issuer) throws RotationException, InterruptedException {
    requireUnchanged(issuer, plan.exposedSlot(), exposed.fingerprint());
    requireUnchanged(issuer, plan.standbySlot(), standby.fingerprint());
    try (Secret value = issuer.read(plan.exposedSlot())) {
      requireAccepted(issuer, value);
    }
    for (RotationPlan.User user : plan.dependents()) {
      rotator.dependents().dependent(user.id()).verify(exposed.fingerprint());
    }
  }

  /** The gate before a slot is regenerated: nobody known uses it, and unknown use is accepted. */
  private void gate(SecretIssuer issuer, String slot, Fingerprint value, Instant since)
      throws RotationException {
    for (Dependent user : rotator.dependents().findUsing(value)) {
      throw new GateClosed(user.label() + " uses " + slot + " of " + issuer.label());
    }
    UsageSource.Usage usage = rotator.usage().usesOf(issuer, slot, value, since);
    Optional<Risk> risk = Use.risk(usage);
    if (risk.isPresent() && !approval.accepted().contains(risk.get())) {
      throw new GateClosed(slot + " of " + issuer.label() + ": " + Use.words(usage)
          + ", and the approval does not accept " + risk.get());
    }
  }

  private Fingerprint issueStandby(SecretIssuer issuer) throws RotationException {
    if (outcomes.containsKey(ISSUE)) {
      return Fingerprint.parse(outcome(ISSUE).fact("fingerprint"));
    }
    String slot = plan.standbySlot();
    if (intents.containsKey(ISSUE) && changed(issuer, slot, standby)) {
      recovered(ISSUE, "the slot was regenerated");
    } else {
      intend(ISSUE, Map.of("slot", slot, "before", standby.fingerprint().toString()));
      issuer.issue(slot, new AttemptId(runId, ISSUE)).close();
    }
    Snapshot.Slot now = current(issuer, slot);
    if (now.fingerprint().equals(standby.fingerprint())) {
      throw new GateClosed(slot + " of " + issuer.label() + " still holds its old value");
    }
    done(ISSUE, Map.of("slot", slot, "fingerprint", now.fingerprint().toString()));
    return now.fingerprint();
  }

  private Secret readStandby(SecretIssuer issuer, Fingerprint fresh) throws RotationException {
    requireUnchanged(issuer, plan.standbySlot(), fresh);
    return issuer.read(plan.standbySlot());
  }

  private void storeNew(Secret value, Fingerprint fresh) throws RotationException {
    if (outcomes.containsKey(STORE)) {
      return;
    }
    AttemptId attempt = new AttemptId(runId, STORE);
    Optional<StoredVersion> version = Optional.empty();
    if (intents.containsKey(STORE)) {
      version = rotator.store().find(plan.secretName(), attempt);
      version.ifPresent(found -> recovered(STORE, "version " + found + " was put"));
    }
    if (version.isEmpty()) {
      intend(STORE, Map.of("name", plan.secretName()));
      SecretMetadata metadata = new SecretMetadata(
          plan.secretName(), fresh, plan.issuer(), plan.standbySlot(), exposed.fingerprint());
      version = Optional.of(rotator.store().put(value, metadata, attempt));
    }
    done(STORE, Map.of("name", version.get().name(), "version", version.get().version()));
  }

  private void moveTo(Dependent dependent, int index, Secret value, Fingerprint fresh)
      throws RotationException, InterruptedException {
    String step = ADOPT + "." + index;
    if (outcomes.containsKey(step)) {
      return;
    }
    if (intents.containsKey(step)
        && !dependent.observe().contains(exposed.fingerprint())
        && dependent.observe().contains(fresh)) {
      recovered(step, dependent.label() + " has the new value");
    } else {
      intend(step, Map.of("dependent", dependent.id(), "to", fresh.toString()));
      dependent.adopt(exposed.fingerprint(), value, new AttemptId(runId, step));
    }
    dependent.verify(fresh);
    done(step, Map.of("dependent", dependent.id()));
  }

  private void revokeExposed(SecretIssuer issuer) throws RotationException {
    if (outcomes.containsKey(REVOKE)) {
      return;
    }
    String slot = plan.exposedSlot();
    if (intents.containsKey(REVOKE) && changed(issuer, slot, exposed)) {
      recovered(REVOKE, "the slot was regenerated");
    } else {
      intend(REVOKE, Map.of("slot", slot, "before", exposed.fingerprint().toString()));
      issuer.revoke(slot, new AttemptId(runId, REVOKE));
    }
    done(REVOKE, Map.of("slot", slot));
  }

  private DeathProof prove(SecretIssuer issuer, ExposedValue old, Fingerprint fresh)
      throws RotationException, InterruptedException {
    intend(PROVE, Map.of("slot", plan.exposedSlot()));
    try (Secret value = readStandby(issuer, fresh)) {
      DeathProof proof = new Deathwatch(rotator.proof(), rotator.clock(), rotator.pause())
          .watch(issuer, plan.exposedSlot(), exposed, old.value(), value);
      done(PROVE, facts(proof));
      return proof;
    }
  }

  private static Map<String, String> facts(DeathProof proof) {
    Map<String, String> facts = new HashMap<>();
    facts.put("verdict", proof.verdict().name());
    facts.put("rounds", Integer.toString(proof.rounds().size()));
    facts.put("issuedBefore", proof.before().issuedAt().map(Instant::toString).orElse("unknown"));
    facts.put("issuedAfter", proof.after().issuedAt().map(Instant::toString).orElse("unknown"));
    if (!proof.rounds().isEmpty()) {
      DeathProof.Round last = proof.rounds().get(proof.rounds().size() - 1);
      for (int i = 0; i < last.old().size(); i++) {
        facts.put(
            "old." + i, last.old().get(i).endpoint() + ": " + last.old().get(i).evidence());
      }
      for (int i = 0; i < last.newAfter().size(); i++) {
        ProbeAnswer answer = last.newAfter().get(i);
        facts.put("new." + i, answer.endpoint() + ": " + answer.evidence());
      }
    }
    return facts;
  }

  private void retire(StoredVersion version, int index) throws RotationException {
    String step = RETIRE + "." + index;
    if (!outcomes.containsKey(step)) {
      intend(step, Map.of("version", version.toString()));
      rotator.store().disable(version, new AttemptId(runId, step));
      done(step, Map.of("version", version.toString()));
    }
  }

  /** Gives every dependent the exposed value back, which the issuer still accepts. */
  private RotationResult rollBack(SecretIssuer issuer, String why) throws InterruptedException {
    LOG.warn("run {}: rolling back: {}", runId, why);
    if (!intents.containsKey(ROLL_BACK)) {
      intend(ROLL_BACK, Map.of("why", why));
    }
    try {
      for (int i = plan.dependents().size() - 1; i >= 0; i--) {
        if (intents.containsKey(ADOPT + "." + i)) {
          giveBack(
              issuer, rotator.dependents().dependent(plan.dependents().get(i).id()), i);
        }
      }
    } catch (RotationException failed) {
      return strand(
          "the rotation was given up (" + why + "), and going back failed: " + failed.problem()
              + ".",
          "Both keys are accepted. Mend that, and resume run " + runId + ".");
    }
    write("run", JournalEntry.Phase.ENDED, Map.of("result", "RolledBack", "why", why));
    return new RotationResult.RolledBack(runId, why);
  }

  private void giveBack(SecretIssuer issuer, Dependent dependent, int index)
      throws RotationException, InterruptedException {
    Fingerprint fresh = current(issuer, plan.standbySlot()).fingerprint();
    if (dependent.observe().contains(fresh)) {
      String step = ROLL_BACK + "." + index;
      intend(step, Map.of("dependent", dependent.id()));
      requireUnchanged(issuer, plan.exposedSlot(), exposed.fingerprint());
      try (Secret value = issuer.read(plan.exposedSlot())) {
        dependent.adopt(fresh, value, new AttemptId(runId, step));
      }
      done(step, Map.of("dependent", dependent.id()));
    }
    dependent.verify(exposed.fingerprint());
  }

  // What they rest on.

  /** The exposed value, from where it can still be had; taken only with the right fingerprint. */
  private Optional<Secret> exposedValue(SecretIssuer issuer) throws InterruptedException {
    try {
      if (!changed(issuer, plan.exposedSlot(), exposed)) {
        return Optional.of(issuer.read(plan.exposedSlot()));
      }
      for (StoredVersion version : rotator.store().holding(exposed.fingerprint())) {
        if (version.enabled()) {
          return Optional.of(rotator.store().read(version));
        }
      }
    } catch (RotationException unreadable) {
      LOG.debug("run {}: the exposed value can't be read: {}", runId, unreadable.problem());
    }
    return rotator.reread().isPresent()
        ? rotator.reread().get().value(exposed.fingerprint(), plan.residue())
        : Optional.empty();
  }

  private static void requireAccepted(SecretIssuer issuer, Secret value)
      throws RotationException, InterruptedException {
    for (ProbeAnswer answer : issuer.probe(value)) {
      if (!(answer instanceof ProbeAnswer.Accepted)) {
        throw new GateClosed(
            answer.endpoint() + " does not accept a current key: " + answer.evidence());
      }
    }
  }

  private void requireUnchanged(SecretIssuer issuer, String slot, Fingerprint expected)
      throws RotationException {
    if (!current(issuer, slot).fingerprint().equals(expected)) {
      throw new GateClosed(
          slot + " of " + issuer.label() + " was changed by somebody else; plan again");
    }
  }

  private boolean changed(SecretIssuer issuer, String slot, Snapshot.Slot before)
      throws RotationException {
    return !current(issuer, slot).fingerprint().equals(before.fingerprint());
  }

  private static Snapshot.Slot current(SecretIssuer issuer, String slot) throws RotationException {
    return issuer
        .snapshot()
        .slot(slot)
        .orElseThrow(
            () -> new RotationException(issuer.label() + " has no slot " + slot + " any more"));
  }

  private boolean accepted(DeathProof.Verdict verdict) {
    return switch (verdict) {
      case DEAD -> true;
      case DEAD_FOR_NEW -> approval.accepted().contains(Risk.DEAD_FOR_NEW);
      case DEAD_BY_ISSUER_ONLY -> approval.accepted().contains(Risk.DEAD_BY_ISSUER_ONLY);
      case ALIVE -> false;
    };
  }

  private StoredVersion stored() {
    JournalEntry entry = outcome(STORE);
    return new StoredVersion(entry.fact("name"), entry.fact("version"), true, true);
  }

  /** When the last dependent was moved: uses of the exposed value before that are no news. */
  private Instant movedAt() {
    return outcomes.values().stream()
        .filter(entry -> entry.step().startsWith(ADOPT) || entry.step().equals(ISSUE))
        .map(JournalEntry::at)
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  private JournalEntry outcome(String step) {
    JournalEntry entry = outcomes.get(step);
    if (entry == null) {
      throw new IllegalStateException("run " + runId + " has no outcome of step " + step);
    }
    return entry;
  }

  private static void pauseIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  // The journal.

  private void intend(String step, Map<String, String> facts) {
    write(step, JournalEntry.Phase.INTENT, facts);
  }

  private void done(String step, Map<String, String> facts) {
    write(step, JournalEntry.Phase.OUTCOME, facts);
    LOG.info("run {}: {} done", runId, step);
  }

  private void recovered(String step, String what) {
    LOG.warn("run {}: {}: an earlier attempt took effect: {}", runId, step, what);
  }

  private RotationResult strand(String now, String next) {
    LOG.error("run {}: stranded: {} {}", runId, now, next);
    write("run", JournalEntry.Phase.STRANDED, Map.of("now", now, "next", next));
    return new RotationResult.Stranded(runId, now, next);
  }

  private void write(String step, JournalEntry.Phase phase, Map<String, String> facts) {
    JournalEntry entry = JournalEntry.of(
        runId, lease.epoch(), step, phase, facts, rotator.clock().instant());
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

  /** The exposed value, where it could be had, closed at the end of the run. */
  private record ExposedValue(Optional<Secret> value) implements AutoCloseable {
    @Override
    public void close() {
      value.ifPresent(Secret::close);
    }
  }
}
