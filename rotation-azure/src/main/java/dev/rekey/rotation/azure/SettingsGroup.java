package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** One of the two sets of settings that a slot has: how its values are reached in ARM's answer. */
enum SettingsGroup {
  APP_SETTINGS("appsettings") {
    @Override
    JsonNode value(JsonNode entry) {
      return entry;
    }

    @Override
    void replace(ObjectNode properties, String name, String value) {
      properties.put(name, value);
    }
  },
  CONNECTION_STRINGS("connectionstrings") {
    @Override
    JsonNode value(JsonNode entry) {
      return entry.path("value");
    }

    @Override
    void replace(ObjectNode properties, String name, String value) {
      ((ObjectNode) properties.get(name)).put("value", value);
    }
  };

  private final String word;

  SettingsGroup(String word) {
    this.word = word;
  }

  /** Returns the word that stands for it in addresses. */
  String word() {
    return word;
  }

  /** Returns the value of an entry; missing where the answer has none. */
  abstract JsonNode value(JsonNode entry);

  /** Changes the value of an entry that is there, and nothing else of it. */
  abstract void replace(ObjectNode properties, String name, String value);
}
