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

  /**
   * Everything was done and proved.
   *
   * @param runId the run
   * @param proof the evidence that the exposed credential is dead
   * @param stored the version that holds the new credential
   * @param residue places where the dead value is still written
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
   * @param until when to resume at the latest, where there is a deadline
   * @param why what it waits for
   */
  record Suspended(String runId, Optional<Instant> until, String why) implements RotationResult {
    /** Checks that nothing is null. */
    public Suspended {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(until, "until");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public String summary() {
      return "The run waits: " + why + ". Resume run " + runId + ".";
    }
  }

  /**
   * It was given up before the exposed credential was touched; the exposure stays open.
   *
   * @param runId the run
   * @param why what stood in the way
   */
  record RolledBack(String runId, String why) implements RotationResult {
    /** Checks that nothing is null. */
    public RolledBack {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public String summary() {
      return "Rolled back: "
          + why
          + ". The exposure stays open, and every known dependent has what it had before. Mend the"
          + " cause, plan and approve again.";
    }
  }

  /**
   * The kill switch was used: the credential opens nothing, and neither do others of its issuer.
   *
   * @param runId the run
   * @param why what made it necessary
   */
  record Contained(String runId, String why) implements RotationResult {
    /** Checks that nothing is null. */
    public Contained {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public String summary() {
      return "Contained: " + why + ".";
    }
  }

  /**
   * A person must act.
   *
   * @param runId the run
   * @param now what is true now
   * @param next what a person must do
   */
  record Stranded(String runId, String now, String next) implements RotationResult {
    /** Checks that nothing is null. */
    public Stranded {
      Objects.requireNonNull(runId, "runId");
      Objects.requireNonNull(now, "now");
      Objects.requireNonNull(next, "next");
    }

    @Override
    public String summary() {
      return "Stranded: " + now + " What to do: " + next;
    }
  }
}
