package dev.rekey.detect.scan;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Random;
import java.util.zip.CRC32;

/**
 * Makes secrets that look real and open nothing, the same for the same seed. Their checksums are
 * computed here on their own, not by the code under test.
 */
public final class Samples {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final Random random;

  public Samples(long seed) {
    random = new Random(seed);
  }

  /** An Azure storage account key with a valid checksum: 88 characters, mostly with a plus. */
  public String storageKey() {
    byte[] key = bytes(64);
    System.arraycopy(Base64.getDecoder().decode("+ASt"), 0, key, 57, 3);
    int hash = marvin(key, 60);
    for (int i = 0; i < 4; i++) {
      key[60 + i] = (byte) (hash >>> (8 * i));
    }
    return Base64.getEncoder().encodeToString(key);
  }

  /** A storage connection string around a key. */
  public String connectionString(String key) {
    return "DefaultEndpointsProtocol=https;AccountName="
        + word(8).toLowerCase()
        + ";AccountKey="
        + key
        + ";EndpointSuffix=core.windows.net";
  }

  /** A GitHub token with a valid checksum. */
  public String gitHubToken() {
    String body = word(30);
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(StandardCharsets.US_ASCII));
    StringBuilder digits = new StringBuilder();
    long rest = crc.getValue();
    for (int i = 0; i < 6; i++) {
      digits.append(BASE62.charAt((int) (rest % 62)));
      rest /= 62;
    }
    return "gh" + "p_" + body + digits.reverse();
  }

  /** A block with the markers of a private key, and random bytes in it. */
  public String pem() {
    return marker("BEGIN")
        + "\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes(300))
        + "\n"
        + marker("END")
        + "\n";
  }

  /** A password of 20 characters that has other forms in URLs and in JSON. */
  public String password() {
    return word(6) + "+" + word(5) + "/" + word(4) + "=" + word(2);
  }

  /** A common annotated key of 84 characters with a valid checksum. */
  public String annotatedKey() {
    while (true) {
      String body = word(52) + "JQQJ99BC" + word(16) + "ACOG";
      int hash = marvin(Base64.getDecoder().decode(body), 60);
      String sum = Base64.getEncoder()
          .encodeToString(new byte[] {(byte) hash, (byte) (hash >>> 8), (byte) (hash >>> 16)});
      if (sum.chars().allMatch(Character::isLetterOrDigit)) {
        return body + sum;
      }
    }
  }

  /** Random letters and digits. */
  public String word(int length) {
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < length; i++) {
      word.append(BASE62.charAt(random.nextInt(BASE62.length())));
    }
    return word.toString();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String marker(String which) {
    return "-----" + which + " RSA PRIVATE " + "KEY-----";
  }

  /** Marvin with the seed "Default0", for lengths that are a multiple of four. */
  private static int marvin(byte[] bytes, int length) {
    int[] state = {0x756c7430, 0x44656661};
    for (int i = 0; i < length; i += 4) {
      block(
          state,
          (bytes[i] & 0xff)
              | (bytes[i + 1] & 0xff) << 8
              | (bytes[i + 2] & 0xff) << 16
              | (bytes[i + 3] & 0xff) << 24);
    }
    block(state, 0x80);
    block(state, 0);
    return state[0] ^ state[1];
  }

  private static void block(int[] state, int word) {
    state[0] += word;
    state[1] ^= state[0];
    state[0] = Integer.rotateLeft(state[0], 20) + state[1];
    state[1] = Integer.rotateLeft(state[1], 9) ^ state[0];
    state[0] = Integer.rotateLeft(state[0], 27) + state[1];
    state[1] = Integer.rotateLeft(state[1], 19);
  }
}
