package dev.rekey.simulator;

import java.util.Optional;

/**
 * What calls of resource providers are made on: a resource, a group, a subscription, a management group
 * or the tenant.
 *
 * @param id its id; that of the tenant is empty
 * @param type the type of a resource, otherwise empty
 * @param kind {@code resource}, {@code group}, {@code subscription}, {@code managementGroup} or {@code
 *     tenant}
 * @param asset the resource
 */
record Place(String id, String type, String kind, Documents documents, Optional<Asset> asset) {
  static Place of(Asset asset) {
    return new Place(asset.id(), asset.type(), "resource", asset.documents(), Optional.of(asset));
  }

  static Place scope(String id, String kind, Documents documents) {
    return new Place(id, "", kind, documents, Optional.empty());
  }
}
