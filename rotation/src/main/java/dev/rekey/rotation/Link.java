package dev.rekey.rotation;

/** How it is known that a dependent uses a credential, the strongest evidence first. */
public enum Link {
  /** Its configuration holds the value: the fingerprints are the same. */
  CONFIGURED("its configuration holds the value"),
  /** Its configuration refers to where the value is. */
  REFERENCED("its configuration refers to it"),
  /** It was seen using it. */
  OBSERVED("it was seen using it");

  private final String meaning;

  Link(String meaning) {
    this.meaning = meaning;
  }

  /** Returns what it means, as part of a sentence. */
  public String meaning() {
    return meaning;
  }
}
