package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AzTest {
  @Test
  void what_a_shell_would_read_otherwise_is_quoted() {
    assertThat(Az.command("rest", "--url", "/a?b=c", "$(reboot)", "it's", "a b", ""))
        .isEqualTo("az rest --url '/a?b=c' '$(reboot)' 'it'\\''s' 'a b' '' -o none");
  }

  @Test
  void a_value_that_is_told_goes_into_a_file_without_the_line_s_end() {
    assertThat(Az.commandInto("a b.txt", "x", "--query", "password"))
        .isEqualTo("az x --query password -o tsv | tr -d '\\n' > 'a b.txt'");
  }
}
