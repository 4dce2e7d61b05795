package dev.rekey.azure;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * The settings of an app as lines {@code NAME=VALUE} in the order of their names, which are kept as
 * they are written: two that differ in letter case only are two lines.
 *
 * <p>A value stays on its line: a line feed is written {@code \n} and a carriage return {@code \r};
 * backslashes are doubled where, and only where, they stand before one of these or before the letter
 * n or r. So the escape can be undone (an even number of backslashes before n or r is half as many and
 * the letter, an odd number ends in a line break), and what is escaped already inside a value, as JSON
 * escapes a plus, is found as it stands. A name may in addition have other control characters, in JSON's
 * escape of four hexadecimal digits.
 */
final class SettingsDocument {
  private final byte[] bytes;
  private final List<String> names;
  private boolean wiped;

  private SettingsDocument(Map<String, String> settings) {
    StringBuilder text = new StringBuilder();
    List<String> lines = new ArrayList<>(settings.size());
    settings.forEach((name, value) -> {
      String shown = name(name);
      lines.add(shown);
      text.append(shown).append('=');
      escape(value, text);
      text.append('\n');
    });
    names = List.copyOf(lines);
    bytes = text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the document of an answer to {@code config/appsettings/list}. */
  static SettingsDocument appSettings(JsonNode properties) {
    return new SettingsDocument(settings(properties, SettingsDocument::text));
  }

  /** Returns the document of an answer to {@code config/connectionstrings/list}. */
  static SettingsDocument connectionStrings(JsonNode properties) {
    return new SettingsDocument(settings(
        properties,
        one -> one.path("value").isMissingNode() ? text(one) : text(one.path("value"))));
  }

  private static Map<String, String> settings(
      JsonNode properties, Function<JsonNode, String> value) {
    Map<String, String> settings = new TreeMap<>();
    properties
        .fields()
        .forEachRemaining(field -> settings.put(field.getKey(), value.apply(field.getValue())));
    return settings;
  }

  /** What should be a text and is something else is written as JSON: a secret may be in it too. */
  private static String text(JsonNode value) {
    return value.isNull() ? "" : value.isValueNode() ? value.asText() : value.toString();
  }

  static void escape(String value, StringBuilder text) {
    int backslashes = 0;
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean lineBreak = c == '\n' || c == '\r';
      if (lineBreak || c == 'n' || c == 'r') {
        text.append("\\".repeat(backslashes));
      }
      backslashes = c == '\\' ? backslashes + 1 : 0;
      if (lineBreak) {
        text.append(c == '\n' ? "\\n" : "\\r");
      } else {
        text.append(c);
      }
    }
  }

  private static String name(String name) {
    StringBuilder escaped = new StringBuilder(name.length());
    escape(name, escaped);
    StringBuilder shown = new StringBuilder(escaped.length());
    escaped.codePoints().forEach(point -> {
      if (PlainText.isPlain(point)) {
        shown.appendCodePoint(point);
      } else {
        for (char unit : Character.toChars(point)) {
          shown.append(String.format(Locale.ROOT, "\\u%04X", (int) unit));
        }
      }
    });
    return shown.toString();
  }

  /** The name of each line. */
  List<String> names() {
    return names;
  }

  /** Opens the lines. */
  InputStream open() throws IOException {
    if (wiped) {
      throw new IOException("the settings are kept only while they are scanned; read them again");
    }
    return new ByteArrayInputStream(bytes);
  }

  void wipe() {
    wiped = true;
    Arrays.fill(bytes, (byte) 0);
  }

  /** Never shows a value. */
  @Override
  public String toString() {
    return "SettingsDocument[" + names.size() + " settings]";
  }
}
