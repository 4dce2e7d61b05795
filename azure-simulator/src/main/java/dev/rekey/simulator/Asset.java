package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A resource that ARM and Resource Graph show. Mutable; guarded by the {@link World}'s lock. */
abstract class Asset {
  private final String subscription;
  private final String group;
  private final String type;
  private final String name;
  private final String id;
  private final String location;
  private final String kind;
  private final Map<String, String> tags;
  private final Documents documents = new Documents();
  private long order;

  Asset(String subscription, Scenario.ResourceGroup group, Resource from, String kind) {
    this(subscription, group, World.typeOf(from), from.name(), from, kind);
  }

  /** Something inside a resource: its type and its name have a part for each level. */
  Asset(
      String subscription,
      Scenario.ResourceGroup group,
      String type,
      String name,
      Resource from,
      String kind) {
    this.subscription = subscription;
    this.group = group.name();
    this.type = type;
    this.name = name;
    this.id = id(subscription, group.name(), type, name);
    this.location = from.location().isEmpty() ? group.location() : from.location();
    this.kind = kind;
    this.tags = new LinkedHashMap<>(from.tags());
  }

  final String subscription() {
    return subscription;
  }

  final String group() {
    return group;
  }

  /** The full type in ARM's letter case, for example {@code Microsoft.Web/sites}. */
  final String type() {
    return type;
  }

  final String name() {
    return name;
  }

  final String location() {
    return location;
  }

  final String kind() {
    return kind;
  }

  final Map<String, String> tags() {
    return tags;
  }

  final String id() {
    return id;
  }

  /** Its place among all resources, which it keeps when others are deleted. */
  final long order() {
    return order;
  }

  final void order(long place) {
    order = place;
  }

  /** What ARM answers below it. */
  final Documents documents() {
    return documents;
  }

  /** The items that the resource itself has for a list of the catalog, beside its documents. */
  List<ObjectNode> own(List<String> path) {
    return List.of();
  }

  /** ARM's sku, beside the properties. */
  Optional<ObjectNode> sku() {
    return Optional.empty();
  }

  /** ARM's identity. */
  Optional<ObjectNode> identity() {
    return Optional.empty();
  }

  /** The id of a resource. */
  static String id(String subscription, String group, String type, String name) {
    return "/subscriptions/" + subscription + "/resourceGroups/" + group + "/providers/"
        + path(type, name);
  }

  /** Joins a type and a name level by level: {@code Microsoft.Web/sites/app1/slots/staging}. */
  static String path(String type, String name) {
    String[] types = type.split("/", -1);
    String[] names = name.split("/", -1);
    StringBuilder path = new StringBuilder(types[0]);
    for (int i = 0; i < names.length; i++) {
      path.append('/').append(types[i + 1]).append('/').append(names[i]);
    }
    return path.toString();
  }

  /** The properties as the given version of the provider shows them. */
  abstract ObjectNode properties(String apiVersion);

  /** The resource as ARM shows it. */
  ObjectNode json(String apiVersion) {
    ObjectNode json = Json.object();
    json.put("id", id());
    json.put("name", name);
    json.put("type", type);
    if (!kind.isEmpty()) {
      json.put("kind", kind);
    }
    json.put("location", location);
    json.set("tags", Json.tree(tags));
    sku().ifPresent(sku -> json.set("sku", sku));
    identity().ifPresent(identity -> json.set("identity", identity));
    json.set("properties", properties(apiVersion));
    return json;
  }

  /** The resource as ARM shows it, without what Azure never returns. */
  final ObjectNode shown(String apiVersion, String expand) {
    ObjectNode json = json(apiVersion);
    ProviderCatalog.azure().type(type).ifPresent(known -> known.withheld().from(json, expand));
    return json;
  }

  /** A column of its row of the Resource Graph table. */
  final JsonNode column(String column, String tenant) {
    return switch (column) {
      case "id" -> TextNode.valueOf(id);
      case "name" -> TextNode.valueOf(name);
      case "type" -> TextNode.valueOf(type.toLowerCase(Locale.ROOT));
      case "tenantId" -> TextNode.valueOf(tenant);
      case "kind" -> TextNode.valueOf(kind.toLowerCase(Locale.ROOT));
      case "location" -> TextNode.valueOf(location.toLowerCase(Locale.ROOT).replace(" ", ""));
      case "resourceGroup" -> TextNode.valueOf(group.toLowerCase(Locale.ROOT));
      case "subscriptionId" -> TextNode.valueOf(subscription);
      case "managedBy" -> TextNode.valueOf("");
      case "sku" -> sku().<JsonNode>map(sku -> sku).orElse(NullNode.getInstance());
      case "identity" -> identity().<JsonNode>map(one -> one).orElse(NullNode.getInstance());
      case "properties" -> shown(NEWEST, "").path("properties");
      case "tags" -> tags.isEmpty() ? NullNode.getInstance() : Json.tree(tags);
      default -> NullNode.getInstance();
    };
  }

  /** Later than every api-version. */
  static final String NEWEST = "9999";

  /** A resource that is only listed. */
  static final class Plain extends Asset {
    private final String tenant;
    private final Resource.Other from;
    private Object properties;

    Plain(String tenant, String subscription, Scenario.ResourceGroup group, Resource.Other from) {
      super(subscription, group, from, from.kind());
      this.tenant = tenant;
      this.from = from;
      this.properties = from.properties();
    }

    /** Sets its properties, when all keys and endpoints are known. */
    void furnish(Object all) {
      properties = all;
    }

    // A hundred thousand of these are kept as they were written: a tree is made for each answer.
    @Override
    ObjectNode properties(String apiVersion) {
      return Json.MAPPER.valueToTree(properties);
    }

    @Override
    Optional<ObjectNode> sku() {
      return from.sku().isEmpty() ? Optional.empty() : Optional.of(Json.tree(from.sku()));
    }

    @Override
    Optional<ObjectNode> identity() {
      if (from.identity().isEmpty()) {
        return Optional.empty();
      }
      ObjectNode identity = Json.tree(from.identity());
      if (identity.path("type").asText().contains("SystemAssigned")) {
        identity.put("principalId", Directory.principalObjectId(id()));
        identity.put("tenantId", tenant);
      }
      return Optional.of(identity);
    }

    @Override
    ObjectNode json(String apiVersion) {
      ObjectNode json = super.json(apiVersion);
      documents()
          .at(List.of(""))
          .ifPresent(over -> Json.merge(json, Json.MAPPER.valueToTree(over)));
      return json;
    }
  }
}
