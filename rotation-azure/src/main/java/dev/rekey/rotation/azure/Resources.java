package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.AzureResource;
import dev.rekey.azure.ResourceGraph;
import dev.rekey.azure.ResourceId;
import dev.rekey.azure.Subscriptions;
import dev.rekey.rotation.RotationException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/** The resources of some types, in all subscriptions that a caller sees. */
final class Resources {
  private final ArmClient arm;
  private final String what;
  private final List<String> types;

  /** Names the resources for messages, and their types. */
  Resources(ArmClient arm, String what, String... types) {
    this.arm = arm;
    this.what = what;
    this.types = List.of(types);
  }

  /** Returns the ids of all of them, in the order of the subscriptions and ids. */
  List<ResourceId> all() throws RotationException {
    String query = "Resources | where type in~ ("
        + types.stream().map(type -> "'" + type + "'").collect(Collectors.joining(", "))
        + ") | project id, name, type, tenantId | order by id asc";
    List<ResourceId> ids = new ArrayList<>();
    try {
      List<String> subscriptions = Subscriptions.in(arm).enabled().stream()
          .map(Subscriptions.Subscription::id)
          .toList();
      Iterator<JsonNode> rows =
          ResourceGraph.in(arm).query(query, subscriptions).iterator();
      while (rows.hasNext()) {
        ids.add(typed(AzureResource.of(rows.next()).id().toString()));
      }
      return ids;
    } catch (ArmException failed) {
      throw Failures.of("listing every " + what, failed);
    } catch (IllegalArgumentException malformed) {
      throw new RotationException(
          "Resource Graph lists a " + what + " with an id that is none", malformed);
    }
  }

  /** One that is there, and how ARM shows it. */
  record Existing(ResourceId id, JsonNode shown) {}

  /** Returns the id of one that is there now. */
  ResourceId existing(String id, String apiVersion) throws RotationException {
    return shown(id, apiVersion).id();
  }

  /** Returns one that is there now. */
  Existing shown(String id, String apiVersion) throws RotationException {
    ResourceId typed = typed(id);
    try {
      return new Existing(typed, arm.get(id, apiVersion));
    } catch (ArmException failed) {
      throw Failures.of("reading the " + what, failed);
    }
  }

  /**
   * Returns whether there is no such resource any more: Resource Graph lists it for a while. Only
   * ARM's own word counts; where that can't be had, it is taken to be there.
   */
  boolean isGone(ResourceId id, String apiVersion) {
    try {
      arm.get(id.toString(), apiVersion);
      return false;
    } catch (ArmException failed) {
      return failed.isNotFound();
    }
  }

  private ResourceId typed(String id) throws RotationException {
    try {
      ResourceId parsed = ResourceId.parse(id);
      if (types.stream().anyMatch(parsed::isOf)) {
        return parsed;
      }
    } catch (IllegalArgumentException malformed) {
      throw new RotationException("not the id of a " + what, malformed);
    }
    throw new RotationException("not the id of a " + what + ": " + id);
  }
}
