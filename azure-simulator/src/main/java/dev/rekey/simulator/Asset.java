package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

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
    this.id = "/subscriptions/" + subscription + "/resourceGroups/" + group.name() + "/providers/"
        + path(type, name);
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
    json.set("properties", properties(apiVersion));
    return json;
  }

  /** The row of the Resource Graph table, with all of its columns. */
  final ObjectNode row(String tenant) {
    ObjectNode row = Json.object();
    row.put("id", id());
    row.put("name", name);
    row.put("type", type.toLowerCase(Locale.ROOT));
    row.put("tenantId", tenant);
    row.put("kind", kind.toLowerCase(Locale.ROOT));
    row.put("location", location.toLowerCase(Locale.ROOT).replace(" ", ""));
    row.put("resourceGroup", group.toLowerCase(Locale.ROOT));
    row.put("subscriptionId", subscription);
    row.put("managedBy", "");
    row.putNull("sku");
    row.putNull("plan");
    row.set("properties", properties(NEWEST));
    row.set("tags", tags.isEmpty() ? Json.MAPPER.nullNode() : Json.tree(tags));
    row.putNull("identity");
    row.putNull("zones");
    row.putNull("extendedLocation");
    return row;
  }

  /** Later than every api-version. */
  static final String NEWEST = "9999";

  /** A resource that is only listed. */
  static final class Plain extends Asset {
    private final ObjectNode properties;

    Plain(String subscription, Scenario.ResourceGroup group, Resource.Other from) {
      super(subscription, group, from, from.kind());
      this.properties = Json.tree(from.properties());
    }

    @Override
    ObjectNode properties(String apiVersion) {
      return properties.deepCopy();
    }
  }
}
