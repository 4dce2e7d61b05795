package dev.rekey.detect;

import java.util.Optional;

/**
 * Recognises values that stand in documents in place of a key: they say so, as AWS's samples do, or
 * are too regular for the random part of a key.
 */
final class SampleSuppressor implements Suppressor {
  private static final String WORD = "example";

  /** So many equal or ascending characters are in one of some millions of random keys. */
  private static final int RUN = 8;

  @Override
  public Optional<String> reason(Candidate candidate) {
    int equal = 1;
    int ascending = 1;
    int word = 0;
    for (int i = 0; i < candidate.length(); i++) {
      char c = candidate.charAt(i);
      char lower = c >= 'A' && c <= 'Z' ? (char) (c + 'a' - 'A') : c;
      word = lower == WORD.charAt(word) ? word + 1 : lower == WORD.charAt(0) ? 1 : 0;
      if (word == WORD.length()) {
        return Optional.of("a published sample");
      }
      if (i > 0) {
        int step = c - candidate.charAt(i - 1);
        equal = step == 0 ? equal + 1 : 1;
        ascending = step == 1 ? ascending + 1 : 1;
      }
      if (equal == RUN || ascending == RUN) {
        return Optional.of("too regular for a key");
      }
    }
    return Optional.empty();
  }
}
