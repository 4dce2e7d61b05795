package dev.rekey.detect;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * The checksum of Microsoft's identifiable keys: random bytes, a signature that shows in base64, and
 * a Marvin checksum of both in the last four bytes.
 *
 * <p>A value without the signature at its place is an older key and carries no checksum.
 */
final class IdentifiableKeyCheck implements Check {
  private static final int CHARACTERS_AFTER_SIGNATURE = 6;

  private final String signature;
  private final int length;
  private final List<String> seeds;

  /**
   * Makes the check of one type of key.
   *
   * @param length in characters, with padding
   * @param seeds the spelled seeds, any of which may have been used
   */
  IdentifiableKeyCheck(String signature, int length, String... seeds) {
    this.signature = signature;
    this.length = length;
    this.seeds = List.of(seeds);
  }

  @Override
  public Result check(Candidate candidate) {
    byte[] text = candidate.bytes();
    if (text.length != length || !signed(text)) {
      return Result.NOTHING;
    }
    byte[] key;
    try {
      key = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      return Result.of(false);
    }
    int body = key.length - 4;
    int stored = (key[body] & 0xff)
        | ((key[body + 1] & 0xff) << 8)
        | ((key[body + 2] & 0xff) << 16)
        | ((key[body + 3] & 0xff) << 24);
    boolean valid =
        seeds.stream().anyMatch(seed -> Marvin32.hash(key, 0, body, Marvin32.seed(seed)) == stored);
    Arrays.fill(key, (byte) 0);
    return new Result(valid ? Checksum.VALID : Checksum.INVALID, Map.of("signature", signature));
  }

  private boolean signed(byte[] text) {
    int padding = 0;
    while (padding < 2 && text[text.length - 1 - padding] == '=') {
      padding++;
    }
    int at = text.length - padding - CHARACTERS_AFTER_SIGNATURE - signature.length();
    for (int i = 0; i < signature.length(); i++) {
      if (text[at + i] != signature.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
