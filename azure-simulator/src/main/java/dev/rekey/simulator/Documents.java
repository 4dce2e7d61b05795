package dev.rekey.simulator;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a place in the simulated Azure answers, by path below it in any letter case. Guarded by the
 * {@link World}'s lock.
 */
final class Documents {
  private final Map<String, Object> byPath = new HashMap<>();

  void put(String path, Object json) {
    byPath.put(path.toLowerCase(Locale.ROOT), json);
  }

  Optional<Object> at(List<String> path) {
    return byPath.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(byPath.get(String.join("/", path).toLowerCase(Locale.ROOT)));
  }

  /** The members of a list, if there is one. */
  List<?> list(List<String> path) {
    return at(path).filter(List.class::isInstance).map(List.class::cast).orElse(List.of());
  }

  Set<String> paths() {
    return byPath.keySet();
  }
}
