package dev.rekey.detect;

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
    return Result.of(CrcDigits.end(token, 0, body, CrcDigits.BASE16));
  }
}
