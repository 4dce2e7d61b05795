package dev.rekey.detect;

import dev.rekey.detect.engine.LatePattern;
import java.util.Optional;

/**
 * Suppressors for values of which nothing is known but the name beside them and their characters:
 * the name may be that of something else, and the value a name itself.
 */
final class NameSuppressors {
  /** Whatever stands between a name and its value. */
  private static final String TO_VALUE =
      "[\"'`)\\]\\\\]*\\s*(?::=|=>|[=:>,(]|\\s\"?value\"?\\s*[=:])?\\s*\\\\?[\"'`]?";

  /** The end of a name of what is no secret. */
  private static final LatePattern NOT_SECRET = LatePattern.of(
      ".*(?:ids?|name|urls?|uri|path|file|dir|folder|host|hash|checksum|digest|fingerprint|sha1|sha256"
          + "|md5|etag|type|version|length|size|prefix|label|alias|arn|ref)"
          + TO_VALUE);

  private static final LatePattern PUBLIC =
      LatePattern.of(".*publi(?:c|shable)[a-z0-9_. -]{0,24}" + TO_VALUE);

  /** Tokens that are handed to and fro and open nothing alone, or are words of a language. */
  private static final LatePattern PASSING =
      LatePattern.of(".*(?:next|page|paging|pagination|continuation"
          + "|continue|cursor|sync|scroll|resume|csrf|xsrf|forgery|verification|cancellation|cancel|pad"
          + "|eos|bos|unk|sep|cls|mask|stop|special|lexer|syntax|sub|first|last|prev|previous"
          + "|skip|change|client[_-]?request|lifecycle[_-]?action|idempotency|term|sequence|authenticity)"
          + "[_. -]?(?:request)?[_. -]?token"
          + TO_VALUE);

  /** In one case, or with capitals where words begin. */
  private static final LatePattern WORDS =
      LatePattern.of("(?:[A-Z]?[a-z]{2,}[_./~+=-]*)+|[A-Z_./~+=-]+");

  /** One letter in five, where any may follow any, and one in three in most languages. */
  private static final int LETTERS_A_VOWEL = 4;

  private NameSuppressors() {}

  /** What a name that speaks of a key says is not it: an id, a file, a digest, a public key. */
  static Optional<String> notSecret(Candidate candidate) {
    String before = Suppressors.lower(candidate.before());
    return NOT_SECRET.matches(before) || PUBLIC.matches(before)
        ? Optional.of("its name is that of something which is no secret")
        : Optional.empty();
  }

  /** A token that only says where to go on, or from which page a form comes. */
  static Optional<String> passingToken(Candidate candidate) {
    return PASSING.matches(Suppressors.lower(candidate.before()))
        ? Optional.of("its name is that of a token which opens nothing alone")
        : Optional.empty();
  }

  /** Letters as words have them, and no digit. */
  static Optional<String> words(Candidate candidate) {
    if (!WORDS.matches(candidate.value())) {
      return Optional.empty();
    }
    int vowels = 0;
    for (int i = 0; i < candidate.length(); i++) {
      vowels += "aeiouAEIOU".indexOf(candidate.charAt(i)) >= 0 ? 1 : 0;
    }
    return vowels * LETTERS_A_VOWEL >= candidate.length()
        ? Optional.of("made of words, not of random characters")
        : Optional.empty();
  }
}
