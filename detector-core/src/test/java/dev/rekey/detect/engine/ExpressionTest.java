package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which patterns are run only at their keyword. */
class ExpressionTest {
  private static final List<String> KEYWORDS = List.of("acme_", "acme.", "(a)", "x");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "(?<secret>acme_[a-z]{4})",
        "\\b(?<secret>acme_[a-z]{4})\\b",
        "\\b(?<secret>acme\\.[a-z]{4})\\b",
        "\\b(?<secret>acme_[a-z-]{4})(?:[^a-z-]|$)",
        "(?<secret>(?:acme_|acme\\.)[a-z]{4})",
        "(?i)ACME_(?<secret>[a-z]{4})(?:a|b)",
        "\\(a\\)(?<secret>[a-z]{4})"
      })
  void a_pattern_that_begins_with_a_keyword_runs_at_it(String regex) {
    assertThat(Expression.of(regex, KEYWORDS).atKeyword()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a-z]{2}(?<secret>acme_[a-z]{4})",
        "(?<secret>acme_[a-z]{4}|other)",
        "(?<secret>acme_[a-z]{4})|(?<other>b)",
        "(?<secret>acme_?[a-z]{4})",
        "(?<secret>acme.[a-z]{4})",
        "(?<secret>acme\\.?[a-z]{4})",
        "(?<secret>acme\\d[a-z]{4})",
        "(?<secret>acme_)?b",
        "(?<secret>(?:acme_|acme.)[a-z]{4})",
        "(?<secret>(?:acme_|b)[a-z]{4})",
        "(?<secret>(?:acme_)?[a-z]{4})"
      })
  void a_pattern_that_may_begin_otherwise_is_searched_for(String regex) {
    assertThat(Expression.of(regex, KEYWORDS).atKeyword()).isFalse();
  }
}
