package dev.rekey.detect;

/**
 * The checksum of prefixed tokens: after a prefix that ends with an underscore, and so many random
 * characters, six base-62 digits, padded with zeros on the left, of the CRC-32 of what stands before
 * them. GitHub, npm, NetBird and Polar leave the prefix out of the sum; JSR takes it in.
 *
 * <p>Sources: "Behind GitHub's new authentication token formats" and "Announcing npm's new access
 * token format" (GitHub, 2021), {@code personal_access_token.go} of NetBird, {@code token.rs} of JSR,
 * {@code server/polar/kit/crypto.py} of Polar. GitHub's fine-grained tokens ({@code github_pat_}) are
 * of another shape, whose checksum is not published.
 */
final class PrefixedCrcCheck implements Check {
  private static final int DIGITS = 6;

  private final int body;
  private final boolean prefixSummed;

  private PrefixedCrcCheck(int body, boolean prefixSummed) {
    this.body = body;
    this.prefixSummed = prefixSummed;
  }

  /** Returns the check of tokens of so many random characters, which alone are summed. */
  static PrefixedCrcCheck of(int randomCharacters) {
    return new PrefixedCrcCheck(randomCharacters, false);
  }

  /** Returns the check of tokens of so many random characters, which are summed with the prefix. */
  static PrefixedCrcCheck withPrefix(int randomCharacters) {
    return new PrefixedCrcCheck(randomCharacters, true);
  }

  @Override
  public Result check(Candidate candidate) {
    byte[] token = candidate.bytes();
    int start = token.length - DIGITS - body;
    if (start < 1 || token[start - 1] != '_') {
      return Result.NOTHING;
    }
    int end = start + body;
    int from = prefixSummed ? 0 : start;
    return Result.of(CrcDigits.end(token, from, end, CrcDigits.BASE62));
  }
}
