package dev.rekey.azure;

import dev.rekey.azure.text.PlainText;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The id of a resource: {@code
 * /subscriptions/{s}/resourceGroups/{g}/providers/{namespace}/{type}/{name}}, with further pairs of
 * type and name for what is inside another resource; or of what resources are in: a subscription
 * {@code /subscriptions/{s}}, a resource group, or a management group {@code
 * /providers/Microsoft.Management/managementGroups/{m}}.
 *
 * <p>Immutable. Letter case says nothing in Azure, and ARM and Resource Graph differ in it: two ids
 * are equal without regard to it, {@link #key} is the same for equal ids, and {@link #toString} is
 * the id as it was written.
 */
public final class ResourceId {
  private static final String SUBSCRIPTION = "Microsoft.Resources/subscriptions";
  private static final String GROUP = SUBSCRIPTION + "/resourceGroups";

  private final String text;
  private final List<String> parts;

  private ResourceId(String text, List<String> parts) {
    this.text = text;
    this.parts = parts;
  }

  /**
   * Returns the id that a text is, of a resource in a resource group.
   *
   * @throws IllegalArgumentException if it is none; the message holds the start of the text, without
   *     control characters
   */
  public static ResourceId parse(String text) {
    List<String> parts = parts(text);
    if (parts.size() < 8 || !isGroup(parts) || !isResource(parts, 4)) {
      throw new IllegalArgumentException("not the id of a resource in a resource group, which is"
          + " /subscriptions/…/resourceGroups/…/providers/…/type/name: "
          + PlainText.of(text, 200));
    }
    return new ResourceId(text, parts);
  }

  /**
   * Returns the id that a text is: of a resource, wherever it is, or of a subscription, resource group
   * or management group.
   *
   * @throws IllegalArgumentException if it is none; the message holds the start of the text, without
   *     control characters
   */
  public static ResourceId of(String text) {
    List<String> parts = parts(text);
    int size = parts.size();
    boolean id = isSubscription(parts)
        ? size == 2
            || isResource(parts, 2)
            || (isGroup(parts) && (size == 4 || isResource(parts, 4)))
        : isResource(parts, 0);
    if (!id) {
      throw new IllegalArgumentException(
          "not the id of a resource, nor of a subscription or group of them: "
              + PlainText.of(text, 200));
    }
    return new ResourceId(text, parts);
  }

  private static List<String> parts(String text) {
    ArmPath.encode(text);
    return List.of(text.substring(1).split("/", -1));
  }

  private static boolean isSubscription(List<String> parts) {
    return parts.size() >= 2
        && parts.get(0).equalsIgnoreCase("subscriptions")
        && !parts.get(1).isEmpty();
  }

  private static boolean isGroup(List<String> parts) {
    return isSubscription(parts)
        && parts.size() >= 4
        && parts.get(2).equalsIgnoreCase("resourceGroups")
        && !parts.get(3).isEmpty();
  }

  /** Whether {@code providers/{namespace}/{type}/{name}} and further pairs start at a part. */
  private static boolean isResource(List<String> parts, int at) {
    return parts.size() >= at + 4
        && (parts.size() - at) % 2 == 0
        && parts.get(at).equalsIgnoreCase("providers")
        && parts.stream().noneMatch(String::isEmpty);
  }

  /** Returns the id of the subscription, or an empty text where it is in none. */
  public String subscription() {
    return isSubscription(parts) ? parts.get(1) : "";
  }

  /** Returns the name of the resource group, or an empty text where it is in none. */
  public String resourceGroup() {
    return isGroup(parts) ? parts.get(3) : "";
  }

  /** Returns the type with its namespace, for example {@code Microsoft.Web/sites/slots}. */
  public String type() {
    int at = isGroup(parts) ? 4 : isSubscription(parts) ? 2 : 0;
    if (parts.size() == at) {
      return at == 4 ? GROUP : SUBSCRIPTION;
    }
    StringBuilder type = new StringBuilder(parts.get(at + 1));
    for (int i = at + 2; i < parts.size(); i += 2) {
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

  /**
   * Returns the id of the scope {@code /subscriptions/…/resourceGroups/…}, or an empty text where it is
   * in none.
   */
  public String group() {
    return isGroup(parts) ? "/" + String.join("/", parts.subList(0, 4)) : "";
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
