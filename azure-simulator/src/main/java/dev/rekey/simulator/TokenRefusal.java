package dev.rekey.simulator;

/**
 * Why Entra gives an application no token although its secret is right. What each is known from is in
 * {@code docs/SIMULATOR.md}.
 */
public enum TokenRefusal {
  /** 400 {@code invalid_grant}, AADSTS53003; the secret is looked at first. */
  CONDITIONAL_ACCESS(
      false,
      400,
      "invalid_grant",
      53003,
      "Access has been blocked by Conditional Access policies. The access policy does not allow token"
          + " issuance."),
  /** 400 {@code invalid_grant}, AADSTS50196: too many requests of one kind. */
  LOOP_DETECTED(
      true,
      400,
      "invalid_grant",
      50196,
      "The server terminated an operation because it encountered a client request loop."),
  /** 429 with {@code Retry-After}, AADSTS90055. */
  THROTTLED(
      true,
      429,
      "temporarily_unavailable",
      90055,
      "There are too many incoming requests. This exception is thrown for blocked tenants."),
  /** 503 with {@code Retry-After}, AADSTS90033. */
  UNAVAILABLE(
      true,
      503,
      "temporarily_unavailable",
      90033,
      "The Microsoft Online Directory Service (MSODS) is not available.");

  private final boolean beforeSecret;
  private final int status;
  private final String error;
  private final int code;
  private final String text;

  TokenRefusal(boolean beforeSecret, int status, String error, int code, String text) {
    this.beforeSecret = beforeSecret;
    this.status = status;
    this.error = error;
    this.code = code;
    this.text = text;
  }

  /** Whether the secret is not even looked at. */
  boolean beforeSecret() {
    return beforeSecret;
  }

  int status() {
    return status;
  }

  String error() {
    return error;
  }

  int code() {
    return code;
  }

  String text() {
    return text;
  }
}
