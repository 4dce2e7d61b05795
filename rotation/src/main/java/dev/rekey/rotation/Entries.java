package dev.rekey.rotation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The parts of a configuration file as entries: for each its name and what it stands in.
 *
 * <p>Also understood are the two ways in which lists hold names and values: elements {@code
 * NAME=value}, and elements with a field {@code name} and a field {@code value}.
 */
final class Entries {
  private static final Pattern ASSIGNMENT =
      Pattern.compile("([A-Za-z_][A-Za-z0-9_.-]*+)=.*", Pattern.DOTALL);

  private final List<Part> parts;
  private final IntFunction<String> place;
  private final List<Entry> entries = new ArrayList<>();

  /** What is open, the innermost first. */
  private final Deque<Section> open = new ArrayDeque<>();

  /** A collection of a file. */
  private static final class Section {
    final String path;
    final boolean list;
    String name = "";
    int elements;
    /** The texts of its fields so far, and which entry is called {@code value}. */
    final Map<String, String> fields = new HashMap<>();

    int value = -1;

    Section(String path, boolean list) {
      this.path = path;
      this.list = list;
    }
  }

  private Entries(List<Part> parts, IntFunction<String> place) {
    this.parts = parts;
    this.place = place;
  }

  /**
   * Returns one entry for each part, in their order; those without a name have an empty one.
   *
   * @param place says for people where a part is
   */
  static List<Entry> of(List<Part> parts, IntFunction<String> place) {
    Entries reading = new Entries(parts, place);
    reading.open.push(new Section("", false));
    for (int i = 0; i < parts.size(); i++) {
      reading.read(i);
    }
    return reading.entries;
  }

  private void read(int i) {
    Part part = parts.get(i);
    String kind = part.kind();
    Section section = open.element();
    if (kind.equals("name") || kind.startsWith("name ") || kind.equals("FIELD_NAME")) {
      section.name = part.text();
      add(i, "", "", 0);
    } else if (kind.startsWith("START_")
        || kind.startsWith("MappingStart")
        || kind.startsWith("SequenceStart")) {
      add(i, "", "", 0);
      boolean list = kind.startsWith("START_ARRAY") || kind.startsWith("SequenceStart");
      open.push(new Section(path(section), list));
      section.name = "";
    } else if (kind.startsWith("END_")
        || kind.startsWith("MappingEnd")
        || kind.startsWith("SequenceEnd")) {
      add(i, "", "", 0);
      close(open.pop());
    } else {
      readValue(i, part, section);
    }
  }

  /** What has no name of its own is told by its number: two elements of a list are two. */
  private static String path(Section section) {
    String name = section.name.isEmpty() ? Integer.toString(section.elements++) : section.name;
    return section.path + name + ".";
  }

  private void readValue(int i, Part part, Section section) {
    Matcher assignment = ASSIGNMENT.matcher(part.text());
    if (section.list && assignment.matches()) {
      add(i, section.path, assignment.group(1), assignment.end(1) + 1);
    } else {
      String field = section.name.toLowerCase(Locale.ROOT);
      if (field.equals("value")) {
        section.value = i;
      }
      section.fields.put(field, part.text());
      add(i, section.path, section.name, 0);
    }
    section.name = "";
  }

  /** The element of a list whose name and value are fields is an entry of what has the list. */
  private void close(Section section) {
    String name = section.fields.getOrDefault("name", section.fields.getOrDefault("key", ""));
    Section outer = open.peek();
    if (section.value >= 0 && !name.isEmpty() && outer != null && outer.list) {
      Entry value = entries.get(section.value);
      entries.set(
          section.value, new Entry(outer.path, name, value.text(), value.from(), value.place()));
    }
  }

  private void add(int i, String section, String name, int from) {
    entries.add(new Entry(section, name, parts.get(i).text(), from, () -> place.apply(i)));
  }
}
