package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run looks at before it acts: it changes nothing, and closes the gate where it must. */
final class Watch {
  private static final Logger LOG = LoggerFactory.getLogger(Rotator.class);

  private final Rotator rotator;
  private final RotationPlan plan;
  private final Approval approval;
  private final SecretIssuer issuer;
  private final Snapshot.Slot exposed;
  private final Checkup checkup;

  Watch(Rotator rotator, RotationPlan plan, Approval approval, SecretIssuer issuer) {
    this.rotator = rotator;
    this.plan = plan;
    this.approval = approval;
    this.issuer = issuer;
    this.checkup = new Checkup(rotator);
    this.exposed = plan.snapshot()
        .slot(plan.exposedSlot())
        .orElseThrow(() ->
            new IllegalArgumentException("the plan's snapshot lacks slot " + plan.exposedSlot()));
  }

  SecretIssuer issuer() {
    return issuer;
  }

  /**
   * The world is still the one that was planned for and approved, and works.
   *
   * @param standby what the standby slot held, as long as it must hold that still
   * @param converged who uses the exposed slot already, of those who used the standby slot
   */
  void preflight(Optional<Snapshot.Slot> standby, Predicate<RotationPlan.User> converged)
      throws RotationException, InterruptedException {
    Fingerprint leaked = plan.exposed();
    for (ApprovalException.Fault fault :
        rotator.approvalPolicy().faults(plan, approval, rotator.clock().instant())) {
      throw new GateClosed(
          "before anything was changed, the approval was not good any more: " + fault.problem());
    }
    requireUnchanged(plan.exposedSlot(), exposed);
    if (standby.isPresent()) {
      requireUnchanged(plan.standbySlot(), standby.get());
    }
    try (Found value = requireExposed()) {
      requireAccepted(issuer.probe(plan.exposedSlot(), value.secret()));
    }
    for (RotationPlan.User user : plan.dependents()) {
      checkup.now(rotator.dependents().dependent(user.id()), leaked);
    }
    for (RotationPlan.User user : plan.standbyUsers()) {
      Dependent dependent = rotator.dependents().dependent(user.id());
      if (converged.test(user)) {
        checkup.now(dependent, leaked);
      } else if (standby.flatMap(Snapshot.Slot::fingerprint).isPresent()) {
        checkup.now(dependent, standby.get().fingerprint().get());
      }
    }
    for (Dependent user : rotator.dependents().findUsing(leaked)) {
      if (plan.moved().stream().noneMatch(known -> known.id().equals(user.id()))) {
        throw new GateClosed(
            user.label() + " began to use " + plan.exposedSlot() + " after the plan was made");
      }
    }
  }

  /**
   * The gate before the value of a slot dies: no dependent uses it, whoever follows the store does not
   * get it, and unknown use is accepted.
   *
   * @param patience waits for what is known later
   */
  void gate(
      String slot,
      Snapshot.Slot held,
      Optional<Fingerprint> value,
      Instant since,
      Patience patience)
      throws RotationException, InterruptedException {
    if (held.isVacant()) {
      return;
    }
    UsageSource.Usage usage = rotator.usage().usesOf(issuer, slot, held, since);
    while (usage instanceof UsageSource.Usage.Later later && patience.await(later)) {
      usage = rotator.usage().usesOf(issuer, slot, held, since);
    }
    if (value.isPresent()) {
      requireUnused(slot, value.get());
    }
    Optional<Risk> risk = Use.risk(usage);
    if (risk.isPresent() && !approval.accepted().contains(risk.get())) {
      throw new GateClosed(slot + " of " + issuer.label() + ": " + Use.words(usage)
          + ", and the approval does not accept " + risk.get());
    }
  }

  /** Lets time pass until something is known. */
  @FunctionalInterface
  interface Patience {
    /** Returns whether it is time to ask again; false where that would be too late. */
    boolean await(UsageSource.Usage.Later later) throws InterruptedException;
  }

  /** Nobody who is known has a value. */
  void requireUnused(String slot, Fingerprint value) throws RotationException {
    for (Dependent user : rotator.dependents().findUsing(value)) {
      throw new GateClosed(user.label() + " uses " + slot + " of " + issuer.label());
    }
    for (StoredVersion version : rotator.store().holding(value)) {
      if (version.enabled() && version.newest()) {
        throw new GateClosed("whoever follows the secret " + version.name() + " in "
            + rotator.store().id() + " uses " + slot + " of " + issuer.label());
      }
    }
  }

  /** Waits until the issuer shows another value in a slot than before, and returns that. */
  Snapshot.Slot awaitIssued(String slot, Snapshot.Slot before, Wait wait)
      throws RotationException, InterruptedException {
    while (true) {
      Snapshot.Slot now = current(slot).orElse(Snapshot.Slot.VACANT);
      if (!now.isVacant() && !now.identity().equals(before.identity())) {
        return now;
      }
      String problem = slot + " of " + issuer.label() + " does not show its new value";
      if (wait.isOver()) {
        throw new GateClosed(problem);
      }
      wait.pause(problem, Map.of());
    }
  }

