package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ExampleTemplateTest {
  @Test
  void a_hole_is_filled_with_so_many_characters_of_its_class() {
    assertThat(ExampleTemplate.fill("x=<<[A-C]{40}>>;")).matches("x=[A-C]{40};");
    assertThat(ExampleTemplate.fill("<<[a-z0-9+/]{200}>>.<<[-_]{9}>>"))
        .matches("[a-z0-9+/]{200}\\.[-_]{9}");
    assertThat(ExampleTemplate.fill("<<[a-]{50}>>")).matches("[a-]{50}").contains("-");
  }

  @Test
  void it_is_filled_the_same_each_time_and_differently_for_another_template() {
    String template = "<<[a-z]{30}>>";
    assertThat(ExampleTemplate.fill(template)).isEqualTo(ExampleTemplate.fill(template));
    assertThat(ExampleTemplate.fill("<<[a-y]{30}>>")).isNotEqualTo(ExampleTemplate.fill(template));
  }

  @Test
  void what_is_no_hole_stands_as_it_is() {
    for (String text :
        new String[] {"", "a << b", "<<[a]{2}>", "<<a{2}>>", "$1\\2", "<<[a]{1,2}>>"}) {
      assertThat(ExampleTemplate.fill(text)).isEqualTo(text);
    }
  }

  @Test
  void a_range_that_is_none_is_refused() {
    assertThatThrownBy(() -> ExampleTemplate.fill("<<[z-a]{2}>>"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("z-a");
    assertThatThrownBy(() -> ExampleTemplate.fill("<<[ä]{2}>>"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void a_template_cannot_ask_for_gigabytes() {
    assertThatThrownBy(() -> ExampleTemplate.fill("<<[a]{99999}>>".repeat(100_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1048576");
  }
}
