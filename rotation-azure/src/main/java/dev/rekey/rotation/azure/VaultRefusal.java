package dev.rekey.rotation.azure;

import com.azure.core.exception.ClientAuthenticationException;
import com.azure.core.exception.HttpResponseException;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Why a vault did not do what it was asked. */
public enum VaultRefusal {
  /** Its firewall, or that only private links are let in. */
  FIREWALL(
      "the vault's firewall keeps this machine out",
      "run from a network that the vault's firewall lets in, or through its private endpoint"),
  /** Roles decide in this vault, and none allows it. */
  ROLE(
      "no role allows it",
      "assign Key Vault Secrets Officer, or a role with getSecret, setSecret, readMetadata and"
          + " update, on the vault"),
  /** Access policies decide in this vault, and none allows it. */
  ACCESS_POLICY(
      "no access policy allows it",
      "add get, list and set for secrets to the vault's access policies"),
  /** An assignment of Azure Policy denies a secret like this. */
  AZURE_POLICY(
      "an Azure Policy denies secrets like this one",
      "give the store the content type and the lifetime that the policy wants, or have the vault"
          + " exempted"),
  /** A certificate manages the secret. */
  CERTIFICATE("a certificate manages this secret", "renew the certificate, or choose another name"),
  /** The version is disabled. */
  DISABLED("this version is disabled", "enable it, or put a newer one"),
  /** The name is soft-deleted. */
  DELETED("the name is soft-deleted", "recover or purge the deleted secret of this name first"),
  /** The name is being deleted. */
  BEING_DELETED(
      "the secret of this name is being deleted", "wait, then recover or purge the deleted secret"),
  /** No secret, or no version of it, is there. */
  NOT_FOUND("there is no such secret or version", "check the name"),
  /** The vault belongs to another tenant than the credential. */
  OTHER_TENANT(
      "the vault is another tenant's", "use a credential of the tenant that the vault belongs to"),
  /** The credential gets no token, or the vault does not take it. */
  NOT_SIGNED_IN(
      "the credential is not accepted", "check the credential, and that its tenant is the vault's"),
  /** Too many requests. */
  BUSY("the vault is too busy", "try again later"),
  /** Nobody answers, or not a vault. */
  UNREACHABLE("no vault answers", "check the vault's address and that this machine reaches it"),
  /** Forbidden for a reason that is not told. */
  FORBIDDEN(
      "the vault forbids it and does not say why",
      "check the vault's firewall, and roles or access policies"),
  /** Something else. */
  OTHER("", "");

  private static final int UNAUTHORIZED = 401;
  private static final int NOT_AUTHORIZED = 403;
  private static final int MISSING = 404;
  private static final int TOO_MANY = 429;

  private static final Map<String, VaultRefusal> CODES = Map.ofEntries(
      Map.entry("ForbiddenByFirewall", FIREWALL),
      Map.entry("ForbiddenByConnection", FIREWALL),
      Map.entry("ForbiddenByRbac", ROLE),
      Map.entry("ForbiddenByPolicy", ACCESS_POLICY),
      Map.entry("AccessDenied", ACCESS_POLICY),
      Map.entry("ForbiddenByGovernancePolicy", AZURE_POLICY),
      Map.entry("SecretManagedByKeyVault", CERTIFICATE),
      Map.entry("SecretDisabled", DISABLED),
      Map.entry("ObjectIsDeletedButRecoverable", DELETED),
      Map.entry("ObjectIsBeingDeleted", BEING_DELETED),
      Map.entry("SecretNotFound", NOT_FOUND));

  /** What azure-identity says where it may not ask the vault's tenant for a token. */
  private static final String TENANT_NOT_ALLOWED = "AdditionallyAllowedTenants";

  /** How Key Vault's messages about tokens begin; this one is about the issuer. */
  private static final Pattern WRONG_ISSUER = Pattern.compile("\\s*AKV10032\\b");

  private static final Pattern TENANT = Pattern.compile(
      "authorization(?:_uri)?=\"https://[^\"]*/([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\"");

  private final String problem;
  private final String fix;

  VaultRefusal(String problem, String fix) {
    this.problem = problem;
    this.fix = fix;
  }

  /** What is wrong; empty where only the code says it. */
  String problem() {
    return problem;
  }

  /** What to do; empty where that is not known. */
  String fix() {
    return fix;
  }

  /** Returns why a call failed. */
  static VaultRefusal of(RuntimeException failed) {
    if (failed instanceof HttpResponseException refused && refused.getResponse() != null) {
      return answered(refused);
    }
    if (failed instanceof ClientAuthenticationException) {
      return String.valueOf(failed.getMessage()).contains(TENANT_NOT_ALLOWED)
          ? OTHER_TENANT
          : NOT_SIGNED_IN;
    }
    return UNREACHABLE;
  }

  private static VaultRefusal answered(HttpResponseException refused) {
    String code = Failures.code(refused);
    VaultRefusal known = CODES.get(code);
    if (known != null) {
      return known;
    }
    return switch (refused.getResponse().getStatusCode()) {
      case UNAUTHORIZED -> isWrongIssuer(refused) ? OTHER_TENANT : NOT_SIGNED_IN;
      case NOT_AUTHORIZED -> FORBIDDEN;
      case MISSING -> code.isEmpty() ? UNREACHABLE : OTHER;
      case TOO_MANY -> BUSY;
      default -> OTHER;
    };
  }

  private static boolean isWrongIssuer(HttpResponseException refused) {
    return refused.getValue() instanceof Map<?, ?> body
        && body.get("error") instanceof Map<?, ?> error
        && error.get("message") instanceof String message
        && WRONG_ISSUER.matcher(message).lookingAt();
  }

  /** Returns the tenant whose tokens a challenge asks for, or an empty text. */
  static String tenant(String challenge) {
    Matcher tenant = TENANT.matcher(challenge);
    return tenant.find() ? tenant.group(1) : "";
  }
}
