package dev.rekey.rotation;

import java.time.Instant;
import java.util.Objects;

/**
 * A named person's dated statement that a dependent has moved which nobody can look into.
 *
 * @param by who says so; at most 200 characters
 * @param dependent the dependent's id; at most 1,000 characters
 * @param statement what is said, in one line of at most 1,000 characters
 * @param at when it was said
 */
public record Attestation(String by, String dependent, String statement, Instant at) {
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_TEXT = 1_000;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if a text is blank, too long or not one line: the message names
   *     it
   */
  public Attestation {
    Line.check("by", by, LONGEST_NAME);
    Line.check("dependent", dependent, LONGEST_TEXT);
    Line.check("statement", statement, LONGEST_TEXT);
    Objects.requireNonNull(at, "at");
  }
}
