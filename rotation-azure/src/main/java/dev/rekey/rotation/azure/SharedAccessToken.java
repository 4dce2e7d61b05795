package dev.rekey.rotation.azure;

import dev.rekey.detect.Secret;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs a token of Service Bus and Event Hubs, {@code SharedAccessSignature sr=…&sig=…&se=…&skn=…}.
 *
 * <p>The key is its text: it looks like base64, and is not decoded.
 */
final class SharedAccessToken {
  private static final int HTTPS = 443;

  /** A key is the base64 of 256 bits. */
  private static final int KEY_LENGTH = 44;

  private SharedAccessToken() {}

  /**
   * Returns the header for a resource and all that is under it.
   *
   * @param entity a queue, topic or event hub; empty is the whole namespace
   * @throws IllegalArgumentException if the key can be none; the message does not hold it
   */
  static String sign(URI endpoint, String entity, String keyName, Secret key, Instant expiry) {
    String scope = encode(scope(endpoint, entity));
    long end = expiry.getEpochSecond();
    return "SharedAccessSignature sr=" + scope + "&sig=" + encode(mac(key, scope + "\n" + end))
        + "&se=" + end + "&skn=" + encode(keyName);
  }

  /** The port that https has anyway is no part of a namespace's name. */
  private static String scope(URI endpoint, String entity) {
    int port = endpoint.getPort();
    return "https://" + endpoint.getHost().toLowerCase(Locale.ROOT)
        + (port < 0 || port == HTTPS ? "" : ":" + port) + "/" + entity;
  }

  private static String mac(Secret key, String text) {
    byte[] bytes = key.reveal(SharedAccessToken::ascii);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Without a String, which nobody could wipe. */
  private static byte[] ascii(char[] characters) {
    byte[] ascii = new byte[characters.length];
    boolean fits = characters.length == KEY_LENGTH;
    for (int i = 0; i < ascii.length; i++) {
      char c = characters[i];
      fits &= (c >= 'A' && c <= 'Z')
          || (c >= 'a' && c <= 'z')
          || (c >= '0' && c <= '9')
          || "+/=".indexOf(c) >= 0;
      ascii[i] = (byte) c;
    }
    if (!fits) {
      Arrays.fill(ascii, (byte) 0);
      throw new IllegalArgumentException(
          "a shared access key is 44 characters of base64; this value is not");
    }
    return ascii;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
