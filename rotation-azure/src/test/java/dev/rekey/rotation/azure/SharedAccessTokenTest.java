package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.Secret;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SharedAccessTokenTest {
  /** Opens nothing: 43 times the letter a, as base64 wants it. */
  private static final String KEY = "a".repeat(43) + "=";

  private static final Instant EXPIRY = Instant.ofEpochSecond(1_800_000_000L);

  private static String sign(String endpoint, String entity, String keyName, String key) {
    try (Secret secret = Secret.of(key)) {
      return SharedAccessToken.sign(URI.create(endpoint), entity, keyName, secret, EXPIRY);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // Computed by Python's hmac over the text of the key.
        "https://Shop.servicebus.windows.net:443/ | '' | bIosKqgx9AGBf8HSLNkc5eFgE%2B1eR1FbHt38b5%2BmriM%3D | shop.servicebus.windows.net%2F",
        "https://shop.servicebus.windows.net/ | orders | UB6YYJpfs0vzxiQEHpJXwcruwQdUHoGw02yECVlYkbA%3D | shop.servicebus.windows.net%2Forders",
        "https://localhost:8443/ | '' | 2A26hH%2BxuJzbf27WF4hDXIJE1yaSD%2FYVdHsYZEQ2oPY%3D | localhost%3A8443%2F",
      })
  void a_token_is_what_others_compute(String endpoint, String entity, String mac, String scope) {
    assertThat(sign(endpoint, entity, "send", KEY))
        .isEqualTo("SharedAccessSignature sr=https%3A%2F%2F" + scope + "&sig=" + mac
            + "&se=1800000000&skn=send");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "a;b", "\u0131234567890123456789012345678901234567890123"})
  void what_is_no_key_is_refused_and_not_repeated(String key) {
    String value = key.isEmpty() ? "x" : key;
    assertThatThrownBy(() -> sign("https://a.example/", "", "send", value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a shared access key is 44 characters of base64; this value is not");
  }

  @Test
  void a_name_is_encoded() {
    assertThat(sign("https://a.example/", "", "a&b=c", KEY)).endsWith("&skn=a%26b%3Dc");
  }
}
