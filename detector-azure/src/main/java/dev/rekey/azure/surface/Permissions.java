package dev.rekey.azure.surface;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** The permissions that reads need, as custom roles of Azure. */
final class Permissions {
  private Permissions() {}

  /** Whether an action is one on data, which a role lists apart from those of the control plane. */
  static boolean isData(String action) {
    return action.contains("/configurationStores/*/")
        || action.contains("/containers/blobs/")
        || (action.startsWith("Microsoft.KeyVault/vaults/secrets/") && action.endsWith("/action"));
  }

  /** Whether an action is one of Azure at all: Synapse has roles of its own. */
  static boolean isAzures(String action) {
    return action.startsWith("Microsoft.");
  }

  static String role(
      String name, String description, Collection<String> actions, List<String> scopes) {
    ObjectNode role = JsonNodeFactory.instance.objectNode();
    role.put("Name", name);
    role.put("IsCustom", true);
    role.put("Description", description);
    for (String list : List.of("Actions", "NotActions", "DataActions", "NotDataActions")) {
      role.putArray(list);
    }
    for (String action : new TreeSet<>(actions)) {
      if (isAzures(action)) {
        role.withArray(isData(action) ? "DataActions" : "Actions").add(action);
      }
    }
    scopes.forEach(role.putArray("AssignableScopes")::add);
    return written(role);
  }

  /** An action stands on a line of its own, so that two roles can be compared line by line. */
  private static String written(ObjectNode role) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
    printer.indentArraysWith(new DefaultIndenter("  ", "\n"));
    printer.indentObjectsWith(new DefaultIndenter("  ", "\n"));
    try {
      return new ObjectMapper().writer(printer).writeValueAsString(role);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree can be written", impossible);
    }
  }
}
