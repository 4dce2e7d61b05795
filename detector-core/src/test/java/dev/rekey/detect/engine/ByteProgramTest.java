package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ByteProgramTest {
  /** A program with all that it needs to run alone. */
  private record Ready(ByteProgram program, ByteMatcher matcher, RunMemory memory) {
    static Ready of(String regex) {
      ByteClasses.Builder classes = new ByteClasses.Builder();
      ByteProgram program =
          ByteProgram.compile(Syntax.read(regex).orElseThrow(), classes).orElseThrow();
      RunMemory memory = new RunMemory(1);
      ByteMatcher matcher = new ByteMatcher();
      matcher.use(classes.build(), memory, 0);
      return new Ready(program, matcher, memory);
    }

    int match(String text, int at) {
      return program.match(matcher, bytes(text), 0, at, text.length());
    }

    int match(byte[] text, int at, int to) {
      return program.match(matcher, text, Math.max(0, at - 1), at, to);
    }

    /** What the last call found. */
    Optional<Matched> matched(int end) {
      if (end < 0) {
        return Optional.empty();
      }
      boolean secret = matcher.secretEnd() >= 0;
      return Optional.of(
          new Matched(end, secret ? matcher.secretStart() : -1, matcher.secretEnd()));
    }
  }

  @Test
  void random_patterns_match_what_re2j_matches() {
    int read = 0;
    int matches = 0;
    int gaveUp = 0;
    for (long seed = 0; seed < 12_000; seed++) {
      RandomPatterns random = new RandomPatterns(new Random(seed));
      String regex = random.next();
      if (Syntax.read(regex).isEmpty()) {
        continue;
      }
      read++;
      Ready ready = Ready.of(regex);
      Matched.Oracle oracle = new Matched.Oracle(regex);
      for (int n = 0; n < 8; n++) {
        byte[] text = random.text();
        ready.memory().forget();
        for (int at = 0; at <= text.length; at++) {
          int to = text.length - (n % 3 == 0 ? 0 : (text.length - at) / 3);
          int end = ready.match(text, at, to);
          if (end == ByteProgram.GAVE_UP) {
            gaveUp++;
            continue;
          }
          Optional<Matched> matched = ready.matched(end);
          matches += matched.isPresent() ? 1 : 0;
          String shown = new String(text, 0, to, StandardCharsets.ISO_8859_1);
          assertThat(matched)
              .as("seed %d: %s at %d of %s", seed, regex, at, shown)
              .isEqualTo(oracle.match(text, at, to));
        }
      }
    }
    assertThat(read).isGreaterThan(4_000);
    assertThat(matches).isGreaterThan(20_000);
    assertThat(gaveUp).isLessThan(200);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
