package dev.rekey.benchmarks;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Text with the words, line lengths and punctuation of source code, the same for the same seed. */
public final class SourceLikeText {
  private static final List<String> WORDS = List.of(
      "return",
      "public",
      "static",
      "final",
      "if",
      "else",
      "for",
      "while",
      "new",
      "value",
      "index",
      "result",
      "list",
      "name",
      "String",
      "int",
      "config",
      "request",
      "response",
      "client",
      "buffer",
      "length",
      "offset",
      "error",
      "message",
      "context",
      "options",
      "null");

  /** Lines that hold a keyword of a built-in rule and no secret. */
  private static final List<String> NEAR_MISSES = List.of(
      "password = request.getParameter(name);\n",
      "// the prefix ghp_ marks a token\n",
      "AccountKey= is part of a connection string\n",
      "-----BEGIN CERTIFICATE-----\n");

  private SourceLikeText() {}

  /**
   * Makes so many bytes.
   *
   * @param keywordEvery how many bytes of text there are for each line with a keyword in it; 0 is none
   */
  public static byte[] of(int length, int keywordEvery, long seed) {
    Random random = new Random(seed);
    ByteArrayOutputStream text = new ByteArrayOutputStream(length + 256);
    int nextKeyword = keywordEvery;
    while (text.size() < length) {
      StringBuilder line = new StringBuilder("  ".repeat(random.nextInt(5)));
      for (int words = 2 + random.nextInt(9); words > 0; words--) {
        line.append(WORDS.get(random.nextInt(WORDS.size())))
            .append(" .,;(){}=+".charAt(random.nextInt(10)))
            .append(' ');
      }
      text.writeBytes(line.append('\n').toString().getBytes(StandardCharsets.UTF_8));
      if (keywordEvery > 0 && text.size() >= nextKeyword) {
        text.writeBytes(
            NEAR_MISSES.get(random.nextInt(NEAR_MISSES.size())).getBytes(StandardCharsets.UTF_8));
        nextKeyword += keywordEvery;
      }
    }
    return Arrays.copyOf(text.toByteArray(), length);
  }
}
