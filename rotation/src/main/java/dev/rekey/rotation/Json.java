package dev.rekey.rotation;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.detect.Fingerprint;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Reads and writes the JSON of plans, approvals and journals, and says what is wrong with it. */
final class Json {
  private static final ObjectMapper MAPPER = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static String write(JsonNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException impossible) {
      throw new IllegalStateException("a tree of nodes can always be written", impossible);
    }
  }

  /**
   * Reads an object.
   *
   * @throws IllegalArgumentException if the text is none; the message does not quote it
   */
  static JsonNode read(String what, String text) {
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JsonProcessingException malformed) {
      // Not the parser's message: it quotes the text.
      JsonLocation where = malformed.getLocation();
      throw new IllegalArgumentException(
          where == null
              ? what + " is not JSON"
              : what + " is not JSON at line " + where.getLineNr() + ", column "
                  + where.getColumnNr());
    }
    if (!node.isObject()) {
      throw new IllegalArgumentException(what + " is not a JSON object");
    }
    return node;
  }

  /**
   * Refuses a field, at whatever depth, that what was made of the text does not write: nobody approves
   * what is not read.
   */
  static void requireKnown(JsonNode read, JsonNode written) {
    for (Map.Entry<String, JsonNode> field : read.properties()) {
      String name = field.getKey();
      if (!written.has(name)) {
        throw new IllegalArgumentException(
            name.matches("\\w{1,40}") ? "field " + name + " is unknown" : "a field is unknown");
      }
      requireKnown(field.getValue(), written.path(name));
    }
    for (int i = 0; read.isArray() && i < read.size(); i++) {
      requireKnown(read.path(i), written.path(i));
    }
  }

  static String text(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("field " + field + " is missing or not a text");
    }
    return value.textValue();
  }

  static boolean flag(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isBoolean()) {
      throw new IllegalArgumentException("field " + field + " is missing or not true or false");
    }
    return value.booleanValue();
  }

  static long number(JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (!value.isIntegralNumber()) {
      throw new IllegalArgumentException("field " + field + " is missing or not a whole number");
    }
    return value.longValue();
  }

  static <T> List<T> list(JsonNode node, String field, Function<JsonNode, T> element) {
    JsonNode value = node.path(field);
    if (!value.isArray()) {
      throw new IllegalArgumentException("field " + field + " is missing or not a list");
    }
    List<T> list = new ArrayList<>();
    value.forEach(child -> list.add(element.apply(child)));
    return List.copyOf(list);
  }

  /** Reads a list of texts. */
  static List<String> texts(JsonNode node, String field) {
    return list(node, field, text -> {
      if (!text.isTextual()) {
        throw new IllegalArgumentException("field " + field + " has an element that is no text");
      }
      return text.textValue();
    });
  }

  static <E extends Enum<E>> E choice(JsonNode node, String field, Class<E> type) {
    return constant(text(node, field), field, type);
  }

  /** Reads a list of names of an enum's constants. */
  static <E extends Enum<E>> Set<E> choices(JsonNode node, String field, Class<E> type) {
    return new HashSet<>(list(node, field, name -> constant(name.asText(), field, type)));
  }

  private static <E extends Enum<E>> E constant(String name, String field, Class<E> type) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("field " + field + " has no known value");
  }

  static Instant time(JsonNode node, String field) {
    return parsed(node, field, "a time", Instant::parse);
  }

  static Duration duration(JsonNode node, String field) {
    return parsed(node, field, "a duration", Duration::parse);
  }

  static Fingerprint fingerprint(JsonNode node, String field) {
    return parsed(node, field, "a fingerprint", Fingerprint::parse);
  }

  private static <T> T parsed(
      JsonNode node, String field, String kind, Function<String, T> parser) {
    try {
      return parser.apply(text(node, field));
    } catch (DateTimeException malformed) {
      throw new IllegalArgumentException("field " + field + " is not " + kind);
    } catch (IllegalArgumentException malformed) {
      throw node.path(field).isTextual()
          ? new IllegalArgumentException("field " + field + " is not " + kind)
          : malformed;
    }
  }

  static <T> void put(
      ObjectNode node, String field, Collection<T> values, Function<T, JsonNode> element) {
    ArrayNode array = node.putArray(field);
    values.forEach(value -> array.add(element.apply(value)));
  }
}
