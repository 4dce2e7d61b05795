package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShapeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "abc ~ 3 ~ 3 ~ [a]",
        "a?b{2,5}|[xy] ~ 1 ~ 6 ~ [abxy]",
        "(?P<secret>a|) ~ 0 ~ 1 ~ [a]",
        "(?:ab){2,3}c+ ~ 5 ~ 2147483647 ~ [a]",
        "\\b$ ~ 0 ~ 0 ~ []",
      })
  void lengths_and_first_bytes_of_a_match(String regex, int shortest, int longest, String first) {
    Syntax syntax = Syntax.read(regex).orElseThrow();
    assertThat(Shape.shortest(syntax)).isEqualTo(shortest);
    assertThat(Shape.longest(syntax)).isEqualTo(longest);
    assertThat(Shape.nullable(syntax)).isEqualTo(shortest == 0);
    assertThat(Shape.first(syntax)).hasToString(first);
  }

  @Test
  void texts_of_every_match() {
    assertThat(texts("(?i)Host=([a-z]+)\\.azure\\.(?:com|us)")).containsExactly("host=", ".azure.");
    assertThat(texts("(?P<secret>ab[Cc])d?xyz")).containsExactly("abc", "xyz");
    assertThat(texts("(?:abc)?(?:key|tok)k{2,3}(?:uvw){2}")).containsExactly("uvw");
    assertThat(texts("a{5}|b")).isEmpty();
    assertThat(texts("\\xe4\\xe4\\xe4ab")).isEmpty();
  }

  private static List<String> texts(String regex) {
    return Shape.requiredTexts(Syntax.read(regex).orElseThrow());
  }
}
