package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens of messengers whose form can be verified: they are made here from the descriptions. */
class MessagingTokensTest {
  private static final int SEEDS = 50;
  private static final String LETTERS = GeneratedSecrets.BASE62.substring(10);
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  @ParameterizedTest
  @CsvSource({
    "syt, matrix.access-token",
    "syr, matrix.refresh-token",
    "syl, matrix.login-token",
    "mat, matrix.oauth-access-token",
    "mct, matrix.oauth-access-token",
    "mar, matrix.oauth-refresh-token",
    "mcr, matrix.oauth-refresh-token"
  })
  void a_matrix_token_is_valid_and_invalid_with_one_changed_character(String prefix, String rule) {
    for (long seed = 0; seed < SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      String token = matrixToken(prefix, secrets);
      Finding original = only("token=" + token, seed);
      assertThat(original.rule()).as("seed %d", seed).isEqualTo(rule);
      assertThat(original.checksum()).as("seed %d", seed).isEqualTo(Checksum.VALID);

      int at = token.lastIndexOf('_') - 1 - secrets.random().nextInt(20);
      char other = token.charAt(at) == 'k' ? 'K' : 'k';
      Finding changed =
          only("token=" + token.substring(0, at) + other + token.substring(at + 1), seed);
      assertThat(changed.checksum())
          .as("seed %d, position %d", seed, at)
          .isEqualTo(Checksum.INVALID);
      assertThat(changed.confidence()).as("seed %d", seed).isLessThan(original.confidence());
    }
  }

  @Test
  void the_digits_of_the_two_servers_are_in_opposite_order() {
    assertThat(base62(62, true)).isEqualTo("000010");
    assertThat(base62(62, false)).isEqualTo("000001");
    GeneratedSecrets secrets = new GeneratedSecrets(3);
    String body = "mat_" + secrets.word(30);
    Finding finding = only(body + "_" + base62(crc(body), true), 3);
    assertThat(finding.checksum()).isEqualTo(Checksum.INVALID);
  }

  @Test
  void the_check_of_matrix_tokens_has_nothing_to_say_of_something_else() {
    for (String text :
        new String[] {"", "_", "syt_", "_000000", "syt_YQ_0000000", "syt_YQ-000000"}) {
      Candidate candidate =
          new Candidate("acme.token", text.getBytes(StandardCharsets.US_ASCII), new byte[0]);
      assertThat(new MatrixTokenCheck().check(candidate)).as(text).isEqualTo(Check.Result.NOTHING);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {17, 18, 19, 20})
  void a_discord_token_begins_with_the_digits_of_its_bot(int digits) {
    for (long seed = 0; seed < SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      String id = secrets.text("123456789", 1) + secrets.text("0123456789", digits - 1);
      String token = discordToken(id, secrets);
      Finding finding = only("DISCORD_TOKEN=" + token, seed);
      assertThat(finding.rule()).as("seed %d", seed).isEqualTo("discord.bot-token");
      Location location = finding.place().location();
      assertThat(location.end() - location.start()).as("seed %d", seed).isEqualTo(token.length());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"99988877766655544x", "token-of-somebody", "1234567", "12.45.78.012.456"})
  void what_does_not_begin_with_an_id_is_no_discord_token(String id) {
    for (long seed = 0; seed < SEEDS; seed++) {
      String text = "DISCORD_TOKEN=" + discordToken(id, new GeneratedSecrets(seed));
      assertThat(DETECTOR.detect(text))
          .as("seed %d", seed)
          .noneMatch(finding -> finding.rule().equals("discord.bot-token"));
    }
  }

  private static String discordToken(String id, GeneratedSecrets secrets) {
    String first = Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(id.getBytes(StandardCharsets.US_ASCII));
    return first + "." + secrets.word(6) + "." + secrets.word(38);
  }

  private static String matrixToken(String prefix, GeneratedSecrets secrets) {
    boolean synapse = prefix.startsWith("s");
    String user = Base64.getEncoder()
        .withoutPadding()
        .encodeToString(secrets.text("abcdefgh.-_", 9).getBytes(StandardCharsets.US_ASCII));
    String body = synapse
        ? prefix + "_" + user + "_" + secrets.text(LETTERS, 20)
        : prefix + "_" + secrets.word(30);
    return body + "_" + base62(crc(body), synapse);
  }

  private static long crc(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    return crc.getValue();
  }

  /** Six digits at least: padded on the left in both orders. */
  private static String base62(long number, boolean mostSignificantFirst) {
    String digits = "";
    for (long rest = number; rest > 0; rest /= 62) {
      char digit = GeneratedSecrets.BASE62.charAt((int) (rest % 62));
      digits = mostSignificantFirst ? digit + digits : digits + digit;
    }
    return "0".repeat(Math.max(0, 6 - digits.length())) + digits;
  }

  private static Finding only(String text, long seed) {
    return assertThat(DETECTOR.detect(text)).as("seed %d", seed).singleElement().actual();
  }
}
