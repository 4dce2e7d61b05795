package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** A namespace of Service Bus or Event Hubs: its entities and its authorization rules. */
final class MessagingAsset extends Asset {
  private final Resource.Messaging service;
  private final boolean dataPlane;
  private final Map<String, String> entities;
  private final List<AuthorizationRule> rules = new ArrayList<>();
  private final ObjectNode properties = Json.object();
  private String endpoint;

  MessagingAsset(
      String subscription,
      Scenario.ResourceGroup group,
      Resource.MessagingNamespace from,
      RandomGenerator random) {
    super(subscription, group, from, "");
    this.service = from.service();
    this.dataPlane = !from.noDataPlane();
    this.endpoint = "https://" + from.name() + ".servicebus.windows.net:443/";
    this.entities = new LinkedHashMap<>(from.entities());
    List<Resource.AccessRule> all = new ArrayList<>();
    all.add(new Resource.AccessRule(
        "", "RootManageSharedAccessKey", List.of("Listen", "Manage", "Send")));
    all.addAll(from.rules());
    all.forEach(rule -> rules.add(new AuthorizationRule(service, rule, from.oldKeyUses(), random)));
    properties.put("disableLocalAuth", false);
    properties.put("minimumTlsVersion", "1.2");
    properties.put("publicNetworkAccess", "Enabled");
    properties.put("zoneRedundant", false);
    properties.put("provisioningState", "Succeeded");
    properties.put("status", "Active");
    Json.merge(properties, Json.tree(from.properties()));
  }

  Resource.Messaging service() {
    return service;
  }

  boolean hasDataPlane() {
    return dataPlane;
  }

  void endpoint(String url) {
    endpoint = url;
  }

  String endpoint() {
    return endpoint;
  }

  /** The host as tokens and connection strings name it: without the port that https has anyway. */
  String authority() {
    URI uri = URI.create(endpoint);
    return uri.getPort() == 443 ? uri.getHost() : uri.getAuthority();
  }

  /** The names of the entities of a type. */
  List<String> entities(String type) {
    return entities.entrySet().stream()
        .filter(entity -> entity.getValue().equals(type))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The type of an entity. */
  Optional<String> entityType(String name) {
    return entities.entrySet().stream()
        .filter(entity -> entity.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** The rules of an entity, or of the namespace if it is empty. */
  List<AuthorizationRule> rules(String entity) {
    return rules.stream().filter(rule -> rule.entity().equalsIgnoreCase(entity)).toList();
  }

  Optional<AuthorizationRule> rule(String entity, String name) {
    return rules(entity).stream()
        .filter(rule -> rule.name().equalsIgnoreCase(name))
        .findFirst();
  }

  /** The live key at {@code RULE/PrimaryKey} or {@code ENTITY/RULE/PrimaryKey}. */
  Optional<String> key(String path) {
    List<String> parts = new ArrayList<>(List.of(path.split("/", -1)));
    if (parts.size() == 2) {
      parts.add(0, "");
    }
    return parts.size() == 3
        ? rule(parts.get(0), parts.get(1)).flatMap(rule -> rule.key(parts.get(2)))
        : Optional.empty();
  }

  boolean localAuthDisabled() {
    return properties.path("disableLocalAuth").asBoolean(false);
  }

  boolean firewallClosed() {
    return Firewall.closed(properties);
  }

  /** Lays the given properties over the present ones, as PATCH does. */
  void patch(ObjectNode changes) {
    for (var field : changes.properties()) {
      properties.set(field.getKey(), field.getValue().deepCopy());
    }
  }

  @Override
  ObjectNode properties(String apiVersion) {
    ObjectNode shown = properties.deepCopy();
    shown.put("metricId", subscription() + ":" + name());
    shown.put("serviceBusEndpoint", endpoint);
    return shown;
  }

  @Override
  Optional<ObjectNode> sku() {
    return Optional.of(Json.object().put("name", "Standard").put("tier", "Standard"));
  }
}
