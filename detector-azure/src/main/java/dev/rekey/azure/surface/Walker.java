package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.AzureResource;
import dev.rekey.azure.AzureTenant;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal;
import java.util.function.Function;

/** Reads of a resource what no description as data can say. Thread-safe: many resources have one. */
interface Walker {
  /** Hands out all of it. */
  void walk(Stop stop) throws InterruptedException;

  /** Whether it hands out what has an address. */
  boolean owns(String address);

  /** Hands out what has an address again. */
  void again(Stop stop, String address) throws InterruptedException;

  /**
   * A resource that is visited.
   *
   * @param shown the resource as the list showed it
   * @param contexts makes a context of who can read a content
   */
  record Stop(
      AzureTenant tenant,
      AzureResource resource,
      JsonNode shown,
      Hand hand,
      Function<Signal, AssetContext> contexts) {
    String id() {
      return resource.id().toString();
    }
  }
}
