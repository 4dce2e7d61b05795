package dev.rekey.detect.exposure;

import java.util.Objects;

/**
 * What surrounds a content: which resource it belongs to, and how much that matters.
 *
 * @param tenant the tenant of the resource, or empty outside a cloud
 * @param resource the id of the resource, or empty outside a cloud
 * @param production whether it serves production
 * @param publiclyReachable whether it can be reached from the internet
 * @param widelyReadable whether more people than its operators can read the content
 */
public record AssetContext(
    String tenant,
    String resource,
    Signal production,
    Signal publiclyReachable,
    Signal widelyReadable) {
  /** Checks that nothing is null. */
  public AssetContext {
    Objects.requireNonNull(tenant, "tenant");
    Objects.requireNonNull(resource, "resource");
    Objects.requireNonNull(production, "production");
    Objects.requireNonNull(publiclyReachable, "publiclyReachable");
    Objects.requireNonNull(widelyReadable, "widelyReadable");
  }

  /** Returns the context of a content of which only the reason is known why nothing is. */
  public static AssetContext unknown(String reason) {
    Signal unknown = Signal.unknown(reason);
    return new AssetContext("", "", unknown, unknown, unknown);
  }
}
