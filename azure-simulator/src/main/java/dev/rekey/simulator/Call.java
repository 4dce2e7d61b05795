package dev.rekey.simulator;

import com.sun.net.httpserver.Headers;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One request as a service sees it.
 *
 * @param service which stand-in was asked: {@code cloud}, {@code vault:NAME}, {@code blob:NAME},
 *     {@code messaging:NAME}, {@code logs:NAME}, {@code configuration:NAME} or {@code synapse:NAME}
 * @param rawPath the path as sent, still percent-encoded
 * @param rawQuery the query as sent, empty if there was none
 * @param remote the address that asked, with its port
 */
record Call(
    String service,
    String method,
    String rawPath,
    String rawQuery,
    Headers headers,
    String body,
    String remote) {
  private static final String CALLER = "simulator-caller";

  /**
   * The address and port that a log shows. All callers sit on the loopback interface: who is to be told
   * from others says an address of its own by a header.
   */
  String caller() {
    return header(CALLER).orElse(remote);
  }

  /** The decoded path segments; doubled and trailing slashes do not make empty ones. */
  List<String> segments() {
    List<String> segments = new ArrayList<>();
    for (String part : rawPath.split("/", -1)) {
      if (!part.isEmpty()) {
        segments.add(decode(part));
      }
    }
    return segments;
  }

  /** A query parameter, its name in any letter case. */
  Optional<String> query(String name) {
    return Optional.ofNullable(parameters().get(name.toLowerCase(Locale.ROOT)));
  }

  /** All query parameters by lower-case name; the last of equal names wins. */
  Map<String, String> parameters() {
    return form(rawQuery);
  }

  Optional<String> header(String name) {
    return Optional.ofNullable(headers.getFirst(name));
  }

  /** The bearer token, if the Authorization header holds one. */
  Optional<String> bearer() {
    return header("Authorization")
        .filter(value -> value.regionMatches(true, 0, "Bearer ", 0, 7))
        .map(value -> value.substring(7).trim());
  }

  /** Reads {@code a=b&c=d}. */
  static Map<String, String> form(String text) {
    Map<String, String> values = new TreeMap<>();
    for (String pair : text.split("&", -1)) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        values.put(decodeForm(name).toLowerCase(Locale.ROOT), decodeForm(value));
      }
    }
    return values;
  }

  /** Decodes a path segment, in which a plus is a plus. */
  static String decode(String text) {
    return decodeForm(text.replace("+", "%2B"));
  }

  private static String decodeForm(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new Refusal(Reply.json(400, Json.error("BadRequest", "The request URI is malformed.")));
    }
  }
}
