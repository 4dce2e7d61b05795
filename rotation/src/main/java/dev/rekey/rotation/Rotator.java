package dev.rekey.rotation;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.scan.ContentSource;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Executes approved plans, and goes on with those that were interrupted.
 *
 * <p>Runs on the calling thread; interrupting it suspends the run before its next call. Thread-safe:
 * the journal lets one worker at a time write.
 */
public final class Rotator {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final RotationJournal journal;
  private final IssuerFinder issuers;
  private final SecretStore store;
  private final DependentFinder dependents;
  private final UsageSource usage;
  private final ProofPolicy proof;
  private final ApprovalPolicy approvalPolicy;
  private final Clock clock;
  private final Pause pause;
  private final Optional<Reread> reread;
  private final Optional<FingerprintKey> fingerprintKey;

  private Rotator(Builder builder) {
    this.journal = builder.journal;
    this.issuers = require(builder.issuers, "issuers");
    this.store = require(builder.store, "store");
    this.dependents = require(builder.dependents, "dependents");
    this.usage = builder.usage;
    this.proof = builder.proof;
    this.approvalPolicy = builder.approvalPolicy;
    this.clock = builder.clock;
    this.pause = builder.pause;
    this.reread = builder.reread;
    this.fingerprintKey = builder.fingerprintKey;
  }

  private static <T> T require(Optional<T> part, String name) {
    return part.orElseThrow(() -> new IllegalStateException("set " + name + " before build()"));
  }

  /** Starts a rotator that remembers in a journal. */
  public static Builder builder(RotationJournal journal) {
    return new Builder(journal);
  }

  /**
   * Executes a plan.
   *
   * @throws ApprovalException if the approval is not good for the plan by the {@link
   *     ApprovalPolicy}: it says all that is wrong; nothing was called
   * @throws IllegalStateException if an unfinished run executes this plan; nothing was called
   * @throws JournalException if the journal can't be read or written; what was called is in it
   */
  public RotationResult execute(RotationPlan plan, Approval approval) {
    requireApproved(plan, approval);
    requireNotUnderWay(plan);
    String runId = STAMP.format(clock.instant()) + "-"
        + plan.hash().substring("sha256:".length()).substring(0, 8);
    try (RotationJournal.Lease lease = journal.lease(runId)) {
      if (!journal.entries(runId).isEmpty()) {
        throw new IllegalStateException("run " + runId + " exists already");
      }
      lease.append(JournalEntry.of(
          runId,
          lease.epoch(),
          "run",
          JournalEntry.Phase.STARTED,
          Map.of("plan", plan.toJson(), "approval", approval.toJson()),
          clock.instant()));
      return new Run(this, runId, plan, approval, ledger(runId, lease, List.of())).go();
    }
  }

  private void requireApproved(RotationPlan plan, Approval approval) {
    List<ApprovalException.Fault> faults =
        new ArrayList<>(approvalPolicy.faults(plan, approval, clock.instant()));
    if (!plan.store().equals(store.id())) {
      faults.add(new ApprovalException.Fault(
          ApprovalException.Fault.Rule.SAME_STORE,
          "the plan stores the new credential in " + plan.store() + ", this rotator in "
              + store.id(),
          "Execute it with a rotator of that store, or plan with this one."));
    }
    if (!faults.isEmpty()) {
      throw new ApprovalException(faults);
    }
  }

  /** The same trigger twice is one run. */
  private void requireNotUnderWay(RotationPlan plan) {
    String json = plan.toJson();
    for (String runId : journal.unfinished()) {
      if (journal.entries(runId).stream().anyMatch(entry -> entry.fact("plan").equals(json))) {
        throw new IllegalStateException("run " + runId + " executes this plan: resume it");
      }
    }
  }

  private Ledger ledger(String runId, RotationJournal.Lease lease, List<JournalEntry> entries) {
    return new Ledger(runId, lease, clock, entries);
  }

