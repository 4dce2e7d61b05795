package dev.rekey.rotation.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import dev.rekey.azure.ArmException;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns what Azure's clients throw into what the rotation reports, without bodies. */
final class Failures {
  private static final String CHECK_ADDRESS =
      "check the vault's address and that this machine reaches it";
  private static final Map<String, String> ADVICE = Map.of(
      "ForbiddenByRbac",
          "assign Key Vault Secrets Officer, or a role with getSecret, setSecret, readMetadata and"
              + " update, on the vault",
      "ForbiddenByPolicy", "add get, list and set for secrets to the vault's access policies",
      "ForbiddenByFirewall", "run from a network that the vault's firewall lets in",
      "ObjectIsDeletedButRecoverable", "recover or purge the deleted secret of this name first",
      "ObjectIsBeingDeleted",
          "the secret of this name is being deleted: wait, then recover or purge it");
  private static final int LONGEST_CORRELATION = 100;
  private static final int LONGEST_NAME = 120;
  private static final int DEEPEST_CAUSE = 20;

  private Failures() {}

  static RotationException of(String doing, ArmException failed) {
    return new RotationException(
        doing + " failed: " + failed.getMessage(), failed.requestId(), failed);
  }

  static RotationException ofVault(String doing, String vault, RuntimeException failed) {
    if (isInterruption(failed)) {
      Thread.currentThread().interrupt();
      return new RotationException(
          doing + " in " + vault + " failed: the thread was interrupted", failed);
    }
    if (failed instanceof HttpResponseException refused && refused.getResponse() != null) {
      // Not as the cause: its message quotes the answer's body, which may quote the request's.
      return new RotationException(
          doing + " in " + vault + " failed: " + answer(refused),
          plain(refused.getResponse().getHeaderValue(HttpHeaderName.X_MS_REQUEST_ID)));
    }
    String advice = failed instanceof ClientAuthenticationException
        ? "check the credential, and that its tenant is the vault's"
        : CHECK_ADDRESS;
    return new RotationException(
        doing + " in " + vault + " failed: " + rootType(failed) + "; " + advice, failed);
  }

  private static String answer(HttpResponseException refused) {
    int status = refused.getResponse().getStatusCode();
    String code = code(refused);
    return status + (code.isEmpty() ? "" : " " + code) + advice(status, code);
  }

  private static String advice(int status, String code) {
    String known = ADVICE.get(code);
    if (known != null) {
      return "; " + known;
    }
    return switch (status) {
      case 401 -> "; check the credential, and that its tenant is the vault's";
      case 404 -> code.isEmpty() ? "; " + CHECK_ADDRESS : "";
      case 429 -> "; the vault is too busy: try again later";
      default -> "";
    };
  }

  /** Returns the inner error code where there is one: it says more than the outer. */
  static String code(HttpResponseException refused) {
    if (!(refused.getValue() instanceof Map<?, ?> body)) {
      return "";
    }
    Map<?, ?> error = body.get("error") instanceof Map<?, ?> nested ? nested : body;
    if (error.get("innererror") instanceof Map<?, ?> inner
        && inner.get("code") instanceof String code) {
      return plain(code);
    }
    return error.get("code") instanceof String code ? plain(code) : "";
  }

  /** Returns the id under which the change is in Azure's activity log. */
  static String correlation(AttemptId attempt) {
    String id = attempt.runId() + "." + attempt.step();
    return id.length() <= LONGEST_CORRELATION
        ? id
        : id.substring(id.length() - LONGEST_CORRELATION);
  }

  /** Returns whether a call ended because its thread was interrupted. */
  static boolean isInterruption(Throwable failed) {
    Throwable cause = failed;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      if (cause instanceof InterruptedException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Returns the type of the innermost cause: it names what the wrappers around it hide. */
  static String rootType(Throwable failed) {
    Throwable root = failed;
    for (int depth = 0; root.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
      root = root.getCause();
    }
    return root.getClass().getSimpleName();
  }

  /** Returns a name that somebody chose, fit for a message: short, and on one line. */
  static String plainText(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
    return line.length() <= LONGEST_NAME ? line : line.substring(0, LONGEST_NAME) + "…";
  }

  private static String plain(@Nullable String word) {
    return word != null && word.matches("[A-Za-z0-9_-]{1,64}") ? word : "";
  }
}
