package dev.rekey.simulator;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Defensive copies that keep the order in which a scenario was written. */
final class Copies {
  private Copies() {}

  static <V> Map<String, V> map(@Nullable Map<String, V> from) {
    return from == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(from));
  }

  static <V> List<V> list(@Nullable List<V> from) {
    return from == null ? List.of() : List.copyOf(from);
  }

  static Set<String> set(@Nullable Set<String> from) {
    return from == null ? Set.of() : Collections.unmodifiableSet(new LinkedHashSet<>(from));
  }

  /** Copies JSON values all the way down; null is one of them. */
  @SuppressWarnings(
      "NullAway") // A map or list of JSON may hold nulls, which no other one here does.
  static Map<String, Object> documents(@Nullable Map<String, Object> from) {
    if (from == null || from.isEmpty()) {
      return Map.of();
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    from.forEach((key, value) -> copy.put(key, json(value)));
    return Collections.unmodifiableMap(copy);
  }

  @SuppressWarnings("NullAway")
  private static @Nullable Object json(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, inner) -> copy.put(key, json(inner)));
      return Collections.unmodifiableMap(copy);
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>();
      list.forEach(inner -> copy.add(json(inner)));
      return Collections.unmodifiableList(copy);
    }
    return value;
  }

  static <V> Map<String, V> plus(Map<String, V> from, String key, V value) {
    Map<String, V> copy = new LinkedHashMap<>(from);
    copy.put(key, value);
    return copy;
  }

  static <V> List<V> plus(List<V> from, V value) {
    List<V> copy = new ArrayList<>(from);
    copy.add(value);
    return List.copyOf(copy);
  }

  static String text(@Nullable String from) {
    return from == null ? "" : from;
  }

  static String named(String what, @Nullable String name, String pattern) {
    if (name == null || !name.matches(pattern)) {
      throw new IllegalArgumentException(
          "A " + what + " must be named " + pattern + ", not '" + name + "'");
    }
    return name;
  }
}
