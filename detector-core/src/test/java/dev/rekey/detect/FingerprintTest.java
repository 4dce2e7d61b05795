package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class FingerprintTest {
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);

  @Test
  void it_is_the_hmac_of_the_value() {
    // HMAC pads a key with zeros, so this is the well-known HMAC of nothing under no key.
    assertThat(KEY.fingerprint(new byte[0]).hex())
        .isEqualTo("b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
  }

  @Test
  void equal_values_have_equal_fingerprints_under_one_key_only() {
    byte[] value = "abc".getBytes(StandardCharsets.US_ASCII);
    assertThat(KEY.fingerprint(value)).isEqualTo(KEY.fingerprint(value.clone()));
    assertThat(KEY.fingerprint(value)).isNotEqualTo(KEY.fingerprint(new byte[] {'a', 'b', 'd'}));
    assertThat(FingerprintKey.random().fingerprint(value)).isNotEqualTo(KEY.fingerprint(value));
  }

  @Test
  void what_it_writes_it_reads() {
    Fingerprint fingerprint = KEY.fingerprint(new byte[] {1});
    assertThat(Fingerprint.parse(fingerprint.toString())).isEqualTo(fingerprint);
  }

  @Test
  void another_form_is_refused_without_being_quoted() {
    String hex = "a".repeat(64);
    for (String bad : List.of(
        "",
        ":",
        "0123456789abcdef",
        "0123456789abcdef:" + hex + "a",
        "0123456789ABCDEF:" + hex,
        "0123456789abcdef:" + hex + "\n",
        "hunter2",
        " 0123456789abcdef:" + hex)) {
      assertThatThrownBy(() -> Fingerprint.parse(bad))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("64 hexadecimal digits")
          .hasMessageNotContaining("hunter2");
    }
    assertThatThrownBy(() -> new Fingerprint("0123456789abcdef", "short"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
