package dev.rekey.detect;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what a shared access signature grants, to what and until when.
 *
 * <p>The signature itself can be verified only with the key that made it. Formats: storage <a
 * href="https://learn.microsoft.com/rest/api/storageservices/create-service-sas">service</a>, <a
 * href="https://learn.microsoft.com/rest/api/storageservices/create-account-sas">account</a> and <a
 * href="https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas">user
 * delegation</a> SAS; <a
 * href="https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas">messaging</a>
 * tokens, whose {@code se} counts seconds; and Event Grid's, whose names have one letter.
 */
final class SasCheck implements Check {
  private static final String MESSAGING = "SharedAccessSignature ";

  @Override
  public Result check(Candidate candidate) {
    String text = new String(candidate.bytes(), StandardCharsets.ISO_8859_1);
    Map<String, String> attributes = new LinkedHashMap<>();
    if (text.startsWith("r=") || text.contains("&r=")) {
      eventGrid(Claims.ofQuery(text), attributes);
    } else if (text.length() > MESSAGING.length()
        && text.regionMatches(true, 0, MESSAGING, 0, MESSAGING.length() - 1)) {
      messaging(Claims.ofQuery(text.substring(MESSAGING.length())), attributes);
    } else {
      storage(Claims.ofQuery(text), attributes);
    }
    return new Result(Checksum.NONE, attributes);
  }

  private static void storage(Claims claims, Map<String, String> attributes) {
    String kind =
        claims.has("skoid") ? "user-delegation" : claims.has("srt") ? "account" : "service";
    attributes.put("kind", kind);
    put(attributes, "permissions", claims.text("sp"));
    put(attributes, "expires", claims.text("se"));
    put(attributes, "starts", claims.text("st"));
    put(attributes, "resource", claims.text("sr").or(() -> claims.text("srt")));
    put(attributes, "services", claims.text("ss"));
    put(attributes, "version", claims.text("sv"));
    put(attributes, "addresses", claims.text("sip"));
    put(attributes, "protocols", claims.text("spr"));
    put(attributes, "policy", claims.text("si"));
    put(attributes, "tenant", claims.text("sktid"));
    put(attributes, "signer", claims.text("skoid"));
  }

  private static void messaging(Claims claims, Map<String, String> attributes) {
    put(attributes, "resource", claims.text("sr"));
    put(attributes, "host", claims.text("sr").flatMap(SasCheck::host));
    put(attributes, "expires", claims.seconds("se"));
    put(attributes, "policy", claims.text("skn"));
  }

  private static void eventGrid(Claims claims, Map<String, String> attributes) {
    put(attributes, "resource", claims.text("r"));
    put(attributes, "host", claims.text("r").flatMap(SasCheck::host));
    // Written as an American date with blanks, as plus signs where it was form-encoded.
    Optional.ofNullable(claims.values().get("e"))
        .map(date -> date.replace('+', ' '))
        .filter(date -> date.matches("[0-9/: APM.TZ-]{8,40}"))
        .ifPresent(date -> attributes.put("expires", date));
  }

  private static Optional<String> host(String resource) {
    String host = resource.replaceFirst("^[a-z]{2,6}://", "").replaceFirst("[/:?].*$", "");
    return host.matches("[A-Za-z0-9.-]{1,200}") ? Optional.of(host) : Optional.empty();
  }

  private static void put(Map<String, String> attributes, String name, Optional<String> value) {
    value.ifPresent(text -> attributes.put(name, text));
  }
}
