package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntaxTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "abc ~ [a][b][c]",
        "a|b|[cd] ~ [a-d]",
        "a|bc|d|e ~ [a]|[b][c]|[de]",
        "(?i)k[a-c] ~ [Kk][A-Ca-c]",
        "a(?i)b|c ~ [a][Bb]|[Cc]",
        "(?:a(?i)b)c ~ [a][Bb][c]",
        "(?i:a)b ~ [Aa][b]",
        "(?i)a(?-i:b) ~ [Aa][b]",
        "(?i)[^k] ~ [^Kk]",
        "a{2,3}? ~ [a]{2,3}?",
        "(?U)a+b+? ~ [a]{1,}?[b]{1,}",
        "a{2}{b ~ [a]{2,2}[{][b]",
        "a{,2} ~ [a][{][,][2][}]",
        "a{01} ~ [a][{][0][1][}]",
        "x{1} ~ [x]",
        "[]a] ~ [\\x5da]",
        "[^]a] ~ [^\\x5da]",
        "[a-] ~ [\\x2da]",
        "[-a] ~ [\\x2da]",
        "[\\d-x] ~ [\\x2d0-9x]",
        "[+--] ~ [+-\\x2d]",
        "[[:xdigit:]_][[:^ascii:]] ~ [0-9A-F_a-f][\\x80-\\xff]",
        "[[:a] ~ [:\\x5ba]",
        "\\s\\x41\\x{42}\\-\\_\\n ~ [\\x09\\x0a\\x0c\\x0d\\x20][A][B][\\x2d][_][\\x0a]",
        ".(?s).(?-s:.) ~ [^\\x0a][^][^\\x0a]",
        "^$(?m)^$\\A\\z\\b\\B ~ \\A\\z(?m:^)(?m:$)\\A\\z\\b\\B",
        "(?<secret>a)(b)(?P<other>c) ~ (?P<secret>[a])[b][c]",
        "(?:ab|c)+d ~ (?:[a][b]|[c]){1,}[d]",
        "(ab)* ~ (?:[a][b]){0,}",
        "a]} ~ [a][\\x5d][}]",
      })
  void a_pattern_is_read_into_a_tree(String regex, String tree) {
    assertThat(Syntax.read(regex).map(Syntax::toString)).contains(tree);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a**",
        "a{2}{3}",
        "{*",
        "*a",
        "a|*",
        "(+a)",
        "a{1001}",
        "a{3,2}",
        "(a",
        "a)",
        "[a",
        "[z-a]",
        "a\\",
        "(?=a)",
        "(?z)",
        "(?i-)",
        "\\8",
        "\\y",
        "[\\b]",
        "[a-\\d]",
        "[[:nope:]]",
        "(?P<x>a)(?P<x>b)",
        "(?P<>a)",
        "(?P<a-b>a)",
        "\\x4",
        "\\x{}",
        "\\x{zz}",
        "\\C",
        "(?<secret>a"
      })
  void what_re2j_refuses_is_refused(String regex) {
    assertThatCode(() -> Pattern.compile(regex)).isInstanceOf(PatternSyntaxException.class);
    assertThat(Syntax.read(regex)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\101",
        "\\0",
        "\\Qa\\E",
        "\\pL",
        "\\x{100}",
        "(?i)\\xe4",
        "(?i)[\\x41-\\xff]",
        "(a*)*",
        "(?:a|)+",
        "(?:\\b)*",
        "(?:a?){2,}",
        "xy{0}z",
        "a(?i)*",
        "\u20ac"
      })
  void what_is_not_understood_is_left_to_re2j(String regex) {
    assertThatCode(() -> Pattern.compile(regex)).doesNotThrowAnyException();
    assertThat(Syntax.read(regex)).isEmpty();
  }

  @Test
  void patterns_that_are_too_long_or_too_deep_are_left_alone() {
    assertThat(Syntax.read("a".repeat(8 * 1024))).isPresent();
    assertThat(Syntax.read("a".repeat(8 * 1024 + 1))).isEmpty();
    assertThat(Syntax.read("(".repeat(64) + "a" + ")".repeat(64))).isPresent();
    assertThat(Syntax.read("(".repeat(4_000) + "a" + ")".repeat(4_000))).isEmpty();
  }

  @Test
  void a_tree_written_out_is_read_as_the_same_tree() {
    int read = 0;
    for (long seed = 0; seed < 5_000; seed++) {
      String regex = new RandomPatterns(new Random(seed)).next();
      Optional<Syntax> syntax = Syntax.read(regex);
      if (syntax.isPresent() && !syntax.get().toString().contains("[]")) {
        read++;
        String written = syntax.get().toString().replace("[^]", "(?s:.)");
        assertThat(Syntax.read(written).map(Syntax::toString))
            .as("seed %d: %s as %s", seed, regex, written)
            .isEqualTo(syntax.map(Syntax::toString));
      }
    }
    assertThat(read).isGreaterThan(1_500);
  }

  @Test
  void a_walk_over_the_tree_matches_what_re2j_matches() {
    int read = 0;
    int matches = 0;
    for (long seed = 0; seed < 6_000; seed++) {
      RandomPatterns random = new RandomPatterns(new Random(seed));
      String regex = random.next();
      Optional<Syntax> syntax = Syntax.read(regex);
      if (syntax.isEmpty()) {
        continue;
      }
      read++;
      Matched.Oracle oracle = new Matched.Oracle(regex);
      for (int n = 0; n < 12; n++) {
        byte[] text = random.text();
        int at = n % (text.length + 1);
        Optional<Matched> matched = SyntaxWalk.match(syntax.get(), text, at);
        matches += matched.isPresent() ? 1 : 0;
        String shown = new String(text, StandardCharsets.ISO_8859_1);
        assertThat(matched)
            .as("seed %d: %s at %d of %s", seed, regex, at, shown)
            .isEqualTo(oracle.match(text, at, text.length));
      }
    }
    assertThat(read).isGreaterThan(2_000);
    assertThat(matches).isGreaterThan(2_500);
  }
}
