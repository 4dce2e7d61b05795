package dev.rekey.azure;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/** Scheme, host and port: where a token may go. */
final class Origin {
  private Origin() {}

  /** Returns an endpoint in its plain form: lower case, no port where it is 443, no path. */
  static URI of(URI endpoint) {
    boolean plain = "https".equalsIgnoreCase(endpoint.getScheme())
        && endpoint.getHost() != null
        && endpoint.getRawUserInfo() == null
        && endpoint.getRawQuery() == null
        && endpoint.getRawFragment() == null
        && (endpoint.getRawPath().isEmpty() || endpoint.getRawPath().equals("/"));
    if (!plain) {
      throw new IllegalArgumentException(
          "an endpoint is https://, a host and perhaps a port, because a token is sent to it");
    }
    return URI.create("https://" + authority(endpoint));
  }

  /**
   * Returns whether a link leads to an endpoint: {@code :443} and letter case make no difference,
   * a user name before the host does.
   */
  static boolean leadsTo(URI endpoint, String link) {
    try {
      URI uri = new URI(link);
      return "https".equalsIgnoreCase(uri.getScheme())
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawFragment() == null
          && authority(uri).equals(authority(endpoint));
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  private static String authority(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return uri.getPort() < 0 || uri.getPort() == 443 ? host : host + ":" + uri.getPort();
  }
}
