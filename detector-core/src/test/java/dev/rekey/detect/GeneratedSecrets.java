package dev.rekey.detect;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

/**
 * Makes secrets that look and check like real ones and open nothing, from a seed.
 *
 * <p>The checksums are computed by code of its own, from the published descriptions, so that a
 * mistake in the checks shows.
 */
public final class GeneratedSecrets {
  static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  static final String BASE64 = BASE62 + "+/";

  private final Random random;

  /** Makes the same secrets for the same seed. */
  public GeneratedSecrets(long seed) {
    this.random = new Random(seed);
  }

  /** 57 random bytes, the signature, and the hash of both, little-endian. */
  public String storageKey() {
    return identifiableKey(random.nextLong(), 64, "+ASt", "Default0");
  }

  static String identifiableKey(long seed, int length, String signature, String checksumSeed) {
    ByteBuffer key = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    byte[] body = new byte[length - 7];
    new Random(seed).nextBytes(body);
    key.put(body).put(Base64.getDecoder().decode(signature));
    key.putInt(marvin(Arrays.copyOf(key.array(), length - 4), checksumSeed));
    return Base64.getEncoder().encodeToString(key.array());
  }

  /** A storage connection string around a key. */
  public String connectionString(String key) {
    return connectionStringBefore() + key + ";EndpointSuffix=core.windows.net";
  }

  String connectionStringBefore() {
    return "DefaultEndpointsProtocol=https;AccountName=" + text("abcdefghij0123456789", 12)
        + ";AccountKey=";
  }

  /** A CASK key of 84 characters, or of 88 in its long form. */
  public String commonAnnotatedKey(boolean longForm) {
    String body = text(BASE62, 52) + "JQQJ9" + text("9DH", 1) + text("ABC", 1)
        + text("ABCDEFGHIJKL", 1) + text(BASE62, 16) + text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 4);
    return withCaskChecksum(body, longForm);
  }

  /** The first 80 characters of a CASK key, and their checksum. */
  static String withCaskChecksum(String body, boolean longForm) {
    byte[] hash = ByteBuffer.allocate(4)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(marvin(Base64.getDecoder().decode(body), "Default0"))
        .array();
    StringBuilder digits = new StringBuilder();
    BigInteger rest = new BigInteger(1, hash);
    while (rest.signum() > 0) {
      digits.insert(0, BASE62.charAt(rest.mod(BigInteger.valueOf(62)).intValue()));
      rest = rest.divide(BigInteger.valueOf(62));
    }
    for (int i = 0; i < hash.length && hash[i] == 0; i++) {
      digits.insert(0, '0');
    }
    while (digits.length() < 6) {
      digits.append('0');
    }
    return body + (longForm ? digits + "==" : digits.substring(0, 4));
  }

  /** A personal access token. */
  public String gitHubToken() {
    return gitHubToken('p');
  }

  /** A token of any of the prefixed types. */
  String anyGitHubToken() {
    return gitHubToken(text("pousr", 1).charAt(0));
  }

  private String gitHubToken(char type) {
    String body = text(BASE62, 30);
    long crc = 0xffffffffL;
    for (byte b : body.getBytes(StandardCharsets.US_ASCII)) {
      crc ^= b;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 1 ? 0xedb88320L : 0);
      }
    }
    crc ^= 0xffffffffL;
    StringBuilder digits = new StringBuilder();
    for (int i = 0; i < 6; i++, crc /= 62) {
      digits.insert(0, BASE62.charAt((int) (crc % 62)));
    }
    return "gh" + type + "_" + body + digits;
  }

  /** Letters, digits and signs that no format needs to quote. */
  String plainPassword() {
    return text("abcdefghijk", 1) + text("0123456789", 1)
        + text(BASE62 + "!#%*+./:=?@^_~", 9 + random.nextInt(12)) + "Zq7";
  }

  /** Signs that have a meaning in JSON, YAML and XML too, and letters beyond ASCII. */
  String richPassword() {
    return text("abcdefghijk", 1) + text("0123456789", 1)
        + text(BASE62 + "!#%*+./:=?@^_~&<>\"'\\ äß€", 9 + random.nextInt(12)) + "Zq7";
  }

  /** A password of 20 characters that is written differently in URLs and in JSON. */
  public String password() {
    return word(6) + "+" + word(5) + "/" + word(4) + "=" + word(2);
  }

  /** Letters and digits. */
  public String word(int length) {
    return text(BASE62, length);
  }

  /** A private key with the line end after its end marker. */
  public String pem() {
    return privateKey(false) + "\n";
  }

  /** A PKCS #8 private key, from its begin marker through its end marker. */
  String privateKey(boolean rsa) {
    try {
      SecureRandom source = SecureRandom.getInstance("SHA1PRNG");
      source.setSeed(random.nextLong());
      KeyPairGenerator generator = KeyPairGenerator.getInstance(rsa ? "RSA" : "EC");
      generator.initialize(rsa ? 2048 : 256, source);
      byte[] key = generator.generateKeyPair().getPrivate().getEncoded();
      return "-----BEGIN PRIVATE KEY-----\n"
          + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key)
          + "\n-----END PRIVATE KEY-----";
    } catch (GeneralSecurityException impossible) {
      throw new AssertionError(impossible);
    }
  }

  String text(String alphabet, int length) {
    int[] points = alphabet.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  Random random() {
    return random;
  }

  /** Marvin as it is described: whole words, then the padded rest and one more round. */
  static int marvin(byte[] data, String seed) {
    ByteBuffer spelled = ByteBuffer.wrap(seed.getBytes(StandardCharsets.US_ASCII));
    int[] state = new int[2];
    state[1] = spelled.getInt();
    state[0] = spelled.getInt();
    byte[] padded = Arrays.copyOf(data, (data.length / 4 + 1) * 4);
    padded[data.length] = (byte) 0x80;
    ByteBuffer words = ByteBuffer.wrap(padded).order(ByteOrder.LITTLE_ENDIAN);
    while (words.hasRemaining()) {
      state[0] += words.getInt();
      mix(state);
    }
    mix(state);
    return state[0] ^ state[1];
  }

  private static void mix(int[] state) {
    state[1] ^= state[0];
    state[0] = Integer.rotateLeft(state[0], 20) + state[1];
    state[1] = Integer.rotateLeft(state[1], 9) ^ state[0];
    state[0] = Integer.rotateLeft(state[0], 27) + state[1];
    state[1] = Integer.rotateLeft(state[1], 19);
  }
}
