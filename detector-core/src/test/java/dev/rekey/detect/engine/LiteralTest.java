package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A literal is told only where every match has it. */
class LiteralTest {
  @ParameterizedTest
  @CsvSource({
    "(?<secret>[a-z]{76}APIM[a-z]{5}), APIM",
    "(?<secret>(?:[a-z]|%2[Bb]){76}(?:x|y)ASt[AQ](?:=|z){2}), ASt",
    "\\b(?<secret>[a-z]{3}abc?defg\\.hi)\\b, defg",
    "(?:a|b)(?<secret>abcd)(?:c|$), abcd",
    "x(?<secret>[]a]abc), abc",
    "(?<secret>abc[\\]|]+defgh), defgh"
  })
  void it_is_the_longest_that_stands_outside_of_groups(String regex, String literal) {
    assertThat(Literal.of(regex)).hasValue(literal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?i)(?<secret>abcd)",
        "(?<secret>abcd|efgh)",
        "(?<secret>abcd)|efgh",
        "zzz|(?<secret>abcd)",
        "(?<secret>abcd)?efgh",
        "(?:(?<secret>abcd)|x)",
        "(?<secret>(?:abcd)?x)",
        "(?<secret>ab[c]d)",
        "(?<secret>abc{2}d)",
        "(?<secret>abc*)",
        "abcd"
      })
  void what_may_be_missing_is_none(String regex) {
    assertThat(Literal.of(regex)).isEmpty();
  }
}
