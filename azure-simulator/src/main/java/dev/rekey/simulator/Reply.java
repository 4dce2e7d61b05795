package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One answer: status, headers, and a body that may be empty. Immutable.
 *
 * @param charset in which the body is sent
 * @param counter what ARM counts the request by
 */
record Reply(
    int status,
    Map<String, String> headers,
    String body,
    Charset charset,
    Optional<Counter> counter) {
  Reply(int status, Map<String, String> headers, String body) {
    this(status, headers, body, StandardCharsets.UTF_8, Optional.empty());
  }

  static Reply json(int status, JsonNode body) {
    return new Reply(
        status, Map.of("Content-Type", "application/json; charset=utf-8"), body.toString());
  }

  static Reply xml(int status, String body) {
    return new Reply(status, Map.of("Content-Type", "application/xml"), body);
  }

  static Reply empty(int status) {
    return new Reply(status, Map.of(), "");
  }

  /** An answer whose body is sent byte for byte. */
  static Reply bytes(int status, Map<String, String> headers, byte[] body) {
    // Latin-1 has a character for each byte, so that a part of a text may end within a character.
    Charset charset = StandardCharsets.ISO_8859_1;
    return new Reply(status, headers, new String(body, charset), charset, Optional.empty());
  }

  Reply with(String name, String value) {
    return new Reply(status, Copies.plus(headers, name, value), body, charset, counter);
  }

  Reply withAll(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new Reply(status, all, body, charset, counter);
  }

  Reply withBody(String newBody) {
    return new Reply(status, headers, newBody, charset, counter);
  }

  Reply withoutBody() {
    return withBody("");
  }

  Reply countedBy(Counter newCounter) {
    return new Reply(status, headers, body, charset, Optional.of(newCounter));
  }
}
