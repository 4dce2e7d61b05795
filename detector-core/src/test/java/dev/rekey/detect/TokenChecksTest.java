package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The checksums and the readable parts of tokens, which are made here from the descriptions. */
class TokenChecksTest {
  private static final int SEEDS = 50;
  private static final String BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  /** A kind of token with a checksum: how it is made, and which characters are random. */
  enum Kind {
    NPM("npm.access-token", GeneratedSecrets.BASE62, 4) {
      @Override
      String make(GeneratedSecrets secrets) {
        String body = secrets.word(30);
        return "npm_" + body + digits(crc(body), GeneratedSecrets.BASE62, 6);
      }
    },
    NETBIRD("netbird.access-token", GeneratedSecrets.BASE62, 4) {
      @Override
      String make(GeneratedSecrets secrets) {
        String body = secrets.word(30);
        return "nbp_" + body + digits(crc(body), GeneratedSecrets.BASE62, 6);
      }
    },
    JSR("jsr.token", GeneratedSecrets.BASE62, 5) {
      @Override
      String make(GeneratedSecrets secrets) {
        String body = "jsrp_" + secrets.word(29);
        return body + digits(crc(body), GeneratedSecrets.BASE62, 6);
      }
    },
    PACKAGIST("packagist.token", "0123456789abcdef", 14) {
      @Override
      String make(GeneratedSecrets secrets) {
        String body = "packagist_uut_" + secrets.text("0123456789abcdef", 60);
        return body + String.format("%08x", crc(body));
      }
    },
    GRAFANA("grafana.service-account-token", GeneratedSecrets.BASE62, 5) {
      @Override
      String make(GeneratedSecrets secrets) {
        String body = "glsa_" + secrets.word(32);
        byte[] hash =
            ByteBuffer.allocate(4).putInt(Integer.reverseBytes((int) crc(body))).array();
        return body + "_" + HexFormat.of().formatHex(hash);
      }
    },
    GITLAB("gitlab.personal-access-token", GeneratedSecrets.BASE62, 6) {
      @Override
      String make(GeneratedSecrets secrets) {
        String payload = secrets.word(36 + secrets.random().nextInt(20));
        String body = "glpat-" + payload + ".01." + digits(payload.length(), BASE36, 2);
        return body + digits(crc(body), BASE36, 7);
      }
    },
    AGE("age.secret-key", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 16) {
      @Override
      String make(GeneratedSecrets secrets) {
        return bech32("age-secret-key-", secrets.text(BECH32, 52)).toUpperCase(Locale.ROOT);
      }
    },
    NOSTR("nostr.private-key", BECH32, 5) {
      @Override
      String make(GeneratedSecrets secrets) {
        return bech32("nsec", secrets.text(BECH32, 52));
      }
    },
    WALLET("bitcoin.extended-private-key", BASE58, 20) {
      @Override
      String make(GeneratedSecrets secrets) {
        byte[] key = new byte[78];
        secrets.random().nextBytes(key);
        ByteBuffer.wrap(key).putInt(0x0488ADE4).put((byte) 3);
        return base58(key);
      }
    };

    final String rule;
    final String alphabet;
    final int firstRandom;

    Kind(String rule, String alphabet, int firstRandom) {
      this.rule = rule;
      this.alphabet = alphabet;
      this.firstRandom = firstRandom;
    }

    abstract String make(GeneratedSecrets secrets);
  }

  @ParameterizedTest
  @EnumSource
  void a_made_token_is_valid_and_invalid_with_one_changed_character(Kind kind) {
    for (long seed = 0; seed < SEEDS; seed++) {
      GeneratedSecrets secrets = new GeneratedSecrets(seed);
      String token = kind.make(secrets);
      Finding original = only("token=" + token, seed);
      assertThat(original.rule()).as("seed %d", seed).isEqualTo(kind.rule);
      assertThat(original.checksum()).as("seed %d", seed).isEqualTo(Checksum.VALID);

      int at = kind.firstRandom + secrets.random().nextInt(25);
      int index = kind.alphabet.indexOf(token.charAt(at));
      char other = kind.alphabet.charAt((index + 1) % kind.alphabet.length());
      Finding changed =
          only("token=" + token.substring(0, at) + other + token.substring(at + 1), seed);
      assertThat(changed.checksum())
          .as("seed %d, position %d", seed, at)
          .isEqualTo(Checksum.INVALID);
      assertThat(changed.confidence()).as("seed %d", seed).isLessThan(original.confidence());
    }
  }

