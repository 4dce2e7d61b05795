package dev.rekey.examples;

/** Says that the job could not be done, and what to do. The program ends with exit code 2. */
final class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  CommandException(String message) {
    super(message);
  }

  CommandException(String message, Throwable cause) {
    super(message, cause);
  }
}
