package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.engine.PlainEngine.Written;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The engine and the plain one agree, however the text is cut into pieces. */
class EngineOracleTest {
  private static final List<String> AT_KEYWORD = List.of(
      "\\b(?<secret>key_[a-z0-9]{4,12})\\b",
      "(?i)(?:key|tok)=(?<secret>[^ \\n]{3,9})(?:[ \\n]|$)",
      "(?<secret>tok-[0-9a-f]+)",
      "(?i)pass[a-z]{0,4}\\s{0,3}[=:]\\s{0,3}\"(?<secret>[^\"\\n]{1,30})\"",
      "pass=(?<secret>(?:[a-z]|\\\\n)*);",
      "key(?:_(?<secret>x+)|=y)");

  private static final List<String> AROUND = List.of(
      "(?<secret>[a-z0-9]{6}key_[a-z0-9]{2})",
      "\\b(?<secret>[a-z]+tok-[a-z]+)\\b",
      "(?:^|[ =])(?<secret>[^ \\n]*(?i)pass[^ \\n]*)(?:$|[ \\n])",
      "(?:key|zz)(?<secret>[a-z]+)",
      "(?<secret>key_[a-z]{2}|zz[0-9]{2}tok)",
      "(?<secret>key)?(?:pass|zzz)=",
      "(?<secret>[0-9]{2,8})(?:tok-|key_)x?$",
      "(?:key|[a-z]{4}tok)[=-](?<secret>[0-9a-f]{2,8})",
      "(?:pass)?(?:word)?key_(?<secret>[a-z]+)",
      "key[^\\n]{0,20}?=(?<secret>[a-z0-9]+)",
      "(?:^|\\n)(?<secret>tok-\\w+)",
      "(?<secret>key_[a-z]+)$",
      "\\Bkey_(?<secret>\\w{2})",
      "(?<secret>.{0,12})pass=",
      "(?i)[^a-z](?:k|t)(?:ey|ok)(?<secret>[-_=]{1,2}\\w{1,12})\\b",
      "(?:[a-z0-9]{2}){3}(?:KEY_|tok-)(?<secret>(?:x|ab12)+)");

  private static final List<String> EVERYWHERE = List.of(
      "(?<secret>[0-9]{5,9})",
      "\\b(?<secret>[a-f]{3}[0-9]{2})\\b",
      "\\b(?<secret>[a-z0-9]{4})\\b",
      "\\b(?<secret>[a-fx0-9_]{10})\\b",
      "(?<secret>\\xe4[^ ]{2,4})",
      "=(?<secret>[a-z]*)",
      "zz(?<secret>[0-9]{2})tok",
      "(?<secret>\\w{0,6})zzz=",
      "(?i)dead(?<secret>beef|[a-z]{4})$",
      "^(?<secret>[a-zA-Z]{2,4})");

  private static final List<String> WORDS = List.of(
      "key",
      "KEY_",
      "key_",
      "key=",
      "tok-",
      "Tok=",
      "tok=",
      "pass",
      "PASS",
      "password",
      "pass=",
      "=",
      ":",
      "\"",
      " ",
      " ",
      "\n",
      "\n",
      ";",
      "x",
      "xx",
      "ab12",
      "0123456789",
      "deadbeef",
      "zz12tok",
      "zzz=",
      "ä",
      "é€",
      "🎉",
      "\u0000",
      "BEGIN",
      "BEGIN<",
      "<END>",
      "END",
      "\\n",
      "aaaaaa",
      "keykey_",
      "passtok-key",
      "qwertzuiop");

  @Test
  void short_texts_full_of_near_misses() {
    int matches = 0;
    for (long seed = 0; seed < Rounds.of(200); seed++) {
      Random random = new Random(seed);
      List<Written> programs = programs(random);
      byte[] text = text(random, 50 + random.nextInt(2_000));
      matches += new Agreement(programs, text, "seed " + seed)
          .inPieces(() -> 1)
          .inPieces(() -> text.length)
          .inPieces(() -> 1 + random.nextInt(1 << random.nextInt(11)))
          .inArray((byte) 'a')
          .size();
    }
    assertThat(matches).as("enough to compare").isGreaterThan(3_000);
  }

  @Test
  void texts_longer_than_the_buffer() {
    int matches = 0;
    for (long seed = 0; seed < Rounds.of(8); seed++) {
      Random random = new Random(-seed);
      List<Written> programs = programs(random);
      // Far more filler than anything else, so that the plain engine is done within the day.
      byte[] sparse = sparse(random, text(random, 12_000), 10_000);
      matches += new Agreement(programs, sparse, "seed " + -seed)
          .inPieces(() -> sparse.length)
          .inPieces(() -> 1 + random.nextInt(1 << random.nextInt(16)))
          .inArray((byte) '=')
          .size();
    }
    assertThat(matches).as("enough to compare").isGreaterThan(400);
  }

