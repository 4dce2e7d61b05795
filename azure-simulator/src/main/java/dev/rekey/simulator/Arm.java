package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Azure Resource Manager: authenticates, routes, checks permission and lock, and hands what is left
 * to the resource providers. The order of these checks is Azure's.
 */
final class Arm {
  private static final Set<String> AUDIENCES =
      Set.of("https://management.azure.com", "https://management.core.windows.net");

  private static final Pattern RESOURCE_TYPE = Pattern.compile("resourceType eq '([^']*)'");

  private final World world;
  private final Entra entra;
  private final ResourceGraph graph;
  private final StorageProvider storage = new StorageProvider();
  private final MessagingProvider messaging = new MessagingProvider();
  private final WebProvider web;
  private final Guards guards;
  private final AuthorizationProvider authorization;
  private final DocumentProvider documents;
  private final ScopeProvider scopes;
  private final Buckets buckets;
  private final Trouble trouble;

  Arm(World world, Entra entra, Guards guards, Throttling throttling, Trouble trouble) {
    this.world = world;
    this.buckets = new Buckets(throttling, world.clock());
    this.trouble = trouble;
    this.guards = guards;
    this.authorization = new AuthorizationProvider(world, guards);
    this.entra = entra;
    this.graph = new ResourceGraph(world, !throttling.unlimitedGraph());
    this.web = new WebProvider(world);
    this.documents = new DocumentProvider(world);
    this.scopes = new ScopeProvider(world, documents);
  }

  Reply answer(Call call) {
    Reply reply;
    try {
      reply = counted(call, authenticate(call));
    } catch (Refusal refusal) {
      reply = refusal.reply();
    }
    String id = world.newId();
    Reply marked = reply
        .with("x-ms-request-id", id)
        .with("x-ms-correlation-request-id", id)
        .with("Cache-Control", "no-cache")
        .with("Pragma", "no-cache");
    return call.method().equals("HEAD") ? marked.withoutBody() : marked;
  }

  /** Answers a call if the limits allow it, and says in the headers what is left of them. */
  private Reply counted(Call call, Scenario.Client client) {
    Optional<Counter> expected = Counter.expected(call);
    expected.ifPresent(counter -> buckets.check(call, client, counter));
    Reply reply;
    try {
      reply = route(call, client);
    } catch (Refusal refusal) {
      reply = refusal.reply();
    }
    Optional<Counter> counter =
        Counter.onlyReads(call) ? reply.counter().or(() -> expected) : expected;
    counter.ifPresent(one -> buckets.charge(call, client, one));
    boolean shown =
        reply.counter().isPresent() || List.of("HEAD", "DELETE").contains(call.method());
    return shown && counter.isPresent()
        ? buckets.counted(reply, call, client, counter.get())
        : reply;
  }

