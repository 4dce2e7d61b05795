package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The resource providers of Service Bus and Event Hubs, which have the same shape: namespaces, what is
 * in them, and the authorization rules of both.
 *
 * <p>Paths and answers are those of azure-rest-api-specs, servicebus.json and namespaces.json of
 * 2021-11-01, and of recording 04. The texts of its refusals are BELIEFs.
 */
final class MessagingProvider {
  private static final String RULES = "authorizationrules";
  private static final Set<String> ACCESS = Set.of("Enabled", "Disabled", "SecuredByPerimeter");

  /** An own key must have 44 characters: Azure.Messaging.ServiceBus, SharedAccessAuthorizationRule. */
  private static final int KEY_LENGTH = 44;

  Arm.Operation operation(Call call, String type, List<String> rest) {
    if (rest.isEmpty()) {
      require(call, "PATCH");
      return new Arm.Operation(type + "/write", MessagingProvider::patch);
    }
    if (rest.get(0).equals(RULES)) {
      return rules(call, type, "", rest.subList(1, rest.size()));
    }
    for (Resource.Messaging service : Resource.Messaging.values()) {
      if (service.type().equalsIgnoreCase(type) && service.entityTypes().contains(rest.get(0))) {
        return entities(call, type + "/" + rest.get(0), rest);
      }
    }
    throw unknown(rest);
  }

  private static Arm.Operation entities(Call call, String type, List<String> rest) {
    String kind = rest.get(0);
    if (rest.size() == 1) {
      require(call, "GET");
      return read(
          type,
          namespace -> list(namespace.entities(kind).stream()
              .map(name -> entity(namespace, kind, name))
              .toList()));
    }
    if (rest.size() == 2) {
      require(call, "GET");
      return read(
          type, namespace -> entity(namespace, kind, existing(namespace, kind, rest.get(1))));
    }
    if (rest.get(2).equals(RULES)) {
      return rules(call, type, rest.get(1), rest.subList(3, rest.size()));
    }
    throw unknown(rest);
  }

  private static Arm.Operation rules(Call call, String type, String entity, List<String> rest) {
    if (rest.isEmpty()) {
      require(call, "GET");
      return read(
          type + "/authorizationRules",
          namespace -> list(
              namespace
                  .rules(entity.isEmpty() ? "" : existing(namespace, kind(type), entity))
                  .stream()
                  .map(rule -> shown(namespace, rule))
                  .toList()));
    }
    String name = rest.get(0);
    if (rest.size() == 1) {
      require(call, "GET");
      return read(
          type + "/authorizationRules",
          namespace -> shown(namespace, rule(namespace, type, entity, name)));
    }
    require(call, "POST");
    // Both are charged to writes: recording 04.
    return switch (String.join("/", rest.subList(1, rest.size()))) {
      case "listkeys" ->
        new Arm.Operation(
            type + "/authorizationRules/listkeys/action",
            (request, asset, version) -> keys((MessagingAsset) asset, type, entity, name));
      case "regeneratekeys" ->
        new Arm.Operation(
            type + "/authorizationRules/regenerateKeys/action", (request, asset, version) -> {
              regenerate(request, rule((MessagingAsset) asset, type, entity, name), version);
              return keys((MessagingAsset) asset, type, entity, name);
            });
      default -> throw unknown(rest);
    };
  }

  private static Arm.Operation read(String type, Function<MessagingAsset, ObjectNode> shown) {
    return new Arm.Operation(
        type + "/read",
        (call, asset, version) -> Arm.reads(Reply.json(200, shown.apply((MessagingAsset) asset))));
  }

  private static Reply keys(MessagingAsset namespace, String type, String entity, String name) {
    return Arm.writes(
        Reply.json(200, rule(namespace, type, entity, name).keyList(namespace.authority())));
  }

