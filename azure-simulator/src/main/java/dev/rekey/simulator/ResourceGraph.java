package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Azure Resource Graph over the resources that the caller may read. */
final class ResourceGraph {
  private static final int QUOTA = 15;
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final int PAGE = 1000;
  private static final Set<String> OPTIONS = Set.of(
      "$top",
      "$skip",
      "$skipToken",
      "resultFormat",
      "allowPartialScopes",
      "authorizationScopeFilter");

  /** Since when rows are objects unless the caller asks for a table. */
  private static final String OBJECTS_SINCE = "2020-04-01-preview";

  private final World world;
  private final boolean limited;
  private final Map<String, Window> windows = new HashMap<>();

  /** The queries of one client since a moment. */
  private record Window(Instant start, int used) {}

  ResourceGraph(World world, boolean limited) {
    this.world = world;
    this.limited = limited;
  }

  Reply answer(Call call, Scenario.Client client, String version) {
    if (!call.method().equals("POST")) {
      throw ArmProblem.method(call, "POST");
    }
    Map<String, String> quota = charge(client);
    ObjectNode body = Arm.content(call);
    JsonNode query = body.path("query");
    if (!query.isTextual() || query.asText().isBlank()) {
      throw invalid("InvalidQuery", "The query must be a text.");
    }
    try {
      Kusto.Result result = Kusto.run(query.asText(), table(client, body));
      return page(result, query.asText(), options(body), version).withAll(quota);
    } catch (Kusto.ParserFailure e) {
      throw parserFailure(query.asText(), e);
    }
  }

  /** Counts a query against the client's quota; refuses the sixteenth within five seconds. */
  private Map<String, String> charge(Scenario.Client client) {
    Instant now = world.clock().instant();
    Window window = windows.getOrDefault(client.id(), new Window(now, 0));
    if (!now.isBefore(window.start().plus(WINDOW))) {
      window = new Window(now, 0);
    }
    long left =
        WINDOW.minus(Duration.between(window.start(), now)).plusMillis(999).toSeconds();
    Map<String, String> quota = new HashMap<>();
    quota.put("x-ms-user-quota-resets-after", "00:00:0" + Math.max(1, left));
    if (limited && window.used() >= QUOTA) {
      quota.put("x-ms-user-quota-remaining", "0");
      quota.put("Retry-After", Long.toString(Math.max(1, left)));
      throw new Refusal(Reply.json(
              429,
              detailed(
                  "RateLimiting",
                  "RateLimiting",
                  "Client application has been throttled and should not attempt to repeat the"
                      + " request until an amount of time has elapsed. Please see"
                      + " https://aka.ms/resourcegraph-throttling for help."))
          .withAll(quota));
    }
    windows.put(client.id(), new Window(window.start(), window.used() + 1));
    String remaining = Integer.toString(Math.max(0, QUOTA - window.used() - 1));
    quota.put("x-ms-user-quota-remaining", remaining);
    quota.put("x-ms-ratelimit-remaining-tenant-resource-requests", remaining);
    return quota;
  }

  private List<ObjectNode> table(Scenario.Client client, ObjectNode body) {
    JsonNode asked = body.path("subscriptions");
    List<String> scope = world.scenario().subscriptions().stream()
        .map(Scenario.Subscription::id)
        .filter(id -> asked.isMissingNode() || asked.isNull() || names(asked, id))
        .toList();
    if (scope.isEmpty()) {
      throw invalid(
          "NoValidSubscriptionsInQueryRequest",
          "There must be at least one subscription that is eligible to contain resources.");
    }
    return world.assets().stream()
        .filter(asset -> scope.contains(asset.subscription()))
        .filter(asset -> !World.denies(client, asset.type() + "/read"))
        .map(asset -> asset.row(world.scenario().tenant()))
        .toList();
  }

  private static boolean names(JsonNode asked, String id) {
    for (JsonNode one : asked) {
      if (one.asText().equalsIgnoreCase(id)) {
        return true;
      }
    }
    return false;
  }

