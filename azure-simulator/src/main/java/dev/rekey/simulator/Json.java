package dev.rekey.simulator;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;

/** The one JSON mapper, and the few shapes that every service writes. */
final class Json {
  static final ObjectMapper MAPPER = new ObjectMapper()
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static ArrayNode array() {
    return MAPPER.createArrayNode();
  }

  static ObjectNode tree(Map<String, ?> map) {
    return MAPPER.valueToTree(map);
  }

  /** Reads a JSON object; empty if the text is anything else. */
  static Optional<ObjectNode> readObject(String text) {
    try {
      return MAPPER.readTree(text) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  static byte[] bytes(JsonNode node) {
    try {
      return MAPPER.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A JSON tree always has a text", e);
    }
  }

  /** Returns {@code {"error":{"code":…,"message":…}}}. */
  static ObjectNode error(String code, String message) {
    ObjectNode root = object();
    root.putObject("error").put("code", code).put("message", message);
    return root;
  }

  /** Lays {@code over} on {@code under}, object by object; other values replace. */
  static void merge(ObjectNode under, ObjectNode over) {
    for (Map.Entry<String, JsonNode> field : over.properties()) {
      if (field.getValue() instanceof ObjectNode object
          && under.get(field.getKey()) instanceof ObjectNode target) {
        merge(target, object);
      } else {
        under.set(field.getKey(), field.getValue().deepCopy());
      }
    }
  }
}