  @Test
  void a_gitlab_token_without_dots_carries_no_checksum() {
    Finding finding = only("glpat-" + new GeneratedSecrets(4).word(20), 4);
    assertThat(finding.checksum()).isEqualTo(Checksum.NONE);
  }

  @ParameterizedTest
  @CsvSource({"000000000001", "123456789012", "609629065308", "999999999999"})
  void an_aws_key_id_tells_its_account(String account) {
    for (long seed = 0; seed < SEEDS; seed++) {
      Finding finding = only(awsKeyId("AKIA", account, new GeneratedSecrets(seed)), seed);
      assertThat(finding.attributes())
          .as("seed %d", seed)
          .isEqualTo(Map.of("account", account, "keyKind", "long-term"));
    }
  }

  @Test
  void an_older_aws_key_id_tells_no_account() {
    Finding finding = only("ASIAI" + new GeneratedSecrets(5).text("ABCDEFGHQRSTUVW234567", 15), 5);
    assertThat(finding.attributes()).isEqualTo(Map.of("keyKind", "temporary"));
  }

  @Test
  void a_pypi_token_tells_its_host() {
    for (String host : new String[] {"pypi.org", "test.pypi.org"}) {
      byte[] macaroon = new byte[3 + host.length() + 120];
      new GeneratedSecrets(6).random().nextBytes(macaroon);
      ByteBuffer.wrap(macaroon)
          .put((byte) 2)
          .put((byte) 1)
          .put((byte) host.length())
          .put(host.getBytes(StandardCharsets.US_ASCII))
          .put((byte) 2);
      String token = "pypi-" + Base64.getUrlEncoder().withoutPadding().encodeToString(macaroon);
      Finding finding = only("password: " + token, 6);
      assertThat(finding.rule()).isEqualTo("pypi.api-token");
      assertThat(finding.attributes()).isEqualTo(Map.of("host", host));
    }
  }

  @Test
  void a_json_web_token_tells_its_algorithm_its_issuer_and_its_expiry() {
    String token = part("{\"typ\":\"JWT\",\"alg\":\"ES256\"}") + "."
        + part("{\"iss\":\"https://login.acme.test/\",\"exp\":1900000000,\"sub\":\"app\"}") + "."
        + new GeneratedSecrets(7).word(86);
    Finding finding = only("Bearer " + token, 7);
    assertThat(finding.rule()).isEqualTo("jwt.token");
    assertThat(finding.attributes())
        .isEqualTo(Map.of(
            "algorithm", "ES256",
            "issuer", "https://login.acme.test/",
            "expires", "2030-03-17T17:46:40Z"));
  }

