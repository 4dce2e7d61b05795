package dev.rekey.detect;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

  /**
   * By hand, as the hash is: the first use of those that records come with takes a fresh JVM as long
   * as to load all rules, and whoever counts notes needs them.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Note note
        && kind == note.kind
        && rule.equals(note.rule)
        && reason.equals(note.reason)
        && count == note.count;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * (31 * kind.name().hashCode() + rule.hashCode()) + reason.hashCode())
        + Long.hashCode(count);
  }

  /** Returns one line. */
  @Override
  public String toString() {
    return kind + (rule.isEmpty() ? "" : " " + rule) + ": " + reason + " (" + count + ")";
  }
}
