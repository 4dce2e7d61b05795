package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** A storage account: two keys, their ages, its properties and its blobs. */
final class StorageAsset extends Asset {
  /** Since when the management plane says how old a key is. */
  private static final String KEY_TIMES_SINCE = "2021-01-01";

  private final Clock clock;
  private final RandomGenerator random;
  private final String sku;
  private final int oldKeyUses;
  private final boolean dataPlane;
  private final ObjectNode properties = Json.object();
  private final NavigableMap<String, Blob> blobs = new TreeMap<>();
  private final NavigableMap<String, Container> containers = new TreeMap<>();
  private int changes;
  private final Instant created;
  private final Key[] keys = new Key[2];
  private final List<Retired> retired = new ArrayList<>();
  private String endpoint;
  private Optional<WorkspaceAsset> logs = Optional.empty();

  /**
   * A container.
   *
   * @param publicAccess {@code blob}, {@code container}, or empty
   */
  record Container(String name, String publicAccess, Instant modified, String etag) {}

  /** A blob; each change makes another. */
  static final class Blob {
    private final byte[] content;
    private final Instant created;
    private final Instant modified;
    private final String etag;
    private final int blocks;

    private Blob(byte[] content, Instant created, Instant modified, String etag, int blocks) {
      this.content = content;
      this.created = created;
      this.modified = modified;
      this.etag = etag;
      this.blocks = blocks;
    }

    /** What it holds, not to be written to. */
    byte[] content() {
      return content;
    }

    Instant created() {
      return created;
    }

    Instant modified() {
      return modified;
    }

    /** Its mark, without the quotes that headers put around it. */
    String etag() {
      return etag;
    }

    /** How often an append blob was appended to; 0 for a block blob. */
    int blocks() {
      return blocks;
    }

    String type() {
      return blocks > 0 ? "AppendBlob" : "BlockBlob";
    }
  }

  /** A key that is live now. */
  private record Key(String value, Instant since) {}

  /** A key that was replaced, and how often the data plane still takes it. */
  private static final class Retired {
    private final String slot;
    private final String value;
    private int uses;

    Retired(String slot, String value, int uses) {
      this.slot = slot;
      this.value = value;
      this.uses = uses;
    }
  }

  StorageAsset(
      String subscription,
      Scenario.ResourceGroup group,
      Resource.StorageAccount from,
      Clock clock,
      RandomGenerator random) {
    super(subscription, group, from, from.kind().isEmpty() ? "StorageV2" : from.kind());
    this.clock = clock;
    this.random = random;
    this.sku = from.sku().isEmpty() ? "Standard_LRS" : from.sku();
    this.oldKeyUses = from.oldKeyUses();
    this.dataPlane = !from.noDataPlane();
    this.endpoint = "https://" + from.name() + ".blob.core.windows.net/";
    this.created = Ticks.floor(clock.instant());
    from.publicContainers()
        .forEach((name, access) -> containers.put(name, container(name, access)));
    Arrays.setAll(keys, i -> new Key(IdentifiableKey.storage(random), created));
    ObjectNode acls = properties.putObject("networkAcls");
    acls.put("bypass", "AzureServices");
    acls.putArray("virtualNetworkRules");
    acls.putArray("ipRules");
    acls.put("defaultAction", "Allow");
    properties.put("supportsHttpsTrafficOnly", true);
    properties.put("minimumTlsVersion", "TLS1_2");
    properties.put("allowBlobPublicAccess", false);
    properties.put("provisioningState", "Succeeded");
    Json.merge(properties, Json.tree(from.properties()));
  }

  boolean hasDataPlane() {
    return dataPlane;
  }

  void endpoint(String url) {
    endpoint = url;
  }

  String endpoint() {
    return endpoint;
  }

  void logsTo(WorkspaceAsset workspace) {
    logs = Optional.of(workspace);
  }

  /** Where what happens on the data plane is logged. */
  Optional<WorkspaceAsset> logs() {
    return logs;
  }

  /** The name of the slot that has or had a key. */
  String slotOf(String key) {
    return retired.stream()
        .filter(old -> old.value.equals(key))
        .map(old -> old.slot)
        .findFirst()
        .orElse(keys[0].value().equals(key) ? "key1" : "key2");
  }

  private Container container(String name, String access) {
    return new Container(name, access, created, etag());
  }

  /** Another one for each change, even if the clock stands still. */
  private String etag() {
    return String.format(Locale.ROOT, "0x8DE%012X", created.getEpochSecond() * 1_000 + changes++);
  }

  void blob(String path, String content) {
    Instant now = clock.instant();
    put(path, new Blob(content.getBytes(StandardCharsets.UTF_8), now, now, etag(), 0));
  }

  private void put(String path, Blob blob) {
    blobs.put(path, blob);
    containers.computeIfAbsent(path.substring(0, path.indexOf('/')), name -> container(name, ""));
  }

  /** Appends to an append blob, which is made if there is none; false if it is a block blob. */
  boolean append(String path, String text) {
    Instant now = clock.instant();
    Blob before = blobs.getOrDefault(path, new Blob(new byte[0], now, now, "", 0));
    if (blobs.containsKey(path) && before.blocks() == 0) {
      return false;
    }
    byte[] more = text.getBytes(StandardCharsets.UTF_8);
    byte[] content = Arrays.copyOf(before.content(), before.content().length + more.length);
    System.arraycopy(more, 0, content, before.content().length, more.length);
    put(path, new Blob(content, before.created(), now, etag(), before.blocks() + 1));
    return true;
  }

