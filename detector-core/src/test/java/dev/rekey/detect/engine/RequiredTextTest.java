package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequiredTextTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "host=([a-z]+) ~ host=",
        "(?i)(?:^|[^a-z])([a-z0-9-]{3,44})\\.(?:one|two)\\.azure\\.(?:com|us) ~ .azure.",
        "(?i)AccountName(?:=|%3D)([a-z]+) ~ accountname",
        "(?:key|token)=([a-z]+)server ~ server",
        "ab+cde([0-9]) ~ cde",
        "abcd?([0-9]) ~ abc",
        "abcd*([0-9]) ~ abc",
        "abcd{0,2}([0-9]) ~ abc",
        "(?:abc)?xyz([0-9]) ~ xyz",
        "\\x41bcd([0-9]) ~ abcd",
        "[abc]]def([0-9]) ~ ]def",
        "user-(name)-end ~ user-name-end",
        "(?P<user>abc)def ~ abcdef",
        "tenant(?:[a-z]|\\|)+id=([0-9]) ~ tenant",
        "a\\.b\\.c([0-9]) ~ a.b.c",
        "ab{3}c([0-9]) ~ abbbc",
        "(?:xyz){2}[0-9]abcd ~ abcd",
      })
  void the_longest_text_of_every_match_is_read(String regex, String text) {
    assertThat(RequiredText.of(regex)).hasToString(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "abc|def ~ x",
        "[a-z]+ ~ x",
        "(abc)? ~ x",
        "(?:abc|def)ok ~ x",
        "\\Qabc\\E ~ x",
        "(?<!a)abc ~ x",
        "a.b.c ~ x",
        "(?i) ~ x"
      })
  void where_nothing_must_be_there_anything_may_match(String regex, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    assertThat(RequiredText.of(regex)).hasToString("");
    assertThat(RequiredText.of(regex).isIn(bytes, 0, bytes.length)).isTrue();
  }

  @Test
  void it_is_looked_for_in_its_range_and_in_either_case() {
    byte[] bytes = "xx HOST=a".getBytes(StandardCharsets.US_ASCII);
    RequiredText host = RequiredText.of("host=([a-z])");
    assertThat(host.isIn(bytes, 0, bytes.length)).isTrue();
    assertThat(host.isIn(bytes, 3, 8)).isTrue();
    assertThat(host.isIn(bytes, 4, 9)).isFalse();
    assertThat(host.isIn(bytes, 0, 7)).isFalse();
    assertThat(host.isIn(bytes, 9, 9)).isFalse();
  }

  @Test
  void it_is_in_every_text_that_a_random_pattern_matches() {
    List<String> pieces = List.of(
        "abc",
        "De",
        "f",
        "[x-z]",
        "\\.",
        "(gh)",
        "(?:ij|kl)",
        "(?:mn)?",
        "o*",
        "p+",
        "q{0,2}",
        "r{2}",
        ".",
        "\\d",
        "(?:st(?:u|v))",
        "(?:w)+",
        "\\x41",
        "|");
    String alphabet = "abcDefxyz.ghijklmnopqrstuvw5A";
    int matched = 0;
    for (long seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      StringBuilder regex = new StringBuilder(random.nextBoolean() ? "(?i)" : "");
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        regex.append(pieces.get(random.nextInt(pieces.size())));
      }
      Pattern pattern = Pattern.compile(regex.toString());
      RequiredText required = RequiredText.of(regex.toString());
      for (int n = 0; n < 40; n++) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(14); i > 0; i--) {
          text.append(
              random.nextInt(3) == 0
                  ? pieces.get(random.nextInt(pieces.size())).replaceAll("[^A-Za-z.]", "")
                  : alphabet.charAt(random.nextInt(alphabet.length())));
        }
        if (pattern.matcher(text).find()) {
          matched++;
          byte[] bytes = text.toString().getBytes(StandardCharsets.US_ASCII);
          assertThat(required.isIn(bytes, 0, bytes.length))
              .as("seed %d: %s needs %s in %s", seed, regex, required, text)
              .isTrue();
        }
      }
    }
    assertThat(matched).isGreaterThan(5_000);
  }
}
