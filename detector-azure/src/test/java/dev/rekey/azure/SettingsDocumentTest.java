package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SettingsDocumentTest {
  private final ObjectNode properties = JsonNodeFactory.instance.objectNode();

  @Test
  void settings_are_lines_in_the_order_of_their_names() throws IOException {
    properties.put("b", "2=3").put("A", "1").put("a", "variant").put("c", "");

    SettingsDocument document = SettingsDocument.appSettings(properties);

    assertThat(text(document)).isEqualTo("A=1\na=variant\nb=2=3\nc=\n");
    assertThat(document.names()).containsExactly("A", "a", "b", "c");
  }

  @Test
  void connection_strings_are_lines_of_their_values() throws IOException {
    properties.putObject("db").put("value", "Server=x").put("type", "SQLAzure");
    properties.put("odd", "plain");
    properties.putObject("without").put("type", "Custom");
    properties.putObject("nothing").putNull("value");

    assertThat(text(SettingsDocument.connectionStrings(properties)))
        .isEqualTo("db=Server=x\nnothing=\nodd=plain\nwithout={\"type\":\"Custom\"}\n");
  }

  @Test
  void values_of_other_types_are_kept_because_a_secret_may_be_in_them() throws IOException {
    properties.put("n", 5).put("t", true).putNull("z").putArray("list").add("x\ny");

    assertThat(text(SettingsDocument.appSettings(properties)))
        .isEqualTo("list=[\"x\\\\ny\"]\nn=5\nt=true\nz=\n");
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

      String[] lines = text(SettingsDocument.appSettings(settings)).split("\n", -1);

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

    assertThat(text(SettingsDocument.appSettings(properties)))
        .isEqualTo("json={\"k\":\"a\\u002Bb\\/c\\\"\"}\npath=C:\\\\new\\temp\\\n");
  }

  @Test
  void a_hostile_name_forges_no_line_and_no_place() throws IOException {
    properties.put("A\nB=fake\r\u001b\u202e\\n\\t", "v");

    SettingsDocument document = SettingsDocument.appSettings(properties);

    assertThat(document.names()).isEqualTo(List.of("A\\nB=fake\\r\\u001B\\u202E\\\\n\\t"));
    assertThat(text(document)).isEqualTo(document.names().get(0) + "=v\n");
  }

  @Test
  void what_is_not_an_object_has_no_settings() throws IOException {
    assertThat(text(SettingsDocument.appSettings(JsonNodeFactory.instance.nullNode())))
        .isEmpty();
  }

  @Test
  void after_the_scan_nothing_is_left() throws IOException {
    properties.put("A", "canary");
    SettingsDocument document = SettingsDocument.appSettings(properties);
    var open = document.open();

    document.wipe();

    assertThat(new String(open.readAllBytes(), StandardCharsets.UTF_8)).doesNotContain("canary");
    assertThatThrownBy(document::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("read them again");
    assertThat(document.toString()).isEqualTo("SettingsDocument[1 settings]");
  }

  private static String text(SettingsDocument document) throws IOException {
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
