package dev.rekey.detect;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The checksum of a Base58Check string: the last four bytes, the first of the doubled SHA-256 of the
 * others. CB58, Avalanche's, has the last four of the plain SHA-256 instead, and a word and a hyphen
 * before the digits.
 *
 * <p>Source: BIP-32 and BIP-13; Bitcoin's extended private keys are of this form, and Tezos's keys.
 * Avalanche: {@code utils/cb58} of AvalancheGo.
 */
final class Base58Check implements Check {
  private static final String DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final int CHECKSUM = 4;

  private final boolean cb58;

  Base58Check() {
    this(false);
  }

  private Base58Check(boolean cb58) {
    this.cb58 = cb58;
  }

  /** Returns the check of Avalanche's variant. */
  static Base58Check cb58() {
    return new Base58Check(true);
  }

  @Override
  public Result check(Candidate candidate) {
    BigInteger number = BigInteger.ZERO;
    for (int i = cb58 ? afterHyphen(candidate) : 0; i < candidate.length(); i++) {
      int digit = DIGITS.indexOf(candidate.charAt(i));
      if (digit < 0) {
        return Result.NOTHING;
      }
      number = number.multiply(BigInteger.valueOf(DIGITS.length())).add(BigInteger.valueOf(digit));
    }
    byte[] signed = number.toByteArray();
    // The sign's byte is none of the value's; no version of a private key begins with zero.
    byte[] bytes = signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
    if (bytes.length <= CHECKSUM) {
      return Result.NOTHING;
    }
    int body = bytes.length - CHECKSUM;
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      byte[] once = sha.digest(Arrays.copyOf(bytes, body));
      byte[] digest = cb58 ? once : sha.digest(once);
      int from = cb58 ? digest.length - CHECKSUM : 0;
      boolean valid = Arrays.equals(bytes, body, bytes.length, digest, from, from + CHECKSUM);
      Arrays.fill(bytes, (byte) 0);
      return Result.of(valid);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  private static int afterHyphen(Candidate candidate) {
    int at = candidate.length();
    while (at > 0 && candidate.charAt(at - 1) != '-') {
      at--;
    }
    return at;
  }
}
