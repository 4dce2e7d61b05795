package dev.rekey.detect;

import java.util.Arrays;
import java.util.Map;

/**
 * Verifies the checksum of the seed of a NATS key, and tells whose key it is.
 *
 * <p>Source: nats-io/nkeys, strkey.go and crc16.go: two bytes of prefixes, 32 of the seed, and CRC-16
 * (XMODEM) of these, least byte first, in base 32 without padding.
 */
final class NkeyCheck implements Check {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int CHARACTERS = 58;
  private static final int BYTES = 36;
  private static final int POLYNOMIAL = 0x1021;
  private static final Map<Character, String> KINDS = Map.of(
      'U', "user",
      'A', "account",
      'O', "operator",
      'N', "server",
      'C', "cluster",
      'X', "curve");

  @Override
  public Result check(Candidate candidate) {
    if (candidate.length() != CHARACTERS || candidate.charAt(0) != 'S') {
      return Result.NOTHING;
    }
    byte[] decoded = new byte[BYTES];
    int bits = 0;
    int held = 0;
    int length = 0;
    for (int i = 0; i < CHARACTERS; i++) {
      int digit = BASE32.indexOf(candidate.charAt(i));
      if (digit < 0) {
        return Result.NOTHING;
      }
      held = (held << 5 | digit) & 0xfff;
      bits += 5;
      if (bits >= 8 && length < BYTES) {
        bits -= 8;
        decoded[length++] = (byte) (held >> bits);
      }
    }
    int told = (decoded[BYTES - 2] & 0xff) | ((decoded[BYTES - 1] & 0xff) << 8);
    boolean rest = (held & ((1 << bits) - 1)) == 0; // the bits that fill the last character
    boolean valid = rest && told == crc(decoded, BYTES - 2);
    Arrays.fill(decoded, (byte) 0);
    return new Result(
        valid ? Checksum.VALID : Checksum.INVALID,
        Map.of("keyKind", KINDS.getOrDefault(candidate.charAt(1), "unknown")));
  }

  private static int crc(byte[] bytes, int length) {
    int crc = 0;
    for (int i = 0; i < length; i++) {
      crc ^= (bytes[i] & 0xff) << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = crc << 1 ^ ((crc & 0x8000) == 0 ? 0 : POLYNOMIAL);
      }
      crc &= 0xffff;
    }
    return crc;
  }
}
