package dev.rekey.rotation.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import dev.rekey.detect.Secret;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs one request to a storage account with a key: "Authorize with Shared Key", version 2009-09-19
 * and later, of the blob service.
 *
 * <p>The one request is {@code GET /?restype=service&comp=properties}, which reads nothing but
 * settings and which every account with a blob service answers.
 */
final class SharedKey {
  private static final String QUERY = "restype=service&comp=properties";
  private static final String VERSION = "2021-12-02";
  private static final HttpHeaderName MS_DATE = HttpHeaderName.fromString("x-ms-date");
  private static final HttpHeaderName MS_VERSION = HttpHeaderName.fromString("x-ms-version");
  private static final DateTimeFormatter RFC_1123 = DateTimeFormatter.ofPattern(
          "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
      .withZone(ZoneOffset.UTC);

  private SharedKey() {}

  /**
   * Returns the signed request.
   *
   * @throws IllegalArgumentException if the key is not base64
   */
  static HttpRequest serviceProperties(URI endpoint, String account, Secret key, Instant now) {
    String date = RFC_1123.format(now);
    String toSign = "GET\n" // verb
        + "\n\n\n\n\n" // Content-Encoding, -Language, -Length, -MD5, -Type
        + "\n" // Date, since x-ms-date is there
        + "\n\n\n\n\n" // If-Modified-Since, If-Match, If-None-Match, If-Unmodified-Since, Range
        + ("x-ms-date:" + date + "\n")
        + ("x-ms-version:" + VERSION + "\n")
        + ("/" + account + "/\ncomp:properties\nrestype:service");
    HttpRequest request =
        new HttpRequest(HttpMethod.GET, endpoint.resolve("/?" + QUERY).toString());
    request.setHeader(MS_DATE, date);
    request.setHeader(MS_VERSION, VERSION);
    request.setHeader(
        HttpHeaderName.AUTHORIZATION, "SharedKey " + account + ":" + sign(key, toSign));
    return request;
  }

  private static String sign(Secret key, String toSign) {
    byte[] bytes = key.reveal(SharedKey::decode);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
      return Base64.getEncoder()
          .encodeToString(mac.doFinal(toSign.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException("every Java platform has HmacSHA256", impossible);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  /** Without a String, which nobody could wipe. */
  private static byte[] decode(char[] characters) {
    byte[] ascii = new byte[characters.length];
    for (int i = 0; i < ascii.length; i++) {
      ascii[i] = (byte) (characters[i] < 128 ? characters[i] : '?');
    }
    try {
      byte[] decoded = Base64.getDecoder().decode(ascii);
      if (decoded.length > 0) {
        return decoded;
      }
    } catch (IllegalArgumentException notBase64) {
      // Said below: its own message quotes the value.
    } finally {
      Arrays.fill(ascii, (byte) 0);
    }
    throw new IllegalArgumentException("a storage account key is base64; this value is not");
  }
}
