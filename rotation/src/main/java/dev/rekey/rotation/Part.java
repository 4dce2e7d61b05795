package dev.rekey.rotation;

import java.util.Optional;

/**
 * One element of a configuration file, in its order: a value, a name, a bracket.
 *
 * @param kind what it is, with all that belongs to its form: two files whose parts have the same kinds
 *     in the same order have the same structure
 * @param text what it stands for, a value perhaps; empty for a bracket
 * @param from where its writing begins in the file
 * @param to where it ends, exclusive
 * @param spelling how another text is written there; empty where none may be
 */
record Part(String kind, String text, int from, int to, Optional<Spelling> spelling) {
  /** Returns a part that stands for itself. */
  static Part structure(String kind, int at) {
    return new Part(kind, "", at, at, Optional.empty());
  }

  /** Returns a part that is seen and never written: a name, a number. */
  static Part fixed(String kind, String text, int from, int to) {
    return new Part(kind, text, from, to, Optional.empty());
  }

  /** Returns a value. */
  static Part value(String kind, String text, int from, int to, Spelling spelling) {
    return new Part(kind, text, from, to, Optional.of(spelling));
  }

  /** Returns its kind and where it stands, not its text. */
  @Override
  public String toString() {
    return kind + "(" + from + ".." + to + ")";
  }
}
