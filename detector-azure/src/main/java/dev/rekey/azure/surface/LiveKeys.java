package dev.rekey.azure.surface;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.AzureResource;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.ResourceGraph;
import dev.rekey.azure.Subscriptions;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The keys that services give out by design, by their fingerprints: to recognise which live key a value
 * is that was found somewhere. They are no exposures, and their values are not kept.
 *
 * <p>Reading them needs actions that see every secret of an account, and is written down in its activity
 * log: nothing else in this package does it. Immutable and thread-safe.
 */
public final class LiveKeys {
  /** What lists keys: the type, its api-version, the call below the resource, and where keys are. */
  private record Lister(String type, String apiVersion, String path, String pointer) {}

  private static final List<Lister> LISTERS = List.of(
      new Lister("Microsoft.Storage/storageAccounts", "2023-05-01", "listKeys", "/keys/*/value"),
      new Lister("Microsoft.DocumentDB/databaseAccounts", "2024-05-15", "listKeys", "/*"),
      new Lister("Microsoft.Cache/Redis", "2024-11-01", "listKeys", "/*"),
      new Lister("Microsoft.CognitiveServices/accounts", "2023-05-01", "listKeys", "/*"),
      new Lister("Microsoft.Search/searchServices", "2023-11-01", "listAdminKeys", "/*"),
      new Lister("Microsoft.SignalRService/SignalR", "2023-02-01", "listKeys", "/*"),
      new Lister("Microsoft.Batch/batchAccounts", "2024-02-01", "listKeys", "/*"),
      new Lister("Microsoft.Devices/IotHubs", "2023-06-30", "listkeys", "/value/*/primaryKey"),
      new Lister("Microsoft.Devices/IotHubs", "2023-06-30", "listkeys", "/value/*/secondaryKey"),
      new Lister(
          "Microsoft.AppConfiguration/configurationStores",
          "2023-03-01",
          "ListKeys",
          "/value/*/value"));

  private final Map<Fingerprint, LiveKey> keys;
  private final Map<String, Outcome> gaps;

  private LiveKeys(Map<Fingerprint, LiveKey> keys, Map<String, Outcome> gaps) {
    this.keys = Map.copyOf(keys);
    this.gaps = Map.copyOf(gaps);
  }

  /**
   * A key that opens something now.
   *
   * @param resource the id of whose it is
   * @param name what the service calls it, for example {@code key1}
   */
  public record LiveKey(String resource, String name) {
    /** Checks that nothing is null. */
    public LiveKey {
      Objects.requireNonNull(resource, "resource");
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * Reads the keys of all resources that the caller sees and may list keys of.
   *
   * @param fingerprints the key under which findings are fingerprinted
   * @throws IOException if the resources can't be listed; the message says what to do
   */
  public static LiveKeys of(AzureTenant tenant, FingerprintKey fingerprints) throws IOException {
    Map<Fingerprint, LiveKey> keys = new HashMap<>();
    Map<String, Outcome> gaps = new TreeMap<>();
    try {
      List<String> subscriptions = Subscriptions.in(tenant.arm()).enabled().stream()
          .map(Subscriptions.Subscription::id)
          .toList();
      String[] types = LISTERS.stream().map(Lister::type).distinct().toArray(String[]::new);
      Iterator<JsonNode> rows = ResourceGraph.in(tenant.arm())
          .rows(
              "Resources" + SurfaceFilter.ALL.types(types).kusto()
                  + " | project id, name, type | order by id asc",
              subscriptions);
      while (rows.hasNext()) {
        AzureResource resource = AzureResource.of(rows.next());
        for (Lister lister : LISTERS) {
          if (resource.id().isOf(lister.type())) {
            read(tenant, resource, lister, fingerprints, keys, gaps);
          }
        }
      }
    } catch (ArmException refused) {
      throw new IOException(Visit.message(refused), refused);
    }
    return new LiveKeys(keys, gaps);
  }

  private static void read(
      AzureTenant tenant,
      AzureResource resource,
      Lister lister,
      FingerprintKey fingerprints,
      Map<Fingerprint, LiveKey> keys,
      Map<String, Outcome> gaps) {
    String id = resource.id().toString();
    try {
      JsonNode answer = tenant.arm().postRead(id + "/" + lister.path(), lister.apiVersion());
      Pointer.of(lister.pointer()).each(answer, (name, value) -> {
        if (value.isTextual() && value.asText().length() >= 16) {
          try (Secret secret = Secret.of(value.asText())) {
            keys.putIfAbsent(
                fingerprints.fingerprint(secret), new LiveKey(id, shown(answer, name)));
          }
        }
      });
    } catch (ArmException refused) {
      gaps.put(
          id,
          refused.isForbidden()
              ? new Outcome.Refused(lister.type() + "/" + lister.path() + "/action")
              : new Outcome.Failed(Visit.message(refused)));
    }
  }

  /** Storage calls a key by {@code keyName}, IoT Hub by {@code keyName} of a policy. */
  private static String shown(JsonNode answer, String name) {
    String first = name.contains("/") ? name.substring(0, name.indexOf('/')) : name;
    if (!first.matches("[0-9]+")) {
      return name;
    }
    JsonNode list = answer.has("keys") ? answer.path("keys") : answer.path("value");
    String called = list.path(Integer.parseInt(first)).path("keyName").asText("");
    return called.isEmpty() ? name : called + name.substring(first.length());
  }

  /** Returns the live key that has a fingerprint, if one has. */
  public Optional<LiveKey> of(Fingerprint fingerprint) {
    return Optional.ofNullable(keys.get(fingerprint));
  }

  /** Returns how many keys are known. */
  public int size() {
    return keys.size();
  }

  /** Returns the resources whose keys could not be listed, and why. */
  public Map<String, Outcome> gaps() {
    return gaps;
  }

  /** Shows how many keys are known. */
  @Override
  public String toString() {
    return keys.size() + " live keys";
  }
}
