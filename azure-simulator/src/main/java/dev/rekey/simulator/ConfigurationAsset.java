package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A configuration store: what it holds, and what it held. */
final class ConfigurationAsset extends Asset {
  static final String TYPE = "Microsoft.AppConfiguration/configurationStores";

  private final Clock clock;
  private final ObjectNode properties;
  private final List<Entry> values = new ArrayList<>();
  private final List<Entry> history = new ArrayList<>();
  private String endpoint = "";

  /** A value of a key, since when, and the mark of this revision of it. */
  record Entry(Resource.KeyValue from, String value, Instant since, String etag) {}

  ConfigurationAsset(
      String subscription,
      Scenario.ResourceGroup group,
      Resource.ConfigurationStore from,
      Clock clock) {
    super(subscription, group, from, "");
    this.clock = clock;
    this.properties = Json.object();
    properties.put("provisioningState", "Succeeded");
    properties.put("publicNetworkAccess", "Enabled");
    properties.put("disableLocalAuth", false);
    properties.put("softDeleteRetentionInDays", 7);
    properties.put("enablePurgeProtection", false);
    properties.put("creationDate", clock.instant().toString());
    Json.merge(properties, Json.tree(from.properties()));
  }

  void endpoint(String url) {
    endpoint = url;
  }

  String endpoint() {
    return endpoint;
  }

  boolean firewallClosed() {
    return Firewall.closed(properties);
  }

  /** Adds a value to what the store held, and to what it holds if it is the present one. */
  void put(Resource.KeyValue from, String value, boolean present) {
    String etag = Marker.of(name() + from.key() + from.label(), Integer.toString(history.size()));
    Entry entry = new Entry(from, value, clock.instant(), etag);
    history.add(0, entry);
    if (present) {
      values.add(entry);
    }
  }

  /** What it holds, by key and label. */
  List<Entry> values() {
    return values.stream()
        .sorted(Comparator.comparing((Entry entry) -> entry.from().key())
            .thenComparing(entry -> entry.from().label()))
        .toList();
  }

  /** All values that it ever held, the newest first. */
  List<Entry> history() {
    return List.copyOf(history);
  }

  @Override
  ObjectNode properties(String apiVersion) {
    // ARM names it without a slash at its end.
    return properties.deepCopy().put("endpoint", Entra.withoutSlash(endpoint));
  }

  @Override
  ObjectNode json(String apiVersion) {
    ObjectNode json = super.json(apiVersion);
    json.putObject("sku").put("name", "standard");
    return json;
  }
}
