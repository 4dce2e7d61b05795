package dev.rekey.rotation;

/**
 * Says that a call to an issuer, a store or a dependent failed, and what to do about it.
 *
 * <p>Whether the call took effect is not said: whoever catches this observes. The message holds no
 * secret value.
 */
public class RotationException extends Exception {
  private static final long serialVersionUID = 1L;

  /** Makes the exception with a message that says what failed, where, and what to do. */
  public RotationException(String message) {
    super(message);
  }

  /** Makes the exception with its cause, whose message holds no secret value either. */
  public RotationException(String message, Throwable cause) {
    super(message, cause);
  }

  /** Returns the message. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
