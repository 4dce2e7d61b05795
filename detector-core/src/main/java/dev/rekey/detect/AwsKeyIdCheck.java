package dev.rekey.detect;

import java.util.Locale;
import java.util.Map;

/**
 * Tells the account of an AWS access key id, and whether it is a long-term or a temporary one.
 *
 * <p>After the prefix of four letters the id is base-32; of its first bits one is a mark, and
 * where it is set the next 40 are the account's number. Source: the prefixes are in "IAM identifiers" (AWS); the bits
 * were observed by comparison with {@code sts:GetAccessKeyInfo} (T. Be'ery, "A short note on AWS key
 * id", 2023). Older ids, without the mark, tell no account.
 */
final class AwsKeyIdCheck implements Check {
  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int PREFIX = 4;
  private static final int DIGITS = 10;
  private static final long MARK = 1L << 49;
  private static final long LARGEST_ACCOUNT = 999_999_999_999L;

  @Override
  public Result check(Candidate candidate) {
    if (candidate.length() < PREFIX + DIGITS) {
      return Result.NOTHING;
    }
    long bits = 0;
    for (int i = PREFIX; i < PREFIX + DIGITS; i++) {
      int digit = BASE32.indexOf(candidate.charAt(i));
      if (digit < 0) {
        return Result.NOTHING;
      }
      bits = (bits << 5) | digit;
    }
    // 50 bits were read: after the mark and the account's number, nine are left.
    long account = (bits & (MARK - 1)) >>> 9;
    String kind = candidate.charAt(1) == 'S' ? "temporary" : "long-term";
    return (bits & MARK) == 0 || account > LARGEST_ACCOUNT
        ? new Result(Checksum.NONE, Map.of("keyKind", kind))
        : new Result(
            Checksum.NONE,
            Map.of("keyKind", kind, "account", String.format(Locale.ROOT, "%012d", account)));
  }
}
