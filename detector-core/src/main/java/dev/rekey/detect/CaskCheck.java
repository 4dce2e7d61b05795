package dev.rekey.detect;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;

/**
 * The checksum, the age and the provider of a common annotated security key (CASK), 84 or 88
 * characters.
 *
 * <p>Position 52 holds {@code JQQJ9} and a kind, 58 the creation year (A is 2024) and month (A is
 * January), 76 the provider's signature in upper case for keys that customers manage, and 80 a
 * Marvin checksum of the 60 bytes before it, in base 62 or in base 64. Positions 60 to 75 are the
 * platform's and the provider's own; any value stands there.
 */
final class CaskCheck implements Check {
  private static final String BASE62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int BODY = 80;
  private static final int FIRST_YEAR = 2024;
  private static final String YEARS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

  @Override
  public Result check(Candidate candidate) {
    byte[] text = candidate.bytes();
    if (text.length != 84 && text.length != 88) {
      return Result.NOTHING;
    }
    byte[] body;
    try {
      body = Base64.getDecoder().decode(Arrays.copyOf(text, BODY));
    } catch (IllegalArgumentException notBase64) {
      return Result.of(false);
    }
    int hash = Marvin32.hash(body, 0, body.length, Marvin32.seed("Default0"));
    Arrays.fill(body, (byte) 0);
    byte[] littleEndian = {
      (byte) hash, (byte) (hash >>> 8), (byte) (hash >>> 16), (byte) (hash >>> 24)
    };
    String stored = unpadded(text);
    boolean valid = base62(littleEndian).startsWith(stored)
        || Base64.getEncoder()
            .withoutPadding()
            .encodeToString(Arrays.copyOf(littleEndian, text.length == 84 ? 3 : 4))
            .equals(stored);
    return new Result(valid ? Checksum.VALID : Checksum.INVALID, attributes(text));
  }

  private static Map<String, String> attributes(byte[] text) {
    Map<String, String> attributes = new HashMap<>();
    attributes.put(
        "keyKind",
        switch (text[57]) {
          case '9' -> "access key";
          case 'D' -> "derived key";
          default -> "hashed data";
        });
    String signature = new String(text, 76, 4, StandardCharsets.US_ASCII);
    attributes.put("signature", signature);
    CaskServices.service(signature, (char) text[75])
        .ifPresent(service -> attributes.put("service", service));
    attributes.put(
        "managedBy", Character.isUpperCase(signature.charAt(0)) ? "customer" : "Microsoft");
    int year = FIRST_YEAR + YEARS.indexOf(text[58]);
    int month = 1 + text[59] - 'A';
    attributes.put("created", String.format("%d-%02d", year, month));
    return attributes;
  }

  private static String unpadded(byte[] text) {
    int end = text.length;
    while (text[end - 1] == '=') {
      end--;
    }
    return new String(text, BODY, end - BODY, StandardCharsets.US_ASCII);
  }

  /** The bytes as one big-endian number, a zero digit for each leading zero byte, 6 digits. */
  private static String base62(byte[] bytes) {
    long number = 0;
    int zeros = 0;
    for (byte b : bytes) {
      number = (number << 8) | (b & 0xff);
      if (number == 0) {
        zeros++;
      }
    }
    StringBuilder digits = new StringBuilder();
    for (; number > 0; number /= 62) {
      digits.append(BASE62.charAt((int) (number % 62)));
    }
    String encoded = "0".repeat(zeros) + digits.reverse();
    return encoded + "0".repeat(Math.max(0, 6 - encoded.length()));
  }
}
