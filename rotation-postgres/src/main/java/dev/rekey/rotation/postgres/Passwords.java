package dev.rekey.rotation.postgres;

import dev.rekey.detect.Secret;
import java.nio.CharBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/** Makes passwords that stand in any URL, connection string and file as they are. Thread-safe. */
final class Passwords {
  private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String CHARACTERS = LETTERS + "0123456789";

  /** More than 256 bits. */
  private static final int LENGTH = 44;

  private final SecureRandom random;

  Passwords(SecureRandom random) {
    this.random = random;
  }

  SecureRandom random() {
    return random;
  }

  /** Returns a new password, which the caller closes. */
  Secret next() {
    char[] password = new char[LENGTH];
    for (int i = 0; i < password.length; i++) {
      String from = i == 0 ? LETTERS : CHARACTERS; // Some readers take a digit for a number.
      password[i] = from.charAt(random.nextInt(from.length()));
    }
    try {
      return Secret.of(CharBuffer.wrap(password));
    } finally {
      Arrays.fill(password, '\0');
    }
  }
}
