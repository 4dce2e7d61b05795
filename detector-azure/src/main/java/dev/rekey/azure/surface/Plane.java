package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.DataPlane;
import java.net.URI;

/** A service whose resources have endpoints of their own, beside ARM, for tokens of another audience. */
public enum Plane {
  /** A store of App Configuration: {@code properties.endpoint}. */
  CONFIGURATION("/properties/endpoint") {
    @Override
    DataPlane open(AzureTenant tenant, URI endpoint) {
      return tenant.configuration(endpoint);
    }
  },

  /** Where a Synapse workspace is developed: {@code properties.connectivityEndpoints.dev}. */
  SYNAPSE("/properties/connectivityEndpoints/dev") {
    @Override
    DataPlane open(AzureTenant tenant, URI endpoint) {
      return tenant.synapse(endpoint);
    }
  };

  private final String pointer;

  Plane(String pointer) {
    this.pointer = pointer;
  }

  abstract DataPlane open(AzureTenant tenant, URI endpoint);

  /**
   * Returns the client of a resource's endpoint.
   *
   * @throws IllegalArgumentException if the resource shows none, or one of another cloud
   */
  DataPlane of(AzureTenant tenant, JsonNode shown) {
    String endpoint = shown.at(pointer).asText("");
    if (endpoint.isEmpty()) {
      throw new IllegalArgumentException("the resource shows no endpoint at " + pointer);
    }
    return open(tenant, URI.create(endpoint));
  }
}
