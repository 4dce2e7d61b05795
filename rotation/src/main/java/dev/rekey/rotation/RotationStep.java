package dev.rekey.rotation;

import java.util.Objects;

/**
 * One step of a plan.
 *
 * @param kind what it does
 * @param target to what, for people
 * @param call the call that it makes, or what it checks, with what that needs
 */
public record RotationStep(Kind kind, String target, PlannedCall call) {
  /** What a step does. */
  public enum Kind {
    /** What was planned for is still so, and nobody else uses what is regenerated. */
    CHECK("check"),
    /** A dependent that uses the standby slot gets the exposed value, which still works. */
    CONVERGE("converge"),
    /** The exposed value is put into the store, so that there is a way back to it. */
    KEEP("keep"),
    /** A new value is made: in the standby slot, or in one of its own. */
    ISSUE("issue"),
    /** The new value is put into the store. */
    STORE("store"),
    /** A dependent gets the new value. */
    ADOPT("adopt"),
    /** A dependent is checked. */
    VERIFY("verify"),
    /** A person moves somebody into whom nobody can look, and says so. */
    ATTEST("attest"),
    /** The exposed value is made to die: there is no way back from here. */
    REVOKE("revoke"),
    /** The exposed value is shown to be dead. */
    PROVE("prove"),
    /** A stored version of the exposed value is disabled. */
    RETIRE("retire");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** Returns the verb. */
    public String word() {
      return word;
    }
  }

  /** Checks that nothing is null. */
  public RotationStep {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(call, "call");
  }

  /** Returns one line. */
  @Override
  public String toString() {
    return String.format("%-7s %s: %s", kind.word(), target, call.text());
  }
}
