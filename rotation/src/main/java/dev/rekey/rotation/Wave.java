package dev.rekey.rotation;

/** A group of dependents that are moved before the next group is begun, the least harm first. */
public enum Wave {
  /** The first to try it: one whose failure harms least. */
  CANARY("canary"),
  /** Whoever is known not to serve production. */
  NON_PRODUCTION("non-production"),
  /** Everybody else. */
  PRODUCTION("production");

  private final String word;

  Wave(String word) {
    this.word = word;
  }

  /** Returns what it is called in sentences. */
  public String word() {
    return word;
  }
}
