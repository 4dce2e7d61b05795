package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import dev.rekey.azure.ArmException;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.RotationException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns what Azure's clients throw into what the rotation reports, without bodies. */
final class Failures {
  private static final int LONGEST_CORRELATION = 100;
  private static final int LONGEST_NAME = 120;
  private static final int LONGEST_ID = 1000;
  private static final int DEEPEST_CAUSE = 20;

  private static final Map<String, Blocker.Kind> REFUSALS = Map.of(
      "AuthorizationFailed", Blocker.Kind.NOT_PERMITTED,
      "Authorization_RequestDenied", Blocker.Kind.NOT_PERMITTED,
      "DenyAssignmentAuthorizationFailed", Blocker.Kind.DENIED,
      "RequestDisallowedByPolicy", Blocker.Kind.DISALLOWED);

  private static final Map<Blocker.Kind, String> FIXES = Map.of(
      Blocker.Kind.LOCKED,
      "Have the lock removed for as long as the rotation takes, and plan again.",
      Blocker.Kind.NOT_PERMITTED,
      "Grant what is missing to whoever plans and rotates, and plan again.",
      Blocker.Kind.DENIED,
      "Have whoever made the deny assignment exclude the one that rotates, and plan again.",
      Blocker.Kind.DISALLOWED,
      "Have the resource exempted from the policy, and plan again.");

  private Failures() {}

  static RotationException of(String doing, ArmException failed) {
    String message = doing + " failed: " + failed.getMessage();
    return obstacle(failed)
        .map(kind -> new RotationException(
            new Blocker(kind, message, FIXES.getOrDefault(kind, "")), failed.requestId(), failed))
        .orElseGet(() -> new RotationException(message, failed.requestId(), failed));
  }

  /** What stops a call, where the answer says that something does. */
  private static Optional<Blocker.Kind> obstacle(ArmException failed) {
    return failed.isLocked()
        ? Optional.of(Blocker.Kind.LOCKED)
        : Optional.ofNullable(REFUSALS.get(failed.code()));
  }

  static RotationException ofVault(String doing, String vault, RuntimeException failed) {
    return VaultException.of(doing, vault, failed, "");
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
    return root(failed).getClass().getSimpleName();
  }

  static Throwable root(Throwable failed) {
    Throwable root = failed;
    for (int depth = 0; root.getCause() != null && depth < DEEPEST_CAUSE; depth++) {
      root = root.getCause();
    }
    return root;
  }

  /** Returns a name that somebody chose, fit for a message: short, and on one line. */
  static String plainText(String text) {
    return plain(text, LONGEST_NAME);
  }

  /** Returns the id of a resource, fit for a message: whole, as far as Azure's own ids go. */
  static String plainId(String text) {
    return plain(text, LONGEST_ID);
  }

  private static String plain(String text, int longest) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}]", " ");
    return line.length() <= longest ? line : line.substring(0, longest) + "…";
  }

  static String plain(@Nullable String word) {
    return word != null && word.matches("[A-Za-z0-9_-]{1,64}") ? word : "";
  }
}
