package dev.rekey.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.GeneratedSecrets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The test of the test: a deliberate leak in each encoding is caught. */
class CanaryTest {
  private static final long SEED = 41;
  private final String secret = new GeneratedSecrets(SEED).storageKey();
  private final Canary canary = Canary.of(secret);

  @Test
  void a_raw_leak_is_caught() {
    assertThat(canary.leaksIn("could not read " + secret + "!")).contains("raw");
  }

  @Test
  void half_a_leak_is_caught() {
    assertThat(canary.leaksIn(secret.substring(0, 60))).contains("raw");
    assertThat(canary.leaksIn(secret.substring(30))).contains("raw");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void a_base64_leak_is_caught_at_each_alignment(int offset) {
    byte[] output = ("x".repeat(offset + 3) + secret + "tail").getBytes(StandardCharsets.UTF_8);

    assertThat(canary.leaksIn(Base64.getEncoder().encodeToString(output)))
        .contains("base64 at offset " + offset);
    assertThat(canary.leaksIn(Base64.getUrlEncoder().encodeToString(output)))
        .contains("base64 at offset " + offset);
  }

  @Test
  void a_hexadecimal_leak_is_caught_in_either_case() {
    String hex = HexFormat.of().formatHex(secret.getBytes(StandardCharsets.UTF_8));

    assertThat(canary.leaksIn("0x" + hex)).contains("hex");
    assertThat(canary.leaksIn(hex.toUpperCase(Locale.ROOT))).contains("hex");
  }

  @Test
  void a_percent_escaped_leak_is_caught_however_much_is_escaped() {
    StringBuilder all = new StringBuilder();
    secret.chars().forEach(c -> all.append(String.format("%%%02x", c)));

    assertThat(canary.leaksIn("?key=" + secret.replace("+", "%2B").replace("=", "%3D")))
        .contains("percent");
    assertThat(canary.leaksIn(all)).contains("percent");
  }

  @Test
  void a_json_escaped_leak_is_caught_however_much_is_escaped() {
    StringBuilder all = new StringBuilder();
    secret.chars().forEach(c -> all.append(String.format("\\u%04X", c)));

    assertThat(canary.leaksIn("{\"k\":\"" + secret.replace("+", "\\u002B").replace("/", "\\/")))
        .contains("json");
    assertThat(canary.leaksIn(all)).contains("json");
  }

  @Test
  void a_leak_of_the_bytes_that_the_value_stands_for_is_caught() {
    byte[] key = Base64.getDecoder().decode(secret);

    assertThat(canary.leaksIn("key " + HexFormat.of().formatHex(key))).contains("decoded");
    assertThat(canary.leaksIn(Arrays.toString(key))).contains("decoded");
  }

  @Test
  void a_failed_assertion_does_not_leak_the_value_itself() {
    assertThatThrownBy(() -> Canary.assertAbsent("a " + secret, secret, "a text"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("a text holds a secret: raw");
    assertThatCode(() -> Canary.assertAbsent(secret.substring(1, 9), secret, "a text"))
        .doesNotThrowAnyException();
  }

  @Test
  void another_secret_is_no_leak() {
    String other = new GeneratedSecrets(SEED + 1).storageKey();

    assertThat(canary.leaksIn(other + "%41\\u0041" + other)).isEmpty();
  }
}