  /**
   * Goes on with a run that was interrupted, from what its journal says and what is true now.
   *
   * @throws IllegalArgumentException if the journal knows no such run, it has ended, or its store is
   *     another one than this rotator's; nothing was called
   * @throws JournalException if the journal can't be read or written
   */
  public RotationResult resume(String runId) {
    try (RotationJournal.Lease lease = journal.lease(runId)) {
      List<JournalEntry> entries = journal.entries(runId);
      JournalEntry started = entries.stream()
          .filter(entry -> entry.phase() == JournalEntry.Phase.STARTED)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException(
              "the journal knows no run " + runId + "; unfinished() lists those it knows"));
      if (entries.stream().anyMatch(entry -> entry.phase() == JournalEntry.Phase.ENDED)) {
        throw new IllegalArgumentException("run " + runId + " has ended; its entries say how");
      }
      RotationPlan plan = RotationPlan.parse(started.fact("plan"));
      if (!plan.store().equals(store.id())) {
        throw new IllegalArgumentException("run " + runId + " stores the new credential in "
            + plan.store() + ", this rotator in " + store.id());
      }
      lease.append(JournalEntry.of(
          runId, lease.epoch(), "run", JournalEntry.Phase.LEASED, Map.of(), clock.instant()));
      Approval approval = Approval.parse(started.fact("approval"));
      return new Run(this, runId, plan, approval, ledger(runId, lease, entries)).go();
    }
  }

  IssuerFinder issuers() {
    return issuers;
  }

  SecretStore store() {
    return store;
  }

  DependentFinder dependents() {
    return dependents;
  }

  UsageSource usage() {
    return usage;
  }

  ProofPolicy proof() {
    return proof;
  }

  ApprovalPolicy approvalPolicy() {
    return approvalPolicy;
  }

  Clock clock() {
    return clock;
  }

  Pause pause() {
    return pause;
  }

  Optional<Reread> reread() {
    return reread;
  }

  Optional<FingerprintKey> fingerprintKey() {
    return fingerprintKey;
  }

  /** Collects what a rotator needs. Not thread-safe. */
  public static final class Builder {
    private final RotationJournal journal;
    private Optional<IssuerFinder> issuers = Optional.empty();
    private Optional<SecretStore> store = Optional.empty();
    private Optional<DependentFinder> dependents = Optional.empty();
    private UsageSource usage = UsageSource.NONE;
    private ProofPolicy proof = ProofPolicy.DEFAULT;
    private ApprovalPolicy approvalPolicy = ApprovalPolicy.DEFAULT;
    private Clock clock = Clock.systemUTC();
    private Pause pause = Pause.SLEEP;
    private Optional<Reread> reread = Optional.empty();
    private Optional<FingerprintKey> fingerprintKey = Optional.empty();

    private Builder(RotationJournal journal) {
      this.journal = Objects.requireNonNull(journal, "journal");
    }

    /** Sets who knows the issuers. Required. */
    public Builder issuers(IssuerFinder finder) {
      issuers = Optional.of(finder);
      return this;
    }

    /** Sets where the new credential is put. Required. */
    public Builder store(SecretStore vault) {
      store = Optional.of(vault);
      return this;
    }

    /** Sets who knows the dependents. Required. */
    public Builder dependents(DependentFinder finder) {
      dependents = Optional.of(finder);
      return this;
    }

    /** Sets who knows about uses; {@link UsageSource#NONE} if not set. */
    public Builder usage(UsageSource source) {
      usage = Objects.requireNonNull(source, "usage");
      return this;
    }

    /**
     * Sets where the exposed value may be read again, by the places of the plan, when neither issuer
     * nor store has it any more: a crash between revocation and proof leaves nowhere else.
     */
    public Builder sources(Detector detector, List<ContentSource> sources) {
      reread = Optional.of(new Reread(detector, List.copyOf(sources)));
      return fingerprintKey(detector.fingerprintKey());
    }

    /**
     * Sets the key under which the plan's fingerprints were made, so that each value that is read from
     * the issuer or the store is checked before it is handed on. Without it they are taken at their
     * word: an issuer that lags behind could hand out a value that is dead already.
     */
    public Builder fingerprintKey(FingerprintKey key) {
      fingerprintKey = Optional.of(key);
      return this;
    }

    /** Sets how hard death is tried; {@link ProofPolicy#DEFAULT} if not set. */
    public Builder proof(ProofPolicy policy) {
      proof = Objects.requireNonNull(policy, "proof");
      return this;
    }

    /** Sets what an approval must be like; {@link ApprovalPolicy#DEFAULT} if not set. */
    public Builder approvalPolicy(ApprovalPolicy policy) {
      approvalPolicy = Objects.requireNonNull(policy, "approvalPolicy");
      return this;
    }

    /** Sets the clock; the system's if not set. */
    public Builder clock(Clock source) {
      clock = Objects.requireNonNull(source, "clock");
      return this;
    }

    /** Sets how to wait; {@link Pause#SLEEP} if not set. */
    public Builder pause(Pause how) {
      pause = Objects.requireNonNull(how, "pause");
      return this;
    }

    /**
     * Returns the rotator.
     *
     * @throws IllegalStateException if a required part is missing
     */
    public Rotator build() {
      return new Rotator(this);
    }
  }
}
