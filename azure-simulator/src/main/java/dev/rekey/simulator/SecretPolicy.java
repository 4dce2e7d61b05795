package dev.rekey.simulator;

import java.util.OptionalLong;

/** A built-in definition of Azure Policy that denies secrets of a vault when they are set. */
public enum SecretPolicy {
  /** A secret needs an expiration date. */
  EXPIRY(
      "98728c90-32c7-4049-8429-847dc0f4fe37", "Key Vault secrets should have an expiration date"),
  /** A secret needs a content type. */
  CONTENT_TYPE("75262d3e-ba4a-4f43-85f8-9f72c090e5e3", "Secrets should have content type set"),
  /** A secret is valid for 90 days at most. */
  NINETY_DAYS(
      "342e8053-e12e-4c44-be01-c3c2f318400f",
      "Secrets should have the specified maximum validity period");

  private static final long NINETY_DAYS_IN_SECONDS = 90 * 86_400L;

  private final String definition;
  private final String displayName;

  SecretPolicy(String definition, String displayName) {
    this.definition = definition;
    this.displayName = displayName;
  }

  /** Whether it denies this version. */
  boolean denies(VaultContents.Version version) {
    OptionalLong expires = version.expires;
    return switch (this) {
      case EXPIRY -> expires.isEmpty();
      case CONTENT_TYPE -> version.contentType.filter(type -> !type.isEmpty()).isEmpty();
      case NINETY_DAYS ->
        expires.isEmpty()
            || expires.getAsLong()
                    - Math.max(version.created, version.notBefore.orElse(Long.MIN_VALUE))
                > NINETY_DAYS_IN_SECONDS;
    };
  }

  /** What the refusal says of it. */
  String identifiers(String subscription) {
    return "[{\"policyDefinition\":{\"name\":\"" + displayName
        + "\",\"id\":\"/providers/Microsoft.Authorization/policyDefinitions/" + definition
        + "\"},\"policyAssignment\":{\"id\":\"/subscriptions/" + subscription
        + "/providers/Microsoft.Authorization/policyAssignments/" + definition + "\"}}]";
  }
}
