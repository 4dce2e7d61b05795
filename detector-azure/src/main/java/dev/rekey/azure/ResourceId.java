package dev.rekey.azure;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The id of a resource in a resource group: {@code
 * /subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}}, with further pairs of
 * type and name for what is inside another resource.
 *
 * <p>Immutable. Letter case says nothing in Azure, and ARM and Resource Graph differ in it: two ids
 * are equal without regard to it, {@link #key} is the same for equal ids, and {@link #toString} is
 * the id as it was written.
 */
public final class ResourceId {
  private final String text;
  private final List<String> parts;

  private ResourceId(String text, List<String> parts) {
    this.text = text;
    this.parts = parts;
  }

  /**
   * Returns the id that a text is.
   *
   * @throws IllegalArgumentException if it is none; the message holds the start of the text, without
   *     control characters
   */
  public static ResourceId parse(String text) {
    ArmPath.encode(text);
    List<String> parts = List.of(text.substring(1).split("/", -1));
    boolean id = parts.size() >= 8
        && parts.size() % 2 == 0
        && parts.get(0).equalsIgnoreCase("subscriptions")
        && parts.get(2).equalsIgnoreCase("resourceGroups")
        && parts.get(4).equalsIgnoreCase("providers")
        && parts.stream().noneMatch(String::isEmpty);
    if (!id) {
      throw new IllegalArgumentException("not the id of a resource in a resource group, which is"
          + " /subscriptions/…/resourceGroups/…/providers/…/type/name: "
          + PlainText.of(text, 200));
    }
    return new ResourceId(text, parts);
  }

  /** Returns the id of the subscription. */
  public String subscription() {
    return parts.get(1);
  }

  /** Returns the name of the resource group. */
  public String resourceGroup() {
    return parts.get(3);
  }

  /** Returns the type with its namespace, for example {@code Microsoft.Web/sites/slots}. */
  public String type() {
    StringBuilder type = new StringBuilder(parts.get(5));
    for (int i = 6; i < parts.size(); i += 2) {
      type.append('/').append(parts.get(i));
    }
    return type.toString();
  }

  /** Returns whether the resource is of a type, without regard to letter case. */
  public boolean isOf(String type) {
    return type().equalsIgnoreCase(type);
  }

  /** Returns the last name, for example that of the slot. */
  public String name() {
    return parts.get(parts.size() - 1);
  }

  /** Returns the id of the scope {@code /subscriptions/…/resourceGroups/…}. */
  public String group() {
    return "/" + String.join("/", parts.subList(0, 4));
  }

  /**
   * Returns the id of the resource that this one is inside of.
   *
   * @throws IllegalArgumentException if it is inside of none
   */
  public ResourceId parent() {
    return parse("/" + String.join("/", parts.subList(0, parts.size() - 2)));
  }

  /**
   * Returns the id of something inside this resource.
   *
   * @throws IllegalArgumentException if type or name can't be part of an id
   */
  public ResourceId child(String type, String name) {
    if (type.indexOf('/') >= 0 || name.indexOf('/') >= 0) {
      throw new IllegalArgumentException("a type and a name have no slash");
    }
    return parse(text + "/" + type + "/" + name);
  }

  /** Returns the id in lower case: equal for equal ids, for maps and comparisons. */
  public String key() {
    return text.toLowerCase(Locale.ROOT);
  }

  /** Compares without regard to letter case. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ResourceId id && key().equals(id.key());
  }

  @Override
  public int hashCode() {
    return key().hashCode();
  }

  /** Returns the id as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
