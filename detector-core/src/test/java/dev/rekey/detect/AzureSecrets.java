package dev.rekey.detect;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Random;

/** Makes Azure's credentials from a seed, by code of its own: what the checks are held against. */
final class AzureSecrets {
  private static final String BASE66 =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";
  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

  /** Where the checksum of a DevOps token is, the lowest byte first. */
  private static final int[] SCATTERED = {22, 8, 7, 2};

  private AzureSecrets() {}

  /** An identifiable key in base64, of any length: the signature starts with the next character. */
  static String identifiableKey(Random random, int length, String signature, String seed) {
    byte[] body = new byte[length - 7];
    random.nextBytes(body);
    return Base64.getEncoder().encodeToString(signed(body, signature, seed));
  }

  /** One in base64 for URLs. */
  static String urlSafeKey(Random random, int length, String signature, String seed) {
    return identifiableKey(random, length, signature, seed).replace('+', '-').replace('/', '_');
  }

  /** One of letters and digits only: others are thrown away until one comes. */
  static String plainKey(Random random, int length, String signature, String seed) {
    String key;
    do {
      key = identifiableKey(random, length, signature, seed);
    } while (!key.matches("[A-Za-z0-9]*={0,2}"));
    return key;
  }

  /** One in which the signs are replaced after its encoding, those of the checksum too. */
  static String redisKey(Random random, int length, String signature, String seed) {
    byte[] body = new byte[length - 7];
    random.nextBytes(body);
    String text = Base64.getEncoder().encodeToString(body).replace('+', 'P').replace('/', 'F');
    byte[] key = signed(Base64.getDecoder().decode(text), signature, seed);
    return Base64.getEncoder().encodeToString(key).replace('+', 'P').replace('/', 'F');
  }

  /** The bits that share a character with the signature's first are overwritten by it. */
  private static byte[] signed(byte[] body, String signature, String seed) {
    int length = body.length + 7;
    int characters = (body.length * 8) / 6;
    String start = Base64.getEncoder().encodeToString(body).substring(0, characters);
    String rest = "A".repeat((length * 8 + 5) / 6 - characters - signature.length());
    byte[] key = Base64.getDecoder().decode(start + signature + rest);
    ByteBuffer.wrap(key)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length - 4, GeneratedSecrets.marvin(Arrays.copyOf(key, length - 4), seed));
    return key;
  }

  /** A client secret with {@code 8Q~}. */
  static String entraSecret(GeneratedSecrets secrets) {
    String body = secrets.text(BASE66, 3) + "8Q~" + secrets.text(BASE66, 31);
    byte[] bytes = body.getBytes(StandardCharsets.US_ASCII);
    long hash = GeneratedSecrets.marvin(bytes, "AadPwd00") & 0xffffffffL;
    StringBuilder digits = new StringBuilder();
    for (long power = 66L * 66 * 66 * 66 * 66; digits.length() < 3; power /= 66) {
      digits.append(BASE66.charAt((int) (hash / power % 66)));
    }
    return body + digits;
  }

  /** A client secret with {@code 7Q~}. */
  static String olderEntraSecret(GeneratedSecrets secrets) {
    return secrets.text(BASE66, 3) + "7Q~" + secrets.text(BASE66, 30) + secrets.word(1);
  }

  /** A personal access token of 52 characters, of a user or of an application. */
  static String devOpsToken(Random random, boolean user) {
    byte[] token = new byte[28];
    random.nextBytes(token);
    int checksum = crc32(token) ^ (user ? 0xE0B9692D : 0x1019F92E);
    byte[] bytes = new byte[32];
    int next = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (i != 2 && i != 7 && i != 8 && i != 22) {
        bytes[i] = token[next++];
      }
    }
    for (int i = 0; i < SCATTERED.length; i++) {
      bytes[SCATTERED[i]] = (byte) (checksum >>> (8 * i));
    }
    StringBuilder bits = new StringBuilder();
    for (byte b : bytes) {
      bits.append(Integer.toBinaryString(0x100 | (b & 0xff)).substring(1));
    }
    bits.append("0000");
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 52; i++) {
      text.append(BASE32.charAt(Integer.parseInt(bits.substring(5 * i, 5 * i + 5), 2)));
    }
    return text.toString();
  }

  private static int crc32(byte[] bytes) {
    int crc = -1;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc >>> 1) ^ ((crc & 1) == 1 ? 0xedb88320 : 0);
      }
    }
    return ~crc;
  }

  /** A common annotated key of a provider. */
  static String commonAnnotatedKey(
      GeneratedSecrets secrets, String date, String reserved, String signature) {
    String body = secrets.word(52) + "JQQJ99" + date + secrets.word(12) + reserved + signature;
    return GeneratedSecrets.withCaskChecksum(body, false);
  }
}
