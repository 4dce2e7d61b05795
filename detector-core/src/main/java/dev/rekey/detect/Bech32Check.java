package dev.rekey.detect;

/**
 * The checksum of a Bech32 string: six characters of five bits, over the prefix and the data.
 *
 * <p>Source: BIP-173. age's secret keys and Nostr's are of this form, without its bound of 90.
 */
final class Bech32Check implements Check {
  private static final String DIGITS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  private static final int[] GENERATOR = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3
  };

  @Override
  public Result check(Candidate candidate) {
    int length = candidate.length();
    int separator = -1;
    for (int i = 0; i < length; i++) {
      separator = candidate.charAt(i) == '1' ? i : separator;
    }
    if (separator < 1 || length - separator <= 6) {
      return Result.NOTHING;
    }
    int state = 1;
    for (int i = 0; i < separator; i++) {
      state = step(state, lower(candidate.charAt(i)) >> 5);
    }
    state = step(state, 0);
    for (int i = 0; i < separator; i++) {
      state = step(state, lower(candidate.charAt(i)) & 31);
    }
    for (int i = separator + 1; i < length; i++) {
      int digit = DIGITS.indexOf(lower(candidate.charAt(i)));
      if (digit < 0) {
        return Result.NOTHING;
      }
      state = step(state, digit);
    }
    return Result.of(state == 1);
  }

  private static int step(int state, int value) {
    int top = state >>> 25;
    int next = ((state & 0x1ffffff) << 5) ^ value;
    for (int i = 0; i < GENERATOR.length; i++) {
      next ^= ((top >> i) & 1) == 0 ? 0 : GENERATOR[i];
    }
    return next;
  }

  private static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
  }
}
