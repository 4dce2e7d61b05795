package dev.rekey.detect;

import dev.rekey.detect.engine.LatePattern;
import java.util.Optional;

/** Tells names, numbers and phrases from random values, where a rule has hardly more than a length. */
final class NotRandom {
  /** So many lower-case letters in a row stand in few random values, and in most names. */
  private static final int LONG_WORD = 7;

  /** {@code account.oauth2.client.secret}, {@code 1000-acme-access-token}. */
  private static final LatePattern NAME = LatePattern.of(
      "(?:[a-z0-9]{1,14}[.-])*[a-z0-9]{0,10}(?:secret|token|key)[a-z0-9]{0,6}(?:[.-][a-z0-9]{1,14})*");

  /** The last group of a UUID is so long; among 32 random base64 characters, 3 in 100 have no more. */
  private static final int LONGEST_PIECE = 12;

  private NotRandom() {}

  /** Names, words and numbers joined by signs, none of them long: a path, a slug, a UUID. */
  static Optional<String> pieces(Candidate candidate) {
    int piece = 0;
    for (int i = 0; i < candidate.length(); i++) {
      char c = candidate.charAt(i);
      piece = c == '-' || c == '_' || c == '/' || c == '+' || c == '.' ? 0 : piece + 1;
      if (piece > LONGEST_PIECE) {
        return Optional.empty();
      }
    }
    return Optional.of("short pieces: a path, a name or an id");
  }

  /**
   * Returns why a candidate is no random value: it has no digit or no letter; it is the name of a
   * secret; or more than half of it is words.
   */
  static Optional<String> reason(Candidate candidate) {
    int digits = 0;
    int letters = 0;
    int word = 0;
    int inWords = 0;
    for (int i = 0; i < candidate.length(); i++) {
      char c = candidate.charAt(i);
      boolean lower = c >= 'a' && c <= 'z';
      digits += c >= '0' && c <= '9' ? 1 : 0;
      letters += lower || (c >= 'A' && c <= 'Z') ? 1 : 0;
      word = lower ? word + 1 : 0;
      inWords += word == LONG_WORD ? LONG_WORD : word > LONG_WORD ? 1 : 0;
    }
    if (digits == 0) {
      return Optional.of("letters only: a name or a phrase");
    }
    if (letters == 0) {
      return Optional.of("digits only: a number or an id");
    }
    if (NAME.matches(Suppressors.lower(candidate.value()))) {
      return Optional.of("the name of a secret");
    }
    return 2 * inWords > candidate.length()
        ? Optional.of("mostly words: a name or a phrase")
        : Optional.empty();
  }
}
