package dev.rekey.rotation;

import java.util.Optional;

/**
 * Says that a call to an issuer, a store or a dependent failed, and what to do about it.
 *
 * <p>Whether the call took effect is not said: whoever catches this observes. The message holds no
 * secret value.
 */
public class RotationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String requestId;
  private final transient Optional<Blocker> blocker;

  /** Makes the exception with a message that says what failed, where, and what to do. */
  public RotationException(String message) {
    super(message);
    this.requestId = "";
    this.blocker = Optional.empty();
  }

  /** Makes the exception with its cause, whose message holds no secret value either. */
  public RotationException(String message, Throwable cause) {
    super(message, cause);
    this.requestId = "";
    this.blocker = Optional.empty();
  }

  /**
   * Makes the exception of a call that was answered.
   *
   * @param requestId the id under which the provider's support finds the call, or an empty text; the
   *     message says it, if it does not yet
   */
  public RotationException(String message, String requestId) {
    super(naming(message, requestId));
    this.requestId = requestId;
    this.blocker = Optional.empty();
  }

  /** Makes the exception of a call that was answered, with its cause. */
  public RotationException(String message, String requestId, Throwable cause) {
    super(naming(message, requestId), cause);
    this.requestId = requestId;
    this.blocker = Optional.empty();
  }

  /**
   * Makes the exception of a call that something keeps from being made.
   *
   * @param blocker what; its problem is the message, and says what to do as well
   * @param requestId as above
   */
  public RotationException(Blocker blocker, String requestId, Throwable cause) {
    super(naming(blocker.problem(), requestId), cause);
    this.requestId = requestId;
    this.blocker = Optional.of(blocker);
  }

  private static String naming(String message, String requestId) {
    return requestId.isEmpty() || message.contains(requestId)
        ? message
        : message + " (request id " + requestId + ")";
  }

  /** Returns the id under which the provider's support finds the call: Azure's x-ms-request-id. */
  public Optional<String> requestId() {
    return Optional.of(requestId).filter(id -> !id.isEmpty());
  }

  /** Returns what keeps the call from being made, where this or what caused it knows. */
  public Optional<Blocker> blocker() {
    if (blocker != null && blocker.isPresent()) { // Null once it was serialised.
      return blocker;
    }
    return getCause() instanceof RotationException cause ? cause.blocker() : Optional.empty();
  }

  /** Returns the message. */
  public String problem() {
    return String.valueOf(getMessage());
  }
}