  /**
   * Waits until every endpoint honours a new value several times in a row: some take a while to learn
   * of it, each of their copies for itself.
   */
  void awaitAccepted(String slot, Secret value, Wait wait)
      throws RotationException, InterruptedException {
    while (true) {
      List<ProbeAnswer> answers = issuer.probe(slot, value);
      for (int more = rotator.proof(issuer).rounds() - 1; more > 0 && accepted(answers); more--) {
        answers = issuer.probe(slot, value);
      }
      if (accepted(answers)) {
        return;
      }
      if (wait.isOver()) {
        requireAccepted(answers);
        return;
      }
      wait.pause(
          "the new credential is not accepted everywhere yet by " + issuer.label(), Map.of());
    }
  }

  private static boolean accepted(List<ProbeAnswer> answers) {
    return !answers.isEmpty() && answers.stream().allMatch(ProbeAnswer.Accepted.class::isInstance);
  }

  /**
   * No endpoint refuses a value that should be good. Where endpoints can't be asked at all, death
   * could be shown by the issuer only, so the approval must have accepted that.
   */
  private void requireAccepted(List<ProbeAnswer> answers) throws GateClosed {
    boolean unclearIsAccepted = approval.accepted().contains(Risk.DEAD_BY_ISSUER_ONLY);
    if (answers.isEmpty() && !unclearIsAccepted) {
      throw new GateClosed("no endpoint of " + issuer.label()
          + " can be asked, and the approval does not accept " + Risk.DEAD_BY_ISSUER_ONLY);
    }
    for (ProbeAnswer answer : answers) {
      if (answer instanceof ProbeAnswer.Refused
          || (answer instanceof ProbeAnswer.Unclear && !unclearIsAccepted)) {
        throw new GateClosed(
            answer.endpoint() + " does not accept a current key: " + answer.evidence());
      }
    }
  }

  void requireUnchanged(String slot, Snapshot.Slot expected) throws RotationException {
    if (isChanged(slot, expected)) {
      throw new GateClosed(
          slot + " of " + issuer.label() + " was changed by somebody else; plan again");
    }
  }

  /** Whether a slot holds another value than before, or none. */
  boolean isChanged(String slot, Snapshot.Slot before) throws RotationException {
    return current(slot).filter(now -> now.identity().equals(before.identity())).isEmpty();
  }

  private Optional<Snapshot.Slot> current(String slot) throws RotationException {
    return issuer.snapshot().slot(slot);
  }

  /**
   * Reads a slot, and takes no other value than the expected one; empty where the issuer tells a value
   * only once.
   */
  Optional<Secret> read(String slot, Snapshot.Slot held, Fingerprint expected)
      throws RotationException {
    requireUnchanged(slot, held);
    if (!(issuer instanceof SlotIssuer slots)) {
      return Optional.empty();
    }
    Optional<Secret> value = slots.read(slot);
    if (value.isPresent() && !isRight(value.get(), expected)) {
      value.get().close();
      throw new GateClosed(slot + " of " + issuer.label()
          + " was read as another value than the one that it lists; resume when it is settled");
    }
    return value;
  }

  /**
   * A value that was found.
   *
   * @param secret the value
   * @param lasting whether it can be had there still when the run has moved everybody
   */
  record Found(Secret secret, boolean lasting) implements AutoCloseable {
    @Override
    public void close() {
      secret.close();
    }
  }

  /** The exposed value, which the issuer must hold still: a way back to it is a way back. */
  Found requireExposed() throws RotationException, InterruptedException {
    requireUnchanged(plan.exposedSlot(), exposed);
    return exposedValue()
        .orElseThrow(() -> new GateClosed("the exposed value of " + issuer.label()
            + " can be read nowhere, and without it there is no way back; let the rotator read the"
            + " places where it was found"));
  }

  /** The exposed value, from where it can still be had; taken only with the right fingerprint. */
  Optional<Found> exposedValue() throws InterruptedException {
    Fingerprint leaked = plan.exposed();
    try {
      if (!isChanged(plan.exposedSlot(), exposed)) {
        Optional<Secret> value = read(plan.exposedSlot(), exposed, leaked);
        if (value.isPresent()) {
          return Optional.of(new Found(value.get(), true));
        }
      }
    } catch (RotationException unreadable) {
      stopIfInterrupted();
      LOG.debug("the exposed value can't be read from its issuer: {}", unreadable.problem());
    }
    try {
      Optional<Secret> value = stored(leaked, rotator.store().holding(leaked));
      if (value.isPresent()) {
        return Optional.of(new Found(value.get(), true));
      }
    } catch (RotationException unreadable) {
      stopIfInterrupted();
      LOG.debug("the exposed value can't be read from the store: {}", unreadable.problem());
    }
    return rotator.reread().isPresent()
        ? rotator.reread().get().value(leaked, plan.found()).map(value -> new Found(value, false))
        : Optional.empty();
  }

  /** A value from the first of these versions that still has it. */
  Optional<Secret> stored(Fingerprint expected, List<StoredVersion> versions)
      throws RotationException {
    for (StoredVersion version : versions) {
      if (version.enabled()) {
        Secret value = rotator.store().read(version);
        if (isRight(value, expected)) {
          return Optional.of(value);
        }
        value.close();
      }
    }
    return Optional.empty();
  }

  /** Between two calls is where a run can stop. */
  static void stopIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** Whether a value is the one with a fingerprint, as far as the key is known here. */
  boolean isRight(Secret value, Fingerprint expected) {
    Optional<FingerprintKey> key = rotator.fingerprintKey();
    return key.isEmpty() || key.get().fingerprint(value).equals(expected);
  }
}
