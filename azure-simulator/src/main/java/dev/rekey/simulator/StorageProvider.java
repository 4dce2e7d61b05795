package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The resource provider of storage accounts. */
final class StorageProvider {
  private static final String TYPE = "Microsoft.Storage/storageAccounts";
  private static final Set<String> ACCESS = Set.of("Enabled", "Disabled", "SecuredByPerimeter");
  private static final Set<String> SWITCHES = Set.of(
      "allowSharedKeyAccess",
      "allowBlobPublicAccess",
      "supportsHttpsTrafficOnly",
      "defaultToOAuthAuthentication",
      "allowCrossTenantReplication");
  private static final Set<String> TEXTS = Set.of("minimumTlsVersion", "accessTier");

  Arm.Operation operation(Call call, List<String> rest) {
    if (rest.isEmpty()) {
      if (!call.method().equals("PATCH")) {
        throw ArmProblem.method(call, "GET, PATCH");
      }
      return new Arm.Operation(TYPE + "/write", this::patch);
    }
    if (rest.equals(List.of("listkeys"))) {
      post(call);
      return new Arm.Operation(TYPE + "/listKeys/action", this::listKeys);
    }
    if (rest.equals(List.of("regeneratekey"))) {
      post(call);
      return new Arm.Operation(TYPE + "/regenerateKey/action", this::regenerateKey);
    }
    throw ArmProblem.gateway(
        404, "NotFound", "The simulator does not know the action '" + rest.get(0) + "'.");
  }

  private static void post(Call call) {
    if (!call.method().equals("POST")) {
      throw ArmProblem.method(call, "POST");
    }
  }

  Reply listKeys(Call unusedCall, Asset asset, String version) {
    return Arm.resourceRequests(plain(((StorageAsset) asset).keyList(version)));
  }

  private Reply regenerateKey(Call call, Asset asset, String version) {
    ObjectNode body = Arm.content(call);
    JsonNode keyName = body.path("keyName");
    // kerb1 and kerb2 exist only with Active Directory, which no account here has.
    if (body.size() != 1
        || !keyName.isTextual()
        || !((StorageAsset) asset).regenerate(keyName.asText())) {
      throw invalid("keyName");
    }
    return Arm.writes(plain(((StorageAsset) asset).keyList(version)));
  }

  private Reply patch(Call call, Asset asset, String version) {
    ObjectNode body = Arm.content(call);
    for (Map.Entry<String, JsonNode> field : body.properties()) {
      if (!Set.of("properties", "tags").contains(field.getKey())
          || !field.getValue().isObject()) {
        throw invalid(field.getKey());
      }
    }
    for (JsonNode tag : body.path("tags")) {
      if (!tag.isTextual()) {
        throw invalid("tags");
      }
    }
    JsonNode properties = body.path("properties");
    for (Map.Entry<String, JsonNode> field : properties.properties()) {
      check(field.getKey(), field.getValue());
    }
    if (properties instanceof ObjectNode changes) {
      ((StorageAsset) asset).patch(changes);
    }
    if (body.has("tags")) {
      asset.tags().clear();
      body.path("tags")
          .properties()
          .forEach(t -> asset.tags().put(t.getKey(), t.getValue().asText()));
    }
    return Arm.writes(plain(asset.json(version)));
  }

  private static void check(String name, JsonNode value) {
    boolean fits = (SWITCHES.contains(name) && value.isBoolean())
        || (TEXTS.contains(name) && value.isTextual())
        || (name.equals("publicNetworkAccess") && ACCESS.contains(value.asText()))
        || (name.equals("networkAcls")
            && Set.of("Allow", "Deny").contains(value.path("defaultAction").asText()));
    if (!fits) {
      throw invalid(name);
    }
  }

  private static Refusal invalid(String parameter) {
    return ArmProblem.provider(
        400,
        "InvalidValuesForRequestParameters",
        "Values for request parameters are invalid: " + parameter + ".");
  }

  /** This provider sends its media type without a charset. */
  private static Reply plain(ObjectNode json) {
    return Reply.json(200, json).with("Content-Type", "application/json");
  }
}
