package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The resource provider of App Service: sites and their deployment slots, their settings, connection
 * strings and Key Vault references, swaps, restarts, and the host of function apps.
 */
final class WebProvider {
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

  private final World world;
  private final FunctionHost host;
  private final Set<String> swaps = new HashSet<>();

  WebProvider(World world) {
    this.world = world;
    this.host = new FunctionHost(world);
  }

  /** Whether what follows the name of a resource names a deployment slot of it. */
  static boolean isSlot(String type, List<String> rest) {
    return type.equalsIgnoreCase(SiteAsset.SITES)
        && rest.size() > 1
        && rest.get(0).equalsIgnoreCase("slots");
  }

  Arm.Operation operation(Call call, String type, List<String> rest) {
    boolean slot = type.equalsIgnoreCase(SiteAsset.SLOTS);
    if (rest.isEmpty()) {
      throw ArmProblem.method(call, "GET");
    }
    String action = slot ? SiteAsset.SLOTS : SiteAsset.SITES;
    String first = rest.get(0);
    if (rest.size() == 1) {
      Optional<Arm.Operation> simple = simple(call, first, action, slot);
      if (simple.isPresent()) {
        return simple.get();
      }
    }
    if (first.equals("config") && rest.size() > 1) {
      return config(call, rest, action, slot);
    }
    if (rest.equals(List.of("hostruntime", "admin", "host", "status"))) {
      require(call, "GET");
      return operation(action + "/hostruntime/host/read", this::hostStatus);
    }
    if (slot && first.equals("operationresults") && rest.size() == 2) {
      require(call, "GET");
      return operation(action + "/operationresults/read", site -> result(site, rest.get(1)));
    }
    throw unknown(rest);
  }

  /** What a site does. */
  @FunctionalInterface
  private interface Deed {
    Reply on(SiteAsset site);
  }

  private static Arm.Operation operation(String action, Deed deed) {
    return new Arm.Operation(
        action, (unusedCall, asset, unusedVersion) -> deed.on((SiteAsset) asset));
  }

  private static Refusal unknown(List<String> rest) {
    return ArmProblem.appService(
        404, "NotFound", "01003", "Cannot find " + String.join("/", rest) + ".");
  }

  private static void require(Call call, String method) {
    if (!call.method().equals(method)) {
      throw ArmProblem.method(call, method);
    }
  }

  private Optional<Arm.Operation> simple(Call call, String what, String action, boolean slot) {
    switch (what) {
      case "restart", "syncfunctiontriggers", "slotsswap" -> require(call, "POST");
      case "applyslotconfig", "resetslotconfig" -> {
        require(call, "POST");
        if (!slot) {
          return Optional.empty(); // A preview always has its source in a slot beside production.
        }
      }
      case "slots" -> {
        require(call, "GET");
        if (slot) {
          return Optional.empty();
        }
      }
      default -> {
        return Optional.empty();
      }
    }
    return Optional.of(
        switch (what) {
          case "restart" -> operation(action + "/restart/action", WebProvider::restart);
          case "syncfunctiontriggers" ->
            operation(action + "/syncfunctiontriggers/action", this::syncTriggers);
          case "slotsswap" -> operation(action + "/slotsswap/action", site -> swap(call, site));
          case "applyslotconfig" ->
            operation(action + "/applySlotConfig/action", site -> {
              SlotSwap.of(production(site), site, call).preview();
              return Arm.writes(Reply.empty(200));
            });
          case "resetslotconfig" ->
            operation(action + "/resetSlotConfig/action", site -> {
              SlotSwap.cancel(site);
              return Arm.writes(Reply.empty(200));
            });
          default ->
            new Arm.Operation(
                SiteAsset.SLOTS + "/read",
                (unusedCall, asset, version) -> slots((SiteAsset) asset, version));
        });
  }

  private static Reply restart(SiteAsset site) {
    site.restart();
    return Arm.writes(Reply.empty(200));
  }

  private static Reply slots(SiteAsset site, String version) {
    ObjectNode json = Json.object();
    ArrayNode value = json.putArray("value");
    site.slots().forEach(slot -> value.add(slot.json(version)));
    return Arm.reads(Reply.json(200, json)).with("ETag", site.etag().replace("\"", ""));
  }

  private SiteAsset production(SiteAsset site) {
    String name = site.name().replaceAll("/.*", "");
    return world.find(SiteAsset.SITES, name).map(SiteAsset.class::cast).orElseThrow();
  }

  /** A swap is done before it is answered, but answered as one that takes a while. */
  private Reply swap(Call call, SiteAsset site) {
    SlotSwap.of(production(site), site, call).swap();
    String id = world.newId();
    swaps.add(site.id() + id);
    String results = world.cloud() + site.id().substring(1) + "/operationresults/" + id
        + "?api-version=" + call.query("api-version").orElse("");
    return Arm.writes(Reply.empty(202))
        .with("Location", results)
        .with("Retry-After", "15")
        .with("ETag", site.etag());
  }

  private Reply result(SiteAsset site, String id) {
    if (!swaps.contains(site.id() + id)) {
      throw ArmProblem.appService(
          404, "NotFound", "01025", "The operation " + id + " is not found.");
    }
    return Arm.reads(Reply.json(200, site.json(Asset.NEWEST)))
        .with("Content-Type", "application/json")
        .with("ETag", site.etag());
  }

