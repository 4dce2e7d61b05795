package dev.rekey.detect;

import java.util.zip.CRC32;

/**
 * The checksum of GitHub's and npm's prefixed tokens: six base-62 digits, padded with zeros on the left, of
 * the CRC-32 of the 30 characters between prefix and checksum.
 *
 * <p>Source: "Behind GitHub's new authentication token formats" and "Announcing npm's new access
 * token format" (GitHub, 2021). Fine-grained tokens ({@code github_pat_}) are of another shape, whose
 * checksum is not published.
 */
final class PrefixedCrcCheck implements Check {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int PREFIX = 4;
  private static final int BODY = 30;
  private static final int DIGITS = 6;

  @Override
  public Result check(Candidate candidate) {
    byte[] token = candidate.bytes();
    if (token.length != PREFIX + BODY + DIGITS || token[PREFIX - 1] != '_') {
      return Result.NOTHING;
    }
    CRC32 crc = new CRC32();
    crc.update(token, PREFIX, BODY);
    long rest = crc.getValue();
    boolean valid = true;
    for (int i = token.length - 1; i >= PREFIX + BODY; i--) {
      valid &= token[i] == BASE62.charAt((int) (rest % 62));
      rest /= 62;
    }
    return Result.of(valid && rest == 0);
  }
}
