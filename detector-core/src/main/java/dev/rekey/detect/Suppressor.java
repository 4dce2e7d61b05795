package dev.rekey.detect;

import java.util.Optional;

/**
 * Recognises values that look like secrets and are none: placeholders, references, samples.
 *
 * <p>Rules name the suppressors they need; a {@link RuleSet} holds them by name. A suppressor is
 * called from several threads at once and must not keep the candidate.
 */
@FunctionalInterface
public interface Suppressor {
  /**
   * Returns why the candidate is no secret, or empty where it may be one. The reason is a short
   * constant text without any part of the value: candidates are counted by it.
   */
  Optional<String> reason(Candidate candidate);
}
