package dev.rekey.detect.exposure;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * An answer to a question about an asset, with its reason. What is not known counts as yes, and says
 * so.
 *
 * @param answer the answer
 * @param reason where it comes from, in words
 */
public record Signal(Answer answer, String reason) {
  /** The possible answers. */
  public enum Answer {
    /** It is so. */
    YES,
    /** It is not so. */
    NO,
    /** It could not be found out. */
    UNKNOWN
  }

  /** Checks that nothing is null. */
  public Signal {
    Objects.requireNonNull(answer, "answer");
    Objects.requireNonNull(reason, "reason");
  }

  /** Returns yes, for a reason. */
  public static Signal yes(String reason) {
    return new Signal(Answer.YES, reason);
  }

  /** Returns no, for a reason. */
  public static Signal no(String reason) {
    return new Signal(Answer.NO, reason);
  }

  /** Returns unknown, for a reason. */
  public static Signal unknown(String reason) {
    return new Signal(Answer.UNKNOWN, reason);
  }

  /** Returns the worst of answers, the first of equals: yes, then unknown, then no. */
  public static Signal worst(List<Signal> signals) {
    return signals.stream()
        .min(Comparator.comparingInt(Signal::rank))
        .orElseGet(() -> unknown("no place is known"));
  }

  private int rank() {
    return switch (answer) {
      case YES -> 0;
      case UNKNOWN -> 1;
      case NO -> 2;
    };
  }

  /** Returns whether it counts as yes: it is so, or is not known. */
  public boolean countsAsYes() {
    return answer != Answer.NO;
  }
}
