package dev.rekey.detect;

import java.util.Objects;

/**
 * Something about a content that a reader of its findings should know: what was seen and not
 * reported.
 *
 * @param kind what happened
 * @param rule the id of the rule, or empty where it concerns all
 * @param reason why, in words; it holds no part of any value
 * @param count how many times
 */
public record Note(Kind kind, String rule, String reason, long count) {
  /** Checks that nothing is null. */
  public Note {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(rule, "rule");
    Objects.requireNonNull(reason, "reason");
  }

  /** What a note is about. */
  public enum Kind {
    /** A candidate was rejected by a suppressor, for its entropy, or for a checksum that its rule requires. */
    REJECTED,
    /** A candidate was left to another rule that it yields to. */
    YIELDED,
    /** A match reached its longest span without an end and was not reported. */
    TRUNCATED,
    /** The work budget of a block of 64 KiB was used up; patterns did not run over the rest. */
    EXHAUSTED,
    /** A limit of the caller ended the content early. */
    LIMITED,
    /** The content seems to be text in an encoding that was not undone: little is found in it. */
    UNDECODED
  }

  /** Returns one line. */
  @Override
  public String toString() {
    return kind + (rule.isEmpty() ? "" : " " + rule) + ": " + reason + " (" + count + ")";
  }
}
