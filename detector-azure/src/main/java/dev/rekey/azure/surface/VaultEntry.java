package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.detect.exposure.Signal;
import java.util.Locale;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A key vault, and how what is in it is kept. Immutable.
 *
 * @param id its id
 * @param access who says what a caller may do with secrets
 * @param purgeProtection whether nobody can purge what was deleted before its time
 * @param softDeleteDays for how many days what is deleted can be recovered; empty where soft delete is
 *     off
 * @param reachable whether the vault takes requests from the internet
 * @param privateOnly whether public network access is disabled
 * @param deniesByDefault whether only the networks in its rules are let in
 * @param networkRules how many networks its rules let in
 * @param trustsServices whether Azure's trusted services are let in past the rules
 */
public record VaultEntry(
    String id,
    Access access,
    boolean purgeProtection,
    OptionalInt softDeleteDays,
    Signal reachable,
    boolean privateOnly,
    boolean deniesByDefault,
    int networkRules,
    boolean trustsServices) {
  private static final int DEFAULT_DAYS = 90;

  /** Who says what a caller may do. */
  public enum Access {
    /** Role assignments of Azure. */
    ROLES,
    /** Access policies of the vault itself, which whoever may write the vault may change. */
    POLICIES
  }

  /** Checks that nothing is null. */
  public VaultEntry {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(access, "access");
    Objects.requireNonNull(softDeleteDays, "softDeleteDays");
    Objects.requireNonNull(reachable, "reachable");
  }

  static VaultEntry of(String id, JsonNode shown, Signal reachable) {
    JsonNode properties = shown.path("properties");
    JsonNode networks = properties.path("networkAcls");
    // Vaults from before the properties were there show none, and have access policies.
    return new VaultEntry(
        id,
        properties.path("enableRbacAuthorization").asBoolean(false)
            ? Access.ROLES
            : Access.POLICIES,
        properties.path("enablePurgeProtection").asBoolean(false),
        properties.path("enableSoftDelete").asBoolean(true)
            ? OptionalInt.of(properties.path("softDeleteRetentionInDays").asInt(DEFAULT_DAYS))
            : OptionalInt.empty(),
        reachable,
        is(properties.path("publicNetworkAccess"), "disabled"),
        is(networks.path("defaultAction"), "deny"),
        networks.path("ipRules").size() + networks.path("virtualNetworkRules").size(),
        is(networks.path("bypass"), "azureservices"));
  }

  private static boolean is(JsonNode value, String word) {
    return value.asText("").toLowerCase(Locale.ROOT).equals(word);
  }

  /** Shows the id. */
  @Override
  public String toString() {
    return id;
  }
}
