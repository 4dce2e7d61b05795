package dev.rekey.rotation;

/** Says that a journal can't be read, written or leased, where, and what to do. */
public final class JournalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes the exception with a message that says what is wrong, where, and what to do. */
  public JournalException(String message) {
    super(message);
  }

  /** Makes the exception with its cause. */
  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
