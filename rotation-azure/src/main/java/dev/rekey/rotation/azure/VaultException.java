package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import dev.rekey.rotation.RotationException;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/**
 * Says that a call to a key vault failed, why, and what to do about it.
 *
 * <p>The message holds no value and nothing of an answer's body but its code.
 */
public final class VaultException extends RotationException {
  private static final long serialVersionUID = 1L;

  private final VaultRefusal refusal;
  private final String fix;

  private VaultException(String message, VaultRefusal refusal, String fix, String requestId) {
    super(message, requestId);
    this.refusal = refusal;
    this.fix = fix;
  }

  private VaultException(String message, VaultRefusal refusal, String fix, Throwable cause) {
    super(message, cause);
    this.refusal = refusal;
    this.fix = fix;
  }

  /** Returns why the call failed. */
  public VaultRefusal refusal() {
    return refusal;
  }

  /** What to do; empty where that is not known. */
  String fix() {
    return fix;
  }

  /** Says what we refuse ourselves, before the vault is asked. */
  static VaultException of(String doing, String vault, VaultRefusal refusal) {
    return new VaultException(
        doing + " in " + vault + " failed: " + refusal.problem() + "; " + refusal.fix(),
        refusal,
        refusal.fix(),
        "");
  }

  /** Says why a call failed that was made. */
  static VaultException of(String doing, String vault, RuntimeException failed, String more) {
    VaultRefusal refusal = VaultRefusal.of(failed);
    String start = doing + " in " + vault + " failed: ";
    if (Failures.isInterruption(failed)) {
      Thread.currentThread().interrupt();
      return new VaultException(
          start + "the thread was interrupted", VaultRefusal.OTHER, "", failed);
    }
    if (failed instanceof HttpResponseException refused && refused.getResponse() != null) {
      String fix = refusal == VaultRefusal.OTHER_TENANT ? tenantFix(refused) : refusal.fix();
      // Not as the cause: its message quotes the answer's body, which may quote the request's.
      return new VaultException(
          start + answer(refused) + words(refusal.problem(), fix) + more,
          refusal,
          fix,
          Failures.plain(header(refused, HttpHeaderName.X_MS_REQUEST_ID)));
    }
    String what = isUnresolved(failed)
        ? "the name of the vault does not resolve"
        : Failures.rootType(failed) + ": " + refusal.problem();
    return new VaultException(
        start + what + "; " + refusal.fix() + more, refusal, refusal.fix(), failed);
  }

  private static String answer(HttpResponseException refused) {
    String code = Failures.code(refused);
    return refused.getResponse().getStatusCode() + (code.isEmpty() ? "" : " " + code);
  }

  private static String words(String problem, String fix) {
    return (problem.isEmpty() ? "" : ": " + problem) + (fix.isEmpty() ? "" : "; " + fix);
  }

  private static String tenantFix(HttpResponseException refused) {
    String tenant = VaultRefusal.tenant(header(refused, HttpHeaderName.WWW_AUTHENTICATE));
    return VaultRefusal.OTHER_TENANT.fix() + (tenant.isEmpty() ? "" : ", " + tenant);
  }

  private static String header(HttpResponseException refused, HttpHeaderName name) {
    String value = refused.getResponse().getHeaderValue(name);
    return value == null ? "" : value;
  }

  private static boolean isUnresolved(Throwable failed) {
    Throwable root = Failures.root(failed);
    return root instanceof UnresolvedAddressException || root instanceof UnknownHostException;
  }
}
