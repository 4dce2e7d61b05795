package dev.rekey.azure.surface;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which resources are read: those that meet every part of it that is set. Immutable; names are compared
 * without regard to letter case.
 *
 * @param managementGroups ids of management groups, in which, at any depth, the subscriptions must be;
 *     empty is anywhere
 * @param subscriptions ids of subscriptions; empty is all that the caller sees
 * @param resourceGroups names of resource groups; empty is all
 * @param types types of resources; empty is all
 * @param tags tags that a resource must have, with these values
 */
public record SurfaceFilter(
    Set<String> managementGroups,
    Set<String> subscriptions,
    Set<String> resourceGroups,
    Set<String> types,
    Map<String, String> tags) {
  /** Everything that the caller sees. */
  public static final SurfaceFilter ALL =
      new SurfaceFilter(Set.of(), Set.of(), Set.of(), Set.of(), Map.of());

  private static final String GUID = "[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}";

  /**
   * Copies the parts.
   *
   * @throws IllegalArgumentException if the id of a subscription is no GUID
   */
  public SurfaceFilter {
    managementGroups = lower(managementGroups);
    subscriptions = lower(subscriptions);
    resourceGroups = lower(resourceGroups);
    types = lower(types);
    tags = Map.copyOf(tags);
    for (String id : subscriptions) {
      if (!id.matches(GUID)) {
        throw new IllegalArgumentException("the id of a subscription is a GUID");
      }
    }
  }

  private static Set<String> lower(Collection<String> names) {
    return names.stream()
        .map(name -> name.toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns it for what is below these management groups only. */
  public SurfaceFilter managementGroups(String... ids) {
    return new SurfaceFilter(Set.of(ids), subscriptions, resourceGroups, types, tags);
  }

  /** Returns it for these subscriptions only. */
  public SurfaceFilter subscriptions(String... ids) {
    return new SurfaceFilter(managementGroups, Set.of(ids), resourceGroups, types, tags);
  }

  /** Returns it for resource groups of these names only. */
  public SurfaceFilter resourceGroups(String... names) {
    return new SurfaceFilter(managementGroups, subscriptions, Set.of(names), types, tags);
  }

  /** Returns it for resources of these types only. */
  public SurfaceFilter types(String... names) {
    return new SurfaceFilter(managementGroups, subscriptions, resourceGroups, Set.of(names), tags);
  }

  /** Returns it for resources only that have a tag with this value. */
  public SurfaceFilter tag(String name, String value) {
    Map<String, String> more = new TreeMap<>(tags);
    more.put(name, value);
    return new SurfaceFilter(managementGroups, subscriptions, resourceGroups, types, more);
  }

  /** The conditions on resources in the Kusto query language, each a stage. */
  String kusto() {
    StringBuilder stages = new StringBuilder();
    if (!types.isEmpty()) {
      stages.append(" | where type in~ ").append(list(types));
    }
    if (!resourceGroups.isEmpty()) {
      stages.append(" | where resourceGroup in~ ").append(list(resourceGroups));
    }
    new TreeMap<>(tags)
        .forEach((name, value) -> stages
            .append(" | where tags[")
            .append(quoted(name))
            .append("] =~ ")
            .append(quoted(value)));
    return stages.toString();
  }

  private static String list(Set<String> names) {
    return new TreeSet<>(names)
        .stream().map(SurfaceFilter::quoted).collect(Collectors.joining(", ", "(", ")"));
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("'");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ') {
        throw new IllegalArgumentException("a name in a filter has no control characters");
      }
      quoted.append(c == '\\' || c == '\'' ? "\\" : "").append(c);
    }
    return quoted.append('\'').toString();
  }

  /** Whether containers are read: they have no types of resources, and a filter by tags is about these. */
  boolean wants(String type) {
    return types.isEmpty() || types.contains(type.toLowerCase(Locale.ROOT));
  }

  /** A text that is the same for equal filters. */
  String words() {
    return new TreeSet<>(managementGroups)
        + "|"
        + new TreeSet<>(subscriptions)
        + "|"
        + new TreeSet<>(resourceGroups)
        + "|"
        + new TreeSet<>(types)
        + "|"
        + new TreeMap<>(tags);
  }
}
