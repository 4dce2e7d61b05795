package dev.rekey.detect;

/**
 * The checksum of GitLab's routable tokens: the last seven characters, the base-36 CRC-32 of all that
 * stands before them, padded with zeros on the left. Tokens without dots carry none.
 *
 * <p>Source: {@code lib/authn/token_field/generator/routable_token.rb} of GitLab.
 */
final class GitLabTokenCheck implements Check {
  private static final int DIGITS = 7;

  /** A dot, the version, another dot, and the length of the payload. */
  private static final int TAIL = 1 + 2 + 1 + 2;

  @Override
  public Result check(Candidate candidate) {
    byte[] token = candidate.bytes();
    int body = token.length - DIGITS;
    if (body <= TAIL || token[body - TAIL] != '.' || token[body - 3] != '.') {
      return Result.NOTHING;
    }
    return Result.of(CrcDigits.end(token, 0, body, CrcDigits.BASE36));
  }
}
