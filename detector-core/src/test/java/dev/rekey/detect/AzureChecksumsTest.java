package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.AzureSecretsTest.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of Azure's that verifies a checksum of 32 bits: one changed character shows. */
class AzureChecksumsTest {
  private static final FingerprintKey KEY = FingerprintKey.of(new byte[32]);

  /** A key that a check verifies, where it stops being random, and what it is written in. */
  private record Signed(String key, int random, String alphabet) {}

  private static Map<String, Signed> signed(long seed) {
    Map<String, Signed> signed = new LinkedHashMap<>();
    String storage = AzureSecrets.identifiableKey(new Random(seed), 64, "+ASt", "Default0");
    signed.put("azure.storage-key", new Signed(storage, 76, GeneratedSecrets.BASE64));
    for (Type type : Type.values()) {
      String check = switch (type) {
        case BATCH -> "azure.batch-key";
        default -> type.rule;
      };
      signed.put(
          check, new Signed(type.anyKey(new Random(seed)), type.signatureAt(), type.alphabet));
    }
    return signed;
  }

  static Stream<Rule> rules() {
    Map<String, Signed> signed = signed(0);
    return RuleSet.builtIn().rules().stream()
        .filter(rule -> rule.id().startsWith("azure.") && !rule.requiresChecksum())
        .filter(rule -> rule.checks().stream().anyMatch(signed::containsKey));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void one_changed_character_in_an_example_makes_it_invalid(Rule rule) {
    Detector detector = alone(rule);
    int tried = 0;
    for (String example : rule.examples()) {
      Location place = only(detector, example).place().location();
      String before = example.substring(0, (int) place.start());
      String after = example.substring((int) place.end());
      for (String check : rule.checks()) {
        Signed signed = signed(tried).get(check);
        if (signed == null || detector.detect(before + signed.key() + after).isEmpty()) {
          continue; // Of another form than this example.
        }
        tried++;
        assertThat(only(detector, before + signed.key() + after).checksum())
            .as(example)
            .isEqualTo(Checksum.VALID);
        for (int i = 0; i < signed.random(); i++) {
          Finding changed = only(detector, before + changed(signed, i) + after);
          assertThat(changed.checksum())
              .as("%s, position %d", example, i)
              .isEqualTo(Checksum.INVALID);
          assertThat(changed.confidence()).isLessThan(0.5);
        }
      }
    }
    assertThat(tried).as("examples with a place for a signed key").isPositive();
  }

  /** 24 bits in the short form, 32 in the long: seeds for which no changed character passes. */
  @Test
  void one_changed_character_makes_a_common_annotated_key_of_fixed_seeds_invalid() {
    Check check = new CaskCheck();
    for (long seed = 100; seed < 110; seed++) {
      for (boolean longForm : new boolean[] {false, true}) {
        String key = new GeneratedSecrets(seed).commonAnnotatedKey(longForm);
        assertThat(checksum(check, key)).isEqualTo(Checksum.VALID);
        for (int i = 0; i < 80; i++) {
          if (i < 52 || i >= 58) {
            String changed = changed(new Signed(key, 80, GeneratedSecrets.BASE62), i);
            assertThat(checksum(check, changed))
                .as("seed %d, long %s, position %d", seed, longForm, i)
                .isEqualTo(Checksum.INVALID);
          }
        }
      }
    }
  }

  /** 14 bits: seeds for which no changed character passes, in the checksum neither. */
  @Test
  void one_changed_character_makes_a_client_secret_of_fixed_seeds_invalid() {
    Check check = new EntraSecretCheck();
    for (long seed : new long[] {1, 2, 3, 4, 5}) {
      String secret = AzureSecrets.entraSecret(new GeneratedSecrets(seed));
      assertThat(checksum(check, secret)).isEqualTo(Checksum.VALID);
      for (int i = 0; i < 40; i++) {
        if (i < 3 || i > 5) {
          String changed = changed(new Signed(secret, 40, GeneratedSecrets.BASE62), i);
          assertThat(checksum(check, changed))
              .as("seed %d, position %d", seed, i)
              .isEqualTo(Checksum.INVALID);
        }
      }
    }
  }

  /** Finds by one rule; those that it would leave a match to find nothing. */
  private static Detector alone(Rule rule) {
    List<Rule> rules = new ArrayList<>(List.of(rule));
    for (String id : rule.yields()) {
      rules.add(Rule.named(id)
          .label("a stub")
          .severity(Severity.LOW)
          .remedy(Remedy.REVOKE)
          .keyword("never-found")
          .regex("never-found=(?<secret>[0-9]{4})")
          .example("never-found=1234")
          .build());
    }
    return Detector.builder(RuleSet.empty().plus(rules.toArray(Rule[]::new)))
        .fingerprintKey(KEY)
        .build();
  }

  private static Checksum checksum(Check check, String value) {
    byte[] bytes = value.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    return check.check(new Candidate("test.rule", bytes, new byte[0])).checksum();
  }

  private static String changed(Signed signed, int at) {
    String alphabet = signed.alphabet();
    char other =
        alphabet.charAt((alphabet.indexOf(signed.key().charAt(at)) + 1) % alphabet.length());
    return signed.key().substring(0, at) + other + signed.key().substring(at + 1);
  }

  private static Finding only(Detector detector, String text) {
    List<Finding> found = detector.detect(text);
    assertThat(found).as(text).hasSize(1);
    return found.get(0);
  }
}
