package dev.rekey.rotation;

/** The steps of a run by their names in the journal; those of a kind have a number behind a dot. */
final class Steps {
  static final String KEEP = "keep";
  static final String CONVERGE = "converge";
  static final String ISSUE = "issue";
  static final String DISCARD = "discard";
  static final String ACCEPT = "accept";
  static final String STORE = "store";
  static final String SOAK = "soak";
  static final String ADOPT = "adopt";
  static final String ATTEST = "attest";
  static final String GATE = "gate";
  static final String REVOKE = "revoke";
  static final String PROVE = "prove";
  static final String RETIRE = "retire";
  static final String ROLL_BACK = "rollback";
  static final String FORWARD = "forward";

  private Steps() {}

  /** Returns the name of one of several steps of a kind. */
  static String of(String kind, int number) {
    return kind + "." + number;
  }

  /** Returns the name of a step that is another one's counterpart. */
  static String of(String kind, String other) {
    return kind + "." + other;
  }
}
