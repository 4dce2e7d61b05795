package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;

/** The resource provider of App Service sites: settings, connection strings, restart. */
final class WebProvider {
  private static final String TYPE = "Microsoft.Web/sites";
  private static final Set<String> STRING_TYPES = Set.of(
      "MySql",
      "SQLServer",
      "SQLAzure",
      "Custom",
      "NotificationHub",
      "ServiceBus",
      "EventHub",
      "ApiHub",
      "DocDb",
      "RedisCache",
      "PostgreSQL");

  Arm.Operation operation(Call call, List<String> rest) {
    if (rest.isEmpty()) {
      throw ArmProblem.method(call, "GET");
    }
    if (rest.equals(List.of("restart"))) {
      require(call, "POST");
      return new Arm.Operation(TYPE + "/restart/action", this::restart);
    }
    boolean strings = rest.size() > 1 && rest.get(1).equals("connectionstrings");
    boolean settings = rest.size() > 1 && rest.get(1).equals("appsettings");
    if (rest.get(0).equals("config") && (strings || settings)) {
      if (rest.size() == 3 && rest.get(2).equals("list")) {
        require(call, "POST");
        return new Arm.Operation(
            TYPE + "/config/list/action",
            (unusedCall, asset, unusedVersion) ->
                Arm.resourceRequests(reply((SiteAsset) asset, strings)));
      }
      if (rest.size() == 2) {
        require(call, "PUT");
        return new Arm.Operation(
            TYPE + "/config/write",
            (request, asset, unusedVersion) -> put(request, (SiteAsset) asset, strings));
      }
    }
    throw ArmProblem.appService(
        404, "NotFound", "01003", "Cannot find " + String.join("/", rest) + ".");
  }

  private static void require(Call call, String method) {
    if (!call.method().equals(method)) {
      throw ArmProblem.method(call, method);
    }
  }

  Reply restart(Call unusedCall, Asset asset, String unusedVersion) {
    ((SiteAsset) asset).restart();
    return Arm.writes(Reply.empty(200));
  }

  private static Reply reply(SiteAsset site, boolean strings) {
    String name = strings ? "connectionstrings" : "appsettings";
    ObjectNode json = Json.object();
    json.put("id", site.id() + "/config/" + name);
    json.put("name", name);
    json.put("type", "Microsoft.Web/sites/config");
    json.put("kind", site.kind());
    json.put("location", site.location());
    json.set("tags", Json.tree(site.tags()));
    json.set("properties", (strings ? site.connectionStrings() : site.appSettings()).deepCopy());
    return Reply.json(200, json).with("Content-Type", "application/json");
  }

  private static Reply put(Call call, SiteAsset site, boolean strings) {
    if (!(Arm.content(call).get("properties") instanceof ObjectNode all)) {
      throw invalid("properties");
    }
    for (var field : all.properties()) {
      boolean fits = strings
          ? field.getValue().path("value").isTextual()
              && field.getValue().size() == 2
              && STRING_TYPES.contains(field.getValue().path("type").asText())
          : isSetting(field.getValue());
      if (field.getKey().isEmpty() || !fits) {
        throw invalid(field.getKey());
      }
    }
    if (strings) {
      site.connectionStrings(all.deepCopy());
    } else {
      site.appSettings(all.deepCopy());
    }
    return Arm.writes(reply(site, strings)).with("ETag", site.etag());
  }

  private static boolean isSetting(JsonNode value) {
    return value.isTextual();
  }

  private static Refusal invalid(String parameter) {
    return ArmProblem.appService(
        400, "BadRequest", "51021", "The parameter " + parameter + " has an invalid value.");
  }
}
