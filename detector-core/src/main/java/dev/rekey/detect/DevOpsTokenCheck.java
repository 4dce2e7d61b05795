package dev.rekey.detect;

import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;

/**
 * The checksum of a personal access token of Azure DevOps in its older form: 52 characters in base
 * 32, whose 32 bytes hold 28 of the token and, scattered among them, the CRC-32 of these, combined by
 * exclusive or with a number that tells who it was issued to.
 */
final class DevOpsTokenCheck implements Check {
  private static final int LENGTH = 52;
  private static final int BYTES = 32;

  /** Where the checksum's bytes are, the lowest first. */
  private static final int[] STORED = {22, 8, 7, 2};

  private static final int USER = 0xE0B9692D;
  private static final int APPLICATION = 0x1019F92E;

  @Override
  public Result check(Candidate candidate) {
    byte[] text = candidate.bytes();
    if (text.length != LENGTH) {
      return Result.NOTHING;
    }
    byte[] token = new byte[BYTES];
    if (!decode(text, token)) {
      return Result.of(false);
    }
    int stored = 0;
    for (int i = 0; i < STORED.length; i++) {
      stored |= (token[STORED[i]] & 0xff) << (8 * i);
    }
    CRC32 crc = new CRC32();
    crc.update(token, 0, 2);
    crc.update(token, 3, 4);
    crc.update(token, 9, 13);
    crc.update(token, 23, 9);
    Arrays.fill(token, (byte) 0);
    return switch (stored ^ (int) crc.getValue()) {
      case USER -> new Result(Checksum.VALID, Map.of("keyKind", "user"));
      case APPLICATION -> new Result(Checksum.VALID, Map.of("keyKind", "application"));
      default -> Result.of(false);
    };
  }

  /** RFC 4648, section 6, in lower case; the last character holds one bit, the rest is unused. */
  private static boolean decode(byte[] text, byte[] bytes) {
    long bits = 0;
    int count = 0;
    int at = 0;
    for (byte c : text) {
      int value = c >= 'a' && c <= 'z' ? c - 'a' : c >= '2' && c <= '7' ? c - '2' + 26 : -1;
      if (value < 0) {
        return false;
      }
      bits = (bits << 5 | value) & 0xffff;
      count += 5;
      if (count >= 8 && at < bytes.length) {
        count -= 8;
        bytes[at++] = (byte) (bits >>> count);
      }
    }
    return true;
  }
}
