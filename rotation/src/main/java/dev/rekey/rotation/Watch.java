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

  Watch(Rotator rotator, RotationPlan plan, Approval approval, SecretIssuer issuer) {
    this.rotator = rotator;
    this.plan = plan;
    this.approval = approval;
    this.issuer = issuer;
  }

  /**
   * The world is still the one that was planned for and approved, and works.
   *
   * @param converged who uses the exposed slot already, of those who used the standby slot
   */
  void preflight(Fingerprint exposed, Fingerprint standby, Predicate<RotationPlan.User> converged)
      throws RotationException, InterruptedException {
    for (ApprovalException.Fault fault :
        rotator.approvalPolicy().faults(plan, approval, rotator.clock().instant())) {
      throw new GateClosed(
          "before anything was changed, the approval was not good any more: " + fault.problem());
    }
    requireUnchanged(plan.exposedSlot(), exposed);
    requireUnchanged(plan.standbySlot(), standby);
    try (Secret value = read(plan.exposedSlot(), exposed)) {
      requireAccepted(issuer.probe(value));
    }
    for (RotationPlan.User user : plan.dependents()) {
      rotator.dependents().dependent(user.id()).verify(exposed);
    }
    for (RotationPlan.User user : plan.standbyUsers()) {
      rotator.dependents().dependent(user.id()).verify(converged.test(user) ? exposed : standby);
    }
    for (Dependent user : rotator.dependents().findUsing(exposed)) {
      if (plan.moved().stream().noneMatch(known -> known.id().equals(user.id()))) {
        throw new GateClosed(
            user.label() + " began to use " + plan.exposedSlot() + " after the plan was made");
      }
    }
  }

  /**
   * The gate before a slot is regenerated: no dependent uses it, whoever follows the store does not
   * get it, and unknown use is accepted.
   */
  void gate(String slot, Fingerprint value, Instant since) throws RotationException {
    for (Dependent user : rotator.dependents().findUsing(value)) {
      throw new GateClosed(user.label() + " uses " + slot + " of " + issuer.label());
    }
    for (StoredVersion version : rotator.store().holding(value)) {
      if (version.enabled() && version.newest()) {
        throw new GateClosed("whoever follows the secret " + version.name() + " in "
            + rotator.store().id() + " uses " + slot + " of " + issuer.label());
      }
    }
    UsageSource.Usage usage = rotator.usage().usesOf(issuer, slot, value, since);
    Optional<Risk> risk = Use.risk(usage);
    if (risk.isPresent() && !approval.accepted().contains(risk.get())) {
      throw new GateClosed(slot + " of " + issuer.label() + ": " + Use.words(usage)
          + ", and the approval does not accept " + risk.get());
    }
  }

  /** Waits until the issuer shows another value in a slot than before, and returns that. */
  Fingerprint awaitChange(String slot, Fingerprint before, Wait wait)
      throws RotationException, InterruptedException {
    while (true) {
      Fingerprint now = current(slot).fingerprint();
      if (!now.equals(before)) {
        return now;
      }
      String problem = slot + " of " + issuer.label() + " still holds its old value";
      if (wait.isOver()) {
        throw new GateClosed(problem);
      }
      wait.pause(problem, Map.of());
    }
  }

  /** Waits until every endpoint honours a new value, which some take a while to learn of. */
  void awaitAccepted(Secret value, Wait wait) throws RotationException, InterruptedException {
    while (true) {
      List<ProbeAnswer> answers = issuer.probe(value);
      boolean accepted =
          !answers.isEmpty() && answers.stream().allMatch(ProbeAnswer.Accepted.class::isInstance);
      if (accepted) {
        return;
      }
      if (wait.isOver()) {
        requireAccepted(answers);
        return;
      }
      wait.pause("not every endpoint of " + issuer.label() + " accepts the new key yet", Map.of());
    }
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

  void requireUnchanged(String slot, Fingerprint expected) throws RotationException {
    if (isChanged(slot, expected)) {
      throw new GateClosed(
          slot + " of " + issuer.label() + " was changed by somebody else; plan again");
    }
  }

  boolean isChanged(String slot, Fingerprint before) throws RotationException {
    return !current(slot).fingerprint().equals(before);
  }

  private Snapshot.Slot current(String slot) throws RotationException {
    return issuer
        .snapshot()
        .slot(slot)
        .orElseThrow(
            () -> new RotationException(issuer.label() + " has no slot " + slot + " any more"));
  }

  /** Reads a slot, and takes no other value than the expected one. */
  Secret read(String slot, Fingerprint expected) throws RotationException {
    requireUnchanged(slot, expected);
    Secret value = issuer.read(slot);
    if (!isRight(value, expected)) {
      value.close();
      throw new GateClosed(slot + " of " + issuer.label()
          + " was read as another value than the one that it lists; resume when it is settled");
    }
    return value;
  }

  /** The exposed value, from where it can still be had; taken only with the right fingerprint. */
  Optional<Secret> exposedValue(Fingerprint exposed) throws InterruptedException {
    try {
      if (!isChanged(plan.exposedSlot(), exposed)) {
        return Optional.of(read(plan.exposedSlot(), exposed));
      }
    } catch (RotationException unreadable) {
      stopIfInterrupted();
      LOG.debug("the exposed value can't be read from its issuer: {}", unreadable.problem());
    }
    try {
      for (StoredVersion version : rotator.store().holding(exposed)) {
        if (version.enabled()) {
          Secret value = rotator.store().read(version);
          if (isRight(value, exposed)) {
            return Optional.of(value);
          }
          value.close();
        }
      }
    } catch (RotationException unreadable) {
      stopIfInterrupted();
      LOG.debug("the exposed value can't be read from the store: {}", unreadable.problem());
    }
    return rotator.reread().isPresent()
        ? rotator.reread().get().value(exposed, plan.residue())
        : Optional.empty();
  }

  /** Between two calls is where a run can stop. */
  static void stopIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
  }

  /** Whether a value is the one with a fingerprint, as far as the key is known here. */
  private boolean isRight(Secret value, Fingerprint expected) {
    Optional<FingerprintKey> key = rotator.fingerprintKey();
    return key.isEmpty() || key.get().fingerprint(value).equals(expected);
  }
}
