package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameSuppressorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "acme_key_id=",
        "AcmeKeyIds: \"",
        "\"acmeTokenUrl\": \"",
        "acme.secret.name = ",
        "ACME_SECRET_ARN='",
        "<add key=\"AcmePublicKey\" value=\"",
        "acme_publishable_key: ",
        "keyHash=>'",
        "define('ACME_KEY_FILE', '"
      })
  void a_name_of_something_else_is_no_secret(String before) {
    assertThat(NameSuppressors.notSecret(candidate("x", before))).as(before).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "acme_key=",
        "acme_id=1, acme_key=",
        "\"id\": \"7\", \"acmeToken\": \"",
        "-public- ACME_KEY_FOR_ALL_THE_OTHERS=",
        "acme_secret: "
      })
  void a_name_of_a_secret_is_left(String before) {
    assertThat(NameSuppressors.notSecret(candidate("x", before))).as(before).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "acmeProductionApiKey",
        "your_acme_api_key_here",
        "ACME-PRODUCTION-TOKEN",
        "AcmeConnectionFactoryBean",
        "com.acme.client.Secrets"
      })
  void words_are_no_random_characters(String value) {
    assertThat(NameSuppressors.words(candidate(value, ""))).as(value).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"acmeproductionapikey1", "aBcDeFgHiJkLmNoPqRsT", "rkzpqxltbmwvgnthslkd", "4"})
  void what_has_a_digit_or_mixed_case_may_be(String value) {
    assertThat(NameSuppressors.words(candidate(value, ""))).as(value).isEmpty();
  }

  private static Candidate candidate(String value, String before) {
    return new Candidate(
        "x",
        value.getBytes(StandardCharsets.ISO_8859_1),
        before.getBytes(StandardCharsets.ISO_8859_1));
  }
}
