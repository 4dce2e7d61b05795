package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class SecretTest {
  @Test
  void it_reveals_what_it_was_made_of() {
    for (String value : List.of("", "abc", "grüße 🎉", "a\u0000b")) {
      try (Secret secret = Secret.of(value)) {
        assertThat(secret.<String>reveal(String::new)).isEqualTo(value);
      }
    }
  }

  @Test
  void the_revealed_characters_are_wiped_when_the_function_returns() {
    AtomicReference<char[]> kept = new AtomicReference<>(new char[0]);
    try (Secret secret = Secret.of("abc")) {
      secret.reveal(characters -> {
        kept.set(characters);
        return characters.length;
      });
    }
    assertThat(kept.get()).containsExactly('\0', '\0', '\0');
  }

  @Test
  void the_revealed_characters_are_wiped_when_the_function_throws() {
    AtomicReference<char[]> kept = new AtomicReference<>(new char[0]);
    try (Secret secret = Secret.of("abc")) {
      assertThatThrownBy(() -> secret.reveal(characters -> {
            kept.set(characters);
            throw new IllegalStateException("full");
          }))
          .hasMessage("full");
    }
    assertThat(kept.get()).containsOnly('\0');
  }

  @Test
  void closing_wipes_the_bytes_and_reveals_nothing_more() {
    byte[] bytes = "abc".getBytes(StandardCharsets.US_ASCII);
    Secret secret = Secret.lend(bytes);
    secret.close();
    secret.close();

    assertThat(bytes).containsOnly(0);
    assertThatThrownBy(() -> secret.reveal(String::new))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("copy()");
    assertThatThrownBy(secret::copy).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void a_copy_outlives_the_loan_and_its_owner_closes_it() {
    Secret lent = Secret.lend("abc".getBytes(StandardCharsets.US_ASCII));
    Secret copy = lent.copy();
    lent.close();

    assertThat(copy.<String>reveal(String::new)).isEqualTo("abc");
    copy.close();
    assertThatThrownBy(() -> copy.reveal(String::new))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this secret is closed");
  }

  @Test
  void a_detector_lends_until_the_receiver_returns() throws IOException {
    FingerprintKey key = FingerprintKey.random();
    Detector detector = Detector.builder(RuleSet.builtIn()).fingerprintKey(key).build();
    String token = new GeneratedSecrets(1).gitHubToken();
    List<Secret> kept = new ArrayList<>();
    List<String> revealed = new ArrayList<>();

    detector.detect(
        new ByteArrayInputStream(("a=" + token + "\n").getBytes(StandardCharsets.US_ASCII)),
        "file",
        (finding, secret) -> {
          revealed.add(secret.reveal(String::new));
          assertThat(key.fingerprint(secret)).isEqualTo(finding.fingerprint());
          kept.add(secret);
        });

    assertThat(revealed).containsExactly(token);
    assertThatThrownBy(() -> kept.get(0).reveal(String::new))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void bytes_that_are_not_utf8_are_revealed_as_latin_1() {
    try (Secret secret = Secret.lend(new byte[] {'a', (byte) 0xe4, 'b'})) {
      assertThat(secret.<String>reveal(String::new)).isEqualTo("aäb");
    }
  }

  @Test
  void it_shows_nothing_by_accident() {
    try (Secret secret = Secret.of("abcdef");
        Secret same = Secret.of("abcdef")) {
      assertThat(secret.toString()).isEqualTo("Secret(***)");
      assertThat(secret).isNotEqualTo(same).isNotInstanceOf(Serializable.class);
    }
  }
}
