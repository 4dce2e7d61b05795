package dev.rekey.rotation;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One use of a kill switch: on, tried out, and off again when that is asked for. Each change is written
 * as an intent before its call; whether a call took effect is observed, by the switch itself.
 */
final class ContainmentRun {
  static final String CONTAIN = "contain";
  static final String SHOW = "show";
  static final String REOPEN = "reopen";

  private static final Logger LOG = LoggerFactory.getLogger(Rotator.class);
  private static final String SHOWN = "shown";

  private final Rotator rotator;
  private final String runId;
  private final RotationPlan plan;
  private final Approval approval;
  private final String switchId;
  private final Ledger ledger;
  private final Pacing pacing;
  private final Optional<Map<String, String>> undo;

  /**
   * @param undo what is to be written of it, if the switch is to be turned off
   */
  ContainmentRun(
      Rotator rotator,
      String runId,
      RotationPlan plan,
      Approval approval,
      String switchId,
      Ledger ledger,
      Optional<Map<String, String>> undo) {
    this.rotator = rotator;
    this.runId = runId;
    this.plan = plan;
    this.approval = approval;
    this.switchId = switchId;
    this.ledger = ledger;
    this.pacing = new Pacing(rotator, runId, ledger);
    this.undo = undo;
  }

  /** Returns what a run is told that has nothing to go on with now. */
  Optional<RotationResult> standing(boolean frozen) {
    if (ledger.isDone(SHOW) && !ledger.intended(REOPEN)) {
      return Optional.of(contained());
    }
    return frozen ? Optional.of(coded(Halted.frozen()).suspended(runId)) : Optional.empty();
  }

  RotationResult go() {
    try {
      pacing.halt();
      SecretIssuer issuer = rotator.issuers().issuer(plan.issuer());
      KillSwitch killSwitch = find(issuer);
      return isUndone() ? reopen(issuer, killSwitch) : contain(issuer, killSwitch);
    } catch (Halted halted) {
      return suspended(halted);
    } catch (InterruptedException interrupted) {
      return suspended(Halted.interrupted());
    } catch (RotationException | RuntimeException failed) {
      String why = Pacing.problem(failed);
      return Thread.interrupted() ? suspended(Halted.interrupted()) : stopped(why);
    }
  }

  private boolean isUndone() {
    return undo.isPresent() || ledger.intended(REOPEN);
  }

  private KillSwitch find(SecretIssuer issuer) throws RotationException {
    return issuer.killSwitches().stream()
        .filter(known -> known.id().equals(switchId))
        .findFirst()
        .orElseThrow(
            () -> new RotationException(issuer.label() + " has no kill switch " + switchId));
  }

  // On.

  private RotationResult contain(SecretIssuer issuer, KillSwitch killSwitch)
      throws RotationException, InterruptedException {
    turn(issuer, killSwitch, true, CONTAIN, Map.of("switch", switchId));
    if (!ledger.isDone(SHOW)) {
      show(issuer, killSwitch);
    }
    return contained();
  }

  /** Turns it, unless it is so already. */
  private void turn(
      SecretIssuer issuer,
      KillSwitch killSwitch,
      boolean on,
      String step,
      Map<String, String> facts)
      throws RotationException, InterruptedException {
    if (ledger.isDone(step)) {
      return;
    }
    String now = "it is " + (on ? "on" : "off");
    if (killSwitch.isOn() == on) {
      if (!ledger.intended(step)) {
        pacing.intend(step, facts);
      }
      ledger.recovered(step, now);
    } else {
      pacing.intend(step, facts);
      try {
        if (on) {
          killSwitch.turnOn(pacing.attempt(step));
        } else {
          killSwitch.turnOff(pacing.attempt(step));
        }
      } catch (RotationException failed) {
        Watch.stopIfInterrupted();
        if (killSwitch.isOn() != on) {
          throw failed;
        }
        ledger.recovered(step, now);
      }
      await(issuer, killSwitch, on, step);
    }
    ledger.done(step, Map.of("switch", switchId));
  }

  private void await(SecretIssuer issuer, KillSwitch killSwitch, boolean on, String step)
      throws RotationException, InterruptedException {
    Wait wait = pacing.waitingOnThread(issuer, step, ledger.begun(step));
    while (killSwitch.isOn() != on) {
      if (wait.isOver()) {
        throw new RotationException(
            killSwitch.label() + " are shown as they were, though the call was made");
      }
      wait.pause("the switch is not shown as it was turned", Map.of());
    }
  }

  /** Tries the exposed value until endpoints refuse it because of the switch, or time is over. */
  private void show(SecretIssuer issuer, KillSwitch killSwitch)
      throws RotationException, InterruptedException {
    Wait wait = pacing.waitingOnThread(issuer, SHOW, ledger.begun(SHOW));
    ledger.intend(SHOW, Map.of("slot", plan.exposedSlot()));
    Optional<Watch.Found> found = new Watch(rotator, plan, approval, issuer).exposedValue();
    if (found.isEmpty()) {
      shown(RotationResult.Contained.Shown.BY_ISSUER_ONLY, List.of());
      return;
    }
    try (Watch.Found value = found.get()) {
      int inARow = 0;
      while (true) {
        List<ProbeAnswer> answers = issuer.probe(plan.exposedSlot(), value.secret());
        boolean refused = !answers.isEmpty()
            && answers.stream()
                .allMatch(answer ->
                    answer instanceof ProbeAnswer.Refused || killSwitch.isRefusal(answer));
        inARow = refused ? inARow + 1 : 0;
        if (inARow >= rotator.proof(issuer).rounds()) {
          shown(RotationResult.Contained.Shown.BY_ENDPOINTS, answers);
          return;
        }
        if (!refused && wait.isOver()) {
          if (answers.stream().anyMatch(ProbeAnswer.Accepted.class::isInstance)) {
            throw new RotationException("an endpoint honours the exposed credential still: "
                + String.join("; ", evidence(answers).values()));
          }
          shown(RotationResult.Contained.Shown.BY_ISSUER_ONLY, answers);
          return;
        }
        wait.pause("the exposed credential is not refused because of the switch yet", Map.of());
      }
    }
  }

