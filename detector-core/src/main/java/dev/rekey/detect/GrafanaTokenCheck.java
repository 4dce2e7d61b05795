package dev.rekey.detect;

/**
 * The checksum of a Grafana service account token: eight hexadecimal digits, the CRC-32 of all that
 * stands before the last underscore, its lowest byte first.
 *
 * <p>Source: {@code pkg/components/satokengen} of Grafana.
 */
final class GrafanaTokenCheck implements Check {
  private static final int DIGITS = 8;

  @Override
  public Result check(Candidate candidate) {
    byte[] token = candidate.bytes();
    int body = token.length - DIGITS - 1;
    if (body <= 0 || token[body] != '_') {
      return Result.NOTHING;
    }
    int swapped = Integer.reverseBytes((int) CrcDigits.crc(token, 0, body));
    boolean valid = true;
    for (int i = 0; i < DIGITS; i++) {
      int digit = (swapped >>> (4 * (DIGITS - 1 - i))) & 0xf;
      valid &= Character.digit(token[body + 1 + i], 16) == digit;
    }
    return Result.of(valid);
  }
}
