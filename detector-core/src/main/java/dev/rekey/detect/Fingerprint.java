package dev.rekey.detect;

import java.util.Objects;

/**
 * A keyed, one-way identity of a secret value: HMAC-SHA-256 over its canonical form.
 *
 * <p>Two places hold the same secret exactly if their fingerprints under one key are equal, in
 * whatever escape the value was written. It says nothing about the value to anybody without the
 * key.
 *
 * @param keyId the id of the {@link FingerprintKey}: 16 lower-case hexadecimal digits
 * @param hex the HMAC: 64 lower-case hexadecimal digits
 */
public record Fingerprint(String keyId, String hex) {
  private static final int KEY_ID = 16;
  private static final int HEX = 64;

  /**
   * Checks the form.
   *
   * @throws IllegalArgumentException if the form is not {@code keyId:hex}
   */
  public Fingerprint {
    Objects.requireNonNull(keyId, "keyId");
    Objects.requireNonNull(hex, "hex");
    if (!Hex.is(keyId, KEY_ID) || !Hex.is(hex, HEX)) {
      throw malformed();
    }
  }

  /**
   * Reads the form that {@link #toString} writes.
   *
   * @throws IllegalArgumentException if the text is of another form
   */
  public static Fingerprint parse(String text) {
    if (text.length() != KEY_ID + 1 + HEX || text.charAt(KEY_ID) != ':') {
      throw malformed();
    }
    return new Fingerprint(text.substring(0, KEY_ID), text.substring(KEY_ID + 1));
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "a fingerprint is 16 hexadecimal digits, a colon and 64 hexadecimal digits");
  }

  /** Returns {@code keyId:hex}. */
  @Override
  public String toString() {
    return keyId + ":" + hex;
  }
}
