package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Looks for a secret in everything that was written, in each way in which it may be written. */
final class Canary {
  private Canary() {}

  static void assertAbsent(String written, String secret, String what) {
    String lower = written.toLowerCase(Locale.ROOT);
    forms(secret).forEach((form, text) -> {
      boolean hex = form.startsWith("hex");
      assertThat((hex ? lower : written).contains(text))
          .as("%s holds a secret, %s", what, form)
          .isFalse();
    });
  }

  /** The secret by the name of the form; of base64 what its neighbours cannot change. */
  static Map<String, String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    Map<String, String> forms = new LinkedHashMap<>();
    forms.put("raw", secret);
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + bytes.length];
      System.arraycopy(bytes, 0, shifted, before, bytes.length);
      String encoded = Base64.getEncoder().encodeToString(shifted);
      int whole = (shifted.length * 8) / 6;
      forms.put("base64 at " + before, encoded.substring((before * 8 + 5) / 6, whole));
    }
    forms.put("hex", HexFormat.of().formatHex(bytes));
    String percent = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    if (!percent.equals(secret)) {
      forms.put("percent", percent);
    }
    if (secret.indexOf('/') >= 0) {
      forms.put("JSON", secret.replace("/", "\\/"));
    }
    try {
      byte[] key = Base64.getDecoder().decode(secret);
      forms.put("hex of what it decodes to", HexFormat.of().formatHex(key));
      forms.put("array of what it decodes to", Arrays.toString(Arrays.copyOf(key, 16)));
    } catch (IllegalArgumentException notBase64) {
      // Then it decodes to nothing.
    }
    return forms;
  }
}
