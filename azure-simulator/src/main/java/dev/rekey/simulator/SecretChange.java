package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What a PUT or PATCH says beside the value; read as a whole before any of it is applied. */
record SecretChange(
    Optional<Boolean> enabled,
    OptionalLong notBefore,
    OptionalLong expires,
    Optional<String> contentType,
    Optional<ObjectNode> tags) {
  private static final int MOST_TAGS = 15;
  private static final int LONGEST_TEXT = 256;
  private static final Set<String> ATTRIBUTES =
      Set.of("enabled", "nbf", "exp", "created", "updated", "recoveryLevel", "recoverableDays");

  static SecretChange read(ObjectNode body) {
    known(body, Set.of("value", "contentType", "attributes", "tags"));
    JsonNode type = body.path("contentType");
    if (!absent(type) && (!type.isTextual() || type.asText().length() > LONGEST_TEXT - 1)) {
      throw VaultProblem.bad("The parameter is incorrect: contentType");
    }
    JsonNode attributes = body.path("attributes");
    if (!absent(attributes)) {
      known(attributes, ATTRIBUTES);
    }
    JsonNode enabled = attributes.path("enabled");
    if (!absent(enabled) && !enabled.isBoolean()) {
      throw VaultProblem.bad("The parameter is incorrect: enabled");
    }
    return new SecretChange(
        absent(enabled) ? Optional.empty() : Optional.of(enabled.asBoolean()),
        time(attributes.path("nbf")),
        time(attributes.path("exp")),
        absent(type) ? Optional.empty() : Optional.of(type.asText()),
        tags(body.path("tags")));
  }

  private static boolean absent(JsonNode node) {
    return node.isMissingNode() || node.isNull();
  }

  private static void known(JsonNode node, Set<String> names) {
    if (!node.isObject()) {
      throw VaultProblem.bad("The parameter is incorrect: attributes");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!names.contains(field.getKey())) {
        throw VaultProblem.bad("The request body has an unknown property: " + field.getKey());
      }
    }
  }

  private static OptionalLong time(JsonNode node) {
    if (absent(node)) {
      return OptionalLong.empty();
    }
    if (!node.isIntegralNumber()) {
      throw VaultProblem.bad("The parameter is incorrect: nbf and exp are seconds since 1970");
    }
    return OptionalLong.of(node.asLong());
  }

  private static Optional<ObjectNode> tags(JsonNode node) {
    if (absent(node)) {
      return Optional.empty();
    }
    if (!(node instanceof ObjectNode tags) || tags.size() > MOST_TAGS) {
      throw VaultProblem.bad("A secret has at most " + MOST_TAGS + " tags.");
    }
    for (Map.Entry<String, JsonNode> tag : tags.properties()) {
      if (!tag.getValue().isTextual()
          || tag.getKey().length() > LONGEST_TEXT
          || tag.getValue().asText().length() > LONGEST_TEXT) {
        throw VaultProblem.bad(
            "Names and values of tags are texts of at most " + LONGEST_TEXT + " characters.");
      }
    }
    return Optional.of(tags.deepCopy());
  }

  void apply(VaultContents.Version to) {
    enabled.ifPresent(value -> to.enabled = value);
    if (notBefore.isPresent()) {
      to.notBefore = notBefore;
    }
    if (expires.isPresent()) {
      to.expires = expires;
    }
    if (contentType.isPresent()) {
      to.contentType = contentType;
    }
    if (tags.isPresent()) {
      to.tags = tags;
    }
  }
}
