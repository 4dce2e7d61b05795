package dev.rekey.rotation;

/** Says that an approval is not good for a plan, before anything was called. */
public final class ApprovalException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes the exception with a message that says why, and what to do. */
  public ApprovalException(String message) {
    super(message);
  }
}
