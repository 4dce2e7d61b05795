package dev.rekey.simulator;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.random.RandomGenerator;

/**
 * Makes keys of the current forms, all with a Marvin32 checksum in their last bytes: a storage
 * account's has 64 bytes and {@code +ASt} at character 76 of its base64, one of Service Bus 32 bytes
 * and {@code +ASb} at character 33, one of Event Hubs {@code +AEh} there; a client secret has 40
 * characters with {@code 8Q~} after the third.
 *
 * <p>Written from the published description of Microsoft's identifiable keys, independently of the
 * detector, so that one checks the other.
 */
final class IdentifiableKey {
  /** {@code AadPwd00} read big-endian. */
  private static final long SECRET_SEED = 0x4161645077643030L;

  /** The digits of a client secret, in the order of their values. */
  private static final String SECRET_DIGITS =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";

  private IdentifiableKey() {}

  /** Returns a new storage account key. */
  static String storage(RandomGenerator random) {
    // 76 characters are exactly 57 bytes, so the signature is aligned.
    return make(random, 64, 76, "+ASt", "Default0");
  }

  /** Returns a new key of an authorization rule; its seed tells the most that the rule allows. */
  static String messaging(RandomGenerator random, Resource.Messaging service, String seed) {
    // The signature ends two bits before the checksum begins: A leaves those zero.
    String signature = service == Resource.Messaging.SERVICE_BUS ? "+ASbA" : "+AEhA";
    return make(random, 32, 33, signature, seed);
  }

  private static String make(
      RandomGenerator random, int length, int at, String signature, String seed) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    String text = Base64.getEncoder().encodeToString(bytes);
    byte[] signed = Base64.getDecoder()
        .decode(text.substring(0, at) + signature + text.substring(at + signature.length()));
    byte[] hashed = ByteBuffer.allocate(length - 4).put(signed, 0, length - 4).array();
    long spelled = ByteBuffer.wrap(seed.getBytes(StandardCharsets.US_ASCII)).getLong();
    ByteBuffer.wrap(signed)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(length - 4, marvin32(hashed, spelled));
    return Base64.getEncoder().encodeToString(signed);
  }

  /** Marvin32, folded to 32 bits. */
  static int marvin32(byte[] data, long seed) {
    long hash = marvin64(data, seed);
    return (int) (hash ^ (hash >>> 32));
  }

  /** Marvin32 as SymCrypt returns it: the second half of the state in the high bits. */
  static long marvin64(byte[] data, long seed) {
    int[] state = {(int) seed, (int) (seed >>> 32)};
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    while (in.remaining() >= 4) {
      state[0] += in.getInt();
      mix(state);
    }
    int tail = 0x80 << (8 * in.remaining());
    for (int shift = 0; in.hasRemaining(); shift += 8) {
      tail |= (in.get() & 0xff) << shift;
    }
    state[0] += tail;
    mix(state);
    mix(state);
    return ((long) state[1] << 32) | (state[0] & 0xffffffffL);
  }

  private static void mix(int[] s) {
    s[1] ^= s[0];
    s[0] = Integer.rotateLeft(s[0], 20) + s[1];
    s[1] = Integer.rotateLeft(s[1], 9) ^ s[0];
    s[0] = Integer.rotateLeft(s[0], 27) + s[1];
    s[1] = Integer.rotateLeft(s[1], 19);
  }

  /** Returns a new client secret of an Entra application. */
  static String clientSecret(RandomGenerator random) {
    StringBuilder secret = new StringBuilder(40);
    for (int i = 0; i < 37; i++) {
      secret.append(
          i >= 3 && i < 6
              ? "8Q~".charAt(i - 3)
              : SECRET_DIGITS.charAt(random.nextInt(SECRET_DIGITS.length())));
    }
    byte[] hashed = secret.toString().getBytes(StandardCharsets.ISO_8859_1);
    long left = marvin32(hashed, SECRET_SEED) & 0xffffffffL;
    // Six digits in base 66, the first of which can be one of four only; three are kept.
    char[] digits = new char[6];
    for (int i = digits.length - 1; i >= 0; i--) {
      digits[i] = SECRET_DIGITS.charAt((int) (left % SECRET_DIGITS.length()));
      left /= SECRET_DIGITS.length();
    }
    return secret.append(digits, 0, 3).toString();
  }
}