  private void shown(RotationResult.Contained.Shown how, List<ProbeAnswer> answers) {
    Map<String, String> facts = evidence(answers);
    facts.put(SHOWN, how.name());
    facts.put("code", ResultCode.CONTAINED.id());
    ledger.done(SHOW, facts);
    LOG.warn("{}", contained().summary());
  }

  private static Map<String, String> evidence(List<ProbeAnswer> answers) {
    Map<String, String> facts = new HashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      ProbeAnswer answer = answers.get(i);
      facts.put("answer." + i, answer.endpoint() + ": " + answer.evidence());
    }
    return facts;
  }

  private RotationResult.Contained contained() {
    return new RotationResult.Contained(
        runId,
        switchId,
        RotationResult.Contained.Shown.valueOf(ledger.outcome(SHOW).fact(SHOWN)),
        plan.label() + " of " + plan.issuerLabel() + " is exposed");
  }

  // Off again.

  private RotationResult reopen(SecretIssuer issuer, KillSwitch killSwitch)
      throws RotationException, InterruptedException {
    Map<String, String> facts =
        undo.orElseGet(() -> ledger.intent(REOPEN).orElseThrow().facts());
    turn(issuer, killSwitch, false, REOPEN, facts);
    boolean gone = Boolean.parseBoolean(facts.getOrDefault("gone", "false"));
    boolean honoured = gone && isHonoured(issuer);
    String why = honoured
        ? "its issuer holds another value by now, and an endpoint honours the exposed one"
        : gone
            ? plan.exposedSlot() + " of " + plan.issuerLabel() + " holds another value by now"
            : "the exposed credential opens again, which was accepted";
    ledger.ended(Map.of("result", "Reopened", "code", ResultCode.REOPENED.id(), "why", why));
    RotationResult.Reopened reopened =
        new RotationResult.Reopened(runId, switchId, !gone || honoured, why);
    LOG.warn("{}", reopened.summary());
    return reopened;
  }

  /** One look, where the value can be had still: what its issuer says is tried, not proved, by that. */
  private boolean isHonoured(SecretIssuer issuer) throws InterruptedException {
    Optional<Watch.Found> found = new Watch(rotator, plan, approval, issuer).exposedValue();
    if (found.isEmpty()) {
      return false;
    }
    try (Watch.Found value = found.get()) {
      return issuer.probe(plan.exposedSlot(), value.secret()).stream()
          .anyMatch(ProbeAnswer.Accepted.class::isInstance);
    } catch (RotationException unreadable) {
      Watch.stopIfInterrupted();
      return false;
    }
  }

  // Ends that are none.

  /** A halt, under the code that says what is true of the switch then. */
  private Halted coded(Halted halted) {
    return ledger.isEmpty() ? halted : halted.as(code());
  }

  private ResultCode code() {
    return ledger.intended(REOPEN)
        ? ResultCode.REOPENING
        : ledger.isDone(SHOW) ? ResultCode.CONTAINED : ResultCode.CONTAINING;
  }

  private RotationResult suspended(Halted halted) {
    Halted coded = coded(halted);
    ledger.suspended(coded);
    RotationResult.Suspended suspended = coded.suspended(runId);
    LOG.warn("{}", suspended.summary());
    if (halted.isInterruption()) {
      Thread.currentThread().interrupt(); // Whoever interrupted the thread finds it interrupted.
    }
    return suspended;
  }

  private RotationResult stopped(String why) {
    if (ledger.isEmpty()) {
      ledger.ended(Map.of("result", "RolledBack", "code", ResultCode.UNTOUCHED.id(), "why", why));
      RotationResult result = new RotationResult.RolledBack(runId, ResultCode.UNTOUCHED, why);
      LOG.warn("{}", result.summary());
      return result;
    }
    ResultCode code = isUndone() ? ResultCode.REOPENING : ResultCode.CONTAINING;
    String now = isUndone()
        ? "the kill switch " + switchId + " was to be turned off, and that could not be gone on"
            + " with: " + why + "."
        : ledger.isDone(CONTAIN)
            ? "the kill switch " + switchId + " is on, and it is not shown that the exposed"
                + " credential is refused: " + why + "."
            : "the kill switch " + switchId + " was being turned on, and that could not be gone on"
                + " with: " + why + ".";
    String next = isUndone() && !ledger.intended(REOPEN)
        ? "Mend that, and undo run " + runId + " again."
        : "Mend that, and resume run " + runId + ".";
    ledger.stranded(code, now, next);
    return new RotationResult.Stranded(runId, code, now, next);
  }
}
