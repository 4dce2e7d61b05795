package dev.rekey.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;

/** One answer: status, headers, and a body that may be empty. Immutable. */
record Reply(int status, Map<String, String> headers, String body) {
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

  Reply with(String name, String value) {
    return new Reply(status, Copies.plus(headers, name, value), body);
  }

  Reply withAll(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return new Reply(status, all, body);
  }

  Reply withBody(String newBody) {
    return new Reply(status, headers, newBody);
  }

  Reply withoutBody() {
    return new Reply(status, headers, "");
  }
}
