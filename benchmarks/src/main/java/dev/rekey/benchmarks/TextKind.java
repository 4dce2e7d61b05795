package dev.rekey.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** What a text is like, as far as it matters to who looks for secrets in it. */
public enum TextKind {
  /** Words, punctuation and the line lengths of source code. */
  SOURCE,
  /** Short names and punctuation, on one line. */
  MINIFIED,
  /** Random bytes in Base64, on one line. */
  BASE64,
  /** Sentences of English. */
  PROSE;

  /** What scripts on one line are made of: short names, calls and keywords without blanks. */
  public static final List<String> PIECES = List.of(
      "function(",
      "){return ",
      "}var ",
      "=",
      "(",
      ")",
      ",",
      ";",
      "this.",
      ".call(",
      "null",
      "&&",
      "||",
      "!0",
      "\"",
      "if(",
      "else{",
      "e",
      "t",
      "n",
      "r",
      "o",
      "i");

  private static final List<String> WORDS = List.of(
      "the",
      "of",
      "and",
      "a",
      "to",
      "in",
      "is",
      "that",
      "it",
      "was",
      "for",
      "on",
      "are",
      "with",
      "they",
      "be",
      "at",
      "one",
      "have",
      "this",
      "from",
      "had",
      "by",
      "but",
      "some",
      "what",
      "there",
      "other",
      "people",
      "between",
      "because",
      "sentence",
      "another",
      "through",
      "something");

  /** Makes so many bytes, the same for the same seed. */
  public byte[] of(int length, long seed) {
    Random random = new Random(seed);
    return switch (this) {
      case SOURCE -> SourceLikeText.of(length, 0, seed);
      case MINIFIED -> filled(length, () -> one(PIECES, random));
      case BASE64 -> {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        yield Arrays.copyOf(Base64.getEncoder().encode(bytes), length);
      }
      case PROSE -> filled(length, () -> sentence(random));
    };
  }

  private static String sentence(Random random) {
    StringBuilder sentence = new StringBuilder();
    for (int words = 4 + random.nextInt(12); words > 0; words--) {
      sentence.append(one(WORDS, random)).append(words > 1 ? " " : ". ");
    }
    return sentence.append(random.nextInt(5) == 0 ? "\n" : "").toString();
  }

  private static String one(List<String> of, Random random) {
    return of.get(random.nextInt(of.size()));
  }

  private static byte[] filled(int length, Supplier<String> pieces) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(length + 256);
    while (text.size() < length) {
      text.writeBytes(pieces.get().getBytes(StandardCharsets.US_ASCII));
    }
    return Arrays.copyOf(text.toByteArray(), length);
  }
}
