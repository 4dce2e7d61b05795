package dev.rekey.rotation.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Secret;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ScramVerifierTest {
  /** The salt and the count of RFC 7677, section 3; the keys as PostgreSQL 17 makes them of these. */
  @Test
  void the_verifier_is_the_one_of_the_specification() {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    try (Secret pencil = Secret.of("pencil")) {
      assertThat(ScramVerifier.of(pencil, 4096, salt))
          .isEqualTo("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
              + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="
              + ":wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
    }
  }

  @Test
  void each_has_a_salt_of_its_own() {
    SecureRandom random = new SecureRandom();
    try (Secret pencil = Secret.of("pencil")) {
      assertThat(ScramVerifier.of(pencil, 1000, random))
          .startsWith("SCRAM-SHA-256$1000:")
          .isNotEqualTo(ScramVerifier.of(pencil, 1000, random));
    }
  }

  @Test
  void passwords_are_of_letters_and_digits_and_no_two_are_alike() {
    Passwords passwords = new Passwords(new SecureRandom());
    Set<String> seen = new HashSet<>();
    Stream.generate(passwords::next).limit(200).forEach(password -> {
      try (password) {
        String text = password.reveal(String::new);
        assertThat(text).matches("[A-Za-z][A-Za-z0-9]{43}");
        seen.add(text);
      }
    });
    assertThat(seen).hasSize(200);
    assertThat(String.join("", seen).chars().distinct().count()).isEqualTo(62);
  }
}