  @Test
  void hostile_claims_tell_nothing_and_break_nothing() {
    for (String claims : new String[] {
      "{\"exp\":99999999999999999999,\"iss\":\"a b\"}",
      "{\"exp\":\"soon\",\"iss\":7,\"pad\":1}",
      "{\"iss\":\"" + "x".repeat(500) + "\"}"
    }) {
      Finding finding = only(
          part("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + part(claims) + "."
              + new GeneratedSecrets(8).word(43),
          8);
      assertThat(finding.attributes()).as(claims).doesNotContainKey("issuer");
    }
  }

  @Test
  void three_parts_without_a_header_are_no_json_web_token() {
    String noHeader = part("{\"name\":\"somebody\",\"age\":7}");
    assertThat(DETECTOR.detect(noHeader + "." + noHeader + "." + new GeneratedSecrets(9).word(43)))
        .isEmpty();
  }

  @Test
  void the_token_that_jwt_io_shows_is_a_published_sample() throws Exception {
    String claims = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "."
        + part("{\"sub\":\"1234567890\",\"name\":\"John Doe\",\"iat\":1516239022}");
    assertThat(DETECTOR.detect(claims + "." + signature(claims, "your-256-bit-secret")))
        .isEmpty();
    assertThat(DETECTOR.detect(claims + "." + signature(claims, "another-secret")))
        .hasSize(1);
  }

  private static String signature(String claims, String key) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(mac.doFinal(claims.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void a_check_that_meets_something_else_has_nothing_to_say() {
    for (String text :
        new String[] {"", "1", "_", "a1", "npm_", "glpat-.01.", "pypi-", "0OIl", "..."}) {
      Candidate candidate =
          new Candidate("acme.token", text.getBytes(StandardCharsets.US_ASCII), new byte[0]);
      for (Check check : new Check[] {
        new AwsKeyIdCheck(),
        new Base58Check(),
        new Bech32Check(),
        new GitLabTokenCheck(),
        new GrafanaTokenCheck(),
        new HexCrcCheck(),
        new JwtCheck(),
        PrefixedCrcCheck.of(30),
        PrefixedCrcCheck.withPrefix(29),
        new PyPiTokenCheck()
      }) {
        assertThat(check.check(candidate))
            .as("%s of \"%s\"", check.getClass(), text)
            .isEqualTo(Check.Result.NOTHING);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AKIAEXAMPLE, a published sample",
    "itsEXAMPLEKEY, a published sample",
    "eexample, a published sample",
    "kkkkkkkk, too regular for a key",
    "x12345678y, too regular for a key",
    "abcdefgh, too regular for a key"
  })
  void samples_of_documents_are_told_from_keys(String value, String reason) {
    Candidate candidate =
        new Candidate("acme.token", value.getBytes(StandardCharsets.US_ASCII), new byte[0]);
    assertThat(new SampleSuppressor().reason(candidate)).contains(reason);
  }

  @Test
  void random_keys_are_no_samples() {
    for (long seed = 0; seed < 2000; seed++) {
      String value = new GeneratedSecrets(seed).text("0123456789abcdef", 64);
      Candidate candidate =
          new Candidate("acme.token", value.getBytes(StandardCharsets.US_ASCII), new byte[0]);
      assertThat(new SampleSuppressor().reason(candidate)).as("seed %d", seed).isEmpty();
    }
  }

  private static Finding only(String text, long seed) {
    return assertThat(DETECTOR.detect(text)).as("seed %d", seed).singleElement().actual();
  }

  private static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  private static String awsKeyId(String prefix, String account, GeneratedSecrets secrets) {
    BigInteger bits = BigInteger.ONE
        .shiftLeft(40)
        .add(new BigInteger(account))
        .shiftLeft(39)
        .add(new BigInteger(39, secrets.random()));
    StringBuilder id = new StringBuilder();
    for (int i = 0; i < 16; i++) {
      int digit = bits.shiftRight(5 * (15 - i)).intValue() & 31;
      id.append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".charAt(digit));
    }
    return prefix + id;
  }

  private static long crc(String text) {
    CRC32 crc = new CRC32();
    crc.update(text.getBytes(StandardCharsets.US_ASCII));
    return crc.getValue();
  }

  private static String digits(long number, String alphabet, int count) {
    StringBuilder digits = new StringBuilder();
    for (long rest = number; digits.length() < count; rest /= alphabet.length()) {
      digits.insert(0, alphabet.charAt((int) (rest % alphabet.length())));
    }
    return digits.toString();
  }

  /** BIP-173's checksum as polynomial division, one bit at a time over GF(32). */
  private static String bech32(String prefix, String data) {
    StringBuilder values = new StringBuilder();
    prefix.chars().forEach(c -> values.append((char) (c >> 5)));
    values.append((char) 0);
    prefix.chars().forEach(c -> values.append((char) (c & 31)));
    data.chars().forEach(c -> values.append((char) BECH32.indexOf(c)));
    values.append("\0\0\0\0\0\0");
    int[] remainder = {0, 0, 0, 0, 0, 1};
    // x^6 + {29}x^5 + {22}x^4 + {20}x^3 + {21}x^2 + {29}x + {18}
    int[] generator = {29, 22, 20, 21, 29, 18};
    for (int i = 0; i < values.length(); i++) {
      int top = remainder[0];
      for (int j = 0; j < 6; j++) {
        int next = j < 5 ? remainder[j + 1] : values.charAt(i);
        remainder[j] = next ^ times(top, generator[j]);
      }
    }
    StringBuilder text = new StringBuilder(prefix).append('1').append(data);
    for (int j = 0; j < 6; j++) {
      text.append(BECH32.charAt(remainder[j] ^ (j == 5 ? 1 : 0)));
    }
    return text.toString();
  }

  /** GF(32) with x^5 + x^3 + 1. */
  private static int times(int a, int b) {
    int product = 0;
    for (int bit = 4; bit >= 0; bit--) {
      product = product << 1 ^ ((product & 16) == 0 ? 0 : 41);
      product ^= (b >> bit & 1) == 0 ? 0 : a;
    }
    return product;
  }

  private static String base58(byte[] key) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha.digest(sha.digest(key));
      byte[] whole = Arrays.copyOf(key, key.length + 4);
      System.arraycopy(digest, 0, whole, key.length, 4);
      StringBuilder digits = new StringBuilder();
      for (BigInteger rest = new BigInteger(1, whole);
          rest.signum() > 0;
          rest = rest.divide(BigInteger.valueOf(58))) {
        digits.insert(0, BASE58.charAt(rest.mod(BigInteger.valueOf(58)).intValue()));
      }
      return digits.toString();
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
