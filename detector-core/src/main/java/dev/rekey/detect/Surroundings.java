package dev.rekey.detect;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.rekey.detect.engine.LatePattern;
import dev.rekey.detect.engine.Latin1;
import dev.rekey.detect.engine.Match;
import dev.rekey.detect.engine.Text;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The text around a value in which what belongs to it stands: an account, a host, a user.
 *
 * <p>No format is parsed. People, and their tools, put what belongs together into one paragraph, one
 * block, one item, one section; so a value's surroundings are the lines around it, up to so many and
 * to {@link Text#REACH} bytes on each side, but never
 *
 * <ul>
 *   <li>across a line that is empty, or {@code ---};
 *   <li>across a line with a smaller indent than the value's: it belongs to what is around the block.
 *       In {@code - name: x}, and likewise after a brace that begins a line, the indent is that of
 *       the name, and the dash or the brace begins an item;
 *   <li>across the head of a section, {@code [name]}: one above the value is the last line seen;
 *   <li>across a closing brace below the value's depth: after it, what is around the block goes on;
 *       or, before it, a block beside one of the blocks that hold the value ends.
 * </ul>
 *
 * <p>Everything depends on the bytes around the value alone, so not on how they were fed.
 */
final class Surroundings implements AutoCloseable {
  /** The most lines on each side. */
  static final int MOST_LINES = 100;

  private final byte[] bytes;

  /** The value, by index. */
  private final int start;

  private final int end;

  /** Whether the content goes on before the first byte, and after the last. */
  private final boolean cutBefore;

  private final boolean cutAfter;

  /** What may be looked at. */
  private final int from;

  private final int to;

  private Surroundings(
      byte[] bytes, int start, int end, boolean cutBefore, boolean cutAfter, int lines) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.cutBefore = cutBefore;
    this.cutAfter = cutAfter;
    int line = lineStart(start);
    boolean indentUnknown = line == 0 && cutBefore;
    Indent indent = Indent.of(bytes, line, start);
    this.from = Math.max(braceBefore(), indentUnknown ? 0 : up(line, indent, lines));
    this.to = Math.min(braceAfter(), down(indent, indentUnknown ? 0 : lines));
  }

  /** Copies what surrounds a match, up to so many lines from its own. */
  static Surroundings of(Match match, Text text, int lines) {
    long first = text.first(match.start(), Text.REACH);
    long last = text.last(match.end(), Text.REACH);
    return new Surroundings(
        text.copy(first, last),
        (int) (match.start() - first),
        (int) (match.end() - first),
        first > 0,
        last - match.end() == Text.REACH,
        lines);
  }

  /** How deep a line is: the columns of its first character, and of the text of an item. */
  private record Indent(int first, int text) {
    static Indent of(byte[] bytes, int from, int to) {
      int first = spaces(bytes, from, to);
      int text = first;
      while (beginsItem(bytes, from + text, to)) {
        text += 1 + spaces(bytes, from + text + 1, to);
      }
      return new Indent(first, text);
    }

    private static boolean beginsItem(byte[] bytes, int at, int to) {
      return at < to
          && (bytes[at] == '{' || (bytes[at] == '-' && at + 1 < to && bytes[at + 1] == ' '));
    }

    private static int spaces(byte[] bytes, int from, int to) {
      int i = from;
      while (i < to && (bytes[i] == ' ' || bytes[i] == '\t')) {
        i++;
      }
      return i - from;
    }

    boolean beginsItem() {
      return first < text;
    }
  }

  /** Returns how many bytes may be looked at. */
  int length() {
    return to - from;
  }

  /** Returns false only where the pattern can't match. */
  boolean mayHold(LatePattern pattern) {
    return pattern.mayMatch(bytes, from, to);
  }

  /**
   * Returns what the pattern's group matches nearest to the value, before it where two are as near.
   *
   * <p>Never the value, and nothing that has it or the edge of it inside: a part is shown.
   */
  Optional<String> nearest(Pattern pattern) {
    Matcher matcher = pattern.matcher(new Latin1(bytes, from, to));
    Optional<String> best = Optional.empty();
    int distance = Integer.MAX_VALUE;
    while (matcher.find()) {
      if (matcher.start(1) < 0) {
        continue;
      }
      int partStart = from + matcher.start(1);
      int partEnd = from + matcher.end(1);
      int away = Math.max(0, Math.max(start - partEnd, partStart - end));
      if (away < distance && !reveals(partStart, partEnd) && isWhole(partStart, partEnd)) {
        distance = away;
        best = Optional.of(
            new String(bytes, partStart, partEnd - partStart, StandardCharsets.ISO_8859_1));
      }
    }
    return best;
  }

  /** Wipes the copy. */
  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
  }

  /** Whether some text is the value once more, or overlaps it other than lying inside. */
  private boolean reveals(int partStart, int partEnd) {
    boolean inside = partStart >= start && partEnd <= end && partEnd - partStart < end - start;
    boolean apart = partEnd <= start || partStart >= end;
    if (!inside && !apart) {
      return true;
    }
    int length = end - start;
    for (int i = partStart; i + length <= partEnd; i++) {
      if (Arrays.equals(bytes, i, i + length, bytes, start, end)) {
        return true;
      }
    }
    return false;
  }

  /** Whether some text doesn't touch an edge behind which it may go on. */
  private boolean isWhole(int partStart, int partEnd) {
    return !(partStart == 0 && cutBefore) && !(partEnd == bytes.length && cutAfter);
  }

  private int up(int valueLine, Indent indent, int lines) {
    int line = valueLine;
    if (indent.beginsItem()) {
      return line;
    }
    for (int i = 0; i < lines && line > 0; i++) {
      int end = line - 1;
      int begin = lineStart(end);
      if ((begin == 0 && cutBefore) || isEmpty(begin, end)) {
        return line;
      }
      Indent above = Indent.of(bytes, begin, end);
      if (above.text() < indent.text()) {
        return line;
      }
      line = begin;
      if (above.first() < indent.text() || isHead(begin, end)) {
        return line;
      }
    }
    return line;
  }

  private int down(Indent indent, int lines) {
    int end = lineEnd(this.end);
    for (int i = 0; i < lines && end < bytes.length; i++) {
      int begin = end + 1;
      int next = lineEnd(begin);
      if ((next == bytes.length && cutAfter)
          || isEmpty(begin, next)
          || Indent.of(bytes, begin, next).first() < indent.text()
          || isHead(begin, next)) {
        return end;
      }
      end = next;
    }
    return end;
  }

  private int braceBefore() {
    int depth = 0;
    for (int i = start; i > 0; i--) {
      byte b = bytes[i - 1];
      if (b == '{') {
        depth--;
      } else if (b == '}') {
        if (depth < 0) {
          return i;
        }
        depth++;
      }
    }
    return 0;
  }

  private int braceAfter() {
    int depth = 0;
    for (int i = end; i < bytes.length; i++) {
      byte b = bytes[i];
      if (b == '{') {
        depth++;
      } else if (b == '}') {
        if (depth == 0) {
          return i;
        }
        depth--;
      }
    }
    return bytes.length;
  }

  private boolean isEmpty(int lineStart, int lineEnd) {
    String line = trimmed(lineStart, lineEnd);
    return line.isEmpty() || line.equals("---");
  }

  private boolean isHead(int lineStart, int lineEnd) {
    String line = trimmed(lineStart, lineEnd);
    return line.length() > 2
        && line.charAt(0) == '['
        && line.charAt(line.length() - 1) == ']'
        && (Character.isLetterOrDigit(line.charAt(1)) || line.charAt(1) == '[');
  }

  private String trimmed(int lineStart, int lineEnd) {
    return new String(bytes, lineStart, lineEnd - lineStart, StandardCharsets.ISO_8859_1).trim();
  }

  private int lineStart(int index) {
    int i = index;
    while (i > 0 && bytes[i - 1] != '\n') {
      i--;
    }
    return i;
  }

  private int lineEnd(int index) {
    int i = index;
    while (i < bytes.length && bytes[i] != '\n') {
      i++;
    }
    return i;
  }
}
