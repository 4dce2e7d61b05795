package dev.rekey.azure;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.rekey.azure.text.PlainText;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A resource as Resource Graph or ARM shows it, read leniently: what is absent or of another type
 * than expected is empty.
 *
 * @param id its id
 * @param tenant the id of its tenant, or empty: ARM shows none
 * @param location its region
 * @param kind ARM's kind, for example {@code functionapp,linux}
 * @param tags its tags
 * @param properties its properties, or a missing node
 */
public record AzureResource(
    ResourceId id,
    String tenant,
    String location,
    String kind,
    Map<String, String> tags,
    JsonNode properties) {
  /** Checks that nothing is null and copies the tags. */
  public AzureResource {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(location, "location");
    Objects.requireNonNull(kind, "kind");
    tags = Map.copyOf(tags);
    Objects.requireNonNull(properties, "properties");
  }

  /**
   * Returns the resource that a row of Resource Graph or an answer of ARM shows.
   *
   * @throws IllegalArgumentException if its id is none
   */
  public static AzureResource of(JsonNode shown) {
    Map<String, String> tags = new TreeMap<>();
    shown.path("tags").fields().forEachRemaining(tag -> {
      if (tag.getValue().isValueNode() && !tag.getValue().isNull()) {
        tags.put(tag.getKey(), tag.getValue().asText());
      }
    });
    JsonNode properties = shown.path("properties");
    return new AzureResource(
        ResourceId.of(text(shown, "id")),
        PlainText.of(text(shown, "tenantId"), 100),
        PlainText.of(text(shown, "location"), 100),
        PlainText.of(text(shown, "kind"), 100),
        tags,
        properties.isObject() ? properties : MissingNode.getInstance());
  }

  /** Returns the same resource in a tenant. */
  public AzureResource in(String tenantId) {
    return new AzureResource(id, tenantId, location, kind, tags, properties);
  }

  private static String text(JsonNode shown, String field) {
    return shown.path(field).isTextual() ? shown.path(field).asText() : "";
  }

  /** Shows the id only: tags and properties may hold anything. */
  @Override
  public String toString() {
    return id.toString();
  }
}
