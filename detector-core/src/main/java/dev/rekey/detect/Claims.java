package dev.rekey.detect;

import dev.rekey.detect.engine.LatePattern;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a token says in its own text, by name: the parameters of a query, or the claims of a JWT.
 *
 * <p>Tokens come from anywhere: what is malformed, too long or not printable is left out.
 */
record Claims(Map<String, String> values) {
  private static final int LONGEST = 200;

  /** A claim with a text or a number; nested objects are not looked for, but may be hit. */
  private static final LatePattern CLAIM =
      LatePattern.of("\"([a-z_]{2,20})\"\\s*:\\s*(?:\"([^\"\\\\]*)\"|([0-9]{1,15})[\\s,}])");

  /** Returns the parameters of a query without its question mark; of two of a name the first. */
  static Claims ofQuery(String query) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals > 0) {
        values.putIfAbsent(parameter.substring(0, equals), parameter.substring(equals + 1));
      }
    }
    return new Claims(values);
  }

  /** Returns the claims in the payload of a signed JWT (RFC 7519), none if it has no payload. */
  static Claims ofJwt(Candidate token) {
    Map<String, String> values = new LinkedHashMap<>();
    String[] pieces = new String(token.bytes(), StandardCharsets.ISO_8859_1).split("\\.", -1);
    if (pieces.length == 3) {
      try {
        byte[] payload = Base64.getUrlDecoder().decode(pieces[1]);
        com.google.re2j.Matcher claim =
            CLAIM.get().matcher(new String(payload, StandardCharsets.ISO_8859_1));
        while (claim.find()) {
          String text = claim.group(2);
          values.putIfAbsent(claim.group(1), text == null ? claim.group(3) : text);
        }
      } catch (IllegalArgumentException notBase64) {
        return new Claims(Map.of());
      }
    }
    return new Claims(values);
  }

  /** Returns a value that is fit to be shown. */
  Optional<String> text(String name) {
    return Optional.ofNullable(values.get(name))
        .filter(value -> !value.isEmpty() && value.length() <= LONGEST)
        .filter(value -> value.chars().allMatch(c -> c > 0x20 && c < 0x7f));
  }

  /** Returns seconds since 1970 as an instant in ISO 8601. */
  Optional<String> seconds(String name) {
    return text(name).filter(value -> value.matches("[0-9]{1,12}")).flatMap(value -> {
      try {
        return Optional.of(Instant.ofEpochSecond(Long.parseLong(value)).toString());
      } catch (DateTimeException beyond) {
        return Optional.empty();
      }
    });
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  /** Never the values: one of them is a signature. */
  @Override
  public String toString() {
    return "Claims" + values.keySet();
  }
}
