package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Where in a JSON tree values stand: a JSON Pointer (RFC 6901, without escapes) in which {@code *} is
 * every member or element, and {@code **} at the end every value below.
 *
 * <p>A value is named by what the asterisks stand for, joined by slashes, and by the last step unless
 * that is {@code value}: of {@code /properties/containers/*}{@code /env/*}{@code /value}, {@code
 * web/DB_PASSWORD}. An element of an array goes by its {@code name}, {@code key} or {@code id}, or by
 * its index from 0.
 */
final class Pointer {
  private static final List<String> NAMES = List.of("name", "key", "id");
  private static final int LONGEST_NAME = 200;

  private final String text;
  private final String[] steps;

  private Pointer(String text, String[] steps) {
    this.text = text;
    this.steps = steps;
  }

  /**
   * Returns the pointer that a text is.
   *
   * @throws IllegalArgumentException if it does not start with a slash, has an empty step, or two
   *     asterisks before its end
   */
  static Pointer of(String text) {
    String[] steps = text.isEmpty() ? new String[0] : text.substring(1).split("/", -1);
    for (int i = 0; i < steps.length; i++) {
      boolean misplaced = steps[i].equals("**") && i < steps.length - 1;
      if (!text.startsWith("/") || steps[i].isEmpty() || misplaced) {
        throw new IllegalArgumentException("a pointer is like /properties/*/value or"
            + " /properties/definition/**, not: " + text);
      }
    }
    return new Pointer(text, steps);
  }

  /** Tells every value that is there, with its name, in the order of the tree. */
  void each(JsonNode tree, BiConsumer<String, JsonNode> told) {
    walk(tree, 0, new ArrayDeque<>(), told);
  }

  /** Returns the first value that is there, or a missing node. */
  JsonNode first(JsonNode tree) {
    JsonNode at = tree;
    for (int i = 0; i < steps.length; i++) {
      if (steps[i].startsWith("*")) {
        Deque<JsonNode> found = new ArrayDeque<>();
        each(tree, (name, value) -> {
          if (found.isEmpty()) {
            found.add(value);
          }
        });
        return found.isEmpty() ? tree.path("") : found.getFirst();
      }
      at = at.path(steps[i]);
    }
    return at;
  }

  private void walk(JsonNode at, int step, Deque<String> name, BiConsumer<String, JsonNode> told) {
    if (step == steps.length) {
      if (!at.isMissingNode() && !at.isNull()) {
        told.accept(String.join("/", name), at);
      }
    } else if (steps[step].equals("**")) {
      below(at, name, told);
    } else if (steps[step].equals("*")) {
      children(at, name, child -> walk(child, step + 1, name, told));
    } else {
      boolean last = step == steps.length - 1 && !steps[step].equals("value");
      step(name, last ? steps[step] : "", () -> walk(at.path(steps[step]), step + 1, name, told));
    }
  }

  private static void below(JsonNode at, Deque<String> name, BiConsumer<String, JsonNode> told) {
    if (at.isContainerNode()) {
      children(at, name, child -> below(child, name, told));
    } else if (!at.isMissingNode() && !at.isNull()) {
      told.accept(String.join("/", name), at);
    }
  }

  /** What is done with a child while its name stands at the end. */
  @FunctionalInterface
  private interface Step {
    void into(JsonNode child);
  }

  private static void children(JsonNode at, Deque<String> name, Step each) {
    if (at.isObject()) {
      for (Iterator<Map.Entry<String, JsonNode>> i = at.fields(); i.hasNext(); ) {
        Map.Entry<String, JsonNode> field = i.next();
        step(name, field.getKey(), () -> each.into(field.getValue()));
      }
    } else if (at.isArray()) {
      for (int i = 0; i < at.size(); i++) {
        JsonNode element = at.get(i);
        step(name, label(element, i), () -> each.into(element));
      }
    }
  }

  private static void step(Deque<String> name, String part, Runnable deeper) {
    if (part.isEmpty()) {
      deeper.run();
      return;
    }
    name.addLast(part);
    deeper.run();
    name.removeLast();
  }

  private static String label(JsonNode element, int index) {
    for (String field : NAMES) {
      JsonNode value = element.path(field);
      if (value.isTextual() && !value.asText().isBlank()) {
        String label = value.asText();
        return label.length() > LONGEST_NAME ? label.substring(0, LONGEST_NAME) : label;
      }
    }
    return Integer.toString(index);
  }

  /** Returns the text that it was made of. */
  @Override
  public String toString() {
    return text;
  }
}
