package dev.rekey.rotation;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Reads properties as {@link Properties} does, and with their places; that it does is checked each
 * time.
 */
final class PropertiesReading {
  private static final String BLANKS = " \t\f";

  private final String text;
  private final List<Part> parts = new ArrayList<>();
  private final Map<Object, Object> read = new HashMap<>();
  private int at;

  private PropertiesReading(String text) {
    this.text = text;
  }

  static FileFormat.Reading of(String text) throws RotationException {
    PropertiesReading reading = new PropertiesReading(text);
    reading.readLines();
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException malformed) {
      throw new RotationException("it has a malformed \\u escape");
    } catch (IOException impossible) {
      throw new IllegalStateException("a text can always be read", impossible);
    }
    if (!properties.equals(reading.read)) {
      throw new RotationException("it has lines in a form that is not understood");
    }
    return new FileFormat.Reading(reading.parts, List.of());
  }

  private void readLines() {
    while (at < text.length()) {
      skipBlanks();
      if (at < text.length() && "#!".indexOf(text.charAt(at)) >= 0) {
        at = lineEnd();
      } else if (!isAtEnd()) {
        readProperty();
      }
      at++; // The line break; a second one ends an empty line.
    }
  }

  private void readProperty() {
    int nameFrom = at;
    while (!isAtEnd() && "=: \t\f".indexOf(text.charAt(at)) < 0) {
      at = unitEnd();
    }
    int nameTo = at;
    skipBlanksAndContinuations();
    if (!isAtEnd() && "=:".indexOf(text.charAt(at)) >= 0) {
      at++;
      skipBlanksAndContinuations();
    }
    int from = at;
    while (!isAtEnd()) {
      at = unitEnd();
    }
    String name = Spelling.PROPERTIES.decode(text, nameFrom, nameTo);
    String value = Spelling.PROPERTIES.decode(text, from, at);
    parts.add(Part.fixed("name", name, nameFrom, nameTo));
    parts.add(Part.value("value", value, from, at, Spelling.PROPERTIES));
    read.put(name, value);
  }

  private int unitEnd() {
    return Spelling.PROPERTIES.read(text, at, text.length()).end();
  }

  private void skipBlanks() {
    while (at < text.length() && BLANKS.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void skipBlanksAndContinuations() {
    skipBlanks();
    while (!isAtEnd()
        && text.charAt(at) == '\\'
        && Spelling.PROPERTIES.read(text, at, text.length()).isNothing()) {
      at = unitEnd();
      skipBlanks();
    }
  }

  /** Whether a line ends here. */
  private boolean isAtEnd() {
    return at >= text.length() || Spelling.isLineBreak(text.charAt(at));
  }

  private int lineEnd() {
    int end = at;
    while (end < text.length() && !Spelling.isLineBreak(text.charAt(end))) {
      end++;
    }
    return end;
  }
}
