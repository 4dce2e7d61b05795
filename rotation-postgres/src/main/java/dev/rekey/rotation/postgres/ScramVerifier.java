package dev.rekey.rotation.postgres;

import dev.rekey.detect.Secret;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What PostgreSQL keeps of a password, computed here, so that the password itself is neither sent to
 * the server nor written into its log: <a
 * href="https://www.rfc-editor.org/rfc/rfc7677">SCRAM-SHA-256</a>, written as <a
 * href="https://www.postgresql.org/docs/current/catalog-pg-authid.html">pg_authid</a> has it.
 */
final class ScramVerifier {
  private static final int SALT_BYTES = 16;
  private static final int KEY_BITS = 256;

  private ScramVerifier() {}

  /** Returns the verifier of a password of ASCII characters, with a salt of its own. */
  static String of(Secret password, int iterations, SecureRandom random) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    return of(password, iterations, salt);
  }

  static String of(Secret password, int iterations, byte[] salt) {
    byte[] salted = password.reveal(characters -> salted(characters, salt, iterations));
    try {
      byte[] stored = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
      Base64.Encoder base64 = Base64.getEncoder();
      return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
          + base64.encodeToString(stored) + ":" + base64.encodeToString(hmac(salted, "Server Key"));
    } catch (GeneralSecurityException impossible) {
      throw missing(impossible);
    } finally {
      Arrays.fill(salted, (byte) 0);
    }
  }

  private static byte[] salted(char[] password, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password, salt, iterations, KEY_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
          .generateSecret(spec)
          .getEncoded();
    } catch (GeneralSecurityException impossible) {
      throw missing(impossible);
    } finally {
      spec.clearPassword();
    }
  }

  private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static IllegalStateException missing(GeneralSecurityException impossible) {
    return new IllegalStateException("the JVM lacks HMAC-SHA-256 or PBKDF2", impossible);
  }
}
