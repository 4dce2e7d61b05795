package dev.rekey.rotation;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where each character of a value stands in the source of its file, and how it is written there. */
final class Alignment {
  private static final int FOLDED = -1;

  private final String source;
  private final Part part;
  private final Spelling spelling;
  private final int[] starts;
  private final int[] ends;

  /** Escapes that the value has: whoever reads the file knows them. */
  private final Map<Character, String> habits = new HashMap<>();

  private Alignment(String source, Part part, Spelling spelling) {
    this.source = source;
    this.part = part;
    this.spelling = spelling;
    this.starts = new int[part.text().length()];
    this.ends = new int[part.text().length()];
  }

  /**
   * Aligns a value with its source.
   *
   * @throws RotationException if it may not be written, or is written in an unknown way
   */
  static Alignment of(String source, Part part) throws RotationException {
    Spelling spelling = part.spelling()
        .orElseThrow(() -> new RotationException(
            "it stands where nothing is written by a program: in a name, a number or a line of an"
                + " unknown form; change it by hand"));
    Alignment alignment = new Alignment(source, part, spelling);
    alignment.align();
    return alignment;
  }

  private void align() throws RotationException {
    String text = part.text();
    int at = part.from();
    int k = 0;
    while (k < text.length()) {
      at = skipNothing(at);
      boolean blank = isBlank(text.charAt(k));
      if (spelling.folds() && !blank) {
        while (at < part.to() && isBlank(source.charAt(at))) {
          at = skipNothing(at + 1);
        }
      }
      if (at < part.to()) {
        Spelling.Unit unit = spelling.read(source, at, part.to());
        boolean lineBreak = spelling.folds() && Spelling.isLineBreak(source.charAt(at));
        if (!lineBreak && !unit.isNothing() && text.startsWith(unit.text(), k)) {
          put(k, unit, at);
          k += unit.text().length();
          at = unit.end();
          continue;
        }
      }
      if (!spelling.folds() || !blank) {
        throw new RotationException("it is written in an unknown way; change it by hand");
      }
      starts[k] = FOLDED;
      ends[k] = FOLDED;
      k++;
    }
  }

  private int skipNothing(int from) {
    int at = from;
    while (at < part.to()) {
      Spelling.Unit unit = spelling.read(source, at, part.to());
      if (!unit.isNothing()) {
        break;
      }
      at = unit.end();
    }
    return at;
  }

  private void put(int k, Spelling.Unit unit, int at) {
    int length = unit.text().length();
    Arrays.fill(starts, k, k + length, at);
    Arrays.fill(ends, k, k + length, unit.end());
    boolean escape = unit.end() > at + 1 && source.charAt(at) == '\\';
    if (escape && length == 1 && !Spelling.isLetterOrDigit(unit.text().charAt(0))) {
      habits.putIfAbsent(unit.text().charAt(0), source.substring(at, unit.end()));
    }
  }

  /**
   * Returns edits of the value as edits of the source.
   *
   * @throws RotationException if one can't be written in the shape of the value
   */
  List<Edit> inSource(List<Edit> edits) throws RotationException {
    Edit[] translated = new Edit[edits.size()];
    for (int i = 0; i < translated.length; i++) {
      Edit edit = edits.get(i);
      int start = starts[edit.start()];
      int end = ends[edit.end() - 1];
      if (start == FOLDED || end == FOLDED) {
        throw new RotationException(
            "it begins or ends with blanks around a line break; change it by hand");
      }
      translated[i] = new Edit(start, end, write(edit, start, end));
    }
    return List.of(translated);
  }

  private String write(Edit edit, int start, int end) throws RotationException {
    String replaced = source.substring(start, end);
    String newLine = newLine(start);
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < edit.text().length(); i++) {
      char c = edit.text().charAt(i);
      String habit = habits.get(c);
      if (habit != null) {
        out.append(habit);
        continue;
      }
      Spelling.Spot spot = new Spelling.Spot(edit.start() + i == 0, replaced, newLine);
      if (!spelling.write(c, spot, out)) {
        // Not which one: it is part of a secret.
        throw new RotationException(spelling.label()
            + " can't hold every character of the new value, or of the present one if it had to be"
            + " written back, so that every reader reads it alike; quote it in another way first");
      }
    }
    return out.toString();
  }

  /** The line end of a place's line, or of the first line, and the indentation of that line. */
  private String newLine(int at) {
    int line = at;
    while (line > 0 && !Spelling.isLineBreak(source.charAt(line - 1))) {
      line--;
    }
    int text = line;
    while (text < at && source.charAt(text) == ' ') {
      text++;
    }
    String end = line > 1 && source.startsWith("\r\n", line - 2) ? "\r\n" : "\n";
    return end + source.substring(line, text);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || Spelling.isLineBreak(c);
  }

  /** Returns which part it is of. */
  @Override
  public String toString() {
    return "Alignment(" + part + ")";
  }
}
