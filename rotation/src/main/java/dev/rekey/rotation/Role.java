package dev.rekey.rotation;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The least that a rotation needs, as a custom role of Azure.
 *
 * <p>A role can be made assignable in subscriptions and resource groups only, and is then assigned to
 * each resource: <a
 * href="https://learn.microsoft.com/azure/role-based-access-control/role-definitions#assignablescopes">AssignableScopes</a>.
 */
final class Role {
  private static final Pattern GROUP = Pattern.compile(
      "(/subscriptions/[^/]+)(/resourceGroups/[^/]+)?(/.*)?", Pattern.CASE_INSENSITIVE);

  private Role() {}

  static String json(RotationPlan plan) {
    List<Permission> permissions =
        plan.permissions().stream().filter(Permission::isAction).toList();
    ObjectNode role = Json.object();
    role.put("Name", "Rekey: rotate " + plan.issuerLabel());
    role.put("IsCustom", true);
    role.put("Description", description(plan, permissions));
    actions(role.putArray("Actions"), permissions, false);
    role.putArray("NotActions");
    actions(role.putArray("DataActions"), permissions, true);
    role.putArray("NotDataActions");
    Json.put(role, "AssignableScopes", assignable(permissions), TextNode::valueOf);
    return Json.write(role);
  }

  private static String description(RotationPlan plan, List<Permission> permissions) {
    StringBuilder description = new StringBuilder("What plan " + plan.hash()
        + " needs. Assign it at the scopes that the plan's permissions name.");
    permissions.stream()
        .map(Permission::scope)
        .filter(scope -> !scope.isEmpty() && !GROUP.matcher(scope).matches())
        .distinct()
        .forEach(scope -> description
            .append(" Add the resource group of ")
            .append(scope)
            .append(" to the assignable scopes."));
    plan.permissions().stream()
        .filter(permission -> !permission.isAction())
        .forEach(permission -> description
            .append(" Beside the role, it needs ")
            .append(permission.action())
            .append(" for ")
            .append(permission.scope())
            .append(", which no role of Azure holds."));
    return description.toString();
  }

  private static void actions(ArrayNode to, List<Permission> permissions, boolean data) {
    permissions.stream()
        .filter(permission -> permission.data() == data)
        .map(Permission::action)
        .distinct()
        .sorted()
        .forEach(to::add);
  }

  /** Resource groups, or subscriptions where dependents may be anywhere in them. */
  private static List<String> assignable(List<Permission> permissions) {
    boolean everywhere = permissions.stream()
        .anyMatch(permission -> permission.scope().equals(Permission.EVERYWHERE));
    Map<String, String> scopes = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (Permission permission : permissions) {
      Matcher id = GROUP.matcher(permission.scope());
      if (id.matches()) {
        String scope = everywhere || id.start(2) < 0 ? id.group(1) : id.group(1) + id.group(2);
        scopes.putIfAbsent(scope, scope);
      }
    }
    return List.copyOf(scopes.values());
  }
}
