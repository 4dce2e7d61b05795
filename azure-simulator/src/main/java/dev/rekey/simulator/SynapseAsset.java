package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A Synapse workspace and its artifacts. */
final class SynapseAsset extends Asset {
  static final String TYPE = "Microsoft.Synapse/workspaces";

  /** The kinds of artifacts, as they stand in paths. */
  static final List<String> KINDS = List.of(
      "linkedservices",
      "pipelines",
      "notebooks",
      "sqlScripts",
      "datasets",
      "dataflows",
      "triggers",
      "sparkJobDefinitions");

  private final ObjectNode properties;
  private final Map<String, Map<String, ObjectNode>> artifacts = new LinkedHashMap<>();
  private String endpoint = "";

  SynapseAsset(String subscription, Scenario.ResourceGroup group, Resource.SynapseWorkspace from) {
    super(subscription, group, from, "");
    this.properties = Json.object();
    properties.put("provisioningState", "Succeeded");
    properties.put("publicNetworkAccess", "Enabled");
    properties.put("workspaceUID", Resource.Workspace.customerId(from.name()));
    Json.merge(properties, Json.tree(from.properties()));
    from.artifacts().forEach((kind, ofKind) -> {
      Map<String, ObjectNode> shown = new LinkedHashMap<>();
      ofKind.forEach((artifact, content) -> shown.put(artifact, Json.tree(content)));
      artifacts.put(kind.toLowerCase(Locale.ROOT), shown);
    });
  }

  void endpoint(String url) {
    endpoint = url;
  }

  String endpoint() {
    return endpoint;
  }

  boolean firewallClosed() {
    return Firewall.closed(properties);
  }

  /** Fills in what the placeholders of the artifacts stand for, and hides what is secure. */
  void furnish(UnaryOperator<String> resolve) {
    artifacts
        .values()
        .forEach(ofKind -> ofKind.replaceAll((name, content) -> {
          ObjectNode copy = content.deepCopy();
          furnish(copy, resolve);
          return copy;
        }));
  }

  private static void furnish(JsonNode node, UnaryOperator<String> resolve) {
    if (node instanceof ObjectNode object) {
      List<String> names = new ArrayList<>();
      object.fieldNames().forEachRemaining(names::add);
      boolean secure = object.path("type").asText().equals("SecureString");
      for (String name : names) {
        JsonNode value = object.path(name);
        if (secure && name.equals("value")) {
          object.put(name, "**********");
        } else if (value.isTextual()) {
          object.put(name, resolve.apply(value.asText()));
        } else {
          furnish(value, resolve);
        }
      }
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        if (array.get(i).isTextual()) {
          array.set(i, TextNode.valueOf(resolve.apply(array.get(i).asText())));
        } else {
          furnish(array.get(i), resolve);
        }
      }
    }
  }

  /** The artifacts of a kind, which may be written in any letter case. */
  Optional<List<ObjectNode>> artifacts(String kind) {
    return KINDS.stream().filter(kind::equalsIgnoreCase).findFirst().map(known -> {
      List<ObjectNode> all = new ArrayList<>();
      artifacts
          .getOrDefault(known.toLowerCase(Locale.ROOT), Map.of())
          .forEach((artifact, content) -> {
            ObjectNode json = Json.object();
            json.put("id", id() + "/" + known + "/" + artifact);
            json.put("name", artifact);
            json.put("type", TYPE + "/" + known);
            json.put("etag", Integer.toHexString((known + artifact).hashCode()));
            json.set("properties", content);
            all.add(json);
          });
      return all;
    });
  }

  @Override
  ObjectNode properties(String apiVersion) {
    ObjectNode shown = properties.deepCopy();
    ObjectNode endpoints = shown.putObject("connectivityEndpoints");
    endpoints.put("dev", Entra.withoutSlash(endpoint));
    endpoints.put("web", "https://web.azuresynapse.net?workspace=" + id().replace("/", "%2f"));
    endpoints.put("sql", name() + ".sql.azuresynapse.net");
    endpoints.put("sqlOnDemand", name() + "-ondemand.sql.azuresynapse.net");
    return shown;
  }
}
