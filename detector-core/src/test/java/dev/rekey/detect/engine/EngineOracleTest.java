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
      "(?<secret>key)?(?:pass|zzz)=");

  private static final List<String> EVERYWHERE = List.of(
      "(?<secret>[0-9]{5,9})",
      "\\b(?<secret>[a-f]{3}[0-9]{2})\\b",
      "\\b(?<secret>[a-z0-9]{4})\\b",
      "\\b(?<secret>[a-fx0-9_]{10})\\b",
      "(?<secret>\\xe4[^ ]{2,4})",
      "=(?<secret>[a-z]*)");

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
    for (long seed = 0; seed < 400; seed++) {
      Random random = new Random(seed);
      List<Written> programs = programs(random);
      matches += agree(seed, programs, text(random, 50 + random.nextInt(3_000)), random);
    }
    assertThat(matches).as("enough to compare").isGreaterThan(5_000);
  }

  @Test
  void texts_longer_than_the_buffer() {
    int matches = 0;
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(-seed);
      List<Written> programs = programs(random);
      byte[] text = text(random, 300_000);
      // Far more filler than anything else, so that the plain engine is done within the day.
      byte[] sparse = sparse(random, text, 10_000);
      matches += agree(seed, programs, sparse, random);
    }
    assertThat(matches).as("enough to compare").isGreaterThan(1_500);
  }

  /** Returns how many matches and events agreed. */
  private static int agree(long seed, List<Written> programs, byte[] text, Random random) {
    PlainEngine plain = new PlainEngine(programs, text);
    Engine engine = Engine.compile(programs.stream().map(Written::compiled).toList());
    for (String cut : List.of("array", "whole", "random", "bytes")) {
      if (cut.equals("bytes") && text.length > 10_000) {
        continue;
      }
      Recording recording = new Recording();
      Sweep sweep = engine.sweep(recording, Long.MAX_VALUE);
      if (cut.equals("array")) {
        byte[] within = new byte[text.length + 20];
        System.arraycopy(text, 0, within, 13, text.length);
        Arrays.fill(within, 13 + text.length, within.length, (byte) 'a');
        sweep.whole(within, 13, 13 + text.length);
      }
      for (int from = 0; from < text.length && !cut.equals("array"); ) {
        int piece = switch (cut) {
          case "whole" -> text.length;
          case "random" -> 1 + random.nextInt(1 << random.nextInt(16));
          default -> 1;
        };
        int to = Math.min(text.length, from + piece);
        sweep.feed(text, from, to);
        from = to;
        assertThat(sweep.memory()).isLessThanOrEqualTo(engine.capacity());
      }
      sweep.finish();
      String where = "seed %d, cut %s, programs %s".formatted(seed, cut, programs);
      assertThat(recording.matches).as(where).isEqualTo(plain.matches);
      assertThat(recording.events).as(where).containsExactlyInAnyOrderElementsOf(plain.events);
    }
    return plain.matches.size() + plain.events.size();
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
        text.write(random.nextInt(256)); // not UTF-8
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
