package dev.rekey.detect;

import java.util.zip.CRC32;

/**
 * The checksum of Private Packagist's tokens: the last eight characters, the CRC-32 in hexadecimal
 * digits of all that stands before them, the prefix included.
 *
 * <p>Source: "Composer Authentication", token format, in the documentation of Private Packagist.
 */
final class HexCrcCheck implements Check {
  private static final int LENGTH = 82;
  private static final int DIGITS = 8;

  @Override
  public Result check(Candidate candidate) {
    byte[] token = candidate.bytes();
    if (token.length != LENGTH) {
      return Result.NOTHING;
    }
    int body = LENGTH - DIGITS;
    CRC32 crc = new CRC32();
    crc.update(token, 0, body);
    long rest = crc.getValue();
    boolean valid = true;
    for (int i = token.length - 1; i >= body; i--) {
      valid &= token[i] == Character.forDigit((int) (rest & 0xf), 16);
      rest >>>= 4;
    }
    return Result.of(valid);
  }
}
