package dev.rekey.rotation.azure;

import dev.rekey.detect.Secret;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * Makes keys of authorization rules in the form in which the services make them: the base64 of 256
 * bits, with a signature from the 34th character on and a checksum in the last four bytes. So a
 * scanner recognises one that leaks, whatever stands around it. 198 of the bits are random.
 *
 * @see <a href="https://github.com/microsoft/security-utilities">Microsoft's identifiable keys</a>
 */
final class SharedAccessKey {
  private static final int BYTES = 32;
  private static final int CHECKSUM_AT = BYTES - 4;
  private static final int SIGNATURE_AT = 33;

  private SharedAccessKey() {}

  /**
   * Returns a new key, which the caller closes.
   *
   * @param signature four characters, as {@code +ASb}
   * @param seed eight characters that say what the key is for, as {@code Send0000}
   */
  static Secret make(SecureRandom random, String signature, String seed) {
    byte[] bytes = new byte[BYTES];
    random.nextBytes(bytes);
    byte[] text = Base64.getEncoder().encode(bytes);
    byte[] marked = (signature + "A").getBytes(StandardCharsets.US_ASCII);
    // The A leaves the two bits before the checksum zero, as in every such key.
    System.arraycopy(marked, 0, text, SIGNATURE_AT, marked.length);
    byte[] key = Base64.getDecoder().decode(text);
    ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN).putInt(CHECKSUM_AT, marvin32(key, seed));
    byte[] encoded = Base64.getEncoder().encode(key);
    char[] characters = new char[encoded.length];
    for (int i = 0; i < characters.length; i++) {
      characters[i] = (char) encoded[i];
    }
    try {
      return Secret.of(CharBuffer.wrap(characters));
    } finally {
      Arrays.fill(characters, '\0');
      for (byte[] gone : new byte[][] {bytes, text, key, encoded}) {
        Arrays.fill(gone, (byte) 0);
      }
    }
  }

  /** Marvin32 over all but the checksum, folded to 32 bits. */
  private static int marvin32(byte[] key, String seed) {
    long spelled = ByteBuffer.wrap(seed.getBytes(StandardCharsets.US_ASCII)).getLong();
    int[] state = {(int) spelled, (int) (spelled >>> 32)};
    ByteBuffer in = ByteBuffer.wrap(key, 0, CHECKSUM_AT).order(ByteOrder.LITTLE_ENDIAN);
    while (in.hasRemaining()) {
      state[0] += in.getInt();
      mix(state);
    }
    state[0] += 0x80; // The end of a text whose length is a multiple of four.
    mix(state);
    mix(state);
    return state[0] ^ state[1];
  }

  private static void mix(int[] s) {
    s[1] ^= s[0];
    s[0] = Integer.rotateLeft(s[0], 20) + s[1];
    s[1] = Integer.rotateLeft(s[1], 9) ^ s[0];
    s[0] = Integer.rotateLeft(s[0], 27) + s[1];
    s[1] = Integer.rotateLeft(s[1], 19);
  }
}
