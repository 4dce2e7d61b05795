package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.Locale;

/** A web app: its state and its two sets of settings, each replaced only as a whole. */
final class SiteAsset extends Asset {
  private final Clock clock;
  private final ObjectNode properties = Json.object();
  private ObjectNode appSettings = Json.object();
  private ObjectNode connectionStrings = Json.object();
  private Instant modified;

  SiteAsset(String subscription, Scenario.ResourceGroup group, Resource.WebApp from, Clock clock) {
    super(subscription, group, from, from.kind().isEmpty() ? "app" : from.kind());
    this.clock = clock;
    this.modified = Ticks.floor(clock.instant());
    String host = from.name().toLowerCase(Locale.ROOT) + ".azurewebsites.net";
    properties.put("name", from.name());
    properties.put("state", "Running");
    properties.putArray("hostNames").add(host);
    properties.put("repositorySiteName", from.name());
    properties.put("enabled", true);
    properties.putArray("enabledHostNames").add(host);
    properties.put("availabilityState", "Normal");
    properties.put("defaultHostName", host);
    properties.put("httpsOnly", true);
    properties.putNull("publicNetworkAccess");
    properties.put("keyVaultReferenceIdentity", "SystemAssigned");
    Json.merge(properties, Json.tree(from.properties()));
  }

  ObjectNode appSettings() {
    return appSettings;
  }

  ObjectNode connectionStrings() {
    return connectionStrings;
  }

  void appSettings(ObjectNode all) {
    appSettings = all;
    restart();
  }

  void connectionStrings(ObjectNode all) {
    connectionStrings = all;
    restart();
  }

  /** A change of settings restarts the app, as an explicit restart does. */
  void restart() {
    modified = Ticks.after(modified, clock.instant());
    properties.put("state", "Running");
  }

  /** A value that differs after each change; App Service sends it, but takes no If-Match. */
  String etag() {
    long ticks = modified.getEpochSecond() * 10_000_000L + modified.getNano() / 100;
    return "\"" + Long.toHexString(ticks).toUpperCase(Locale.ROOT) + "\"";
  }

  @Override
  ObjectNode properties(String apiVersion) {
    ObjectNode shown = properties.deepCopy();
    String time = Ticks.format(modified);
    shown.put("lastModifiedTimeUtc", time.substring(0, time.length() - 1));
    // Azure never returns settings here: the list actions exist for that.
    shown.putNull("siteConfig");
    return shown;
  }
}
