package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.ResourceGraph;
import dev.rekey.azure.Subscriptions;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.Obstacles;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a slot whose values are to become references could have secrets of the vault: whether it has
 * an identity, that identity a role or access policy, and the vault a route to it. Looking shows what
 * surely is missing; that all is there is proved when a harmless reference is resolved.
 */
final class VaultReach {
  /** Roles of Azure's that allow reading a secret's value, by their ids, which never change. */
  private static final Set<String> READERS = Set.of(
      "4633458b-17de-408a-b874-0445c86b69e6", // Key Vault Secrets User
      "b86a8fe4-44ce-4948-aee5-eccb2c155cd7", // Key Vault Secrets Officer
      "00482a5a-887f-4fb3-b363-3b7fe8e74483"); // Key Vault Administrator

  private final ArmClient arm;
  private final String address;

  VaultReach(ArmClient arm, String address) {
    this.arm = arm;
    this.address = address;
  }

  /**
   * A slot as ARM shows it.
   *
   * @param principal the object id of the identity by which it reads vaults, if it has one
   * @param inNetwork whether its calls go through a virtual network
   */
  record Caller(String label, Optional<String> principal, boolean inNetwork) {
    /** Returns who reads vaults for a slot. */
    static Caller of(String label, JsonNode shown) {
      String by = shown.at("/properties/keyVaultReferenceIdentity").asText("");
      JsonNode identity = shown.path("identity");
      String principal = "";
      if (by.isEmpty() || by.equals("null") || by.equalsIgnoreCase("SystemAssigned")) {
        principal = identity.path("principalId").asText("");
      } else {
        var assigned = identity.path("userAssignedIdentities").properties();
        for (var one : assigned) {
          if (one.getKey().equalsIgnoreCase(by)) {
            principal = one.getValue().path("principalId").asText("");
          }
        }
      }
      String subnet = shown.at("/properties/virtualNetworkSubnetId").asText("");
      return new Caller(
          label,
          Optional.of(principal).filter(id -> id.matches("[0-9a-fA-F-]{36}")),
          !subnet.isEmpty() && !subnet.equals("null"));
    }
  }

  Obstacles obstacles(Caller caller) {
    if (caller.principal().isEmpty()) {
      return blocked(
          caller.label() + " is to refer to " + address + " and has no managed identity for that",
          "Give it one, with the role Key Vault Secrets User at the vault, and plan again.");
    }
    JsonNode vault;
    try {
      Optional<JsonNode> found = vault();
      if (found.isEmpty()) {
        return unknown(caller, "the vault's resource is not among those that can be seen");
      }
      vault = found.get();
    } catch (ArmException failed) {
      return unknown(caller, why(failed));
    }
    return route(caller, vault).and(role(caller, caller.principal().get(), vault));
  }

  private Optional<JsonNode> vault() {
    List<String> subscriptions = Subscriptions.in(arm).enabled().stream()
        .map(Subscriptions.Subscription::id)
        .toList();
    Iterator<JsonNode> rows = ResourceGraph.in(arm)
        .query(
            "Resources | where type =~ 'microsoft.keyvault/vaults'"
                + " | project id, name, type, tenantId, properties | order by id asc",
            subscriptions)
        .iterator();
    while (rows.hasNext()) {
      JsonNode row = rows.next();
      String uri = row.at("/properties/vaultUri").asText("").replaceFirst("/$", "");
      if (uri.equalsIgnoreCase(address)) {
        return Optional.of(row);
      }
    }
    return Optional.empty();
  }

  private Obstacles route(Caller caller, JsonNode vault) {
    JsonNode properties = vault.path("properties");
    boolean closed = properties.path("publicNetworkAccess").asText().equalsIgnoreCase("Disabled")
        || properties.at("/networkAcls/defaultAction").asText().equalsIgnoreCase("Deny");
    if (!closed) {
      return Obstacles.NONE;
    }
    return caller.inNetwork()
        ? unknown(
            caller,
            "the vault is closed to the public network, and whether the virtual"
                + " network of the app has a way in can't be seen")
        : blocked(
            caller.label() + " is to refer to " + address
                + ", which is closed to the public network, and goes through no virtual network",
            "Integrate the app with a virtual network that the vault lets in (its outbound addresses"
                + " are no remedy: references may be fetched from others), and plan again.");
  }

  private Obstacles role(Caller caller, String principal, JsonNode vault) {
    JsonNode properties = vault.path("properties");
    if (!properties.path("enableRbacAuthorization").asBoolean()) {
      return policies(caller, principal, properties.path("accessPolicies"));
    }
    boolean reader = false;
    boolean other = false;
    try {
      Iterator<JsonNode> assignments = arm.list(
              vault.path("id").asText() + "/providers/Microsoft.Authorization/roleAssignments",
              "2022-04-01",
              Map.of("$filter", "atScope() and assignedTo('" + principal + "')"))
          .iterator();
      while (assignments.hasNext()) {
        String role = assignments.next().at("/properties/roleDefinitionId").asText();
        boolean known =
            READERS.contains(role.substring(role.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT));
        reader |= known;
        other |= !known;
      }
    } catch (ArmException | IllegalArgumentException failed) {
      return unknown(
          caller, failed instanceof ArmException refused ? why(refused) : "the vault has no id");
    }
    if (reader) {
      return Obstacles.NONE;
    }
    return other
        ? unknown(caller, "whether one of the roles of its identity allows reading secrets")
        : blocked(
            caller.label() + " is to refer to " + address + ", and its identity " + principal
                + " has no role there",
            "Assign it the role Key Vault Secrets User at the vault, and plan again.");
  }

  private Obstacles policies(Caller caller, String principal, JsonNode policies) {
    for (JsonNode policy : policies) {
      if (policy.path("objectId").asText().equalsIgnoreCase(principal)) {
        for (JsonNode permission : policy.at("/permissions/secrets")) {
          if (Set.of("get", "all").contains(permission.asText().toLowerCase(Locale.ROOT))) {
            return Obstacles.NONE;
          }
        }
      }
    }
    return blocked(
        caller.label() + " is to refer to " + address + ", and no access policy lets its identity "
            + principal + " get secrets there",
        "Add one with the permission get for secrets, and plan again.");
  }

  private static Obstacles blocked(String problem, String fix) {
    return Obstacles.blocked(Blocker.Kind.STORE_OUT_OF_REACH, problem, fix);
  }

  private Obstacles unknown(Caller caller, String why) {
    return Obstacles.unknown(
        "Whether " + caller.label() + " can have secrets of " + address + ": " + why + ".");
  }

  private static String why(ArmException failed) {
    return failed
        .missingAction()
        .map(action -> "it takes " + action + " to look")
        .orElseGet(
            () -> "looking failed with " + failed.status() + " " + Failures.plain(failed.code()));
  }
}
