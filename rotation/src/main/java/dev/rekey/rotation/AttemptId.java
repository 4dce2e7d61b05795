package dev.rekey.rotation;

import java.util.regex.Pattern;

/**
 * The identity of one attempt to change something: what makes a change recognisable afterwards, and
 * the same change made twice one change.
 *
 * @param runId the run
 * @param step the step of the run: a kind, and a number where there are several of the kind
 */
public record AttemptId(String runId, String step) {
  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.-]{0,63}");

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if a part is not made of letters, digits, dots and hyphens
   */
  public AttemptId {
    if (!WORD.matcher(runId).matches() || !WORD.matcher(step).matches()) {
      throw new IllegalArgumentException(
          "a run id and a step have 1 to 64 letters, digits, dots and hyphens");
    }
  }

  /** Returns {@code runId/step}. */
  @Override
  public String toString() {
    return runId + "/" + step;
  }
}
