package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Which settings of an app stay where they are when its slots are swapped: ARM's slotConfigNames. */
final class StickyNames {
  private ObjectNode names;

  StickyNames(Resource.StickyNames from) {
    this.names = Json.object();
    array(from.connectionStrings(), names.putArray("connectionStringNames"));
    array(from.appSettings(), names.putArray("appSettingNames"));
    names.putArray("azureStorageConfigNames");
  }

  private static void array(List<String> from, ArrayNode to) {
    from.forEach(to::add);
  }

  ObjectNode json() {
    return names.deepCopy();
  }

  /** Replaces the lists that are given; those that are not become empty. */
  void replace(ObjectNode with) {
    ObjectNode fresh = Json.object();
    for (String list :
        List.of("connectionStringNames", "appSettingNames", "azureStorageConfigNames")) {
      fresh.set(list, with.path(list).isArray() ? with.get(list).deepCopy() : Json.array());
    }
    names = fresh;
  }

  /** The part of a set of settings that sticks, or the part that does not. */
  ObjectNode part(ObjectNode all, boolean strings, boolean sticks) {
    ObjectNode part = Json.object();
    all.properties().forEach(field -> {
      if (isSticky(field.getKey(), strings) == sticks) {
        part.set(field.getKey(), field.getValue().deepCopy());
      }
    });
    return part;
  }

  private boolean isSticky(String name, boolean strings) {
    for (JsonNode sticky : names.path(strings ? "connectionStringNames" : "appSettingNames")) {
      if (sticky.asText().equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }
}
