package dev.rekey.detect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EscapeTest {
  @Test
  void percent_escapes_are_undone_and_others_left() {
    assertUndone(Escape.PERCENT, "a%2Bb%2fc", "a+b/c");
    assertUndone(Escape.PERCENT, "%C3%A4", "ä");
    for (String malformed : List.of("%", "%2", "100%", "%zz", "%2ä", "%-1", "%+1")) {
      assertUndone(Escape.PERCENT, malformed, malformed);
    }
    assertUndone(Escape.PERCENT, "%252B", "%2B"); // once, not twice
  }

  @Test
  void json_escapes_are_undone_and_others_left() {
    assertUndone(Escape.JSON, "a\\u002Bb\\u002fc\\/\\\\\\\"", "a+b/c/\\\"");
    assertUndone(Escape.JSON, "\\n\\t\\r\\b\\f", "\n\t\r\b\f");
    assertUndone(Escape.JSON, "\\u00e4\\u20AC", "ä€");
    assertUndone(Escape.JSON, "\\ud83c\\udf89", "🎉");
    for (String malformed : List.of(
        "\\",
        "\\u",
        "\\u12",
        "\\u12g4",
        "\\x",
        "\\ud83c",
        "\\ud83cx",
        "\\ud83c\\u0041",
        "\\udf89",
        "\\ud83c\\udf8",
        "\\u-001")) {
      String left = malformed.replace("\\u0041", "A");
      assertUndone(Escape.JSON, malformed, left);
    }
    assertUndone(Escape.JSON, "\\\\u002B", "\\u002B");
  }

  @Test
  void xml_references_are_undone_and_others_left() {
    assertUndone(Escape.XML, "&lt;&gt;&amp;&quot;&apos;", "<>&\"'");
    assertUndone(Escape.XML, "&#43;&#x2B;&#x2b;&#x1F389;", "+++🎉");
    assertUndone(Escape.XML, "&amp;lt;", "&lt;");
    for (String malformed : List.of(
        "&",
        "&;",
        "&amp",
        "&nbsp;",
        "&#;",
        "&#x;",
        "&#xd800;",
        "&#x110000;",
        "&#0;",
        "&#x8;",
        "&#99999999999;",
        "&#xFFFE;",
        "&AMP;",
        "&#-1;",
        "& amp;")) {
      assertUndone(Escape.XML, malformed, malformed);
    }
  }

  @Test
  void properties_escapes_are_undone_and_others_left() {
    assertUndone(Escape.PROPERTIES, "a\\=b\\:c\\#d\\!e\\ f", "a=b:c#d!e f");
    for (String malformed : List.of("\\", "\\q", "\\\u00e4")) {
      assertUndone(Escape.PROPERTIES, malformed, malformed);
    }
  }

  @Test
  void indentation_and_carriage_returns_are_no_part_of_lines() {
    assertUndone(Escape.LINES, "a\r\n    b\n\tc\n\nd\n", "a\nb\nc\n\nd\n");
    assertUndone(Escape.LINES, "  a b", "  a b");
  }

  @ParameterizedTest
  @EnumSource(Escape.class)
  void nothing_hostile_breaks_or_lengthens_it(Escape escape) {
    for (long seed = 0; seed < 3_000; seed++) {
      Random random = new Random(seed);
      byte[] value = new byte[random.nextInt(60)];
      for (int i = 0; i < value.length; i++) {
        value[i] = random.nextInt(4) == 0
            ? (byte) random.nextInt(256)
            : (byte) "%\\u&#x;ampdD8c0n\n =".charAt(random.nextInt(19));
      }
      byte[] undone = Escape.undo(value, List.of(escape));

      assertThat(undone.length).as("seed %d", seed).isLessThanOrEqualTo(value.length);
      assertThat(value).as("seed %d: the input is wiped", seed).isEqualTo(new byte[value.length]);
    }
  }

  @Test
  void without_escapes_the_value_is_its_own_canonical_form() {
    byte[] value = {1, 2, 3};
    assertThat(Escape.undo(value, List.of())).isSameAs(value).containsExactly(1, 2, 3);
  }

  private static void assertUndone(Escape escape, String written, String value) {
    byte[] undone = Escape.undo(written.getBytes(StandardCharsets.UTF_8), List.of(escape));
    assertThat(new String(undone, StandardCharsets.UTF_8)).as(written).isEqualTo(value);
  }
}
