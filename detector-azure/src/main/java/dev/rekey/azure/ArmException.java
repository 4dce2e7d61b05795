package dev.rekey.azure;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call to Azure Resource Manager, or to Microsoft Graph, that did not give its answer. Where the
 * words below say ARM, the service that was called is meant.
 *
 * <p>Unchecked, because the code that can mend it (a role, a lock, a network) is rarely the caller.
 * The message says what was tried, what ARM said and what to do; it holds neither a body nor a
 * token: only ARM's own error text, at most 600 characters on one line, with the values that the
 * request carried taken out.
 */
public final class ArmException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final int status;
  private final String code;
  private final String text;
  private final String operation;
  private final String requestId;
  private final String missingAction;
  private final @Nullable Duration retryAfter;

  /** Why a call gave no answer. */
  public enum Reason {
    /** No token could be had: nothing was sent. */
    NO_TOKEN,
    /** The connection failed, or the answer did not come: whether ARM acted is not known. */
    NO_ANSWER,
    /** ARM answered, and refused. */
    REFUSED,
    /** ARM answered that it had done it, but the answer is not what it should be. */
    UNREADABLE,
    /** The thread was interrupted; its interrupt flag is set again. */
    INTERRUPTED
  }

  ArmException(Problem problem, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = problem.reason();
    this.status = problem.status();
    this.code = problem.code();
    this.text = problem.text();
    this.operation = problem.operation();
    this.requestId = problem.requestId();
    this.missingAction = problem.missingAction();
    this.retryAfter = problem.retryAfter();
  }

  /** Returns why. */
  public Reason reason() {
    return reason;
  }

  /** Returns the HTTP status, or 0 where there was no answer. */
  public int status() {
    return status;
  }

  /** Returns ARM's error code, or an empty text. */
  public String code() {
    return code;
  }

  /** Returns ARM's error text on one line, or an empty text. */
  public String text() {
    return text;
  }

  /** Returns what was tried: the method and the path, without the query. */
  public String operation() {
    return operation;
  }

  /** Returns the id under which Microsoft's support finds the call, or an empty text. */
  public String requestId() {
    return requestId;
  }

  /** Returns for how long ARM asks to be left alone. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Returns the action that a role lacks, if ARM named it. */
  public Optional<String> missingAction() {
    return missingAction.isEmpty() ? Optional.empty() : Optional.of(missingAction);
  }

  /** Returns whether ARM does not know who is calling (401), or no token could be had. */
  public boolean isUnauthenticated() {
    return status == 401 || reason == Reason.NO_TOKEN;
  }

  /** Returns whether the caller lacks a permission (403). */
  public boolean isForbidden() {
    return status == 403;
  }

  /** Returns whether there is no such thing (404, 410). */
  public boolean isNotFound() {
    return status == 404 || status == 410;
  }

  /** Returns whether ARM is too busy for this caller (429). It did nothing. */
  public boolean isThrottled() {
    return status == 429;
  }

  /** Returns whether a lock on the resource or what it is in forbids it (409 ScopeLocked). */
  public boolean isLocked() {
    return status == 409 && code.equalsIgnoreCase("ScopeLocked");
  }

  /**
   * Returns whether a call that changes something may have done so: the connection failed, ARM
   * timed out or broke (408, 5xx), or its answer can't be read. Look before you try again.
   */
  public boolean mayHaveBeenApplied() {
    return switch (reason) {
      case NO_TOKEN -> false;
      case REFUSED -> status == 408 || status >= 500;
      case NO_ANSWER, UNREADABLE, INTERRUPTED -> true;
    };
  }
}
