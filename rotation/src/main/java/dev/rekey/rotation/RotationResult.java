package dev.rekey.rotation;

import dev.rekey.detect.Place;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** How a run ended, or where it waits. */
public sealed interface RotationResult {
  /** Returns the id of the run. */
  String runId();

  /** Returns what is true now, in a sentence or two. */
  String summary();

  /** A run that is not completed: its code says where to look in {@code docs/RUNBOOK.md}. */
  sealed interface NotCompleted extends RotationResult {
    /** Returns what it is called. */
    ResultCode code();
  }

  /**
   * Everything was done and proved.
   *
   * @param runId the run
   * @param proof the evidence that the exposed credential is dead
   * @param stored the version that holds the new credential
   * @param residue places where the dead value is still written: where they can be read again, as seen
   *     at the end, and else those of the plan
   */
  record Completed(String runId, DeathProof proof, StoredVersion stored, List<Place> residue)
      implements RotationResult {
    /** Copies the residue. */
    public Completed {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(proof, "proof");
      Objects.requireNonNull(stored, "stored");
      residue = List.copyOf(residue);
    }

    @Override
    public String summary() {
      return "The exposed credential is " + proof.verdict() + " since " + proof.at() + ".";
    }
  }

  /**
   * Nothing is wrong; {@link Rotator#resume} goes on.
   *
   * @param runId the run
   * @param code which of the reasons to wait
   * @param until when to resume, where there is a deadline: before it nothing is called
   * @param why what it waits for
   */
  record Suspended(String runId, ResultCode code, Optional<Instant> until, String why)
      implements NotCompleted {
    /** Checks that nothing is null. */
    public Suspended {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(until, "until");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public String summary() {
      return code.id() + ", run " + runId + ": "
          + "the run waits"
          + until.map(deadline -> " until " + deadline).orElse("")
          + ": " + why + ". " + code.truth() + " " + code.action();
    }
  }

  /**
   * It was given up before the exposed credential was touched; the exposure stays open.
   *
   * @param runId the run
   * @param code whether anything had been changed
   * @param why what stood in the way
   */
  record RolledBack(String runId, ResultCode code, String why) implements NotCompleted {
    /** Checks that nothing is null. */
    public RolledBack {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public String summary() {
      return code.id() + ", run " + runId + ": Rolled back: " + why + ". " + code.truth() + " "
          + code.action();
    }
  }

  /**
   * A kill switch is on: the credential opens nothing, and neither do others of its issuer. {@link
   * Containment#undo} turns it off again.
   *
   * @param runId the run
   * @param killSwitch the id of the switch
   * @param shown what shows it
   * @param why what made it necessary
   */
  record Contained(String runId, String killSwitch, Shown shown, String why)
      implements NotCompleted {
    /** What shows that the credential opens nothing. */
    public enum Shown {
      /** Every endpoint refused it because of the switch, several times in a row. */
      BY_ENDPOINTS,
      /** Its issuer says that the switch is on; no endpoint could be asked. */
      BY_ISSUER_ONLY
    }

    /** Checks that nothing is null. */
    public Contained {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(killSwitch, "killSwitch");
      Objects.requireNonNull(shown, "shown");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public ResultCode code() {
      return ResultCode.CONTAINED;
    }

    @Override
    public String summary() {
      return code().id() + ", run " + runId + ": Contained by " + killSwitch
          + (shown == Shown.BY_ISSUER_ONLY ? ", by its issuer's word only" : "") + ": " + why + ". "
          + code().truth() + " " + code().action();
    }
  }

  /**
   * A kill switch was turned off again: what it kept from opening opens again.
   *
   * @param runId the run
   * @param killSwitch the id of the switch
   * @param exposedAgain whether the exposed credential may open again, too
   * @param why what is known of that
   */
  record Reopened(String runId, String killSwitch, boolean exposedAgain, String why)
      implements NotCompleted {
    /** Checks that nothing is null. */
    public Reopened {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(killSwitch, "killSwitch");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public ResultCode code() {
      return ResultCode.REOPENED;
    }

    @Override
    public String summary() {
      return code().id() + ", run " + runId + ": Reopened " + killSwitch + ": " + why + ". "
          + code().truth() + " " + code().action();
    }
  }

  /**
   * A person must act.
   *
   * @param runId the run
   * @param code where it is stuck
   * @param now what is true now
   * @param next what a person must do
   */
  record Stranded(String runId, ResultCode code, String now, String next) implements NotCompleted {
    /** Checks that nothing is null. */
    public Stranded {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(code, "code");
      Objects.requireNonNull(now, "now");
      Objects.requireNonNull(next, "next");
    }

    @Override
    public String summary() {
      return code.id() + ", run " + runId + ": Stranded: " + now + " What to do: " + next;
    }
  }
}
