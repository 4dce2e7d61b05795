package dev.rekey.rotation.postgres;

import java.util.Locale;
import java.util.Set;

/**
 * Where a server listens.
 *
 * @param host its name or number in small letters, one word for this machine; empty if unknown
 * @param port its port
 */
record Address(String host, String port) {
  private static final String STANDARD_PORT = "5432";
  private static final Set<String> HERE = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

  /** Reads {@code host} or {@code host:port}. */
  static Address of(String text) {
    int colon = text.lastIndexOf(':');
    boolean onlyOne = text.indexOf(':') == colon || text.startsWith("["); // Else it is in a number.
    boolean hasPort = onlyOne && colon > text.lastIndexOf(']');
    return hasPort
        ? of(text.substring(0, colon), text.substring(colon + 1))
        : of(text, STANDARD_PORT);
  }

  static Address of(String host, String port) {
    String lower = host.toLowerCase(Locale.ROOT);
    return new Address(
        HERE.contains(lower) ? "localhost" : lower, port.isEmpty() ? STANDARD_PORT : port);
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
