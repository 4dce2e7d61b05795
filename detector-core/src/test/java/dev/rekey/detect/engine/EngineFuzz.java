package dev.rekey.detect.engine;

import dev.rekey.detect.engine.PlainEngine.Written;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A target for Jazzer: bytes decide rules, a text and how it is cut, and the engine must find what the
 * plain one finds.
 *
 * <p>{@code mvn -Pfuzz -pl detector-core verify -DskipTests -Drekey.fuzz.seconds=600} runs it;
 * {@link EngineFuzzTest} a sample.
 */
public final class EngineFuzz {
  /** How many inputs by chance there are to begin with. */
  static final int SEEDS = (int) Rounds.of(120);

  private static final int LONGEST = 160 * 1024;

  private static final List<Written> POOL = List.of(
      new Written(List.of("key_"), List.of("\\b(?<secret>key_[a-z0-9]{4,12})\\b"), false, 64),
      new Written(
          List.of("key"), List.of("(?i)key=(?<secret>[^ \\n]{3,9})(?:[ \\n]|$)"), false, 40),
      new Written(List.of("tok"), List.of("(?<secret>tok-[0-9a-f]+)"), false, 16),
      new Written(List.of("key", "tok"), List.of("(?<secret>[a-z0-9]{6}(?:key|tok)_)"), false, 64),
      new Written(List.of("tok-"), List.of("\\b(?<secret>[a-z]+tok-[a-z]+)\\b"), false, 40),
      new Written(List.of("BEGIN"), List.of("(?i)BEGIN[<=]", "<END>|END;"), true, 64),
      new Written(List.of("BEGIN"), List.of("(?i)BEGIN[<=]", "<END>|END;"), true, 70_000),
      new Written(List.of(), List.of("(?<secret>[0-9]{5,9})"), false, 16),
      new Written(List.of(), List.of("\\b(?<secret>[a-fx0-9_]{10})\\b"), false, 300),
      Written.run(16, 0, 32),
      Written.run(16, 3, 64),
      Written.run(24, 3.6, 1024),
      Written.run(40, 4.5, 4096));

  private static final List<String> ATOMS = List.of(
      "a",
      "b",
      "0",
      "_",
      "-",
      "=",
      "key",
      "tok",
      "[a-c]",
      "[0-9]",
      "[a-z0-9]",
      "[^ \\n]",
      "\\w",
      "\\d",
      "(?:ab|c0|key)",
      "(?:a|ab)",
      "\\x{e9}",
      "[\\x80-\\xff]");
  private static final List<String> REPEATS =
      List.of("", "", "", "{2}", "{1,3}", "?", "{0,6}", "{3,5}");
  private static final List<String> ENDS = List.of("", "", "\\b", "(?:[ \\n]|$)", "[a-z]+", "-*");
  private static final List<Integer> SPANS = List.of(16, 40, 64, 300);

  private static final List<String> WORDS = List.of(
      "key",
      "KEY_",
      "key_",
      "key=",
      "tok-",
      "Tok=",
      "=",
      " ",
      "\n",
      ";",
      "ab12",
      "c0",
      "0123456789",
      "deadbeef",
      "\u00e9",
      "\u0000",
      "BEGIN",
      "BEGIN<",
      "<END>",
      "END;",
      "keykey_",
      "qwertzuiop",
      "tok-ab key_ab12 ",
      "0a1b2c3d4e5f6071",
      "+/_-",
      "a",
      "_");

  private final byte[] input;
  private int at;

  private EngineFuzz(byte[] input) {
    this.input = input;
  }

  /** Writes inputs to begin with into a folder, for a fuzzer that would begin with a byte or two. */
  public static void main(String[] folder) throws IOException {
    Path corpus = Files.createDirectories(Path.of(folder[0]));
    for (int seed = 0; seed < SEEDS; seed++) {
      Files.write(corpus.resolve("seed-" + seed), byChance(seed));
    }
  }

  static byte[] byChance(long seed) {
    Random random = new Random(seed);
    byte[] input = new byte[random.nextInt(300)];
    random.nextBytes(input);
    return input;
  }

  /** What Jazzer calls, by its name. */
  public static void fuzzerTestOneInput(byte[] input) {
    agree(input);
  }

  /** Returns how many matches and events agreed. */
  static int agree(byte[] input) {
    return new EngineFuzz(input).agree();
  }

  private int agree() {
    List<Written> programs = new ArrayList<>();
    for (int i = next() % 4; i >= 0; i--) {
      int choice = next() % (2 * POOL.size());
      programs.add(choice < POOL.size() ? POOL.get(choice) : made());
    }
    int[] pieces = new int[4];
    for (int i = 0; i < pieces.length; i++) {
      int piece = next();
      pieces[i] = (1 << piece % 16) + piece / 16;
    }
    byte beside = (byte) next();
    byte[] text = text();
    int[] turn = new int[1];
    Agreement agreement = new Agreement(programs, text, "input " + Arrays.toString(input))
        .inArray(beside)
        .inPieces(() -> pieces[turn[0]++ % pieces.length]);
    if (text.length < 4_000) {
      agreement.inPieces(() -> 1);
    }
    return agreement.size();
  }

  /** Where the input has ended, zeros follow. */
  private int next() {
    return at < input.length ? input[at++] & 0xff : 0;
  }

  private <T> T pick(List<T> choices) {
    return choices.get(next() % choices.size());
  }

  /** A rule with a pattern that the input makes: with the keyword first, within, or with none. */
  private Written made() {
    int span = pick(SPANS);
    String first = pick(List.of("", "", "\\b", "(?i)", "(?i)\\b"));
    return switch (next() % 3) {
      case 0 ->
        new Written(
            List.of("key"),
            List.of(first + "key(?<secret>" + some() + ")" + pick(ENDS)),
            false,
            span);
      case 1 ->
        new Written(
            List.of("tok"), List.of(first + "(?<secret>" + some() + "tok)" + some()), false, span);
      default ->
        new Written(
            List.of(), List.of(first + "(?<secret>" + some() + ")" + pick(ENDS)), false, span);
    };
  }

  /** Never the empty text; bounded, or the plain engine would not be done within the day. */
  private String some() {
    StringBuilder pattern = new StringBuilder(pick(ATOMS));
    for (int i = next() % 4; i > 0; i--) {
      pattern.append(pick(ATOMS)).append(pick(REPEATS));
    }
    return pattern.toString();
  }

  /** Bytes as they are, and codes for words, for runs that look random, and for long filler. */
  private byte[] text() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (at < input.length && text.size() < LONGEST) {
      int code = next();
      if (code < 0x80) {
        text.write(code);
      } else if (code < 0xc0) {
        text.writeBytes(
            WORDS.get((code - 0x80) % WORDS.size()).getBytes(StandardCharsets.ISO_8859_1));
      } else if (code < 0xe0) {
        for (int i = 0; i < code - 0xb8; i++) {
          text.write("a1Z_9b/+f0-K7x".charAt((text.size() * 31 + i * i) % 14));
        }
      } else if (code < 0xf8) {
        text.write(next());
      } else {
        byte[] filler = new byte[32 * next()];
        Arrays.fill(filler, (byte) "._\n a0\u00e9-".charAt(code - 0xf8));
        text.writeBytes(filler);
      }
    }
    return text.toByteArray();
  }
}
