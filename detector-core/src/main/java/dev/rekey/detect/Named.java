package dev.rekey.detect;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Checks or suppressors by the names that rules call them: those that come with Rekey, each made when
 * it is first asked for, and those that were added.
 *
 * <p>To make all that come with Rekey, dozens with their patterns, would take a fresh JVM as long as
 * to load all rules; a text meets the names of a few.
 *
 * <p>Immutable and thread-safe: of threads that come first together, all get the same.
 */
final class Named<T> {
  private final Maker<T> maker;
  private final Map<String, T> added;

  /** What the maker has made, shared by all that came of one start. */
  private final ConcurrentMap<String, T> made;

  private Named(Maker<T> maker, Map<String, T> added, ConcurrentMap<String, T> made) {
    this.maker = maker;
    this.added = added;
    this.made = made;
  }

  /** Makes what comes with Rekey. */
  interface Maker<T> {
    /** Returns the names of all. */
    List<String> names();

    /** Makes the one of a name, which is among the names. */
    T make(String name);
  }

  /** Returns what a maker makes, and nothing else. */
  static <T> Named<T> by(Maker<T> maker) {
    return new Named<>(maker, Map.of(), new ConcurrentHashMap<>());
  }

  /** Returns these and one more, which may replace one. */
  Named<T> plus(String name, T one) {
    Map<String, T> more = new HashMap<>(added);
    more.put(name, one);
    return new Named<>(maker, Map.copyOf(more), made);
  }

  /**
   * Returns the one of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  T get(String name) {
    T one = added.get(name);
    one = one == null ? made.get(name) : one;
    if (one != null) {
      return one;
    }
    if (!maker.names().contains(name)) {
      throw new IllegalArgumentException("nothing is named " + name);
    }
    T fresh = maker.make(name);
    T first = made.putIfAbsent(name, fresh);
    return first == null ? fresh : first;
  }

  /** Returns the names, sorted. */
  Collection<String> names() {
    Set<String> all = new TreeSet<>(maker.names());
    all.addAll(added.keySet());
    return all;
  }

  /** Returns whether all of the others, which began with the same, are here unchanged. */
  boolean holdsAllOf(Named<T> others) {
    for (String name : added.keySet()) {
      if (maker.names().contains(name) && !others.added.containsKey(name)) {
        return false;
      }
    }
    return added.entrySet().containsAll(others.added.entrySet());
  }

  boolean has(String name) {
    return added.containsKey(name) || maker.names().contains(name);
  }
}