  private static void regenerate(Call call, AuthorizationRule rule, String version) {
    ObjectNode body = Arm.content(call);
    // The field was renamed: recording 04, entry 1.
    String slot = version.compareTo("2017-04-01") < 0 ? "policykey" : "keyType";
    JsonNode given = body.path("key");
    for (String field : (Iterable<String>) body::fieldNames) {
      if (!Set.of(slot, "key").contains(field)) {
        throw invalid("The property '" + field + "' is not known.");
      }
    }
    if (rule.key(body.path(slot).asText()).isEmpty()) {
      throw invalid("The value for '" + slot + "' must be PrimaryKey or SecondaryKey.");
    }
    if (!given.isMissingNode() && !given.isNull() && !isKey(given)) {
      throw invalid("The key must be the base64 of 256 bits.");
    }
    rule.regenerate(body.path(slot).asText(), Optional.ofNullable(given.textValue()));
  }

  private static boolean isKey(JsonNode given) {
    try {
      return given.isTextual()
          && given.textValue().length() == KEY_LENGTH
          && Base64.getDecoder().decode(given.textValue()).length == 32;
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static Reply patch(Call call, Asset asset, String version) {
    ObjectNode body = Arm.content(call);
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!field.getKey().equals("properties") || !field.getValue().isObject()) {
        throw invalid("The property '" + field.getKey() + "' can't be set here.");
      }
    }
    for (Map.Entry<String, JsonNode> field : body.path("properties").properties()) {
      boolean fits =
          (field.getKey().equals("disableLocalAuth") && field.getValue().isBoolean())
              || (field.getKey().equals("publicNetworkAccess")
                  && ACCESS.contains(field.getValue().asText()));
      if (!fits) {
        throw invalid("The property '" + field.getKey() + "' can't be set to this value.");
      }
    }
    if (body.path("properties") instanceof ObjectNode changes) {
      ((MessagingAsset) asset).patch(changes);
    }
    return Arm.writes(Reply.json(200, asset.json(version)));
  }

  /** The rule, if what it is for is of the type that the path names. */
  private static AuthorizationRule rule(
      MessagingAsset namespace, String type, String entity, String name) {
    return namespace
        .rule(entity.isEmpty() ? "" : existing(namespace, kind(type), entity), name)
        .orElseThrow(() -> missing(name));
  }

  private static String existing(MessagingAsset namespace, String kind, String name) {
    return namespace.entities(kind).stream()
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .orElseThrow(() -> missing(name));
  }

  private static String kind(String type) {
    return type.substring(type.lastIndexOf('/') + 1);
  }

  private static ObjectNode entity(MessagingAsset namespace, String kind, String name) {
    ObjectNode json = Json.object();
    json.put("id", namespace.id() + "/" + kind + "/" + name);
    json.put("name", name);
    json.put("type", namespace.type() + "/" + kind);
    json.put("location", namespace.location());
    json.putObject("properties").put("status", "Active");
    return json;
  }

  private static ObjectNode shown(MessagingAsset namespace, AuthorizationRule rule) {
    String within = namespace.entityType(rule.entity()).map(kind -> "/" + kind).orElse("");
    String scope = namespace.id() + (within.isEmpty() ? "" : within + "/" + rule.entity());
    return rule.json(scope, namespace.type() + within, namespace.location());
  }

  private static ObjectNode list(List<ObjectNode> all) {
    ObjectNode json = Json.object();
    ArrayNode value = json.putArray("value");
    all.forEach(value::add);
    return json;
  }

  private static void require(Call call, String method) {
    if (!call.method().equals(method)) {
      throw ArmProblem.method(call, method);
    }
  }

  private static Refusal invalid(String why) {
    // "Bad Request", sub code 40000: service-bus-resource-manager-exceptions.
    return ArmProblem.provider(400, "BadRequest", "SubCode=40000. " + why);
  }

  private static Refusal missing(String name) {
    return ArmProblem.provider(
        404, "NotFound", "The requested resource " + name + " does not exist.");
  }

  private static Refusal unknown(List<String> rest) {
    return ArmProblem.gateway(
        404, "NotFound", "The simulator does not know '" + String.join("/", rest) + "'.");
  }
}
