package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ByteProgramTest {
  /** A program with all that it needs to run alone. */
  private record Ready(ByteProgram program, ByteMatcher matcher) {
    static Ready of(String regex) {
      ByteClasses classes = new ByteClasses();
      ByteProgram program =
          ByteProgram.compile(Syntax.read(regex).orElseThrow(), classes).orElseThrow();
      ByteMatcher matcher = new ByteMatcher();
      matcher.use(classes);
      return new Ready(program, matcher);
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
        ready.matcher().forget();
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

  @Test
  void where_java_means_the_same_it_matches_the_same() {
    int matches = 0;
    for (long seed = 0; seed < 12_000; seed++) {
      RandomPatterns random = new RandomPatterns(new Random(seed));
      String regex = random.next();
      boolean differs =
          Stream.of("$", "(?U", "[[:", "{,", "a{", "{|", "^").anyMatch(regex::contains);
      if (differs || Syntax.read(regex).isEmpty()) {
        continue;
      }
      Pattern java;
      try {
        java = Pattern.compile(regex.replace("(?P<", "(?<"));
      } catch (PatternSyntaxException other) {
        continue; // Java takes some signs for syntax that RE2J does not
      }
      Ready ready = Ready.of(regex);
      for (int n = 0; n < 8; n++) {
        byte[] text = random.text();
        for (int i = 0; i < text.length; i++) {
          text[i] = text[i] < 0 ? (byte) 'z' : text[i]; // for Java's \b, letters of any script
        }
        ready.matcher().forget();
        Matcher matcher = java.matcher(new String(text, StandardCharsets.ISO_8859_1));
        boolean found = matcher.lookingAt();
        int end = ready.match(text, 0, text.length);
        matches += found ? 1 : 0;
        assertThat(end)
            .as("seed %d: %s", seed, regex)
            .isIn(found ? matcher.end() : -1, ByteProgram.GAVE_UP);
      }
    }
    assertThat(matches).isGreaterThan(1_000);
  }

  @Test
  void what_may_be_seen_decides_about_positions() {
    Ready word = Ready.of("\\bab\\b");
    byte[] text = bytes("xab ab");
    assertThat(word.program().match(word.matcher(), text, 0, 1, 6)).isEqualTo(-1);
    assertThat(word.program().match(word.matcher(), text, 1, 1, 6)).isEqualTo(3);
    assertThat(word.program().match(word.matcher(), text, 1, 1, 2)).isEqualTo(-1);
    assertThat(word.program().match(word.matcher(), text, 3, 4, 6)).isEqualTo(6);
    Ready start = Ready.of("\\A(?:ab)?");
    assertThat(start.program().match(start.matcher(), text, 1, 1, 6)).isEqualTo(3);
    assertThat(start.program().match(start.matcher(), text, 0, 1, 6)).isEqualTo(-1);
    assertThat(start.program().match(start.matcher(), text, 6, 6, 6)).isEqualTo(6);
    Ready end = Ready.of("ab$");
    assertThat(end.program().match(end.matcher(), text, 0, 1, 3)).isEqualTo(3);
    assertThat(end.program().match(end.matcher(), text, 0, 1, 4)).isEqualTo(-1);
    Ready line = Ready.of("(?m)^ab$");
    assertThat(line.match("x\nab\n", 2)).isEqualTo(4);
    assertThat(line.match("xxab\n", 2)).isEqualTo(-1);
  }

  @Test
  void a_literal_is_compared_up_to_the_last_byte_of_the_array() {
    Ready ready = Ready.of("(?i)abcdefghijk[0-7]");
    String text = "ABCdefGHIjk7";
    assertThat(ready.match(text, 0)).isEqualTo(12);
    assertThat(ready.match("x" + text, 1)).isEqualTo(13);
    for (int i = 0; i < text.length(); i++) {
      String other = text.substring(0, i) + "!" + text.substring(i + 1);
      assertThat(ready.match(other, 0)).as(other).isEqualTo(-1);
      assertThat(ready.match(text.substring(0, i), 0)).as(other).isEqualTo(-1);
    }
  }

  @Test
  void a_long_counted_run_is_one_instruction() {
    Ready ready = Ready.of("[a-f]{300,1000}g");
    assertThat(ready.program().length()).isLessThan(10);
    assertThat(ready.match("abcdef".repeat(100) + "g", 0)).isEqualTo(601);
    assertThat(ready.match("abcdef".repeat(49) + "g", 0)).isEqualTo(-1);
    assertThat(ready.match("abcdef".repeat(200) + "g", 0)).isEqualTo(-1);
    assertThat(ready.match("abcdef".repeat(200) + "g", 201)).isEqualTo(1201);
  }

  @Test
  void nested_repeats_give_up_soon_and_deep_counted_loops_are_not_compiled() {
    for (String regex : List.of("(?:a+b?)+c", "(?:a|ab?)*c", "(?:(?:a{1,9}){1,9}){1,9}c")) {
      Ready ready = Ready.of(regex);
      assertThat(ready.match("a".repeat(400), 0)).as(regex).isEqualTo(ByteProgram.GAVE_UP);
      assertThat(ready.matcher().steps()).as(regex).isEqualTo(ByteProgram.MOST_STEPS);
      assertThat(ready.match("aac", 0)).as(regex).isEqualTo(3);
    }
    String deep = "(?:".repeat(9) + "ab" + "){2}".repeat(9);
    Syntax syntax = Syntax.read(deep).orElseThrow();
    assertThat(ByteProgram.compile(syntax, new ByteClasses())).isEmpty();
  }

  /** What was looked at is spoilt behind the matcher's back: it would notice if it looked again. */
  @Test
  void all_the_runs_over_a_text_are_linear_together_since_no_byte_of_a_run_is_looked_at_again() {
    int shortest = 20;
    int longest = 400;
    // With no fewest bytes: so many would be looked at before the run, to save the program a start.
    Ready ready = Ready.of("eyJ[A-Za-z0-9_-]{0,400}\\.x");
    byte[] text = bytes("eyJ".repeat(1_000) + ".x");
    byte[] fresh = text.clone();
    int dot = text.length - 2;
    int looked = 0;
    int matches = 0;
    for (int at = 0; at < dot - shortest - 3; at += 3) {
      // The head of the pattern, a fixed number of bytes, is looked at everywhere.
      System.arraycopy(fresh, at, text, at, 3 + shortest);
      int end = ready.match(text, at, text.length);
      boolean reaches = at + 3 + longest >= dot;
      assertThat(end).as("at %d", at).isEqualTo(reaches ? text.length : ByteProgram.NO_MATCH);
      matches += end > 0 ? 1 : 0;
      looked = Math.min(dot, at + 3 + longest);
      for (int i = at; i < looked; i++) {
        text[i] = '!';
      }
    }
    assertThat(matches).isBetween(120, 135);
    // The work that is charged is that of the whole run all the same.
    byte[] again = bytes("eyJ".repeat(130) + ".x");
    ready.matcher().forget();
    assertThat(ready.match(again, 0, again.length)).isEqualTo(again.length);
    int steps = ready.matcher().steps();
    assertThat(ready.match(again, 0, again.length)).isEqualTo(again.length);
    assertThat(ready.matcher().steps()).isEqualTo(steps).isGreaterThan(again.length / 16);
  }

  @Test
  void what_is_remembered_of_a_text_is_forgotten_when_it_changes() {
    Ready ready = Ready.of("eyJ[A-Za-z0-9_-]{20,400}\\.x");
    byte[] text = bytes("eyJ".repeat(400) + ".x");
    assertThat(ready.match(text, 0, 1024)).isEqualTo(ByteProgram.NO_MATCH);
    text[30] = '.';
    text[31] = 'x';
    ready.matcher().forget();
    assertThat(ready.match(text, 0, 1024)).isEqualTo(32);
    assertThat(ready.matcher().secretStart()).isEqualTo(-1);
  }

  @Test
  void matching_allocates_nothing_and_stays_right_when_it_is_hot()
      throws ReflectiveOperationException {
    Ready ready =
        Ready.of("(?i)\\bkey[^\\n]{0,40}?[=:](?P<secret>(?:[a-z0-9]|%2[bf]){8,40})(?:[^a-z0-9]|$)");
    byte[] hit = bytes(" key of x = : KEY=0a%2b567890;");
    byte[] miss = bytes(" key of x = : KEY=0a%2b5;");
    long found = 0;
    long before = 0;
    for (int i = 0; i < 120_000; i++) {
      if (i == 60_000) {
        before = allocated();
      }
      found += ready.match(hit, 1, hit.length);
      found += ready.match(miss, 1, miss.length);
      ready.matcher().forget();
    }
    long allocated = allocated() - before;
    assertThat(found).isEqualTo(120_000L * (hit.length - 1));
    assertThat(allocated).isLessThan(10_000); // the measurement itself
  }

  /** What this thread has allocated; the module of the tests does not read that of the bean. */
  private static long allocated() throws ReflectiveOperationException {
    Object bean = Class.forName("java.lang.management.ManagementFactory")
        .getMethod("getThreadMXBean")
        .invoke(null);
    Class<?> type = Class.forName("com.sun.management.ThreadMXBean");
    long thread = Thread.currentThread().getId();
    return (long) type.getMethod("getThreadAllocatedBytes", long.class).invoke(bean, thread);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
