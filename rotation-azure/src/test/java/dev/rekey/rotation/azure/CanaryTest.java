package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanaryTest {
  private static String secret() {
    byte[] key = new byte[64];
    new Random(7).nextBytes(key);
    return "+/" + Base64.getEncoder().encodeToString(key).substring(2);
  }

  @Test
  void a_leak_is_found_however_it_is_written() {
    String secret = secret();
    List<String> leaks = List.of(
        "key=" + secret + ";",
        base64("x=" + secret + "&more"),
        base64("xx=" + secret + "&more"),
        base64("xxx=" + secret + "&more"),
        HexFormat.of().withUpperCase().formatHex(secret.getBytes(StandardCharsets.UTF_8)),
        URLEncoder.encode(secret, StandardCharsets.UTF_8),
        "{\"key\":\"" + secret.replace("/", "\\/") + "\"}",
        HexFormat.of().formatHex(Base64.getDecoder().decode(secret)));
    for (String leak : leaks) {
      assertThatThrownBy(() -> Canary.assertAbsent("before " + leak + " after", secret, "a text"))
          .as("a leak of %s characters", leak.length())
          .isInstanceOf(AssertionError.class)
          .hasMessageNotContaining(secret);
    }
  }

  @Test
  void another_secret_is_no_leak() {
    assertThatCode(() -> Canary.assertAbsent(secret().substring(1), secret(), "a text"))
        .doesNotThrowAnyException();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
