package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A web app, function app or deployment slot of one: its state, its two sets of settings, each
 * replaced only as a whole, and what its Key Vault references stand for.
 */
final class SiteAsset extends Asset {
  static final String SITES = "Microsoft.Web/sites";
  static final String SLOTS = "Microsoft.Web/sites/slots";

  private final Clock clock;
  private final String slotName;
  private final StickyNames sticky;
  private final Map<String, SiteAsset> slots = new TreeMap<>();
  private final ObjectNode properties = Json.object();
  private final Optional<ObjectNode> identity;
  private final VaultReferences references;
  private final Resource.SiteIdentity grants;
  private ObjectNode appSettings = Json.object();
  private ObjectNode connectionStrings = Json.object();
  private Optional<PendingSwap> pending = Optional.empty();
  private Instant modified;

  /** A swap with preview between its two phases: the target, and what cancelling brings back. */
  record PendingSwap(String target, ObjectNode appSettings, ObjectNode connectionStrings) {}

  private SiteAsset(
      World world,
      String subscription,
      Scenario.ResourceGroup group,
      String name,
      Resource.WebApp from,
      StickyNames sticky,
      String kind) {
    super(subscription, group, name.contains("/") ? SLOTS : SITES, name, from, kind);
    this.clock = world.clock();
    this.slotName = name.contains("/") ? from.name() : "";
    this.sticky = sticky;
    this.modified = Ticks.floor(clock.instant());
    this.grants = from.identity();
    this.references = new VaultReferences(world, from.identity());
    this.identity =
        from.identity().exists() ? Optional.of(identity(world, name)) : Optional.empty();
    String app = name.replaceAll("/.*", "");
    String host = name.replace('/', '-').toLowerCase(Locale.ROOT) + ".azurewebsites.net";
    properties.put("name", slotName.isEmpty() ? app : app + "(" + slotName + ")");
    properties.put("state", "Running");
    properties.putArray("hostNames").add(host);
    properties.put("repositorySiteName", app);
    properties.put("enabled", true);
    properties.putArray("enabledHostNames").add(host);
    properties.put("availabilityState", "Normal");
    properties.put("defaultHostName", host);
    properties.putNull("slotSwapStatus");
    properties.putNull("targetSwapSlot");
    properties.put("httpsOnly", true);
    properties.putNull("publicNetworkAccess");
    properties.put("keyVaultReferenceIdentity", "SystemAssigned");
    Json.merge(properties, Json.tree(from.properties()));
  }

  /** Makes a production slot with all the slots beside it. */
  static SiteAsset of(
      World world, String subscription, Scenario.ResourceGroup group, Resource.WebApp from) {
    StickyNames sticky = new StickyNames(from.sticky());
    String kind = from.kind().isEmpty() ? "app" : from.kind();
    SiteAsset production =
        new SiteAsset(world, subscription, group, from.name(), from, sticky, kind);
    for (Resource.WebApp slot : from.slots()) {
      production.slots.put(
          slot.name().toLowerCase(Locale.ROOT),
          new SiteAsset(
              world, subscription, group, from.name() + "/" + slot.name(), slot, sticky, kind));
    }
    return production;
  }

  private static ObjectNode identity(World world, String name) {
    ObjectNode json = Json.object();
    json.put("type", "SystemAssigned");
    json.put("tenantId", world.scenario().tenant());
    json.put("principalId", Directory.principalObjectId(name));
    return json;
  }

  /** Sets what it holds at the start, when all endpoints are known. */
  void furnish(ObjectNode settings, ObjectNode strings) {
    appSettings = settings;
    connectionStrings = strings;
    references.fetch(appSettings, connectionStrings);
  }

  /** The object id of its identity, if it has one. */
  Optional<String> principalId() {
    return identity.map(shown -> shown.path("principalId").asText());
  }

  /** The names of the vaults whose secrets its identity may read. */
  List<String> readableVaults() {
    return grants.vaults();
  }

  /** The slots beside production, by their names. */
  Collection<SiteAsset> slots() {
    return slots.values();
  }

  Optional<SiteAsset> slot(String name) {
    return Optional.ofNullable(slots.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The name of the slot, or an empty text for production. */
  String slotName() {
    return slotName;
  }

  /** The name by which a swap names it. */
  String swapName() {
    return slotName.isEmpty() ? "production" : slotName;
  }

  StickyNames sticky() {
    return sticky;
  }

  VaultReferences references() {
    return references;
  }

  Optional<PendingSwap> pending() {
    return pending;
  }

  /** Notes that a swap with preview waits here for its second phase, or waits no longer. */
  void pending(Optional<PendingSwap> swap) {
    pending = swap;
    properties.put("targetSwapSlot", swap.map(PendingSwap::target).orElse(null));
  }

  /** Notes the last swap that this slot took part in. */
  void swapped(String source, String destination) {
    properties
        .putObject("slotSwapStatus")
        .put("timestampUtc", Ticks.format(Ticks.after(modified, clock.instant())))
        .put("sourceSlotName", source)
        .put("destinationSlotName", destination);
  }

  ObjectNode appSettings() {
    return appSettings;
  }

  ObjectNode connectionStrings() {
    return connectionStrings;
  }

  void appSettings(ObjectNode all) {
    appSettings = all;
    changed();
  }

  void connectionStrings(ObjectNode all) {
    connectionStrings = all;
    changed();
  }

  /** A change of settings restarts the app and fetches whatever it refers to. */
  private void changed() {
    references.fetch(appSettings, connectionStrings);
    touch();
  }

  /** Fetches whatever it refers to, and changes nothing. */
  void refresh() {
    references.fetch(appSettings, connectionStrings);
  }

  void restart() {
    touch();
    properties.put("state", "Running");
  }

  private void touch() {
    modified = Ticks.after(modified, clock.instant());
  }

  boolean runs() {
    return properties.path("state").asText().equals("Running");
  }

  boolean isFunctionApp() {
    return kind().toLowerCase(Locale.ROOT).contains("functionapp");
  }

  /** A value that differs after each change; App Service sends it, but takes no If-Match. */
  String etag() {
    long ticks = modified.getEpochSecond() * 10_000_000L + modified.getNano() / 100;
    return "\"" + Long.toHexString(ticks).toUpperCase(Locale.ROOT) + "\"";
  }

  @Override
  Optional<ObjectNode> identity() {
    return identity.map(ObjectNode::deepCopy);
  }

  @Override
  ObjectNode properties(String apiVersion) {
    ObjectNode shown = properties.deepCopy();
    String time = Ticks.format(modified);
    shown.put("lastModifiedTimeUtc", time.substring(0, time.length() - 1));
    // Azure never returns settings here: the list actions exist for that.
    shown.putIfAbsent("siteConfig", shown.nullNode());
    return shown;
  }
}
