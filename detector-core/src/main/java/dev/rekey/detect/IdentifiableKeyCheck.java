package dev.rekey.detect;

import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The checksum of Microsoft's identifiable keys: random bytes, a signature that shows in base64, and
 * a Marvin checksum of both in the last four bytes.
 *
 * <p>The seed of the checksum tells what a key is for: which one it is made with is an attribute. A
 * value without the signature at its place is an older key and carries no checksum.
 */
final class IdentifiableKeyCheck implements Check {
  /** The length of keys that come in several. */
  static final int ANY_LENGTH = 0;

  private static final int CHARACTERS_AFTER_SIGNATURE = 6;
  private static final int CHECKSUM = 4;

  /** 24 bytes: nothing shorter is an identifiable key. */
  private static final int SHORTEST = 32;

  private final String signature;
  private final int length;
  private final Alphabet alphabet;
  private final Map<String, Map<String, String>> seeds;

  private IdentifiableKeyCheck(
      String signature, int length, Alphabet alphabet, Map<String, Map<String, String>> seeds) {
    this.signature = signature;
    this.length = length;
    this.alphabet = alphabet;
    this.seeds = seeds;
  }

  /** Makes the check of one type of key, in base64, whose seeds follow by {@link #seed}. */
  IdentifiableKeyCheck(String signature, int length) {
    this(signature, length, Alphabet.BASE64, Map.of());
  }

  /** Returns this check for keys that are written in another alphabet. */
  IdentifiableKeyCheck writtenIn(Alphabet other) {
    return new IdentifiableKeyCheck(signature, length, other, seeds);
  }

  /** Returns this check with another seed that a key may be made with, and what that tells of it. */
  IdentifiableKeyCheck seed(String spelled, Map<String, String> tells) {
    Map<String, Map<String, String>> more = new HashMap<>(seeds);
    more.put(spelled, tells);
    return new IdentifiableKeyCheck(signature, length, alphabet, Map.copyOf(more));
  }

  /** How the bytes of a key are written down. */
  enum Alphabet {
    /** RFC 4648, section 4. */
    BASE64 {
      @Override
      boolean writes(byte[] key, byte[] text) {
        return same(Base64.getEncoder().encode(key), text);
      }
    },

    /** RFC 4648, section 5, with padding. */
    URL_SAFE {
      @Override
      byte[] read(byte[] text) {
        return Base64.getUrlDecoder().decode(text);
      }

      @Override
      boolean writes(byte[] key, byte[] text) {
        return same(Base64.getUrlEncoder().encode(key), text);
      }
    },

    /**
     * Base64 without its two signs. Azure Cache for Redis replaces them in what it has encoded, so
     * that the checksum in the text may not be the one that was computed; but written the same way
     * it gives the same text.
     */
    REDIS {
      /**
       * Compares one by one. To replace the signs in place and then call {@code Arrays.equals} is
       * compiled wrong by C2 of JDK 17.0.15: after some ten thousand calls nothing is equal.
       */
      @Override
      boolean writes(byte[] key, byte[] text) {
        byte[] encoded = Base64.getEncoder().encode(key);
        boolean same = encoded.length == text.length;
        for (int i = 0; same && i < text.length; i++) {
          same = text[i] == replaced(encoded[i]);
        }
        Arrays.fill(encoded, (byte) 0);
        return same;
      }

      private static byte replaced(byte digit) {
        return switch (digit) {
          case '+' -> 'P';
          case '/' -> 'F';
          default -> digit;
        };
      }
    };

    /**
     * Returns the bytes that a text stands for.
     *
     * @throws IllegalArgumentException if it stands for none
     */
    byte[] read(byte[] text) {
      return Base64.getDecoder().decode(text);
    }

    /** Returns whether a text is what the bytes are written as. */
    abstract boolean writes(byte[] key, byte[] text);

    private static boolean same(byte[] encoded, byte[] text) {
      boolean same = Arrays.equals(encoded, text);
      Arrays.fill(encoded, (byte) 0);
      return same;
    }
  }

  @Override
  public Result check(Candidate candidate) {
    byte[] text = candidate.bytes();
    if (length == ANY_LENGTH ? text.length < SHORTEST : text.length != length) {
      return Result.NOTHING;
    }
    if (!signed(text)) {
      return Result.NOTHING;
    }
    byte[] key;
    try {
      key = alphabet.read(text);
    } catch (IllegalArgumentException notInTheAlphabet) {
      return Result.of(false);
    }
    Optional<Map<String, String>> kind = kind(key, text);
    Arrays.fill(key, (byte) 0);
    Map<String, String> attributes = new HashMap<>(kind.orElse(Map.of()));
    attributes.put("signature", signature);
    return new Result(kind.isPresent() ? Checksum.VALID : Checksum.INVALID, attributes);
  }

  /** What the seed tells with which the text can be made again from all but its checksum. */
  private Optional<Map<String, String>> kind(byte[] key, byte[] text) {
    int body = key.length - CHECKSUM;
    for (Map.Entry<String, Map<String, String>> seed : seeds.entrySet()) {
      int hash = Marvin32.hash(key, 0, body, Marvin32.seed(seed.getKey()));
      for (int i = 0; i < CHECKSUM; i++) {
        key[body + i] = (byte) (hash >>> (8 * i));
      }
      if (alphabet.writes(key, text)) {
        return Optional.of(seed.getValue());
      }
    }
    return Optional.empty();
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
