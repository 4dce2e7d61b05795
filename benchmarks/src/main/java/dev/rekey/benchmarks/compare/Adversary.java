package dev.rekey.benchmarks.compare;

import dev.rekey.benchmarks.TextKind;
import dev.rekey.detect.Rule;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;

/** Texts of one megabyte that are to make a matcher slow, from the literals of its own rules. */
final class Adversary {
  private static final int SIZE = 1_000_000;
  private static final long SEED = 4;
  private static final String BEGIN = "-----BEGIN ";

  private final List<BenchRule> rules;
  private final Random random = new Random(SEED);

  Adversary(BenchRules rules) {
    this.rules = rules.list();
  }

  /** A block between markers, which the made-up rules lack. */
  static Rule block() {
    return Rule.named("bench.block")
        .label("a made-up key block")
        .keyword(BEGIN)
        .block(BEGIN + "[A-Z ]{1,40}-----", "-----END [A-Z ]{1,40}-----", 16 * 1024)
        .example(BEGIN + "BENCH BLOCK-----\nAAAA\n-----END BENCH BLOCK-----")
        .build();
  }

  /** Each text with its name. */
  Map<String, byte[]> texts() {
    BenchRule three = rule(BenchRule.Kind.PREFIX, 3);
    BenchRule four = rule(BenchRule.Kind.PREFIX, 4);
    BenchRule vendor = rule(BenchRule.Kind.VENDOR, 6);
    BenchRule shortVendor = rule(BenchRule.Kind.VENDOR, 3);
    BenchRule wide = rules.stream()
        .filter(rule -> rule.kind() == BenchRule.Kind.PREFIX)
        .max(Comparator.comparingInt(BenchRule::most))
        .orElseThrow();
    Map<String, byte[]> texts = new LinkedHashMap<>();
    texts.put("a word for secrets, repeated", repeated("password"));
    texts.put("a word for secrets and =, repeated", repeated("secret="));
    texts.put(
        "an assignment whose value is one too long, repeated",
        repeated("password='" + "x".repeat(65)));
    texts.put("a prefix of 3, repeated", repeated(three.literal()));
    texts.put("a prefix of 4, repeated", repeated(four.literal()));
    texts.put("a vendor and a space, repeated", repeated(vendor.literal() + " "));
    texts.put("a vendor of 3, repeated", repeated(shortVendor.literal()));
    texts.put(
        "a vendor, a gap and a value that is one too short, repeated",
        repeated(vendor.literal() + "_key = \"" + "a".repeat(vendor.least() - 1) + "\" "));
    texts.put("random literals, back to back", filled(() -> any().spelled(random)));
    texts.put(
        "a prefix and a run that is longer than its value, repeated",
        repeated(wide.literal() + "a".repeat(wide.most() + 1) + " "));
    texts.put(
        "a prefix and a run that is one too short, repeated",
        repeated(wide.literal() + "a".repeat(wide.least() - 1) + " "));
    texts.put("a prefix of 3 in one endless run of its value", repeated(three.literal() + "a"));
    texts.put("one letter", repeated("a"));
    texts.put("spaces", repeated(" "));
    texts.put("random Base64 without an end of line", base64());
    texts.put(
        "random hexadecimal digits",
        HexFormat.of().formatHex(bytes(SIZE / 2)).getBytes(StandardCharsets.US_ASCII));
    texts.put("random bytes", bytes(SIZE));
    texts.put("one endless token of letters and digits", token());
    texts.put("a script on one line", minified());
    texts.put("markers that begin a block, without an end", repeated(BEGIN + "BENCH BLOCK-----"));
    texts.put("halves of markers", repeated(BEGIN));
    return texts;
  }

  /** Secrets, each of which is found: what finding costs, not what looking does. */
  byte[] secrets() {
    return filled(() -> any().text(random) + "\n");
  }

  private BenchRule any() {
    return rules.get(random.nextInt(rules.size()));
  }

  private BenchRule rule(BenchRule.Kind kind, int length) {
    return rules.stream()
        .filter(rule -> rule.kind() == kind && rule.literal().length() == length)
        .findFirst()
        .orElseThrow();
  }

  private static byte[] repeated(String piece) {
    return filled(() -> piece);
  }

  private static byte[] filled(Supplier<String> pieces) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(SIZE + 1024);
    while (text.size() < SIZE) {
      text.writeBytes(pieces.get().getBytes(StandardCharsets.US_ASCII));
    }
    return Arrays.copyOf(text.toByteArray(), SIZE);
  }

  private byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] base64() {
    return Arrays.copyOf(Base64.getEncoder().encode(bytes(SIZE)), SIZE);
  }

  private byte[] token() {
    return new String(base64(), StandardCharsets.US_ASCII)
        .replace('+', 'x')
        .replace('/', 'y')
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Short names, calls and keywords without blanks, now and then a literal. */
  private byte[] minified() {
    List<String> parts = TextKind.PIECES;
    return filled(() ->
        random.nextInt(40) == 0 ? any().spelled(random) : parts.get(random.nextInt(parts.size())));
  }
}