  /** At the edges the sieve reads in a copy: each place of a match in each of these is at one. */
  @Test
  void contents_of_a_few_bytes_at_every_length_and_alignment() {
    List<Written> programs = List.of(
        new Written(List.of("key_"), List.of("(?<secret>key_[a-z]{0,3})"), false, 16),
        new Written(List.of("tok"), List.of("^tok(?<secret>[a-z]+)$"), false, 64),
        new Written(List.of("pass"), List.of("(?<secret>[a-z0-9]{3}pass)"), false, 40),
        new Written(List.of(), List.of("\\b(?<secret>[0-9]{3})\\b"), false, 16),
        new Written(List.of("<<B"), List.of("<<B", "E>"), true, 64));
    List<String> values =
        List.of("key_", "key_ab", "KEY_", "tok", "tokx", "pass", "abcpass", "123");
    int matches = 0;
    for (String value : values) {
      for (int length = value.length(); length <= 44; length++) {
        for (int at = 0; at <= length - value.length(); at += at < 8 || length > 30 ? 1 : 3) {
          String before = ".".repeat(at);
          String after = ".".repeat(length - at - value.length());
          byte[] text = bytes(before + value + after);
          matches += new Agreement(programs, text, "%d in %d: %s".formatted(at, length, value))
              .inPieces(() -> text.length)
              .inArray((byte) value.charAt(value.length() - 1))
              .size();
        }
      }
    }
    assertThat(matches).as("enough to compare").isGreaterThan(2_000);
    for (String text : List.of("", "k", "<<BE>", "key", "tok", "\0\0\0", "key_\0")) {
      new Agreement(programs, bytes(text), text).inPieces(() -> 1).inArray((byte) '_');
    }
  }

  @Test
  void random_patterns_with_a_keyword_in_them() {
    int anchored = 0;
    int matches = 0;
    for (long seed = 0; seed < Rounds.of(3_000); seed++) {
      Random random = new Random(seed);
      RandomPatterns patterns = new RandomPatterns(random);
      List<Written> programs = new ArrayList<>();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        List<String> some = new ArrayList<>();
        for (int i = 1 + random.nextInt(2); i > 0; i--) {
          some.add(planted(patterns, random));
        }
        List<String> keywords = random.nextInt(3) == 0 ? List.of() : List.of("key", "Tok");
        Written program = Written.byRe2j(keywords, some, random.nextBoolean() ? 16 : 60);
        if (some.stream().allMatch(one -> Syntax.read(one).isPresent()) && program.anchored()) {
          programs.add(program);
        }
      }
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (int i = 4 + random.nextInt(8); i > 0 && !programs.isEmpty(); i--) {
        text.writeBytes(patterns.text());
        text.writeBytes(bytes(List.of("key", "KEY", "tok", "ke", "").get(random.nextInt(5))));
        text.writeBytes(patterns.text());
      }
      anchored += programs.size();
      matches += new Agreement(programs, text.toByteArray(), "seed " + seed)
          .inPieces(() -> 1 + random.nextInt(20))
          .inArray((byte) 'a')
          .size();
    }
    assertThat(anchored).isGreaterThan(500);
    assertThat(matches).as("enough to compare").isGreaterThan(600);
  }

  /** A pattern with a keyword between two random ones, of which at most one has a value. */
  private static String planted(RandomPatterns patterns, Random random) {
    String left = random.nextInt(2) == 0 ? "" : patterns.next();
    String right = random.nextInt(3) == 0 ? "" : patterns.next();
    String keyword = List.of("key", "(?i:key)", "(?:key|tok)", "(?i)tok").get(random.nextInt(4));
    int where = random.nextInt(3);
    String value = "(?P<secret>";
    String first = where == 0 ? left : left.replace(value, "(?:");
    String last = where == 1 ? right : right.replace(value, "(?:");
    String middle = where == 2 ? value + keyword + ")" : keyword;
    return "(?:" + first + ")" + middle + "(?:" + last + ")";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<Written> programs(Random random) {
    List<Written> programs = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      int span = List.of(16, 40, 64, 300, 1024).get(random.nextInt(5));
      switch (random.nextInt(6)) {
        case 0 -> programs.add(new Written(List.of(), some(EVERYWHERE, random), false, span));
        case 1 ->
          programs.add(new Written(
              List.of("BEGIN"),
              List.of("(?i)BEGIN[<=]", "<END>|END;"),
              true,
              random.nextBoolean() ? span : 5_000));
        case 2, 3 -> programs.add(new Written(keywords(random), some(AROUND, random), false, span));
        default ->
          programs.add(new Written(keywords(random), some(AT_KEYWORD, random), false, span));
      }
    }
    return programs;
  }

  private static List<String> keywords(Random random) {
    List<String> all = List.of("key", "tok", "pass");
    return random.nextBoolean() ? all : List.of("tok", "key", "KEY", "pass", "password", "key_");
  }

  private static List<String> some(List<String> patterns, Random random) {
    List<String> some = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      some.add(patterns.get(random.nextInt(patterns.size())));
    }
    return some;
  }

  private static byte[] text(Random random, int length) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (text.size() < length) {
      byte[] word = WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8);
      text.write(word, 0, word.length);
      if (random.nextInt(20) == 0) {
        int any = random.nextInt(256); // not UTF-8
        text.write(any == '\u000b' ? ' ' : any);
      }
    }
    return text.toByteArray();
  }

  /** Puts pieces of a text between long stretches of filler. */
  private static byte[] sparse(Random random, byte[] text, int dense) {
    ByteArrayOutputStream sparse = new ByteArrayOutputStream();
    for (int from = 0; from < dense; ) {
      int piece = Math.min(dense - from, 1 + random.nextInt(400));
      sparse.write(text, from, piece);
      from += piece;
      byte[] filler = new byte[random.nextInt(8_000)];
      Arrays.fill(filler, (byte) "._\n".charAt(random.nextInt(3)));
      sparse.write(filler, 0, filler.length);
    }
    return sparse.toByteArray();
  }
}
