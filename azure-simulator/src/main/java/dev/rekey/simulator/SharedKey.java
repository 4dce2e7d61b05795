package dev.rekey.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The string that a SharedKey request to the blob service signs, and the signature over it.
 *
 * @see <a
 *     href="https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key">Authorize
 *     with Shared Key</a>
 */
final class SharedKey {
  private static final List<String> STANDARD = List.of(
      "Content-Encoding",
      "Content-Language",
      "Content-Length",
      "Content-MD5",
      "Content-Type",
      "Date",
      "If-Modified-Since",
      "If-Match",
      "If-None-Match",
      "If-Unmodified-Since",
      "Range");

  private SharedKey() {}

  /** The string to sign of a request, as versions since 2015-02-21 define it. */
  static String stringToSign(Call call, String account) {
    StringBuilder text = new StringBuilder(call.method()).append('\n');
    for (String name : STANDARD) {
      text.append(standard(call, name)).append('\n');
    }
    return text.append(headers(call)).append(resource(call, account)).toString();
  }

  private static String standard(Call call, String name) {
    String value = call.header(name).orElse("");
    if (name.equals("Content-Length") && value.equals("0")) {
      return "";
    }
    return name.equals("Date") && call.header("x-ms-date").isPresent() ? "" : value;
  }

  private static String headers(Call call) {
    Map<String, String> chosen = new TreeMap<>();
    call.headers().forEach((name, values) -> {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-ms-")) {
        chosen.put(lower, String.join(",", values).replaceAll("\\s+", " ").strip());
      }
    });
    StringBuilder text = new StringBuilder();
    chosen.forEach((name, value) -> text.append(name).append(':').append(value).append('\n'));
    return text.toString();
  }

  private static String resource(Call call, String account) {
    Map<String, List<String>> parameters = new TreeMap<>();
    for (String pair : call.rawQuery().split("&", -1)) {
      if (!pair.isEmpty()) {
        Call.form(pair)
            .forEach((name, value) ->
                parameters.computeIfAbsent(name, unused -> new ArrayList<>()).add(value));
      }
    }
    StringBuilder text = new StringBuilder("/").append(account).append(call.rawPath());
    parameters.forEach((name, values) -> text.append('\n')
        .append(name)
        .append(':')
        .append(String.join(",", values.stream().sorted().toList())));
    return text.toString();
  }

  /** Returns base64 of HMAC-SHA256 under a base64 key. */
  static String sign(String text, String key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(key), "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every JDK has HmacSHA256", e);
    }
  }
}
