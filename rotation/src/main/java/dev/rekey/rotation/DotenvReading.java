package dev.rekey.rotation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads .env files, of which there are many dialects: {@code NAME=value} with {@code export} before it
 * or not; values bare, between single quotes, or between double quotes with escapes, quoted ones over
 * several lines; comments after a blank. What another common dialect takes for the value is told too.
 */
final class DotenvReading {
  private static final Pattern NAME =
      Pattern.compile("[ \\t]*+(?:export[ \\t]++)?+([A-Za-z_][A-Za-z0-9_.-]*+)[ \\t]*+=[ \\t]*+");

  private final String text;
  private final Matcher name;
  private final List<Part> parts = new ArrayList<>();
  private final List<String> otherwise = new ArrayList<>();

  private DotenvReading(String text) {
    this.text = text;
    this.name = NAME.matcher(text);
  }

  static FileFormat.Reading of(String text) {
    DotenvReading reading = new DotenvReading(text);
    int at = 0;
    while (at < text.length()) {
      at = reading.readLine(at) + 1; // A second line break ends an empty line.
    }
    return new FileFormat.Reading(reading.parts, reading.otherwise);
  }

  /** Reads the line that begins at a place, and returns where it ends. */
  private int readLine(int from) {
    int end = lineEnd(from);
    String line = text.substring(from, end).strip();
    if (line.isEmpty() || line.startsWith("#")) {
      return end;
    }
    if (!name.region(from, text.length()).lookingAt() || name.end() > end) {
      parts.add(Part.fixed("line", line, from, end));
      return end;
    }
    parts.add(Part.fixed("name", name.group(1), name.start(1), name.end(1)));
    int value = name.end();
    if (value < end && text.charAt(value) == '"') {
      return quoted(value, Spelling.DOTENV_DOUBLE).orElseGet(() -> bare(value, end));
    }
    if (value < end && text.charAt(value) == '\'') {
      return quoted(value, Spelling.DOTENV_SINGLE).orElseGet(() -> bare(value, end));
    }
    return bare(value, end);
  }

  /** Reads a value between quotes, or returns empty if none ends where a line does. */
  private Optional<Integer> quoted(int quote, Spelling spelling) {
    int from = quote + 1;
    int to = from;
    while (to < text.length() && text.charAt(to) != text.charAt(quote)) {
      to = spelling.read(text, to, text.length()).end();
    }
    if (to >= text.length()) {
      return Optional.empty();
    }
    int end = lineEnd(to + 1);
    String rest = text.substring(to + 1, end).strip();
    if (!rest.isEmpty() && !rest.startsWith("#")) {
      return Optional.empty();
    }
    String raw = text.substring(from, to);
    String value = spelling.decode(text, from, to);
    parts.add(Part.value(spelling.name(), value, from, to, spelling));
    if (!raw.equals(value)) {
      otherwise.add(raw);
    }
    return Optional.of(end);
  }

  private int bare(int from, int end) {
    int to = from;
    int hash = end;
    while (to < end) {
      if (text.charAt(to) == '#') {
        if (to == from || isBlank(text.charAt(to - 1))) {
          break;
        }
        hash = Math.min(hash, to);
      }
      to++;
    }
    while (to > from && isBlank(text.charAt(to - 1))) {
      to--;
    }
    if (hash < to) {
      otherwise.add(text.substring(from, hash)); // To some, each # begins a comment.
    }
    Spelling spelling = Spelling.DOTENV_BARE;
    parts.add(Part.value(spelling.name(), text.substring(from, to), from, to, spelling));
    return end;
  }

  private int lineEnd(int from) {
    int end = from;
    while (end < text.length() && !Spelling.isLineBreak(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }
}
