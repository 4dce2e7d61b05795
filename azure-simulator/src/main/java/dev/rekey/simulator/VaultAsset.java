package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Locale;

/** A key vault as ARM shows it; what it holds is in its {@link VaultContents}. */
final class VaultAsset extends Asset {
  private final ObjectNode properties = Json.object();
  private final boolean dataPlane;
  private final VaultContents contents = new VaultContents();
  private final List<SecretPolicy> policies;
  private final int deletionUses;
  private String uri;

  VaultAsset(
      String tenant, String subscription, Scenario.ResourceGroup group, Resource.Vault from) {
    super(subscription, group, from, "");
    this.dataPlane = !from.noDataPlane();
    this.policies = from.policies();
    this.deletionUses = from.deletionUses();
    this.uri = "https://" + from.name() + ".vault.azure.net/";
    properties.putObject("sku").put("family", "A").put("name", "standard");
    properties.put("tenantId", tenant);
    properties.putArray("accessPolicies");
    properties.put("enabledForDeployment", false);
    properties.put("enableSoftDelete", true);
    properties.put("softDeleteRetentionInDays", 90);
    properties.put("enableRbacAuthorization", true);
    properties.put("provisioningState", "Succeeded");
    properties.put("publicNetworkAccess", "Enabled");
    Json.merge(properties, Json.tree(from.properties()));
  }

  boolean hasDataPlane() {
    return dataPlane;
  }

  void uri(String url) {
    uri = url;
  }

  String uri() {
    return uri;
  }

  VaultContents contents() {
    return contents;
  }

  /** The policies of Azure Policy for it. */
  List<SecretPolicy> policies() {
    return policies;
  }

  int deletionUses() {
    return deletionUses;
  }

  String tenant() {
    return properties.path("tenantId").asText();
  }

  boolean firewallClosed() {
    return Firewall.closed(properties);
  }

  /** Whether roles say who may do what, and not its access policies. */
  boolean byRoles() {
    return properties.path("enableRbacAuthorization").asBoolean(true);
  }

  /** Whether its access policies let this principal do something with secrets. */
  boolean permits(String objectId, String permission) {
    for (JsonNode policy : properties.path("accessPolicies")) {
      if (policy.path("objectId").asText().equalsIgnoreCase(objectId)) {
        for (JsonNode permitted : policy.path("permissions").path("secrets")) {
          String name = permitted.asText().toLowerCase(Locale.ROOT);
          if (name.equals("all") || name.equals(permission)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  boolean softDelete() {
    return properties.path("enableSoftDelete").asBoolean(true);
  }

  boolean purgeProtection() {
    return properties.path("enablePurgeProtection").asBoolean(false);
  }

  int retentionDays() {
    return properties.path("softDeleteRetentionInDays").asInt(90);
  }

  /** How a deleted secret can come back, in Key Vault's words. */
  String recoveryLevel() {
    if (!softDelete()) {
      return "Purgeable";
    }
    String level = retentionDays() < 90 ? "CustomizedRecoverable" : "Recoverable";
    return purgeProtection() ? level : level + "+Purgeable";
  }

  /** The metadata of its secrets, as ARM mirrors it: never a value. */
  @Override
  List<ObjectNode> own(List<String> path) {
    return String.join("/", path).equalsIgnoreCase("secrets") ? contents.mirrored(uri) : List.of();
  }

  @Override
  ObjectNode properties(String apiVersion) {
    ObjectNode shown = properties.deepCopy();
    shown.put("vaultUri", uri);
    return shown;
  }
}
