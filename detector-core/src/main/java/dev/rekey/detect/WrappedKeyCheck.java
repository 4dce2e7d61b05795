package dev.rekey.detect;

import java.util.Arrays;
import java.util.Base64;

/** Tells of the PEM block in a base-64 form what {@link PemCheck} tells of the block itself. */
final class WrappedKeyCheck implements Check {
  private final PemCheck pem = new PemCheck();

  @Override
  public Result check(Candidate candidate) {
    byte[] text = new byte[candidate.length()];
    int length = 0;
    for (byte b : candidate.bytes()) {
      if (b != '\n' && b != '\r' && b != '=') {
        text[length++] = b;
      }
    }
    byte[] decoded = new byte[0];
    try {
      // Whole groups suffice: what is told stands at the beginning.
      decoded = Base64.getDecoder().decode(Arrays.copyOf(text, length - length % 4));
      return pem.check(new Candidate(candidate.rule(), decoded, new byte[0]));
    } catch (IllegalArgumentException malformed) {
      return Result.NOTHING;
    } finally {
      Arrays.fill(text, (byte) 0);
      Arrays.fill(decoded, (byte) 0);
    }
  }
}
