package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Azure Resource Graph over the resources, groups and subscriptions that the caller may read. */
final class ResourceGraph {
  private static final int QUOTA = 15;
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final int PAGE = 1000;
  private static final int KEPT = 64;
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

  /** The rows of queries that have further pages: they are not looked for again for each page. */
  private final Map<String, Kusto.Result> paged = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Kusto.Result> eldest) {
      return size() > KEPT;
    }
  };

  private long generation;

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
      JsonNode options = options(body);
      List<String> scope = scope(body);
      String key = client.id() + " " + scope + " " + query.asText();
      if (generation != world.graphGeneration()) {
        paged.clear();
        generation = world.graphGeneration();
      }
      Kusto.Result result = options.path("$skipToken").isTextual() ? paged.get(key) : null;
      if (result == null) {
        Map<String, Supplier<List<? extends Kusto.Row>>> tables = Map.of(
            "resources", () -> resources(client, scope),
            "resourcecontainers", () -> containers(client, scope));
        result = Kusto.run(query.asText(), tables);
        paged.put(key, result);
      }
      return page(result, query.asText(), options, version).withAll(quota);
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

  /** The ids of the subscriptions that a query is for. */
  private List<String> scope(ObjectNode body) {
    JsonNode asked = body.path("subscriptions");
    JsonNode groups = body.path("managementGroups");
    List<String> scope = world.scenario().subscriptions().stream()
        .map(Scenario.Subscription::id)
        .filter(id -> asked.isMissingNode() || asked.isNull() || names(asked, id))
        .filter(id -> groups.isMissingNode()
            || groups.isNull()
            || world.scenario().managementGroups().stream()
                .anyMatch(group -> names(groups, group.id())
                    && group.subscriptions().stream().anyMatch(id::equalsIgnoreCase)))
        .toList();
    if (scope.isEmpty()) {
      throw invalid(
          "NoValidSubscriptionsInQueryRequest",
          "There must be at least one subscription that is eligible to contain resources.");
    }
    return scope;
  }

  private List<ResourceRow> resources(Scenario.Client client, List<String> scope) {
    Set<String> subscriptions = Set.copyOf(scope);
    Map<String, Boolean> denied = new HashMap<>();
    return world.graphRows().stream()
        .filter(row -> subscriptions.contains(row.asset().subscription()))
        .filter(row -> !denied.computeIfAbsent(
            row.asset().type(), type -> World.denies(client, type + "/read")))
        .map(World.GraphRow::row)
        .toList();
  }

  /** The subscriptions and resource groups. */
  private List<ResourceRow> containers(Scenario.Client client, List<String> scope) {
    List<ResourceRow> rows = new ArrayList<>();
    boolean subscriptions = !World.denies(client, "Microsoft.Resources/subscriptions/read");
    boolean groups = !World.denies(client, "Microsoft.Resources/subscriptions/resourceGroups/read");
    for (Scenario.Subscription subscription : world.scenario().subscriptions()) {
      if (scope.contains(subscription.id())) {
        if (subscriptions) {
          rows.add(row(container(subscription)));
        }
        if (groups) {
          subscription.groups().forEach(group -> rows.add(row(container(subscription, group))));
        }
      }
    }
    rows.sort(Comparator.comparing(ResourceRow::id));
    return rows;
  }

  private static ResourceRow row(ObjectNode columns) {
    return new ResourceRow(
        columns.path("id").asText().toLowerCase(Locale.ROOT),
        name -> columns.has(name) ? columns.path(name) : NullNode.getInstance());
  }

  private ObjectNode container(Scenario.Subscription subscription) {
    ObjectNode json = Json.object();
    json.put("id", "/subscriptions/" + subscription.id());
    json.put("name", subscription.name());
    json.put("type", "microsoft.resources/subscriptions");
    json.put("tenantId", world.scenario().tenant());
    json.put("kind", "");
    json.put("location", "");
    json.put("resourceGroup", "");
    json.put("subscriptionId", subscription.id());
    json.put("managedBy", "");
    tags(json, subscription.tags());
    ObjectNode properties = json.putObject("properties");
    properties.put("state", "Enabled");
    properties
        .putObject("subscriptionPolicies")
        .put("locationPlacementId", "Public_2014-09-01")
        .put("quotaId", "PayAsYouGo_2014-09-01")
        .put("spendingLimit", "Off");
    ArrayNode chain = properties.putArray("managementGroupAncestorsChain");
    for (Scenario.ManagementGroup group : world.scenario().managementGroups()) {
      if (group.subscriptions().stream().anyMatch(subscription.id()::equalsIgnoreCase)) {
        chain.addObject().put("name", group.id()).put("displayName", group.displayName());
      }
    }
    return json;
  }

  private ObjectNode container(Scenario.Subscription subscription, Scenario.ResourceGroup group) {
    ObjectNode json = Json.object();
    json.put("id", "/subscriptions/" + subscription.id() + "/resourceGroups/" + group.name());
    json.put("name", group.name());
    json.put("type", "microsoft.resources/subscriptions/resourcegroups");
    json.put("tenantId", world.scenario().tenant());
    json.put("kind", "");
    json.put("location", group.location().toLowerCase(Locale.ROOT).replace(" ", ""));
    json.put("resourceGroup", group.name().toLowerCase(Locale.ROOT));
    json.put("subscriptionId", subscription.id());
    json.put("managedBy", "");
    tags(json, group.tags());
    json.putObject("properties").put("provisioningState", "Succeeded");
    return json;
  }

  private static void tags(ObjectNode json, Map<String, String> tags) {
    if (tags.isEmpty()) {
      json.putNull("tags");
    } else {
      json.set("tags", Json.tree(tags));
    }
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
    List<? extends Kusto.Row> rows = result.rows();
    int from = Math.min(start, rows.size());
    int to = Math.min(rows.size(), from + top);
    boolean more = to < rows.size();
    ObjectNode json = Json.object();
    json.put("totalRecords", rows.size());
    json.put("count", to - from);
    String format = options
        .path("resultFormat")
        .asText(version.compareTo(OBJECTS_SINCE) < 0 ? "table" : "objectArray");
    json.set("data", data(rows.subList(from, to).stream().map(Kusto.Row::json).toList(), format));
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
