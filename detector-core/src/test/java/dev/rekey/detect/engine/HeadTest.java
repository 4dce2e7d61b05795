package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class HeadTest {
  private final ByteClasses classes = new ByteClasses();

  @Test
  void bytes_that_are_spelled_out_are_compared() {
    assertThat(fits("abc", "abc")).isTrue();
    assertThat(fits("abc", "abd")).isFalse();
    assertThat(fits("abc", "ab")).isFalse();
    assertThat(fits("(?i)abcdefghij", "aBCdefGhiJ, and what follows")).isTrue();
    assertThat(fits("(?i)abcdefghij", "abcdefghik, and what follows")).isFalse();
  }

  @Test
  void what_comes_after_a_gap_is_compared_where_the_gap_ends() {
    String pattern = "key[ ]{0,3}[:=][ ]{0,3}\"(?<secret>[a-z]{4,8})\"";

    assertThat(fits(pattern, "key=\"abcd\"")).isTrue();
    assertThat(fits(pattern, "key   :   \"abcd\"")).isTrue();
    assertThat(fits(pattern, "key    =\"abcd\"")).isFalse();
    assertThat(fits(pattern, "key \"abcd\"")).isFalse();
    assertThat(fits(pattern, "key=abcd\"")).isFalse();
    assertThat(fits(pattern, "key=\"abc\"")).isFalse();
  }

  @Test
  void a_byte_that_may_be_in_the_gap_or_after_it_ends_the_head() {
    // In "keyaab" the first a may be the gap or what comes after it.
    assertThat(fits("key[ab]?a[0-9]", "keya0")).isTrue();
    assertThat(fits("key[ab]?(?:ab|cd)", "keybx")).isTrue();
    assertThat(fits("(?:[a-z]{2}){3}(?:KEY_|tok-)", "abcdefKEY_")).isTrue();
    assertThat(fits("(?:[a-z]{2}){3}(?:KEY_|tok-)", "ab")).isTrue();
  }

  @Test
  void alternatives_of_one_length_are_taken_byte_by_byte() {
    assertThat(fits("(?:ab|cd)e", "abe")).isTrue();
    assertThat(fits("(?:ab|cd)e", "ade")).isTrue(); // the program decides
    assertThat(fits("(?:ab|cd)e", "abf")).isFalse();
  }

  @Test
  void what_goes_on_beyond_what_is_seen_may_fit() {
    Head head = head("key[ ]{0,3}=[0-9]{4}");
    ByteMatcher matcher = matcher();

    for (String seen : new String[] {"", "k", "key", "key  ", "key =", "key =12"}) {
      byte[] text = bytes(seen);
      assertThat(head.mayGoOn(matcher, text, 0, text.length)).as(seen).isTrue();
      assertThat(head.fits(matcher, text, 0, text.length)).as(seen).isFalse();
    }
    byte[] other = bytes("kex");
    assertThat(head.mayGoOn(matcher, other, 0, other.length)).isFalse();
  }

  @Test
  void the_next_place_is_the_first_at_which_a_match_may_begin() {
    Head head = head("-----END [A-Z]{3}-----");
    byte[] text = bytes("----- -----END 12----- -----END KEY----- and ---");

    ByteMatcher matcher = matcher();

    assertThat(head.next(matcher, text, 0, text.length)).isEqualTo(23);
    assertThat(head.next(matcher, text, 24, text.length)).isEqualTo(text.length - 3);
    assertThat(head.next(matcher, text, 24, text.length - 4)).isEqualTo(text.length - 4);
  }

  @Test
  void no_more_is_looked_at_than_the_reach() {
    assertThat(head("key[ ]{0,3}=[0-9]{4}").reach()).isEqualTo(3 + 3 + 1 + 4);
    assertThat(head("key[ ]*=").reach()).isEqualTo(3);
    assertThat(head("key[0-9]{1000}").reach()).isEqualTo(256);
  }

  private boolean fits(String pattern, String text) {
    byte[] bytes = bytes(text);
    return head(pattern).fits(matcher(), bytes, 0, bytes.length);
  }

  private Head head(String pattern) {
    return Head.of(Expression.of(pattern).syntax().orElseThrow(), classes);
  }

  private ByteMatcher matcher() {
    ByteMatcher matcher = new ByteMatcher();
    matcher.use(classes);
    return matcher;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
