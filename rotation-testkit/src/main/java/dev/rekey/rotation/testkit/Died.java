package dev.rekey.rotation.testkit;

/** The end of the process: nobody may catch it. */
final class Died extends Error {
  private static final long serialVersionUID = 1L;

  Died() {
    super("the process died");
  }
}
