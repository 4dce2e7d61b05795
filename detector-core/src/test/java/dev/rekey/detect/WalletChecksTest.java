package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys of wallets and of Polar, which are made here from the descriptions of their checksums. */
class WalletChecksTest {
  private static final int SEEDS = 25;
  private static final String BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final Detector DETECTOR = Detector.builder(RuleSet.builtIn())
      .fingerprintKey(FingerprintKey.of(new byte[32]))
      .build();

  /** The version bytes of SLIP-132, and of Octez's base 58; then so many bytes. */
  @ParameterizedTest
  @CsvSource({
    "bitcoin.extended-private-key, 04358394, 74, tprv",
    "bitcoin.segwit-private-key, 049d7878, 74, yprv",
    "bitcoin.segwit-private-key, 04b2430c, 74, zprv",
    "bitcoin.segwit-private-key, 0295b005, 74, Yprv",
    "bitcoin.segwit-private-key, 02aa7a99, 74, Zprv",
    "bitcoin.segwit-private-key, 044a4e28, 74, uprv",
    "bitcoin.segwit-private-key, 045f18bc, 74, vprv",
    "litecoin.extended-private-key, 019d9cfe, 74, Ltpv",
    "litecoin.extended-private-key, 01b26792, 74, Mtpv",
    "tezos.secret-key, 0d0f3a07, 32, edsk",
    "tezos.secret-key, 2bf64e07, 64, edsk",
    "tezos.secret-key, 11a2e0c9, 32, spsk",
    "tezos.secret-key, 1051eebd, 32, p2sk"
  })
  void a_key_in_base_58_begins_as_its_version_says_and_checks(
      String rule, String version, int length, String prefix) {
    for (long seed = 0; seed < SEEDS; seed++) {
      byte[] head = HexFormat.of().parseHex(version);
      byte[] key = Arrays.copyOf(head, head.length + length);
      byte[] random = new byte[length];
      new GeneratedSecrets(seed).random().nextBytes(random);
      random[0] &= 0x7f; // the depth, of which there are not so many
      System.arraycopy(random, 0, key, head.length, length);

      assertChecks(rule, base58(key, twice(key)), prefix, seed);
    }
  }

  @ParameterizedTest
  @CsvSource({"80, 33, K|L", "80, 32, 5", "ef, 33, c", "ef, 32, 9"})
  void a_key_for_import_is_found_after_its_name_if_its_checksum_is_right(
      String version, int length, String first) {
    for (long seed = 0; seed < SEEDS; seed++) {
      byte[] key = new byte[1 + length];
      new GeneratedSecrets(seed).random().nextBytes(key);
      key[0] = (byte) Integer.parseInt(version, 16);
      if (length == 33) {
        key[length] = 1; // the public key is to be compressed
      }
      String text = base58(key, twice(key));

      assertThat(text.substring(0, 1)).as("seed %d", seed).matches(first);
      List<Finding> found = DETECTOR.detect("wif = " + text);
      assertThat(found).as("seed %d", seed).hasSize(1);
      assertThat(found.get(0).rule()).isEqualTo("bitcoin.wallet-import-key");
      assertThat(found.get(0).checksum()).isEqualTo(Checksum.VALID);
      assertThat(DETECTOR.detect("wif = " + changed(text, 20, BASE58)))
          .as("seed %d", seed)
          .isEmpty();
    }
  }

  @Test
  void the_last_four_bytes_of_one_hash_check_an_avalanche_key() {
    for (long seed = 0; seed < SEEDS; seed++) {
      byte[] key = new byte[32];
      new GeneratedSecrets(seed).random().nextBytes(key);
      key[0] |= 1; // no digit is dropped
      byte[] once = sha256(key);
      String text = "PrivateKey-" + base58(key, Arrays.copyOfRange(once, 28, 32));

      assertChecks("avalanche.private-key", text, "PrivateKey-", seed);
    }
  }

  @ParameterizedTest
  @CsvSource({"polar_oat_", "polar_pat_"})
  void a_polar_token_ends_in_the_checksum_of_its_random_part(String prefix) {
    for (long seed = 0; seed < SEEDS; seed++) {
      String body = new GeneratedSecrets(seed).word(37);
      CRC32 crc = new CRC32();
      crc.update(body.getBytes(StandardCharsets.US_ASCII));
      StringBuilder digits = new StringBuilder();
      for (long rest = crc.getValue(); digits.length() < 6; rest /= 62) {
        digits.insert(
            0, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".charAt((int)
                    (rest % 62)));
      }

      assertChecks("polar.access-token", prefix + body + digits, prefix, seed);
    }
  }

  private static void assertChecks(String rule, String text, String prefix, long seed) {
    assertThat(text).as("seed %d", seed).startsWith(prefix);
    List<Finding> found = DETECTOR.detect(text);
    assertThat(found).as("seed %d", seed).hasSize(1);
    assertThat(found.get(0).rule()).as("seed %d", seed).isEqualTo(rule);
    assertThat(found.get(0).checksum()).as("seed %d", seed).isEqualTo(Checksum.VALID);

    List<Finding> other = DETECTOR.detect(changed(text, prefix.length() + 9, BASE58));
    assertThat(other).as("seed %d", seed).hasSize(1);
    assertThat(other.get(0).checksum()).as("seed %d", seed).isEqualTo(Checksum.INVALID);
  }

  private static String changed(String text, int at, String alphabet) {
    char other = alphabet.charAt((alphabet.indexOf(text.charAt(at)) + 1) % alphabet.length());
    return text.substring(0, at) + other + text.substring(at + 1);
  }

  private static byte[] twice(byte[] bytes) {
    return Arrays.copyOf(sha256(sha256(bytes)), 4);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError(impossible);
    }
  }

  private static String base58(byte[] bytes, byte[] checksum) {
    byte[] whole = Arrays.copyOf(bytes, bytes.length + checksum.length);
    System.arraycopy(checksum, 0, whole, bytes.length, checksum.length);
    StringBuilder digits = new StringBuilder();
    for (BigInteger rest = new BigInteger(1, whole);
        rest.signum() > 0;
        rest = rest.divide(BigInteger.valueOf(58))) {
      digits.insert(0, BASE58.charAt(rest.mod(BigInteger.valueOf(58)).intValue()));
    }
    return digits.toString();
  }
}