  private Scenario.Client authenticate(Call call) {
    if (call.header("Authorization").isEmpty()) {
      throw unauthenticated(
          "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
    }
    Optional<Entra.Grant> grant = call.bearer().flatMap(entra::grant);
    if (grant.isEmpty()) {
      throw unauthenticated("InvalidAuthenticationToken", "The access token is invalid.");
    }
    String audience = grant.get().audience();
    String bare = Entra.withoutSlash(audience);
    if (!AUDIENCES.contains(bare) && !bare.equals(Entra.withoutSlash(world.cloud()))) {
      throw unauthenticated(
          "InvalidAuthenticationTokenAudience",
          "The access token has been obtained for wrong audience or resource '" + audience
              + "'. It should exactly match with one of the allowed audiences"
              + " 'https://management.core.windows.net/','https://management.core.windows.net',"
              + "'https://management.azure.com/','https://management.azure.com'.");
    }
    if (!world.clock().instant().isBefore(grant.get().expires())) {
      throw unauthenticated(
          "ExpiredAuthenticationToken",
          "The access token expiry UTC time '" + grant.get().expires()
              + "' is earlier than current UTC time '" + world.clock().instant() + "'.");
    }
    return grant.get().client();
  }

  private Refusal unauthenticated(String code, String message) {
    return new Refusal(Reply.json(401, Json.error(code, message))
        .with("x-ms-failure-cause", "gateway")
        .with(
            "WWW-Authenticate",
            "Bearer authorization_uri=\"" + world.cloud() + world.scenario().tenant()
                + "\", error=\"invalid_token\", error_description=\"" + code + "\""));
  }

  private Reply route(Call call, Scenario.Client client) {
    List<String> path = call.segments();
    String version = call.query("api-version").orElse("");
    if (version.isEmpty()) {
      throw ArmProblem.missingVersion();
    }
    if (matches(path, "providers", "microsoft.resourcegraph", "resources")) {
      supported(version, ApiVersions.RESOURCE_GRAPH);
      require(client, "Microsoft.ResourceGraph/resources/read", "/");
      return graph.answer(call, client, version);
    }
    Optional<ScopeProvider.Asked> asked = ScopeProvider.asked(path);
    if (asked.isPresent()) {
      return atScope(call, client, asked.get(), version);
    }
    if (ScopeProvider.isManagementGroups(path)) {
      supported(version, ScopeProvider.groupVersions());
      require(client, ScopeProvider.groupAction(path), "/" + String.join("/", path));
      return scopes.managementGroups(call, path);
    }
    if (AuthorizationProvider.owns(path)) {
      supported(version, AuthorizationProvider.versions(path));
      require(client, AuthorizationProvider.action(path), AuthorizationProvider.scope(path));
      return authorization.answer(call, client, path);
    }
    if (!path.isEmpty() && path.get(0).equalsIgnoreCase("subscriptions")) {
      return path.size() == 1
          ? subscriptions(call, version)
          : inSubscription(call, client, path, version);
    }
    throw ArmProblem.gateway(
        404, "NotFound", "The simulator does not know the path '" + call.rawPath() + "'.");
  }

  private Reply atScope(
      Call call, Scenario.Client client, ScopeProvider.Asked asked, String version) {
    supported(version, asked.type().versions());
    ProviderCatalog.Operation operation = ScopeProvider.operation(call, asked);
    String scope = "/" + String.join("/", asked.scope());
    require(client, operation.action(), scope);
    Reply reply = scopes.answer(call, asked, operation);
    requireUnlocked(call, scope, operation.action());
    return reply;
  }

  private void requireUnlocked(Call call, String id, String action) {
    List<String> locked = guards.lockedScopes(id, call.method(), action);
    if (!locked.isEmpty()) {
      throw ArmProblem.locked(id, String.join(",", locked));
    }
  }

  private static boolean matches(List<String> path, String... wanted) {
    return path.stream().map(s -> s.toLowerCase(Locale.ROOT)).toList().equals(List.of(wanted));
  }

  private static void supported(String version, List<String> versions) {
    if (!versions.contains(version)) {
      throw ArmProblem.invalidVersion(version, versions);
    }
  }

  private void require(Scenario.Client client, String action, String scope) {
    if (World.denies(client, action)) {
      throw ArmProblem.forbidden(client, action, scope);
    }
    guards.denial(World.objectId(client), action, scope).ifPresent(denial -> {
      throw ArmProblem.denied(client, action, scope, denial);
    });
  }

  private static void allow(Call call, String... methods) {
    if (!List.of(methods).contains(call.method())) {
      throw ArmProblem.method(call, String.join(", ", methods));
    }
  }

  private Reply subscriptions(Call call, String version) {
    supported(version, ApiVersions.RESOURCES);
    allow(call, "GET");
    ObjectNode json = Json.object();
    ArrayNode value = json.putArray("value");
    for (Scenario.Subscription subscription : world.scenario().subscriptions()) {
      value.add(shown(subscription));
    }
    json.putObject("count").put("type", "Total").put("value", value.size());
    return reads(Reply.json(200, json));
  }

  private ObjectNode shown(Scenario.Subscription subscription) {
    ObjectNode json = Json.object();
    json.put("id", "/subscriptions/" + subscription.id());
    json.put("authorizationSource", "RoleBased");
    json.putArray("managedByTenants");
    json.put("subscriptionId", subscription.id());
    json.put("tenantId", world.scenario().tenant());
    json.put("displayName", subscription.name());
    json.put("state", "Enabled");
    if (!subscription.tags().isEmpty()) {
      json.set("tags", Json.tree(subscription.tags()));
    }
    json.putObject("subscriptionPolicies")
        .put("locationPlacementId", "Public_2014-09-01")
        .put("quotaId", "PayAsYouGo_2014-09-01")
        .put("spendingLimit", "Off");
    return json;
  }

  private Reply inSubscription(
      Call call, Scenario.Client client, List<String> path, String version) {
    String id = path.get(1);
    if (!id.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
      throw ArmProblem.gateway(
          400,
          "InvalidSubscriptionId",
          "The provided subscription identifier '" + id + "' is malformed or invalid.");
    }
    Scenario.Subscription subscription =
        world.subscription(id).orElseThrow(ArmProblem.noSubscription(id));
    List<String> rest = path.subList(2, path.size());
    String scope = "/subscriptions/" + subscription.id();
    if (rest.isEmpty()) {
      supported(version, ApiVersions.RESOURCES);
      allow(call, "GET");
      require(client, "Microsoft.Resources/subscriptions/read", scope);
      return reads(Reply.json(200, shown(subscription)));
    }
    if (rest.get(0).equalsIgnoreCase("resourcegroups")) {
      return inGroups(call, client, subscription, rest.subList(1, rest.size()), version);
    }
    if (rest.get(0).equalsIgnoreCase("providers") && rest.size() == 3) {
      return list(call, client, scope, rest.get(1) + "/" + rest.get(2), version);
    }
    if (matches(rest, "resources")) {
      supported(version, ApiVersions.RESOURCES);
      allow(call, "GET");
      require(client, "Microsoft.Resources/subscriptions/resources/read", scope);
      return reads(Reply.json(200, allResources(call, subscription)));
    }
    if (isDeletedVault(rest)) {
      allow(call, "GET");
      throw new Refusal(reads(Reply.json(
          404, Json.error("ResourceNotFound", "The specified resource does not exist."))));
    }
    throw ArmProblem.gateway(
        404, "NotFound", "The simulator does not know the path '" + call.rawPath() + "'.");
  }

  /** Vaults cannot be deleted here, so none is ever among the deleted. */
  private static boolean isDeletedVault(List<String> rest) {
    return rest.size() == 6
        && matches(rest.subList(0, 3), "providers", "microsoft.keyvault", "locations")
        && rest.get(4).equalsIgnoreCase("deletedVaults");
  }

  private Reply inGroups(
      Call call,
      Scenario.Client client,
      Scenario.Subscription subscription,
      List<String> path,
      String version) {
    String scope = "/subscriptions/" + subscription.id();
    String read = "Microsoft.Resources/subscriptions/resourceGroups/read";
    if (path.isEmpty()) {
      supported(version, ApiVersions.RESOURCES);
      allow(call, "GET");
      require(client, read, scope);
      ObjectNode json = Json.object();
      ArrayNode value = json.putArray("value");
      subscription.groups().forEach(group -> value.add(shown(subscription, group)));
      return reads(Reply.json(200, json));
    }
    Scenario.ResourceGroup group = subscription.groups().stream()
        .filter(g -> g.name().equalsIgnoreCase(path.get(0)))
        .findFirst()
        .orElseThrow(ArmProblem.noGroup(path.get(0)));
    String groupScope = scope + "/resourceGroups/" + group.name();
    if (path.size() == 1) {
      supported(version, ApiVersions.RESOURCES);
      allow(call, "GET", "HEAD");
      require(client, read, groupScope);
      return reads(
          call.method().equals("HEAD")
              ? Reply.empty(204)
              : Reply.json(200, shown(subscription, group)));
    }
    if (!path.get(1).equalsIgnoreCase("providers") || path.size() < 4) {
      throw ArmProblem.gateway(
          404, "NotFound", "The simulator does not know the path '" + call.rawPath() + "'.");
    }
    String type = path.get(2) + "/" + path.get(3);
    if (path.size() == 4) {
      return list(call, client, groupScope, type, version);
    }
    Named named = named(groupScope, path.subList(2, path.size()));
    return resource(
        call, client, group, groupScope, named.type(), named.name(), named.rest(), version);
  }

  /** The resource that a path names, and what follows it. */
  private record Named(String type, String name, List<String> rest) {
    static Named of(List<String> path, int levels) {
      StringBuilder type = new StringBuilder(path.get(0));
      List<String> names = new ArrayList<>();
      for (int i = 0; i < levels; i++) {
        type.append('/').append(path.get(1 + 2 * i));
        names.add(path.get(2 + 2 * i));
      }
      return new Named(
          type.toString(), String.join("/", names), path.subList(1 + 2 * levels, path.size()));
    }
  }

  /** The deepest resource that a path names; what it is asked follows. */
  private Named named(String groupScope, List<String> path) {
    for (int levels = (path.size() - 1) / 2; levels > 1; levels--) {
      Named deep = Named.of(path, levels);
      Optional<Asset> asset =
          world.asset(groupScope + "/providers/" + Asset.path(deep.type(), deep.name()));
      if (asset.isPresent()) {
        return new Named(asset.get().type(), deep.name(), deep.rest());
      }
    }
    Named first = Named.of(path, 1);
    return WebProvider.isSlot(first.type(), first.rest()) ? Named.of(path, 2) : first;
  }

  /** All resources of a subscription, without their properties. */
  private ObjectNode allResources(Call call, Scenario.Subscription subscription) {
    Matcher filter = RESOURCE_TYPE.matcher(call.query("$filter").orElse("resourceType eq ''"));
    if (!filter.matches()) {
      throw ArmProblem.gateway(400, "InvalidFilterInQueryString", "The filter is not known.");
    }
    boolean dated = DocumentProvider.expand(call).contains("createdTime");
    List<Asset> all = filter.group(1).isEmpty() ? world.assets() : world.ofType(filter.group(1));
    List<Pages.Item> items = new ArrayList<>();
    for (Asset asset : all) {
      if (asset.subscription().equals(subscription.id())
          && ProviderCatalog.azure().inGraph(asset.type())) {
        items.add(new Pages.Item(asset.order(), asset.name(), () -> {
          ObjectNode json = asset.shown(Asset.NEWEST, "");
          json.remove("properties");
          if (dated) {
            json.put("createdTime", world.started().toString());
            json.put("changedTime", world.started().toString());
          }
          return json;
        }));
      }
    }
    return Pages.page(
        call, world.cloud(), items, new ProviderCatalog.Paging(1000, "$skiptoken", "$top", false));
  }

  private static ObjectNode shown(
      Scenario.Subscription subscription, Scenario.ResourceGroup group) {
    ObjectNode json = Json.object();
    json.put("id", "/subscriptions/" + subscription.id() + "/resourceGroups/" + group.name());
    json.put("name", group.name());
    json.put("type", "Microsoft.Resources/resourceGroups");
    json.put("location", group.location());
    json.set("tags", Json.tree(group.tags()));
    json.putObject("properties").put("provisioningState", "Succeeded");
    return json;
  }

  private Reply list(Call call, Scenario.Client client, String scope, String type, String version) {
    if (!ApiVersions.of(type).contains(version)) {
      throw ArmProblem.gateway(
          404,
          "InvalidResourceType",
          "The resource type '" + type.substring(type.indexOf('/') + 1)
              + "' could not be found in the namespace '" + type.substring(0, type.indexOf('/'))
              + "' for api version '" + version + "'. The supported api-versions are '"
              + String.join(",", ApiVersions.of(type)) + "'.");
    }
    allow(call, "GET");
    require(client, type + "/read", scope);
    String expand = DocumentProvider.expand(call);
    List<Pages.Item> items = new ArrayList<>();
    for (Asset asset : world.collection(scope + "/providers/" + type)) {
      items.add(new Pages.Item(asset.order(), asset.name(), () -> asset.shown(version, expand)));
    }
    ProviderCatalog.Paging paging = ProviderCatalog.azure()
        .type(type)
        .map(ProviderCatalog.Type::paging)
        .orElse(ProviderCatalog.Paging.plain(1000));
    return reads(Reply.json(200, Pages.page(call, world.cloud(), items, paging)));
  }

  private Reply resource(
      Call call,
      Scenario.Client client,
      Scenario.ResourceGroup group,
      String groupScope,
      String type,
      String name,
      List<String> path,
      String version) {
    String asked = groupScope + "/providers/" + Asset.path(type, name);
    Optional<Asset> found = world.asset(asked);
    Optional<ProviderCatalog.Operation> known =
        ProviderCatalog.azure().find(type, call.method(), path);
    List<String> versions = known
        .map(ProviderCatalog.Operation::versions)
        .filter(own -> !own.isEmpty())
        .orElse(ApiVersions.of(type));
    if (!versions.contains(version)) {
      throw ArmProblem.unregistered(
          group.location(), version, type.substring(type.indexOf('/') + 1), versions);
    }
    Operation operation = known
        .filter(one -> !one.byProvider())
        .map(one -> documented(one, path))
        .orElseGet(() -> operation(call, type, path));
    String id = found.map(Asset::id).orElse(asked);
    require(client, operation.action(), id);
    if (!path.isEmpty() && trouble.refuses(call, operation.action())) {
      throw ArmProblem.forbidden(client, operation.action(), id);
    }
    Asset asset = found.orElseThrow(ArmProblem.noResource(Asset.path(type, name), group.name()));
    requireUnlocked(call, id, operation.action());
    authorization.requireAllowed(call, asset);
    return operation.handler().answer(call, asset, version);
  }

  /** An operation that is answered from the documents of the scenario. */
  private Operation documented(ProviderCatalog.Operation operation, List<String> path) {
    return new Operation(
        operation.action(),
        (request, asset, unusedVersion) -> documents.answer(
            request,
            Place.of(asset),
            operation,
            ProviderCatalog.azure().type(asset.type()).orElseThrow().operations(),
            path));
  }

  private Operation operation(Call call, String type, List<String> path) {
    if (path.isEmpty() && call.method().equals("GET")) {
      return new Operation(
          type + "/read",
          (request, asset, version) ->
              reads(Reply.json(200, asset.shown(version, DocumentProvider.expand(request)))));
    }
    List<ProviderCatalog.Operation> all =
        ProviderCatalog.azure().type(type).map(ProviderCatalog.Type::operations).orElse(List.of());
    boolean elsewhere = all.stream().noneMatch(one -> one.matches(path) && !one.byProvider());
    if (!elsewhere) {
      throw ArmProblem.method(call, String.join(", ", ProviderCatalog.methods(all, path)));
    }
    List<String> rest = path.stream().map(part -> part.toLowerCase(Locale.ROOT)).toList();
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "microsoft.storage/storageaccounts" -> storage.operation(call, rest);
      case "microsoft.servicebus/namespaces", "microsoft.eventhub/namespaces" ->
        messaging.operation(call, type, rest);
      case "microsoft.web/sites", "microsoft.web/sites/slots" -> web.operation(call, type, rest);
      default ->
        throw rest.isEmpty()
            ? ArmProblem.method(call, "GET")
            : ArmProblem.gateway(
                404,
                "InvalidResourceType",
                "The resource type '" + type.substring(type.indexOf('/') + 1) + "/" + path.get(0)
                    + "' could not be found in the namespace '"
                    + type.substring(0, type.indexOf('/')) + "' for api version '"
                    + call.query("api-version").orElse("") + "'.");
    };
  }

  /** What a request does: the action that needs permission, and the code that does it. */
  record Operation(String action, Handler handler) {}

  /** Answers a request that has passed all of ARM's own checks. */
  @FunctionalInterface
  interface Handler {
    Reply answer(Call call, Asset asset, String version);
  }

  static Reply reads(Reply reply) {
    return reply.countedBy(Counter.READS);
  }

  static Reply writes(Reply reply) {
    return reply.countedBy(Counter.WRITES);
  }

  static Reply resourceRequests(Reply reply) {
    return reply.countedBy(Counter.RESOURCE_REQUESTS);
  }

  /** The body as a JSON object of media type application/json, or the refusal that ARM gives. */
  static ObjectNode content(Call call) {
    String type = call.header("Content-Type").orElse("");
    String media = type.contains(";") ? type.substring(0, type.indexOf(';')) : type;
    if (!media.trim().equalsIgnoreCase("application/json")) {
      throw ArmProblem.gateway(
          415,
          "UnsupportedMediaType",
          "The content media type '" + (media.isEmpty() ? "<null>" : media.trim())
              + "' is not supported. Only 'application/json' is supported.");
    }
    return Json.readObject(call.body())
        .orElseThrow(() -> ArmProblem.content("The body must be one JSON object"));
  }
}
