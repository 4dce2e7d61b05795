package dev.rekey.rotation;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Says all that is wrong with an approval for a plan, before anything was called. */
public final class ApprovalException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final Fault[] faults;

  /** Makes the exception; its message says all faults, and what to do about each. */
  public ApprovalException(List<Fault> faults) {
    super("the plan can't be executed with this approval: "
        + faults.stream().map(Fault::toString).collect(Collectors.joining(" ")));
    this.faults = faults.toArray(new Fault[0]);
  }

  /** Returns what is wrong, at least one. */
  public List<Fault> faults() {
    return List.of(faults);
  }

  /**
   * One thing that is wrong.
   *
   * @param rule the rule that it breaks
   * @param problem what is wrong, as a sentence without its end
   * @param fix what to do, as a sentence
   */
  public record Fault(Rule rule, String problem, String fix) implements Serializable {
    /** The rules. */
    public enum Rule {
      /** A plan with blockers can't be approved. */
      NO_BLOCKERS,
      /** An approval is for one plan, by its hash. */
      SAME_PLAN,
      /** An approval holds until it expires. */
      NOT_EXPIRED,
      /** Each risk of the plan is accepted by name. */
      RISKS_ACCEPTED,
      /** Who asks does not approve. */
      FOUR_EYES,
      /** As many people approve as the policy says, more of them for production. */
      APPROVERS,
      /** A plan is not older than the policy says. */
      PLAN_AGE,
      /** Nobody's consent is older than the policy says. */
      APPROVAL_AGE,
      /** The plan is for the store of the rotator. */
      SAME_STORE
    }

    /** Checks that nothing is null. */
    public Fault {
      Objects.requireNonNull(rule, "rule");
      Objects.requireNonNull(problem, "problem");
      Objects.requireNonNull(fix, "fix");
    }

    /** Returns one line. */
    @Override
    public String toString() {
      return rule + ": " + problem + ". " + fix;
    }
  }
}
