package dev.rekey.rotation;

import java.util.ArrayList;
import java.util.List;

/**
 * What would keep a planned call from being made, as far as looking tells.
 *
 * @param blockers what surely would, each with its fix
 * @param unknowns what could not be found out, in sentences
 */
public record Obstacles(List<Blocker> blockers, List<String> unknowns) {
  /** Nothing stands in the way, and nothing is unknown. */
  public static final Obstacles NONE = new Obstacles(List.of(), List.of());

  /** Copies the lists. */
  public Obstacles {
    blockers = List.copyOf(blockers);
    unknowns = List.copyOf(unknowns);
  }

  /** Returns one blocker. */
  public static Obstacles blocked(Blocker.Kind kind, String problem, String fix) {
    return new Obstacles(List.of(new Blocker(kind, problem, fix)), List.of());
  }

  /** Returns one thing that is not known, as a sentence. */
  public static Obstacles unknown(String sentence) {
    return new Obstacles(List.of(), List.of(sentence));
  }

  /** Returns both, these first, and what both say once. */
  public Obstacles and(Obstacles more) {
    return new Obstacles(joined(blockers, more.blockers), joined(unknowns, more.unknowns));
  }

  private static <T> List<T> joined(List<T> first, List<T> second) {
    List<T> joined = new ArrayList<>(first);
    second.stream().filter(one -> !first.contains(one)).forEach(joined::add);
    return joined;
  }
}
