package dev.rekey.azure.surface;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The kinds of resources that are read, at most one for each type. Immutable and thread-safe; in the
 * order of their types.
 */
public final class ResourceKinds {
  private final Map<String, ResourceKind> byType;

  private ResourceKinds(Map<String, ResourceKind> byType) {
    this.byType = byType;
  }

  /** Returns the kinds that Rekey knows. */
  public static ResourceKinds builtIn() {
    return NONE.plus(BuiltInKinds.all());
  }

  private static final ResourceKinds NONE = new ResourceKinds(Map.of());

  /**
   * Returns only these kinds.
   *
   * @throws IllegalArgumentException if two are of one type
   */
  public static ResourceKinds of(ResourceKind... kinds) {
    return NONE.plus(List.of(kinds));
  }

  /**
   * Returns these kinds and one more.
   *
   * @throws IllegalArgumentException if its type is among them; {@link #without} takes that out first
   */
  public ResourceKinds plus(ResourceKind kind) {
    return plus(List.of(kind));
  }

  /**
   * Returns these kinds and more.
   *
   * @throws IllegalArgumentException if two are of one type
   */
  public ResourceKinds plus(Collection<ResourceKind> kinds) {
    Map<String, ResourceKind> all = new TreeMap<>(byType);
    for (ResourceKind kind : kinds) {
      if (all.put(key(kind.type()), kind) != null) {
        throw new IllegalArgumentException(
            "there are two kinds of the type " + kind.type() + "; take one out by without()");
      }
    }
    return new ResourceKinds(all);
  }

  /** Returns these kinds with the blobs of storage accounts. */
  ResourceKinds withBlobs(BlobWalk.Sampled sampled) {
    ResourceKind account = of(BlobWalk.TYPE)
        .orElseGet(() -> ResourceKind.of(BlobWalk.TYPE, "2023-05-01")
            .group("Storage")
            .reachable(BuiltInKinds.openUnlessDisabled())
            .build());
    return without(BlobWalk.TYPE).plus(account.with(sampled.reading()));
  }

  /** Returns these kinds without those of some types. */
  public ResourceKinds without(String... types) {
    Map<String, ResourceKind> rest = new TreeMap<>(byType);
    for (String type : types) {
      rest.remove(key(type));
    }
    return new ResourceKinds(rest);
  }

  /** Returns these kinds as far as they are of some types. */
  public ResourceKinds only(String... types) {
    Map<String, ResourceKind> some = new TreeMap<>();
    for (String type : types) {
      Optional.ofNullable(byType.get(key(type))).ifPresent(kind -> some.put(key(type), kind));
    }
    return new ResourceKinds(some);
  }

  /** Returns the kind of a type, letter case aside, if there is one. */
  public Optional<ResourceKind> of(String type) {
    return Optional.ofNullable(byType.get(key(type)));
  }

  /** Whether what is of a type is read: by a kind of its own, or as items of what it is in. */
  boolean cover(String type) {
    int slash = type.lastIndexOf('/');
    return of(type).isPresent()
        || of(type.substring(0, slash))
            .filter(in -> in.readings().stream()
                .anyMatch(reading -> reading.path().equalsIgnoreCase(type.substring(slash + 1))))
            .isPresent();
  }

  /** Returns all of them in the order of their types. */
  public List<ResourceKind> all() {
    return new ArrayList<>(byType.values());
  }

  /** Returns the actions that all reads need, in order. */
  public Set<String> permissions() {
    Set<String> all = new TreeSet<>();
    byType.values().forEach(kind -> all.addAll(kind.permissions()));
    return all;
  }

  private static String key(String type) {
    return type.toLowerCase(Locale.ROOT);
  }

  /** Returns how many there are. */
  @Override
  public String toString() {
    return byType.size() + " kinds";
  }
}
