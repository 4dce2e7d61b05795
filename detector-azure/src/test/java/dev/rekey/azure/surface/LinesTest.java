package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinesTest {
  private final ObjectNode properties = JsonNodeFactory.instance.objectNode();

  @Test
  void values_are_lines_in_the_order_in_which_they_were_added() throws IOException {
    properties.put("b", "2=3").put("A", "1").put("a", "variant").put("c", "");

    Lines lines = lines(properties);

    assertThat(text(lines)).isEqualTo("b=2=3\nA=1\na=variant\nc=\n");
    assertThat(lines.names()).containsExactly("b", "A", "a", "c");
  }

  @Test
  void a_text_has_lines_of_its_own_and_no_names() throws IOException {
    Lines lines = Lines.of("one\ntwo\\n".getBytes(StandardCharsets.UTF_8));

    assertThat(text(lines)).isEqualTo("one\ntwo\\n");
    assertThat(lines.names()).isEmpty();
  }

  @Test
  void the_escape_of_any_value_can_be_undone_and_keeps_it_on_its_line() throws IOException {
    String parts = "\\nr\n\r=ab\t\u0000\u00e4\u2028\ud83d\ude00";
    for (long seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      ObjectNode settings = JsonNodeFactory.instance.objectNode();
      int count = 1 + random.nextInt(4);
      for (int i = 0; i < count; i++) {
        StringBuilder value = new StringBuilder();
        for (int length = random.nextInt(12); length > 0; length--) {
          int at = parts.offsetByCodePoints(0, random.nextInt(parts.codePointCount(0, 13)));
          value.appendCodePoint(parts.codePointAt(at));
        }
        settings.put("N" + i, value.toString());
      }

      String[] lines = text(lines(settings)).split("\n", -1);

      assertThat(lines).as("seed %d", seed).hasSize(count + 1);
      for (int i = 0; i < count; i++) {
        assertThat(unescape(lines[i].substring(3)))
            .as("seed %d", seed)
            .isEqualTo(settings.path("N" + i).asText());
      }
    }
  }

  @Test
  void what_is_escaped_inside_a_value_stands_as_it_is() throws IOException {
    properties.put("json", "{\"k\":\"a\\u002Bb\\/c\\\"\"}").put("path", "C:\\new\\temp\\");

    assertThat(text(lines(properties)))
        .isEqualTo("json={\"k\":\"a\\u002Bb\\/c\\\"\"}\npath=C:\\\\new\\temp\\\n");
  }

  @Test
  void a_hostile_name_forges_no_line_and_no_place() throws IOException {
    properties.put("A\nB=fake\r\u001b\u202e\\n\\t", "v");

    Lines document = lines(properties);

    assertThat(document.names()).isEqualTo(List.of("A\\nB=fake\\r\\u001B\\u202E\\\\n\\t"));
    assertThat(text(document)).isEqualTo(document.names().get(0) + "=v\n");
  }

  @Test
  void after_the_scan_nothing_is_left() throws IOException {
    properties.put("A", "canary");
    Lines document = lines(properties);
    var open = document.open();

    document.wipe();

    assertThat(new String(open.readAllBytes(), StandardCharsets.UTF_8)).doesNotContain("canary");
    assertThatThrownBy(document::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("read them again");
    assertThat(document.toString()).isEqualTo("Lines[9 bytes]");
  }

  private static Lines lines(ObjectNode values) {
    Lines.Writer writer = new Lines.Writer();
    values
        .fields()
        .forEachRemaining(field -> writer.add(field.getKey(), field.getValue().asText()));
    return writer.lines();
  }

  private static String text(Lines document) throws IOException {
    try (var in = document.open()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String unescape(String escaped) {
    StringBuilder value = new StringBuilder();
    int i = 0;
    while (i < escaped.length()) {
      int run = i;
      while (run < escaped.length() && escaped.charAt(run) == '\\') {
        run++;
      }
      int backslashes = run - i;
      char next = run < escaped.length() ? escaped.charAt(run) : ' ';
      if (next == 'n' || next == 'r') {
        value.append("\\".repeat(backslashes / 2));
        value.append(backslashes % 2 == 0 ? next : next == 'n' ? '\n' : '\r');
      } else {
        value.append(escaped, i, Math.min(run + 1, escaped.length()));
      }
      i = run + 1;
    }
    return value.toString();
  }
}
