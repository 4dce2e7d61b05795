package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms are read strictly (see also {@link VendorTableTest}), and values made of them. */
class ValueFormTest {
  @Test
  void values_of_a_form_match_its_pattern_and_a_character_more_or_less_does_not() {
    for (String text : new String[] {
      "[a-f0-9]{32}",
      "[A-Za-z0-9_-]{20,40}",
      "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{12}",
      "v1.[A-Z][a-z]{15}[0-9]{0,4}.x=y",
      "[A-Za-z0-9+/]{43}=",
      "[A-Za-z0-9+/]{20,22}[=]{0,2}",
      "[abc0-9.~]{16}"
    }) {
      ValueForm form = ValueForm.of(text);
      assertThat(ExampleTemplate.fill(form.shortest())).as(text).matches(form.regex());
      assertThat(ExampleTemplate.fill(form.longest())).as(text).matches(form.regex());
      assertThat(form.longest().length())
          .as(text)
          .isGreaterThanOrEqualTo(form.shortest().length());
      assertThat(ExampleTemplate.fill(form.longest())).as(text).hasSize(form.length());
      assertThat(ExampleTemplate.fill(form.tooShort())).as(text).doesNotMatch(form.regex());
      assertThat(ExampleTemplate.fill(form.tooLong())).as(text).doesNotMatch(form.regex());
    }
  }

  @Test
  void fixed_text_means_itself() {
    assertThat("v1.=".concat("a".repeat(16)))
        .matches(ValueForm.of("v1.=[a-z]{16}").regex());
    assertThat("v1x=".concat("a".repeat(16)))
        .doesNotMatch(ValueForm.of("v1.=[a-z]{16}").regex());
  }

  @Test
  void a_dash_is_a_member_at_the_end_only() {
    assertThat("-".repeat(16)).matches(ValueForm.of("[a-]{16}").regex());
    assertThatThrownBy(() -> ValueForm.of("[-a]{16}")).hasMessageContaining("expected classes");
    assertThatThrownBy(() -> ValueForm.of("[+-9]{16}")).hasMessageContaining("expected classes");
    assertThatThrownBy(() -> ValueForm.of("[a-Z]{16}")).hasMessageContaining("expected classes");
  }

  /** What a rule asks of a value must not cost values: at most one in five hundred. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a-f0-9]{16}",
        "[a-f0-9]{32}",
        "[a-f0-9]{64}",
        "[A-Z0-9]{16}",
        "[a-z0-9]{20}",
        "[A-Za-z0-9]{16}",
        "[A-Za-z0-9]{20}",
        "[A-Za-z0-9]{32}",
        "[A-Za-z0-9_-]{24}",
        "[A-Za-z0-9_-]{64}",
        "[A-Za-z0-9+/]{86}==",
        "[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}"
      })
  void nearly_all_random_values_have_the_entropy_and_are_no_words(String text) {
    ValueForm form = ValueForm.of(text);
    int rejected = 0;
    int values = 20_000;
    for (int i = 0; i < values; i++) {
      // The name before it changes the seed.
      String value = ExampleTemplate.fill(i + ":" + form.shortest()).substring((i + ":").length());
      Candidate candidate =
          new Candidate("x", value.getBytes(StandardCharsets.ISO_8859_1), new byte[0]);
      if (Examination.entropy(candidate.bytes()) < form.entropy()
          || NameSuppressors.words(candidate).isPresent()) {
        rejected++;
      }
    }
    assertThat(rejected).as("of %d values of %s", values, text).isLessThanOrEqualTo(values / 500);
    assertThat(form.entropy()).as(text).isGreaterThan(2);
  }
}
