package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others have published about the algorithms, put together at run time. */
class PublishedVectorsTest {
  @ParameterizedTest
  @CsvSource({
    "d53cd9cecd0893b7, abc, 22c74339492769bf",
    "0ddddeeeeffff000, abcdefghijklmnopqrstuvwxyz, a128eb7e7260aca2"
  })
  void marvin_agrees_with_symcrypt(String seed, String text, String hash) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(Marvin32.hash64(bytes, 0, bytes.length, Long.parseUnsignedLong(seed, 16)))
        .isEqualTo(Long.parseUnsignedLong(hash, 16));
  }

  /** From the tests of Microsoft's security-utilities: a repeated letter, signature, checksum. */
  @ParameterizedTest
  @CsvSource({
    "a, 33, +AEh, G2s/8w=, Send0000",
    "a, 33, +ARm, D7h+qo=, Send0000",
    "a, 33, +ASb, HpHeAI=, Send0000",
    "a, 33, AIoT, Oumzco=, IoTHub00",
    "a, 42, AzSe, CjhzCu, Query000",
    "a, 76, +ABa, 13FZVQ==, AbAcct00",
    "a, 76, +AMC, FNqWyA==, Classic0",
    "a, 76, +ASt, 5mnCaw==, Default0",
    "a, 76, ACDb, OpqrYA==, Encryp00",
    "a, 76, APIM, HbKhsQ==, Tenant00",
    "d, 42, +ACR, CUDxQE, ACRDflt0",
    "e, 42, +ACR, CTB7t/, ACRDflt0",
    "d, 44, AzFu, 182vhA==, System00",
    "b, 33, AZEG, LiQbng=, Default0"
  })
  void identifiable_keys_of_all_lengths_check(
      String letter, int count, String signature, String checksum, String seed) {
    String key = letter.repeat(count) + signature + checksum;
    Check check = new IdentifiableKeyCheck(signature, key.length())
        .seed("Other000", Map.of())
        .seed(seed, Map.of("seed", seed));

    Check.Result result = check.check(candidate(key));
    assertThat(result.checksum()).isEqualTo(Checksum.VALID);
    assertThat(result.attributes()).containsEntry("seed", seed);
    assertThat(check.check(candidate("c" + key.substring(1))).checksum())
        .isEqualTo(Checksum.INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "a, 33, +AEh, G2s/8w=, azure.event-hubs-key, send",
    "a, 33, +ARm, D7h+qo=, azure.relay-key, send",
    "a, 33, +ASb, HpHeAI=, azure.service-bus-key, send",
    "a, 33, AIoT, Oumzco=, azure.iot-key, hub",
    "a, 42, AzSe, CjhzCu, azure.search-key, query",
    "a, 76, +ABa, 13FZVQ==, azure.batch-account-key, ",
    "a, 76, +AMC, FNqWyA==, azure.ml-classic-key, ",
    "a, 76, +ASt, 5mnCaw==, azure.storage-account-key, ",
    "a, 76, ACDb, OpqrYA==, azure.cosmos-key, encryption",
    "a, 76, APIM, HbKhsQ==, azure.api-management-key, direct management",
    "d, 42, +ACR, CUDxQE, azure.container-registry-key, ",
    "e, 42, +ACR, CTB7t/, azure.container-registry-key, ",
    "d, 44, AzFu, 182vhA==, azure.functions-key, system",
    "b, 33, AZEG, LiQbng=, azure.event-grid-key, "
  })
  void the_built_in_rules_find_the_vectors(
      String letter,
      int count,
      String signature,
      String checksum,
      String rule,
      @Nullable String kind) {
    Detector detector = Detector.builder(RuleSet.builtIn())
        .fingerprintKey(FingerprintKey.random())
        .build();

    List<Finding> found = detector.detect("key=" + letter.repeat(count) + signature + checksum);

    assertThat(found).extracting(Finding::rule).containsExactly(rule);
    assertThat(found.get(0).checksum()).isEqualTo(Checksum.VALID);
    assertThat(found.get(0).attributes().get("keyKind")).isEqualTo(kind);
  }

  @Test
  void an_entra_secret_checks_and_one_of_the_older_form_carries_no_checksum() {
    Check check = new EntraSecretCheck();
    String secret = "zzz8Q~" + "z".repeat(31) + "blP";

    assertThat(check.check(candidate(secret)).checksum()).isEqualTo(Checksum.VALID);
    assertThat(check.check(candidate("y" + secret.substring(1))).checksum())
        .isEqualTo(Checksum.INVALID);
    assertThat(check.check(candidate("zzz7Q~" + "z".repeat(31))).checksum())
        .isEqualTo(Checksum.NONE);
    assertThat(check.check(candidate("")).checksum()).isEqualTo(Checksum.NONE);
  }

  @Test
  void what_is_no_devops_token_is_none_or_invalid() {
    Check check = new DevOpsTokenCheck();
    String token = AzureSecrets.devOpsToken(new Random(1), false);

    assertThat(check.check(candidate(token)).checksum()).isEqualTo(Checksum.VALID);
    assertThat(check.check(candidate(token.toUpperCase(Locale.ROOT))).checksum())
        .isEqualTo(Checksum.INVALID);
    assertThat(check.check(candidate("a".repeat(52))).checksum()).isEqualTo(Checksum.INVALID);
    assertThat(check.check(candidate("\u00e4".repeat(52))).checksum()).isEqualTo(Checksum.INVALID);
    assertThat(check.check(candidate(token + "a")).checksum()).isEqualTo(Checksum.NONE);
    assertThat(check.check(candidate("")).checksum()).isEqualTo(Checksum.NONE);
  }

  @Test
  void a_key_in_another_alphabet_than_its_types_is_invalid() {
    Check check = new IdentifiableKeyCheck("AzFu", 56)
        .writtenIn(IdentifiableKeyCheck.Alphabet.URL_SAFE)
        .seed("Master00", Map.of());
    Random random = new Random(2);
    String key;
    do {
      key = AzureSecrets.identifiableKey(random, 40, "AzFu", "Master00");
    } while (!key.contains("+"));

    assertThat(check.check(candidate(key)).checksum()).isEqualTo(Checksum.INVALID);
    key = key.replace('+', '-').replace('/', '_');
    assertThat(check.check(candidate(key)).checksum()).isEqualTo(Checksum.VALID);
  }

  @Test
  void a_key_of_any_length_is_no_shorter_than_the_shortest() {
    Check check = new IdentifiableKeyCheck("+SQL", IdentifiableKeyCheck.ANY_LENGTH)
        .seed("UsrPwd00", Map.of());
    for (String text : new String[] {"", "=", "+SQL", "a".repeat(20) + "+SQLaaaaaa="}) {
      assertThat(check.check(candidate(text)).checksum()).isEqualTo(Checksum.NONE);
    }
    String key = AzureSecrets.identifiableKey(new Random(3), 24, "+SQL", "UsrPwd00");
    assertThat(check.check(candidate(key)).checksum()).isEqualTo(Checksum.VALID);
  }

  @Test
  void a_value_without_the_signature_or_of_another_length_carries_no_checksum() {
    Check check = new IdentifiableKeyCheck("+ASt", 88).seed("Default0", Map.of());

    assertThat(check.check(candidate("a".repeat(86) + "==")).checksum()).isEqualTo(Checksum.NONE);
    assertThat(check.check(candidate("a".repeat(75) + "+ASt5mnCaw==")).checksum())
        .isEqualTo(Checksum.NONE);
    assertThat(check.check(candidate("")).checksum()).isEqualTo(Checksum.NONE);
  }

  @Test
  void a_signed_value_that_is_not_base64_is_invalid() {
    Check check = new IdentifiableKeyCheck("+ASt", 88).seed("Default0", Map.of());

    assertThat(check.check(candidate("!".repeat(76) + "+ASt5mnCaw==")).checksum())
        .isEqualTo(Checksum.INVALID);
  }

  @Test
  void common_annotated_keys_check_in_both_forms() {
    Check check = new CaskCheck();
    for (long seed = 0; seed < 300; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      for (boolean longForm : new boolean[] {false, true}) {
        String key = secrets.commonAnnotatedKey(longForm);
        assertThat(check.check(candidate(key)).checksum())
            .as("seed %d, long %s", seed, longForm)
            .isEqualTo(Checksum.VALID);
        String wrong = (key.charAt(0) == 'a' ? "b" : "a") + key.substring(1);
        assertThat(check.check(candidate(wrong)).checksum())
            .as("seed %d, long %s", seed, longForm)
            .isEqualTo(Checksum.INVALID);
      }
    }
  }

  @Test
  void fine_grained_github_tokens_carry_no_known_checksum() {
    String token = "github_pat_" + "A".repeat(22) + "_" + "b".repeat(59);
    assertThat(PrefixedCrcCheck.of(30).check(candidate(token)).checksum()).isEqualTo(Checksum.NONE);
  }

  private static Candidate candidate(String value) {
    return new Candidate("test.rule", value.getBytes(StandardCharsets.ISO_8859_1), new byte[0]);
  }
}