  private Arm.Operation config(Call call, List<String> rest, String action, boolean slot) {
    String which = rest.get(1);
    if (which.equals("slotconfignames") && rest.size() == 2 && !slot) {
      return stickyNames(call, action);
    }
    if (which.equals("configreferences") && rest.size() > 2) {
      return references(call, rest, action);
    }
    boolean strings = which.equals("connectionstrings");
    if (strings || which.equals("appsettings")) {
      if (rest.size() == 3 && rest.get(2).equals("list")) {
        require(call, "POST");
        return operation(
            action + "/config/list/action", site -> Arm.resourceRequests(reply(site, strings)));
      }
      if (rest.size() == 2) {
        require(call, "PUT");
        return operation(action + "/config/write", site -> put(call, site, strings));
      }
    }
    throw unknown(rest);
  }

  private Arm.Operation stickyNames(Call call, String action) {
    return switch (call.method()) {
      case "GET" -> operation(action + "/config/read", site -> Arm.reads(stickyNames(site)));
      case "PUT" ->
        operation(action + "/config/write", site -> {
          if (!(Arm.content(call).get("properties") instanceof ObjectNode names)) {
            throw invalid("properties");
          }
          for (Map.Entry<String, JsonNode> list : names.properties()) {
            if (!list.getValue().isArray() && !list.getValue().isNull()) {
              throw invalid(list.getKey());
            }
          }
          site.sticky().replace(names);
          return Arm.writes(stickyNames(site));
        });
      default -> throw ArmProblem.method(call, "GET, PUT");
    };
  }

  private static Reply stickyNames(SiteAsset site) {
    ObjectNode json = Json.object();
    json.putNull("id");
    json.put("name", site.name());
    json.put("type", SiteAsset.SITES);
    json.put("location", site.location());
    json.set("tags", Json.tree(site.tags()));
    json.set("properties", site.sticky().json());
    return Reply.json(200, json).with("Content-Type", "application/json");
  }

  private Arm.Operation references(Call call, List<String> rest, String action) {
    boolean strings = rest.get(2).equals("connectionstrings");
    if (!strings && !rest.get(2).equals("appsettings")) {
      throw unknown(rest);
    }
    if (rest.size() == 4 && rest.get(3).equals("refresh") && call.method().equals("POST")) {
      return operation(action + "/config/configreferences/refresh/action", site -> {
        site.refresh();
        return Arm.writes(references(site, strings));
      });
    }
    require(call, "GET");
    if (rest.size() == 3) {
      return operation(action + "/config/read", site -> Arm.reads(references(site, strings)));
    }
    if (rest.size() == 4) {
      return operation(
          action + "/config/read",
          site -> site.references().of(strings).keySet().stream()
              .filter(rest.get(3)::equalsIgnoreCase)
              .findFirst()
              .map(name -> Arm.reads(Reply.json(200, reference(site, strings, name))))
              .orElseThrow(() -> unknown(rest)));
    }
    throw unknown(rest);
  }

  private static Reply references(SiteAsset site, boolean strings) {
    ObjectNode json = Json.object();
    ArrayNode value = json.putArray("value");
    site.references()
        .of(strings)
        .keySet()
        .forEach(name -> value.add(reference(site, strings, name)));
    json.putNull("nextLink");
    return Reply.json(200, json);
  }

  private static ObjectNode reference(SiteAsset site, boolean strings, String name) {
    String group = strings ? "connectionstrings" : "appsettings";
    ObjectNode json = Json.object();
    json.put("id", site.id() + "/config/configreferences/" + group + "/" + name);
    json.put("name", name);
    json.put("type", site.type() + "/config/configreferences");
    json.put("location", site.location());
    json.set(
        "properties",
        site.references().of(strings).getOrDefault(name, Json.object()).deepCopy());
    return json;
  }

  private static Reply reply(SiteAsset site, boolean strings) {
    String name = strings ? "connectionstrings" : "appsettings";
    ObjectNode json = Json.object();
    json.put("id", site.id() + "/config/" + name);
    json.put("name", name);
    // The recorded one says so of a slot's settings, too.
    json.put("type", "Microsoft.Web/sites/config");
    json.put("kind", site.kind());
    json.put("location", site.location());
    json.set("tags", Json.tree(site.tags()));
    json.set("properties", (strings ? site.connectionStrings() : site.appSettings()).deepCopy());
    return Reply.json(200, json).with("Content-Type", "application/json");
  }

  private Reply put(Call call, SiteAsset site, boolean strings) {
    if (!(Arm.content(call).get("properties") instanceof ObjectNode all)) {
      throw invalid("properties");
    }
    for (var field : all.properties()) {
      boolean fits = strings
          ? field.getValue().path("value").isTextual()
              && field.getValue().size() == 2
              && STRING_TYPES.contains(field.getValue().path("type").asText())
          : field.getValue().isTextual();
      if (field.getKey().isEmpty() || !fits) {
        throw invalid(field.getKey());
      }
    }
    if (strings) {
      site.connectionStrings(all.deepCopy());
    } else {
      host.requireContentShare(all);
      site.appSettings(all.deepCopy());
    }
    return Arm.writes(reply(site, strings)).with("ETag", site.etag());
  }

  private Reply syncTriggers(SiteAsset site) {
    requireHost(site);
    return Arm.writes(Reply.empty(204));
  }

  private Reply hostStatus(SiteAsset site) {
    requireHost(site);
    return Arm.reads(Reply.json(200, host.status(site)));
  }

  private static void requireHost(SiteAsset site) {
    if (!site.isFunctionApp()) {
      throw ArmProblem.appService(
          404, "NotFound", "01003", "The site " + site.name() + " has no function host.");
    }
    if (!site.runs()) {
      throw ArmProblem.appService(
          400,
          "BadRequest",
          "04090",
          "Encountered an error (ServiceUnavailable) from host runtime.");
    }
  }

  private static Refusal invalid(String parameter) {
    return ArmProblem.appService(
        400, "BadRequest", "51021", "The parameter " + parameter + " has an invalid value.");
  }
}