  private static JsonNode options(ObjectNode body) {
    JsonNode options = body.path("options");
    options.fieldNames().forEachRemaining(name -> {
      if (!OPTIONS.contains(name)) {
        throw invalid("BadRequest", "The option '" + name + "' is not known.");
      }
    });
    return options;
  }

  private Reply page(Kusto.Result result, String query, JsonNode options, String version) {
    int top = within(options, "$top", PAGE, 1, PAGE);
    int start = within(options, "$skip", 0, 0, Integer.MAX_VALUE);
    JsonNode token = options.path("$skipToken");
    if (token.isTextual()) {
      start = Marker.read(query, token.asText())
          .map(Integer::parseInt)
          .orElseThrow(
              () -> invalid("InvalidSkipToken", "The skip token belongs to another query."));
    }
    List<ObjectNode> rows = result.rows();
    int from = Math.min(start, rows.size());
    int to = Math.min(rows.size(), from + top);
    boolean more = to < rows.size();
    ObjectNode json = Json.object();
    json.put("totalRecords", rows.size());
    json.put("count", to - from);
    String format = options
        .path("resultFormat")
        .asText(version.compareTo(OBJECTS_SINCE) < 0 ? "table" : "objectArray");
    json.set("data", data(rows.subList(from, to), format));
    json.putArray("facets");
    // Without an id there is no stable order, so the rest is cut off rather than paged.
    json.put("resultTruncated", more && !result.pageable() ? "true" : "false");
    if (more && result.pageable()) {
      json.put("$skipToken", Marker.of(query, Integer.toString(to)));
    }
    return Arm.reads(Reply.json(200, json));
  }

  private static int within(JsonNode options, String name, int otherwise, int least, int most) {
    JsonNode value = options.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.canConvertToInt() || value.asInt() < least || value.asInt() > most) {
      throw invalid("BadRequest", "The option '" + name + "' is out of range.");
    }
    return value.asInt();
  }

  private static JsonNode data(List<ObjectNode> rows, String format) {
    if (format.equals("objectArray")) {
      return Json.array().addAll(rows);
    }
    if (!format.equals("table")) {
      throw invalid("BadRequest", "The result format '" + format + "' is not known.");
    }
    ObjectNode table = Json.object();
    ArrayNode columns = table.putArray("columns");
    ArrayNode lines = table.putArray("rows");
    if (!rows.isEmpty()) {
      rows.get(0)
          .fieldNames()
          .forEachRemaining(name -> columns
              .addObject()
              .put("name", name)
              .put("type", rows.get(0).path(name).isObject() ? "object" : "string"));
    }
    rows.forEach(row -> row.forEach(lines.addArray()::add));
    return table;
  }

  private Refusal parserFailure(String query, Kusto.ParserFailure e) {
    int line = (int) query.substring(0, e.at()).lines().count();
    ObjectNode json = detailed(
        "BadRequest",
        "InvalidQuery",
        "Query is invalid. Please refer to the documentation for the Azure Resource Graph"
            + " service and fix the error before retrying.");
    ArrayNode details = (ArrayNode) json.path("error").path("details");
    details
        .addObject()
        .put("code", "ParserFailure")
        .put("message", "ParserFailure")
        .put("line", Math.max(1, line))
        .put("characterPositionInLine", e.at() - query.lastIndexOf('\n', e.at() - 1) - 1)
        .put("token", e.token());
    return new Refusal(Reply.json(400, json));
  }

  private static Refusal invalid(String code, String message) {
    return new Refusal(Reply.json(400, detailed("BadRequest", code, message)));
  }

  private static ObjectNode detailed(String code, String detail, String message) {
    ObjectNode json =
        Json.error(code, "Please provide below info when asking for support: the request id.");
    ((ObjectNode) json.path("error"))
        .putArray("details")
        .addObject()
        .put("code", detail)
        .put("message", message);
    return json;
  }
}
