package dev.rekey.detect.engine;

import java.util.List;
import java.util.Random;

/** Patterns made by chance, and short texts that they have a chance to match. */
final class RandomPatterns {
  private static final List<String> ATOMS = List.of(
      "a",
      "b",
      "c",
      "ab",
      "abc",
      "[ab]",
      "[^a]",
      "[a-c]",
      "[b-]",
      "[]a]",
      "[^]\\n]",
      ".",
      "\\w",
      "\\W",
      "\\d",
      "\\s",
      "[\\d_]",
      "[[:alpha:]_]",
      "[[:^alpha:]]",
      "\\x61",
      "\\x{62}",
      "\\.",
      "_",
      "1",
      "-",
      "{",
      "}",
      "]",
      "B",
      "\\x0a",
      "a{",
      "{,2}",
      "[\\x00-\\xff]",
      "\\b",
      "\\B",
      "^",
      "$",
      "\\A",
      "\\z",
      "(?:a|)",
      "(?:|b)",
      "()",
      "(?:ab|ac|ad)",
      "(?:a|ab)(?:c|bcd)");

  private static final List<String> REPEATS = List.of(
      "*", "+", "?", "{2}", "{0}", "{1}", "{1,3}", "{0,2}", "{2,}", "*?", "+?", "??", "{1,3}?",
      "{0,2}?", "{1,}?", "{3,5}");

  private static final String ALPHABET = "aaabbbccd11_-.. \n{}]AB\u00e9\u00ff";

  private final Random random;
  private boolean secret;

  RandomPatterns(Random random) {
    this.random = random;
  }

  String next() {
    secret = false;
    String flags = random.nextInt(4) == 0 ? pick(List.of("(?i)", "(?s)", "(?m)", "(?U)")) : "";
    String regex = choice(3);
    if (!secret && random.nextInt(3) > 0) {
      regex = choice(1) + "(?P<secret>" + regex + ")" + choice(1);
    }
    if (flags.equals("(?i)")) {
      regex = regex.replace("\\xff", "\\x7f");
    }
    return flags + regex;
  }

  private String choice(int depth) {
    StringBuilder regex = new StringBuilder(sequence(depth));
    while (random.nextInt(4) == 0) {
      regex.append('|').append(sequence(depth));
    }
    return regex.toString();
  }

  private String sequence(int depth) {
    StringBuilder regex = new StringBuilder();
    for (int i = random.nextInt(4); i >= 0; i--) {
      regex.append(repeated(depth));
    }
    return regex.toString();
  }

  private String repeated(int depth) {
    String atom = atom(depth);
    return random.nextInt(3) == 0 ? atom + pick(REPEATS) : atom;
  }

  private String atom(int depth) {
    if (depth == 0 || random.nextInt(3) > 0) {
      return pick(ATOMS);
    }
    if (!secret && random.nextInt(6) == 0) {
      secret = true;
      return "(?P<secret>" + choice(depth - 1) + ")";
    }
    String opening = pick(List.of("(?:", "(?:", "(?:", "(", "(?s:", "(?m:", "(?U:", "(?-s:"));
    return opening + choice(depth - 1) + ")";
  }

  byte[] text() {
    byte[] text = new byte[random.nextInt(12)];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) ALPHABET.charAt(random.nextInt(ALPHABET.length()));
    }
    return text;
  }

  private <T> T pick(List<T> choices) {
    return choices.get(random.nextInt(choices.size()));
  }
}
