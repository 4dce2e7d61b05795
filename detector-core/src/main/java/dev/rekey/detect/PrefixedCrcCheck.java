package dev.rekey.detect;

import java.util.zip.CRC32;

/**
 * The checksum of prefixed tokens of 40 characters: six base-62 digits, padded with zeros on the
 * left, of the CRC-32 of what stands before them. GitHub, npm and NetBird leave the prefix out of the
 * sum; JSR takes it in.
 *
 * <p>Sources: "Behind GitHub's new authentication token formats" and "Announcing npm's new access
 * token format" (GitHub, 2021), {@code personal_access_token.go} of NetBird, {@code token.rs} of JSR.
 * GitHub's fine-grained tokens ({@code github_pat_}) are of another shape, whose checksum is not
 * published.
 */
final class PrefixedCrcCheck implements Check {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int LENGTH = 40;
  private static final int DIGITS = 6;

  private final int prefix;
  private final int summedFrom;

  /** A check of tokens with three letters and an underscore, which are not in the sum. */
  PrefixedCrcCheck() {
    this(4, 4);
  }

  /**
   * Makes a check.
   *
   * @param prefix the length of the prefix, which ends with an underscore
   * @param summedFrom where the sum begins
   */
  PrefixedCrcCheck(int prefix, int summedFrom) {
    this.prefix = prefix;
    this.summedFrom = summedFrom;
  }

  @Override
  public Result check(Candidate candidate) {
    byte[] token = candidate.bytes();
    if (token.length != LENGTH || token[prefix - 1] != '_') {
      return Result.NOTHING;
    }
    int end = LENGTH - DIGITS;
    CRC32 crc = new CRC32();
    crc.update(token, summedFrom, end - summedFrom);
    long rest = crc.getValue();
    boolean valid = true;
    for (int i = token.length - 1; i >= end; i--) {
      valid &= token[i] == BASE62.charAt((int) (rest % 62));
      rest /= 62;
    }
    return Result.of(valid && rest == 0);
  }
}
