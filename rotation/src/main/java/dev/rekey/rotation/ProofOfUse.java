package dev.rekey.rotation;

/** How far it is known that a dependent uses a credential, the weakest proof first. */
public enum ProofOfUse {
  /** Its configuration holds the credential. */
  CONFIGURED("it is configured with the credential"),
  /** It was started with that configuration, and runs. */
  RESTARTED("it was started with the credential, and runs"),
  /** It says that it is healthy. */
  HEALTHY("it says that it is healthy"),
  /** It was seen authenticating with the credential. */
  OBSERVED("it was seen using the credential"),
  /** A check of its owner's, which knows what it is for, says that it works with the credential. */
  PROBED("its owner's check says that it works with the credential");

  private final String meaning;

  ProofOfUse(String meaning) {
    this.meaning = meaning;
  }

  /** Returns what it means, as a sentence without its end. */
  public String meaning() {
    return meaning;
  }
}
