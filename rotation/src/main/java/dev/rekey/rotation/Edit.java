package dev.rekey.rotation;

import java.util.ArrayList;
import java.util.List;

/**
 * A stretch of a text, and what takes its place.
 *
 * @param start where it begins
 * @param end where it ends, exclusive
 * @param text what is written there: part of a secret
 */
record Edit(int start, int end, String text) {
  /** Returns the text after edits that are in its order and don't overlap. */
  static String apply(List<Edit> edits, String text) {
    StringBuilder edited = new StringBuilder();
    int from = 0;
    for (Edit edit : edits) {
      edited.append(text, from, edit.start()).append(edit.text());
      from = edit.end();
    }
    return edited.append(text, from, text.length()).toString();
  }

  /** Returns the edits that undo some. */
  static List<Edit> inverse(List<Edit> edits, String text) {
    List<Edit> inverse = new ArrayList<>();
    int shift = 0;
    for (Edit edit : edits) {
      int start = edit.start() + shift;
      inverse.add(
          new Edit(start, start + edit.text().length(), text.substring(edit.start(), edit.end())));
      shift += edit.text().length() - (edit.end() - edit.start());
    }
    return inverse;
  }

  /** Returns where it stands, not what is written. */
  @Override
  public String toString() {
    return "Edit(" + start + ".." + end + ")";
  }
}
