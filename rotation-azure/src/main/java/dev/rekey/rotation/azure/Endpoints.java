package dev.rekey.rotation.azure;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** The addresses of data planes, as Azure Resource Manager tells them. */
final class Endpoints {
  private Endpoints() {}

  /** Returns an address to which a signed request may go; empty for anything else. */
  static Optional<URI> https(JsonNode told) {
    try {
      URI uri = new URI(told.asText());
      return "https".equalsIgnoreCase(uri.getScheme())
              && uri.getHost() != null
              && uri.getRawUserInfo() == null
          ? Optional.of(uri)
          : Optional.empty();
    } catch (URISyntaxException malformed) {
      return Optional.empty();
    }
  }
}
