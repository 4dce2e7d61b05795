package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The resource providers whose resources are at scopes of several kinds, as deployments and event
 * subscriptions are; and the management groups.
 */
final class ScopeProvider {
  private static final String GROUPS = "Microsoft.Management/managementGroups";
  private static final List<String> GROUP_VERSIONS = List.of(
      "2018-03-01-preview", "2019-11-01", "2020-02-01", "2020-05-01", "2021-04-01", "2023-04-01");

  private final World world;
  private final DocumentProvider documents;

  ScopeProvider(World world, DocumentProvider documents) {
    this.world = world;
    this.documents = documents;
  }

  /**
   * A call at a scope.
   *
   * @param scope the scope's part of the path
   * @param path what follows, from {@code providers} on
   */
  record Asked(List<String> scope, List<String> path, ProviderCatalog.Scope type) {}

  /** Finds a path whose last {@code providers} names one of these types. */
  static Optional<Asked> asked(List<String> path) {
    for (int i = path.size() - 3; i >= 0; i--) {
      if (path.get(i).equalsIgnoreCase("providers")) {
        int from = i;
        return ProviderCatalog.azure()
            .scope(path.get(i + 1) + "/" + path.get(i + 2))
            .map(type -> new Asked(path.subList(0, from), path.subList(from, path.size()), type));
      }
    }
    return Optional.empty();
  }

  /** The operation that is asked for, or the refusal of one that there is not. */
  static ProviderCatalog.Operation operation(Call call, Asked asked) {
    List<ProviderCatalog.Operation> all = asked.type().operations();
    return ProviderCatalog.find(all, call.method(), asked.path()).orElseThrow(() -> {
      var methods = ProviderCatalog.methods(all, asked.path());
      return methods.isEmpty()
          ? ArmProblem.gateway(
              404, "NotFound", "The simulator does not know the path '" + call.rawPath() + "'.")
          : ArmProblem.method(call, String.join(", ", methods));
    });
  }

  /** Answers a call that may be made. */
  Reply answer(Call call, Asked asked, ProviderCatalog.Operation operation) {
    Place place = place(asked.scope());
    if (!asked.type().at().contains(place.kind())) {
      throw ArmProblem.gateway(
          404, "NotFound", "The simulator does not know the path '" + call.rawPath() + "'.");
    }
    return documents.answer(call, place, operation, asked.type().operations(), asked.path());
  }

  private Place place(List<String> scope) {
    if (scope.isEmpty()) {
      return world.tenant();
    }
    String id = "/" + String.join("/", scope);
    if (scope.get(0).equalsIgnoreCase("providers")) {
      return world.place(id).orElseThrow(() -> noGroup(scope.get(scope.size() - 1)));
    }
    if (scope.size() < 2 || world.subscription(scope.get(1)).isEmpty()) {
      throw ArmProblem.noSubscription(scope.size() < 2 ? "" : scope.get(1)).get();
    }
    if (scope.size() >= 4
        && world.place("/" + String.join("/", scope.subList(0, 4))).isEmpty()) {
      throw ArmProblem.noGroup(scope.get(3)).get();
    }
    return world
        .place(id)
        .or(() -> world.asset(id).map(Place::of))
        .orElseThrow(() -> scope.size() > 5
            ? ArmProblem.noResource(String.join("/", scope.subList(5, scope.size())), scope.get(3))
                .get()
            : ArmProblem.gateway(404, "NotFound", "There is no scope '" + id + "'."));
  }

  private static Refusal noGroup(String name) {
    return ArmProblem.gateway(
        404, "NotFound", "The management group '" + name + "' cannot be found.");
  }

  /** Whether a path is that of the management groups or of one. */
  static boolean isManagementGroups(List<String> path) {
    return path.size() >= 3
        && path.size() <= 5
        && path.get(0).equalsIgnoreCase("providers")
        && (path.get(1) + "/" + path.get(2)).equalsIgnoreCase(GROUPS);
  }

  static List<String> groupVersions() {
    return GROUP_VERSIONS;
  }

  static String groupAction(List<String> path) {
    return GROUPS + (path.size() == 5 ? "/descendants" : "") + "/read";
  }

  Reply managementGroups(Call call, List<String> path) {
    if (!call.method().equals("GET")) {
      throw ArmProblem.method(call, "GET");
    }
    if (path.size() == 3) {
      List<Pages.Item> items = new ArrayList<>();
      for (Scenario.ManagementGroup group : world.scenario().managementGroups()) {
        items.add(new Pages.Item(items.size(), group.id(), () -> shown(group, false)));
      }
      return tenantReads(
          Pages.page(call, world.cloud(), items, ProviderCatalog.Paging.plain(1000)));
    }
    Scenario.ManagementGroup group = world.scenario().managementGroups().stream()
        .filter(one -> one.id().equalsIgnoreCase(path.get(3)))
        .findFirst()
        .orElseThrow(() -> noGroup(path.get(3)));
    if (path.size() == 4) {
      boolean children =
          DocumentProvider.expand(call).toLowerCase(java.util.Locale.ROOT).contains("children");
      return tenantReads(shown(group, children));
    }
    if (!path.get(4).equalsIgnoreCase("descendants")) {
      throw ArmProblem.gateway(
          404, "NotFound", "The simulator does not know the path '" + call.rawPath() + "'.");
    }
    ObjectNode json = Json.object();
    ArrayNode value = json.putArray("value");
    for (String id : group.subscriptions()) {
      ObjectNode properties = value
          .addObject()
          .put("id", "/subscriptions/" + id)
          .put("type", "/subscriptions")
          .put("name", id)
          .putObject("properties");
      properties.put("displayName", displayName(id));
      properties.putObject("parent").put("id", id(group));
    }
    return tenantReads(json);
  }

  private static Reply tenantReads(ObjectNode json) {
    return Reply.json(200, json).with("x-ms-ratelimit-remaining-tenant-reads", "249");
  }

  private String displayName(String subscription) {
    return world.subscription(subscription).map(Scenario.Subscription::name).orElse("");
  }

  private static String id(Scenario.ManagementGroup group) {
    return "/providers/" + GROUPS + "/" + group.id();
  }

  private ObjectNode shown(Scenario.ManagementGroup group, boolean children) {
    ObjectNode json = Json.object();
    json.put("id", id(group));
    json.put("type", GROUPS);
    json.put("name", group.id());
    ObjectNode properties = json.putObject("properties");
    properties.put("tenantId", world.scenario().tenant());
    properties.put("displayName", group.displayName());
    if (children) {
      ArrayNode all = properties.putArray("children");
      for (String id : group.subscriptions()) {
        all.addObject()
            .put("type", "/subscriptions")
            .put("id", "/subscriptions/" + id)
            .put("name", id)
            .put("displayName", displayName(id));
      }
    }
    return json;
  }
}
