package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;

/** The network settings that storage accounts, vaults and messaging namespaces share. */
final class Firewall {
  private Firewall() {}

  /** Whether these properties keep a caller on the public network (which all are here) out. */
  static boolean closed(JsonNode properties) {
    return properties.path("publicNetworkAccess").asText().equalsIgnoreCase("Disabled")
        || properties.path("networkAcls").path("defaultAction").asText().equalsIgnoreCase("Deny");
  }
}
