package dev.rekey.rotation;

import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.scan.ContentSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Executes approved plans, and goes on with those that were interrupted.
 *
 * <p>Runs on the calling thread; interrupting it suspends the run before its next call. So do {@link
 * #freeze}, all runs, and {@link #cancel}, one, from any thread. Thread-safe: the journal lets one
 * worker at a time write. Immutable but for being frozen.
 */
public final class Rotator {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private static final Logger LOG = LoggerFactory.getLogger(Rotator.class);

  private final Brake brake = new Brake();
  private final RotationListener listener;
  private final RotationJournal journal;
  private final IssuerFinder issuers;
  private final SecretStore store;
  private final DependentFinder dependents;
  private final UsageSource usage;
  private final Function<SecretIssuer, ProofPolicy> proof;
  private final ApprovalPolicy approvalPolicy;
  private final Clock clock;
  private final Pause pause;
  private final List<HealthCheck> healthChecks;
  private final ProofOfUse proofOfUse;
  private final Duration soak;
  private final Duration grace;
  private final Function<RotationPlan, Optional<PlannedSwitch>> containAtDeadline;
  private final Optional<Reread> reread;
  private final Optional<FingerprintKey> fingerprintKey;

  private Rotator(Builder builder) {
    this.listener = forgiving(builder.listener);
    this.journal = builder.journal;
    this.issuers = require(builder.issuers, "issuers");
    this.store = require(builder.store, "store");
    this.dependents = require(builder.dependents, "dependents");
    this.usage = builder.usage;
    this.proof = builder.proof;
    this.approvalPolicy = builder.approvalPolicy;
    this.clock = builder.clock;
    this.pause = builder.pause;
    this.healthChecks = List.copyOf(builder.healthChecks);
    this.proofOfUse = builder.proofOfUse;
    this.soak = builder.soak;
    this.grace = builder.grace;
    this.containAtDeadline = builder.containAtDeadline;
    this.reread = builder.reread;
    this.fingerprintKey = builder.fingerprintKey;
  }

  /** A listener that breaks must not break a run. */
  private static RotationListener forgiving(RotationListener listener) {
    return event -> {
      try {
        listener.happened(event);
      } catch (RuntimeException broken) {
        // Not its message, which may hold anything.
        LOG.warn(
            "run {}: the listener threw {} at {}",
            event.runId(),
            broken.getClass().getName(),
            event.getClass().getSimpleName());
      }
    };
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
    String runId = newRunId(plan);
    RotationResult result;
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
      RotationEvent begun = new RotationEvent.Started(runId, plan, clock.instant());
      result = go(runId, plan, approval, ledger(runId, lease, List.of()), begun);
    }
    return contained(plan, approval, finished(result));
  }

  /**
   * Contains where that was decided on for a run whose time is over. Its own result is told before: it
   * stays to be resumed.
   */
  private RotationResult contained(RotationPlan plan, Approval approval, RotationResult result) {
    boolean overdue = result instanceof RotationResult.Stranded stranded
        && (stranded.code() == ResultCode.OVERDUE || stranded.code() == ResultCode.ALIVE);
    Optional<PlannedSwitch> chosen =
        overdue ? containAtDeadline.apply(plan) : Optional.<PlannedSwitch>empty();
    return chosen.isEmpty()
        ? result
        : containment().atDeadline(plan, chosen.get(), approval).orElse(result);
  }

  String newRunId(RotationPlan plan) {
    return STAMP.format(clock.instant()) + "-"
        + plan.hash().substring("sha256:".length()).substring(0, 8);
  }

  private RotationResult go(
      String runId, RotationPlan plan, Approval approval, Ledger ledger, RotationEvent begun) {
    brake.enter(runId);
    try {
      listener.happened(begun);
      return new Run(this, runId, plan, approval, ledger).go();
    } finally {
      brake.leave(runId);
    }
  }

  /** The journal is free again: who hears this may begin the next run. */
  RotationResult finished(RotationResult result) {
    listener.happened(new RotationEvent.Finished(result, clock.instant()));
    return result;
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
    if (containAtDeadline.apply(plan).isPresent()
        && !approval.accepted().contains(Risk.CONTAINMENT_BREAKS)) {
      faults.add(new ApprovalException.Fault(
          ApprovalException.Fault.Rule.RISKS_ACCEPTED,
          "this rotator contains when a run's time is over, and the approval does not accept "
              + Risk.CONTAINMENT_BREAKS + " (" + Risk.CONTAINMENT_BREAKS.meaning() + ")",
          "Accept it by name, or have the rotator call a person instead."));
    }
    if (!faults.isEmpty()) {
      throw new ApprovalException(faults);
    }
  }

  /** The same trigger twice is one run. */
  private void requireNotUnderWay(RotationPlan plan) {
    String json = plan.toJson();
    for (String runId : journal.unfinished()) {
      List<JournalEntry> entries = journal.entries(runId);
      if (!Containment.isOne(entries)
          && entries.stream().anyMatch(entry -> entry.fact("plan").equals(json))) {
        throw new IllegalStateException("run " + runId + " executes this plan: resume it");
      }
    }
  }

  Ledger ledger(String runId, RotationJournal.Lease lease, List<JournalEntry> entries) {
    return new Ledger(runId, lease, clock, listener, entries);
  }

  /**
   * Goes on with a run that was interrupted, from what its journal says and what is true now. A run
   * that waits for a deadline is {@link RotationResult.Suspended} again before that, and so is every
   * run of a frozen rotator; nothing is called then, and nothing written. A run of a {@linkplain
   * #containment kill switch} goes on in its direction.
   *
   * @throws IllegalArgumentException if the journal knows no such run, it has ended, or its store is
   *     another one than this rotator's; nothing was called
   * @throws JournalException if the journal can't be read or written
   */
  public RotationResult resume(String runId) {
    if (Containment.isOne(journal.entries(runId))) {
      return containment().resume(runId);
    }
    RotationPlan plan;
    Approval approval;
    RotationResult result;
    try (RotationJournal.Lease lease = journal.lease(runId)) {
      List<JournalEntry> entries = journal.entries(runId);
      JournalEntry started = started(runId, entries);
      plan = RotationPlan.parse(started.fact("plan"));
      if (!plan.store().equals(store.id())) {
        throw new IllegalArgumentException("run " + runId + " stores the new credential in "
            + plan.store() + ", this rotator in " + store.id());
      }
      approval = Approval.parse(started.fact("approval"));
      Optional<Halted> halted = brake.isFrozen()
          ? Optional.of(Halted.frozen())
          : Halted.read(entries.get(entries.size() - 1), clock.instant());
      if (halted.isPresent()) {
        result = halted.get().suspended(runId);
      } else {
        lease.append(JournalEntry.of(
            runId, lease.epoch(), "run", JournalEntry.Phase.LEASED, Map.of(), clock.instant()));
        RotationEvent resumed = new RotationEvent.Resumed(runId, lease.epoch(), clock.instant());
        result = go(runId, plan, approval, ledger(runId, lease, entries), resumed);
      }
    }
    return contained(plan, approval, finished(result));
  }

  /**
   * Writes down that a person has moved a dependent into which nobody can look: to the new credential,
   * or where the run goes back, from it. The next {@link #resume} counts it. Nothing is called.
   *
   * @throws IllegalArgumentException if the journal knows no such run, it has ended, or its plan has no
   *     such {@link RotationPlan#opaque} dependent
   * @throws IllegalStateException if nobody can have been moved yet, or could when that was said
   * @throws JournalException if somebody executes the run now, or the journal can't be read or written
   */
  public void attest(String runId, Attestation attestation) {
    try (RotationJournal.Lease lease = journal.lease(runId)) {
      List<JournalEntry> entries = journal.entries(runId);
      RotationPlan plan = RotationPlan.parse(started(runId, entries).fact("plan"));
      OpaqueDependent dependent = plan.opaque().stream()
          .filter(known -> known.is(attestation.dependent()))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("run " + runId
              + " waits for no dependent " + attestation.dependent() + "; it knows "
              + plan.opaque().stream().map(OpaqueDependent::id).toList()));
      Instant since = entries.stream()
          .filter(entry -> entry.step().equals(Steps.STORE) || entry.step().equals(Steps.ROLL_BACK))
          .filter(entry ->
              entry.phase() == JournalEntry.Phase.OUTCOME || entry.step().equals(Steps.ROLL_BACK))
          .map(JournalEntry::at)
          .max(Comparator.naturalOrder())
          .orElseThrow(() -> new IllegalStateException(
              "run " + runId + " has no new credential to which anybody could have been moved"));
      if (attestation.at().isBefore(since.minus(ApprovalPolicy.CLOCKS_DIFFER))) {
        throw new IllegalStateException(attestation.by() + " said at " + attestation.at() + " that "
            + dependent.label() + " was moved, and that can be since " + since + " only");
      }
      lease.append(JournalEntry.of(
          runId,
          lease.epoch(),
          Steps.ATTEST,
          JournalEntry.Phase.ATTESTED,
          Map.of(
              "dependent", dependent.id(),
              "by", attestation.by(),
              "statement", attestation.statement(),
              "said", attestation.at().toString()),
          clock.instant()));
    }
  }

  /** The first entry of a run that can be gone on with. */
  private static JournalEntry started(String runId, List<JournalEntry> entries) {
    JournalEntry started = entries.stream()
        .filter(entry -> entry.phase() == JournalEntry.Phase.STARTED)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(
            "the journal knows no run " + runId + "; unfinished() lists those it knows"));
    if (entries.stream().anyMatch(entry -> entry.phase() == JournalEntry.Phase.ENDED)) {
      throw new IllegalArgumentException("run " + runId + " has ended; its entries say how");
    }
    return started;
  }

  /**
   * Stops all runs of this rotator before their next call that changes something, on whichever thread
   * they are. It does not wait for a call that is under way by then, and does not cut it short. They
   * end as {@link RotationResult.Suspended}, with everybody working, and can be resumed when it is
   * thawed. Another rotator, in another process too, goes on: stop that as well.
   */
  public void freeze() {
    brake.freeze();
    LOG.warn("frozen: no run changes anything until it is thawed");
  }

  /** Lets runs change something again; those that were stopped are to be resumed. */
  public void thaw() {
    brake.thaw();
    LOG.warn("thawed: runs may be executed and resumed");
  }

  /**
   * Stops one run as {@link #freeze} stops all. It ends as {@link RotationResult.Suspended}, with
   * everybody working; {@link #resume} goes on with it.
   *
   * @return whether this rotator is executing the run now; if not, nothing is changed
   */
  public boolean cancel(String runId) {
    return brake.cancel(runId);
  }

  /** Returns what uses kill switches, with this rotator's parts, journal, policies and brake. */
  public Containment containment() {
    return new Containment(this);
  }

  RotationJournal journal() {
    return journal;
  }

  RotationListener listener() {
    return listener;
  }

  Brake brake() {
    return brake;
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

  ProofPolicy proof(SecretIssuer issuer) {
    return proof.apply(issuer);
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

  List<HealthCheck> healthChecks() {
    return healthChecks;
  }

  ProofOfUse proofOfUse() {
    return proofOfUse;
  }

  Duration soak() {
    return soak;
  }

  Duration grace() {
    return grace;
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
    private Function<SecretIssuer, ProofPolicy> proof = issuer -> ProofPolicy.DEFAULT;
    private RotationListener listener = event -> {};
    private ApprovalPolicy approvalPolicy = ApprovalPolicy.DEFAULT;
    private Clock clock = Clock.systemUTC();
    private Pause pause = Pause.SLEEP;
    private final List<HealthCheck> healthChecks = new ArrayList<>();
    private ProofOfUse proofOfUse = ProofOfUse.CONFIGURED;
    private Duration soak = Duration.ZERO;
    private Duration grace = Use.LOOK_BACK;
    private Function<RotationPlan, Optional<PlannedSwitch>> containAtDeadline =
        plan -> Optional.empty();
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
      Objects.requireNonNull(policy, "proof");
      return proofOf(issuer -> policy);
    }

    /**
     * Sets how hard death is tried for each issuer: one that takes days to forget has a window of days,
     * and a patience of minutes.
     */
    public Builder proofOf(Function<SecretIssuer, ProofPolicy> policies) {
      proof = Objects.requireNonNull(policies, "proofOf");
      return this;
    }

    /** Adds a check of whether dependents work; all of them are asked. */
    public Builder healthCheck(HealthCheck check) {
      healthChecks.add(Objects.requireNonNull(check, "healthCheck"));
      return this;
    }

    /**
     * Sets how far it must be known that each dependent uses the new credential before the exposed one
     * is revoked; {@link ProofOfUse#CONFIGURED} if not set. What is never so strong, without a {@link
     * #healthCheck} or a {@link #usage} that tells, is never revoked: the run goes back.
     */
    public Builder proofOfUse(ProofOfUse least) {
      proofOfUse = Objects.requireNonNull(least, "proofOfUse");
      return this;
    }

    /**
     * Sets how long each wave of dependents must have worked before the next is moved, and the last
     * before the exposed credential is revoked; not at all if not set. What is longer than the patience
     * of the {@link #proof} becomes a deadline in the journal.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder soak(Duration time) {
      if (time.isNegative()) {
        throw new IllegalArgumentException("a wave can't soak for less than no time");
      }
      soak = time;
      return this;
    }

    /**
     * Sets how long a run waits for people to move those into whom nobody can look; eight days if not
     * set. At its end the {@link #usage} decides, if it counts: whoever was not seen using the exposed
     * credential in all that time does not need it. Else the run strands and calls a person.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder grace(Duration time) {
      if (time.isNegative()) {
        throw new IllegalArgumentException("people can't be given less than no time");
      }
      grace = time;
      return this;
    }

    /**
     * Sets which of a plan's {@link RotationPlan#containment} is used when the time of a run is over
     * and the exposed credential still opens: nobody said that somebody was moved ({@code REKEY-R308}),
     * or it was revoked and is honoured still ({@code REKEY-R305}). The approval must accept {@link
     * Risk#CONTAINMENT_BREAKS} before anything is called. The result is the {@link
     * RotationResult.Contained} of a run of its own; the rotation stays to be resumed, once that is
     * undone. If not set, a person is called.
     */
    public Builder containAtDeadline(Function<RotationPlan, Optional<PlannedSwitch>> choice) {
      containAtDeadline = Objects.requireNonNull(choice, "containAtDeadline");
      return this;
    }

    /** Sets who is told what happens; nobody if not set. */
    public Builder listener(RotationListener hearing) {
      listener = Objects.requireNonNull(hearing, "listener");
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
