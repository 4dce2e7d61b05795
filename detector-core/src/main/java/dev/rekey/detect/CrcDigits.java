package dev.rekey.detect;

import java.util.zip.CRC32;

/** The CRC-32 of a part of a token, as several issuers write it at the token's end, in digits. */
final class CrcDigits {
  static final String BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  static final String BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";
  static final String BASE16 = "0123456789abcdef";

  private CrcDigits() {}

  /** Returns the CRC-32 of the bytes from one index to another. */
  static long crc(byte[] token, int from, int to) {
    CRC32 crc = new CRC32();
    crc.update(token, from, to - from);
    return crc.getValue();
  }

  /**
   * Returns whether a token ends with the CRC-32 of its bytes from one index to another, the most
   * significant digit first and padded with zeros.
   *
   * @param digits those of the base, from zero
   */
  static boolean end(byte[] token, int from, int to, String digits) {
    long rest = crc(token, from, to);
    boolean same = true;
    for (int i = token.length - 1; i >= to; i--) {
      same &= token[i] == digits.charAt((int) (rest % digits.length()));
      rest /= digits.length();
    }
    return same && rest == 0;
  }
}
