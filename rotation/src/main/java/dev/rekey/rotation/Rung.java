package dev.rekey.rotation;

import java.util.List;
import java.util.Objects;

/**
 * One rung of the ladder: a way to end the danger of an exposure, of which a higher one is better.
 *
 * @param kind which
 * @param what what it is, as a sentence
 * @param who for which dependents, by their labels; empty where it is not about any
 * @param others the dependents for whom it can't be, or is not known to be
 */
public record Rung(Kind kind, String what, List<String> who, List<String> others) {
  /** The kinds of rung, from the top. */
  public enum Kind {
    /** Nobody needs a secret: there is nothing left that could be exposed. */
    WITHOUT_SECRET,
    /** Nobody holds the secret: each gets it from the store. */
    REFERENCE,
    /** What the rule that found the exposure names as its remedy. */
    REMEDY
  }

  /** Copies the lists. */
  public Rung {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(what, "what");
    who = List.copyOf(who);
    others = List.copyOf(others);
  }
}
