package dev.rekey.azure.surface;

import dev.rekey.detect.exposure.Signal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * A type of resource, and what of it is read: data, which a few lines describe.
 *
 * <pre>{@code
 * ResourceKind.of("Microsoft.Automation/automationAccounts", "2023-11-01")
 *     .reads(Reading.list("variables").together().values(Decoding.JSON, "/properties/value"))
 *     .reachable(Clue.at("/properties/publicNetworkAccess").is("false").no())
 *     .build()
 * }</pre>
 *
 * <p>Beside resources in groups, these are types: {@code Microsoft.Resources/subscriptions}, {@code
 * Microsoft.Resources/subscriptions/resourceGroups}, {@code Microsoft.Management/managementGroups};
 * what is read of them stands below {@code providers/}, as {@code
 * providers/Microsoft.Resources/deployments}.
 *
 * <p>Immutable and thread-safe.
 */
public final class ResourceKind {
  private static final Pattern TYPE = Pattern.compile("[A-Za-z0-9.]+(/[A-Za-z0-9]+)+");

  private final String type;
  private final String apiVersion;
  private final String group;
  private final List<Reading> readings;
  private final List<Clue> reachable;

  private ResourceKind(Builder from) {
    type = from.type;
    apiVersion = from.apiVersion;
    group = from.group;
    readings = List.copyOf(from.readings);
    reachable = List.copyOf(from.reachable);
  }

  /**
   * Starts a kind.
   *
   * @param type with its namespace, for example {@code Microsoft.Web/sites/slots}
   * @param apiVersion that of its reads, unless one has another
   * @throws IllegalArgumentException if the type is none
   */
  public static Builder of(String type, String apiVersion) {
    if (!TYPE.matcher(type).matches()) {
      throw new IllegalArgumentException(
          "a type has a namespace, as Microsoft.Web/sites, not: " + type);
    }
    return new Builder(type, Objects.requireNonNull(apiVersion, "apiVersion"));
  }

  /** Returns the type as it was written; letter case says nothing. */
  public String type() {
    return type;
  }

  /** Returns under what it stands in reports, for example {@code Automation}. */
  public String group() {
    return group;
  }

  /**
   * Returns the actions that it needs, in order: to be seen at all, and those of its reads. What has no
   * namespace is a role of the service's own.
   */
  public Set<String> permissions() {
    Set<String> all = new TreeSet<>(Set.of(type + "/read"));
    readings.forEach(reading -> collect(reading, type, all));
    return all;
  }

  private static void collect(Reading reading, String type, Set<String> into) {
    if (reading.verb() != Reading.Verb.SHOWN) {
      into.add(reading.permissionOf(type));
    }
    reading.nested().forEach(nested -> collect(nested, reading.below(type), into));
  }

  /** Returns it with a read in a way of its own, last and in place of others of that path. */
  ResourceKind with(Reading own) {
    Builder builder = new Builder(type, apiVersion);
    builder.group = group;
    readings.stream()
        .filter(reading -> !reading.path().equals(own.path()))
        .forEach(builder.readings::add);
    builder.readings.add(own);
    builder.reachable.addAll(reachable);
    return builder.build();
  }

  String apiVersion() {
    return apiVersion;
  }

  List<Reading> readings() {
    return readings;
  }

  List<Clue> reachable() {
    return reachable;
  }

  /** Returns the type. */
  @Override
  public String toString() {
    return type;
  }

  /** Collects what a kind is. Not thread-safe. */
  public static final class Builder {
    private final String type;
    private final String apiVersion;
    private final List<Reading> readings = new ArrayList<>();
    private final List<Clue> reachable = new ArrayList<>();
    private String group = "Others";

    private Builder(String type, String apiVersion) {
      this.type = type;
      this.apiVersion = apiVersion;
    }

    /** Sets under what it stands in reports; {@code Others} if not set. */
    public Builder group(String name) {
      group = Objects.requireNonNull(name, "name");
      return this;
    }

    /** Adds reads, which are made in this order. Those that may tell the environment come first. */
    public Builder reads(Reading... each) {
      readings.addAll(List.of(each));
      return this;
    }

    /** Adds clues to whether it can be reached from the internet; the first that is there decides. */
    public Builder reachable(Clue... clues) {
      reachable.addAll(List.of(clues));
      return this;
    }

    /** Adds that it can be reached from the internet, or not, for a reason, if no clue says more. */
    public Builder reachable(Signal otherwise) {
      reachable.add(Clue.otherwise(otherwise));
      return this;
    }

    /** Returns the kind. */
    public ResourceKind build() {
      return new ResourceKind(this);
    }
  }
}
