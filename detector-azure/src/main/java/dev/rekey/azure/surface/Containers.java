package dev.rekey.azure.surface;

import dev.rekey.azure.AzureResource;
import dev.rekey.azure.ResourceId;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What resources are in: the tags of their groups and subscriptions. Thread-safe. */
final class Containers {
  private final Map<String, Map<String, String>> tags = new ConcurrentHashMap<>();
  private final Map<String, String> names = new ConcurrentHashMap<>();

  /** What one resource is in. */
  record Around(
      Map<String, String> groupTags,
      Map<String, String> subscriptionTags,
      String subscriptionName) {
    static final Around NOTHING = new Around(Map.of(), Map.of(), "");
  }

  void add(AzureResource container) {
    if (!container.tags().isEmpty()) {
      tags.put(container.id().key(), container.tags());
    }
  }

  void named(String subscription, String name) {
    names.put(subscription.toLowerCase(Locale.ROOT), name);
  }

  Around around(ResourceId id) {
    String subscription = id.subscription().toLowerCase(Locale.ROOT);
    return new Around(
        tags.getOrDefault(id.group().toLowerCase(Locale.ROOT), Map.of()),
        tags.getOrDefault("/subscriptions/" + subscription, Map.of()),
        names.getOrDefault(subscription, ""));
  }
}
