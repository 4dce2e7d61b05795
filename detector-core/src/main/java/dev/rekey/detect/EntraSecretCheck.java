package dev.rekey.detect;

/**
 * The checksum of a client secret of Microsoft Entra ID that has {@code 8Q~} at position 3: the first
 * three of six digits in base 66 of the Marvin hash of the 37 characters before them.
 *
 * <p>Three digits are 14 bits: right by chance once in some 17,000. Secrets of the older form, with
 * {@code 7Q~}, carry none.
 */
final class EntraSecretCheck implements Check {
  private static final String BASE66 =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ1234567890.-_~";
  private static final int LENGTH = 40;
  private static final int BODY = 37;
  private static final int DIGITS = 6;

  @Override
  public Result check(Candidate candidate) {
    byte[] secret = candidate.bytes();
    if (secret.length != LENGTH || secret[3] != '8' || secret[4] != 'Q' || secret[5] != '~') {
      return Result.NOTHING;
    }
    long rest = Integer.toUnsignedLong(Marvin32.hash(secret, 0, BODY, Marvin32.seed("AadPwd00")));
    boolean valid = true;
    for (int digit = DIGITS - 1; digit >= 0; digit--) {
      char expected = BASE66.charAt((int) (rest % BASE66.length()));
      rest /= BASE66.length();
      valid &= BODY + digit >= LENGTH || secret[BODY + digit] == expected;
    }
    return Result.of(valid);
  }
}
