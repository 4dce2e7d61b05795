package dev.rekey.simulator;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A token of Service Bus and Event Hubs: {@code SharedAccessSignature sr=…&sig=…&se=…&skn=…}.
 *
 * @param scope the resource as it was sent, still encoded, since that is what is signed
 * @param resource the resource, decoded
 * @param expiry when it ends
 * @param keyName the rule whose key signed it
 * @param signature base64
 * @see <a href="https://learn.microsoft.com/azure/service-bus-messaging/service-bus-sas">Service Bus
 *     access control with shared access signatures</a>
 */
record SharedAccessToken(
    String scope, URI resource, Instant expiry, String keyName, String signature) {
  private static final String SCHEME = "SharedAccessSignature ";

  /** Reads a header; empty if it has another form. */
  static Optional<SharedAccessToken> read(String header) {
    if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    Map<String, String> parts = new HashMap<>();
    for (String pair : header.substring(SCHEME.length()).trim().split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0 || parts.put(pair.substring(0, equals), pair.substring(equals + 1)) != null) {
        return Optional.empty();
      }
    }
    if (!parts.keySet().equals(Set.of("sr", "sig", "se", "skn"))
        || !parts.getOrDefault("se", "").matches("[0-9]{1,11}")) {
      return Optional.empty();
    }
    try {
      String scope = parts.getOrDefault("sr", "");
      return Optional.of(new SharedAccessToken(
          scope,
          URI.create(Call.decode(scope)),
          Instant.ofEpochSecond(Long.parseLong(parts.getOrDefault("se", ""))),
          Call.decode(parts.getOrDefault("skn", "")),
          Call.decode(parts.getOrDefault("sig", ""))));
    } catch (IllegalArgumentException | Refusal malformed) {
      return Optional.empty();
    }
  }

  /**
   * Whether it is for a path of a host, or for something above it: "A SAS token is valid for all
   * resources under the resourceURI" (service-bus-sas). The scheme may be http, https or sb.
   */
  boolean covers(String authority, String path) {
    String own = withSlash(String.valueOf(resource.getPath()));
    return authority.equalsIgnoreCase(resource.getAuthority())
        && Set.of("http", "https", "sb")
            .contains(String.valueOf(resource.getScheme()).toLowerCase(Locale.ROOT))
        && withSlash(path).regionMatches(true, 0, own, 0, own.length());
  }

  private static String withSlash(String path) {
    return path.endsWith("/") ? path : path + "/";
  }

  /**
   * Whether a key signed it. The key is its text, not the bytes that the text is base64 of:
   * github.com/MicrosoftDocs/azure-docs/issues/94572.
   */
  boolean isSignedWith(String key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String text = scope + "\n" + expiry.getEpochSecond();
      byte[] expected =
          Base64.getEncoder().encode(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
      return MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }

  /** Never shows the signature. */
  @Override
  public String toString() {
    return "SharedAccessToken[" + resource + ", " + keyName + ", " + expiry + "]";
  }
}