  Optional<Blob> blob(String path) {
    return Optional.ofNullable(blobs.get(path));
  }

  /** The names of a container's blobs, in their order. */
  List<String> blobs(String container) {
    String start = container + "/";
    String end = container + "0"; // The character after the slash.
    return blobs.subMap(start, end).keySet().stream()
        .map(path -> path.substring(start.length()))
        .toList();
  }

  Optional<Container> container(String name) {
    return Optional.ofNullable(containers.get(name));
  }

  /** The containers, in the order of their names. */
  List<Container> containers() {
    return List.copyOf(containers.values());
  }

  /** Whether the account lets containers be public. */
  boolean publicAccessAllowed() {
    // Accounts from before the property was there have none, and allow it.
    return properties.path("allowBlobPublicAccess").asBoolean(true);
  }

  /** The live value of {@code key1} or {@code key2}. */
  Optional<String> key(String keyName) {
    return slot(keyName).map(slot -> keys[slot].value());
  }

  /** Replaces one key; false if there is no key of that name. */
  boolean regenerate(String keyName) {
    Optional<Integer> slot = slot(keyName);
    slot.ifPresent(i -> {
      Key old = keys[i];
      if (oldKeyUses > 0) {
        retired.add(new Retired(keyName, old.value(), oldKeyUses));
      }
      keys[i] = new Key(IdentifiableKey.storage(random), Ticks.after(old.since(), clock.instant()));
    });
    return slot.isPresent();
  }

  private static Optional<Integer> slot(String keyName) {
    return switch (keyName) {
      case "key1" -> Optional.of(0);
      case "key2" -> Optional.of(1);
      default -> Optional.empty();
    };
  }

  /**
   * The keys that the data plane takes for the next request: the live ones, then those replaced
   * whose end has not yet spread.
   */
  List<String> acceptedKeys() {
    List<String> accepted = new ArrayList<>();
    for (Key key : keys) {
      accepted.add(key.value());
    }
    for (Retired key : retired) {
      if (key.uses > 0) {
        accepted.add(key.value);
      }
    }
    return accepted;
  }

  /** Counts one successful use of a key; a replaced key dies after its last. */
  void used(String key) {
    for (Retired old : retired) {
      if (old.value.equals(key)) {
        old.uses--;
      }
    }
  }

  /** The answer of listKeys and regenerateKey. */
  ObjectNode keyList(String apiVersion) {
    ObjectNode list = Json.object();
    ArrayNode array = list.putArray("keys");
    for (int i = 0; i < keys.length; i++) {
      ObjectNode key = array.addObject();
      if (apiVersion.compareTo(KEY_TIMES_SINCE) >= 0) {
        key.put("creationTime", Ticks.format(keys[i].since()));
      }
      key.put("keyName", "key" + (i + 1));
      key.put("value", keys[i].value());
      key.put("permissions", apiVersion.compareTo("2017-06-01") < 0 ? "Full" : "FULL");
    }
    return list;
  }

  boolean sharedKeyAllowed() {
    return properties.path("allowSharedKeyAccess").asBoolean(true);
  }

  boolean firewallClosed() {
    return Firewall.closed(properties);
  }

  /** Lays the given properties over the present ones, as PATCH does. */
  void patch(ObjectNode changes) {
    for (var field : changes.properties()) {
      properties.set(field.getKey(), field.getValue().deepCopy());
    }
    // The provider stamps each network rule once it is in force.
    properties.path("networkAcls").path("virtualNetworkRules").forEach(rule -> {
      if (rule instanceof ObjectNode object) {
        object.put("state", "Succeeded");
      }
    });
  }

  @Override
  ObjectNode properties(String apiVersion) {
    ObjectNode shown = Json.object();
    if (apiVersion.compareTo(KEY_TIMES_SINCE) >= 0) {
      ObjectNode times = shown.putObject("keyCreationTime");
      times.put("key1", Ticks.format(keys[0].since()));
      times.put("key2", Ticks.format(keys[1].since()));
    }
    shown.setAll(properties.deepCopy());
    shown.put("creationTime", Ticks.format(created));
    ObjectNode endpoints = shown.putObject("primaryEndpoints");
    endpoints.put("dfs", "https://" + name() + ".dfs.core.windows.net/");
    endpoints.put("web", "https://" + name() + ".z6.web.core.windows.net/");
    endpoints.put("blob", endpoint);
    endpoints.put("queue", "https://" + name() + ".queue.core.windows.net/");
    endpoints.put("table", "https://" + name() + ".table.core.windows.net/");
    endpoints.put("file", "https://" + name() + ".file.core.windows.net/");
    shown.put("primaryLocation", location());
    shown.put("statusOfPrimary", "available");
    return shown;
  }

  @Override
  Optional<ObjectNode> sku() {
    return Optional.of(
        Json.object().put("name", sku).put("tier", sku.substring(0, sku.indexOf('_'))));
  }

  @Override
  List<ObjectNode> own(List<String> path) {
    return path.size() == 3 && path.get(2).equalsIgnoreCase("containers")
        ? containers().stream().map(StorageAsset::listed).toList()
        : List.of();
  }

  /** A container as ARM lists it. */
  private static ObjectNode listed(Container from) {
    ObjectNode container = Json.object().put("name", from.name()).put("etag", from.etag());
    String access = from.publicAccess();
    container
        .putObject("properties")
        .put(
            "publicAccess",
            access.isEmpty()
                ? "None"
                : access.substring(0, 1).toUpperCase(Locale.ROOT) + access.substring(1))
        .put("deleted", false);
    return container;
  }
}
