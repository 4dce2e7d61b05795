package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import dev.rekey.azure.ArmException;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import java.util.Map;
import java.util.Optional;

/** Turns what Azure's clients throw into what the rotation reports, without bodies. */
final class Failures {
  private static final Map<String, String> ADVICE = Map.of(
      "ForbiddenByRbac",
          "assign Key Vault Secrets Officer, or a role with getSecret, setSecret, readMetadata and"
              + " update, on the vault",
      "ForbiddenByPolicy", "add get, list and set for secrets to the vault's access policies",
      "ForbiddenByFirewall", "run from a network that the vault's firewall lets in",
      "ObjectIsDeletedButRecoverable", "recover or purge the deleted secret of this name first");

  private Failures() {}

  static RotationException of(String doing, ArmException failed) {
    return new RotationException(doing + " failed: " + failed.getMessage(), failed);
  }

  static RotationException ofVault(String doing, String vault, RuntimeException failed) {
    if (failed instanceof HttpResponseException refused && refused.getResponse() != null) {
      String code = code(refused);
      String advice = Optional.ofNullable(ADVICE.get(code)).map(a -> "; " + a).orElse("");
      return new RotationException(
          doing
              + " in "
              + vault
              + " failed: "
              + refused.getResponse().getStatusCode()
              + (code.isEmpty() ? "" : " " + code)
              + advice,
          failed);
    }
    return new RotationException(
        doing
            + " in "
            + vault
            + " failed: "
            + failed.getClass().getSimpleName()
            + "; check the vault's address and that this machine reaches it",
        failed);
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
    return attempt.runId() + "." + attempt.step();
  }

  private static String plain(String code) {
    return code.matches("[A-Za-z0-9_-]{1,64}") ? code : "";
  }
}
