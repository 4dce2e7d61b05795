package dev.rekey.detect;

/**
 * The checksum of the tokens of Matrix servers: after the last underscore, six base-62 digits of the
 * CRC-32 of all that stands before it, padded with zeros on the left.
 *
 * <p>Synapse ({@code syt_}, {@code syr_}, {@code syl_}) writes the most significant digit first;
 * the Matrix Authentication Service ({@code mat_}, {@code mar_}, {@code mct_}, {@code mcr_}) writes
 * it last.
 *
 * <p>Sources: {@code generate_access_token} in {@code synapse/handlers/auth.py} of Synapse, and
 * {@code crates/data-model/src/tokens.rs} of the Matrix Authentication Service.
 */
final class MatrixTokenCheck implements Check {
  private static final int DIGITS = 6;

  @Override
  public Result check(Candidate candidate) {
    byte[] token = candidate.bytes();
    int body = token.length - DIGITS - 1;
    if (body <= 0 || token[body] != '_') {
      return Result.NOTHING;
    }
    StringBuilder digits = new StringBuilder(DIGITS);
    for (long rest = CrcDigits.crc(token, 0, body); rest > 0; rest /= 62) {
      digits.append(CrcDigits.BASE62.charAt((int) (rest % 62)));
    }
    if (token[0] == 's') {
      digits.reverse();
    }
    while (digits.length() < DIGITS) {
      digits.insert(0, '0');
    }
    boolean valid = true;
    for (int i = 0; i < DIGITS; i++) {
      valid &= token[body + 1 + i] == digits.charAt(i);
    }
    return Result.of(valid);
  }
}
