package dev.rekey.rotation;

import java.util.function.Supplier;

/**
 * One named value of a configuration that has several.
 *
 * @param section where in the configuration it stands: the names of the fields around it, each with a
 *     dot; empty where there are none
 * @param name its name there; empty where it has none
 * @param text its whole text
 * @param from where in the text the value of that name begins: behind the name, where the text has both
 * @param place where it is, for people, as "line 3"
 */
record Entry(String section, String name, String text, int from, Supplier<String> place) {
  /** Returns an entry that is told by its name. */
  static Entry named(String name, String text) {
    return new Entry("", name, text, 0, () -> "entry " + name);
  }

  Entry withText(String changed) {
    return new Entry(section, name, changed, from, place);
  }

  /** Returns the text without the name that stands in it. */
  String value() {
    return text.substring(Math.min(from, text.length()));
  }

  String fullName() {
    return section + name;
  }

  /** Returns its name, not its text. */
  @Override
  public String toString() {
    return "Entry(" + fullName() + ")";
  }
}
