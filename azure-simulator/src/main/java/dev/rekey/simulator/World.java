package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the simulated Azure consists of right now.
 *
 * <p>One lock (the world itself) guards all of it: services run their handlers inside {@code
 * synchronized (world)}, so every request is atomic; waiting for faults happens outside.
 */
final class World {
  private static final Pattern PLACEHOLDER =
      Pattern.compile("\\$\\{(key|blob|vault|secret|sas):([A-Za-z0-9-]+)(?:/([A-Za-z0-9._/-]+))?}");

  private final Scenario scenario;
  private final Clock clock;
  private final RandomGenerator random;
  private final List<Asset> assets = new ArrayList<>();
  private final Map<String, Asset> byId = new HashMap<>();
  private final Map<String, List<Asset>> byCollection = new HashMap<>();
  private final Map<String, List<Asset>> byType = new HashMap<>();
  private final Map<String, Asset> byName = new HashMap<>();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Set<Asset> extended = new LinkedHashSet<>();
  private List<GraphRow> graphRows;
  private long graphGeneration;
  private final Directory directory;
  private final Instant started;
  private String cloud = "";

  /** Builds what the scenario names; the texts of client secrets are as in {@link Directory}. */
  World(Scenario scenario, Clock clock, RandomGenerator random, Map<String, String> texts) {
    this.scenario = scenario;
    this.clock = clock;
    this.started = clock.instant();
    this.random = random;
    for (Scenario.Subscription subscription : scenario.subscriptions()) {
      for (Scenario.ResourceGroup group : subscription.groups()) {
        for (Resource resource : group.resources()) {
          Asset asset = asset(subscription.id(), group, resource);
          add(asset);
          if (asset instanceof SiteAsset site) {
            site.slots().forEach(this::add);
          }
        }
      }
    }
    this.graphRows = assets.stream()
        .filter(asset -> ProviderCatalog.azure().inGraph(asset.type()))
        .map(asset -> GraphRow.of(asset, scenario.tenant()))
        .sorted(Comparator.comparing(row -> row.row().id()))
        .toList();
    this.directory = new Directory(this, texts);
  }

  /** A resource in the table of Resource Graph. */
  record GraphRow(Asset asset, ResourceRow row) {
    static GraphRow of(Asset asset, String tenant) {
      return new GraphRow(
          asset, new ResourceRow(lower(asset.id()), name -> asset.column(name, tenant)));
    }
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private void add(Asset asset) {
    asset.order(assets.size());
    assets.add(asset);
    byId.put(lower(asset.id()), asset);
    collections(asset)
        .forEach(
            id -> byCollection.computeIfAbsent(id, unused -> new ArrayList<>()).add(asset));
    byType.computeIfAbsent(lower(asset.type()), unused -> new ArrayList<>()).add(asset);
    byName.putIfAbsent(lower(asset.type() + " " + asset.name()), asset);
  }

  /** The lists that a resource is in: that of its group or parent, and that of its subscription. */
  private static List<String> collections(Asset asset) {
    String id = lower(asset.id());
    return List.of(
        id.substring(0, id.lastIndexOf('/')),
        lower("/subscriptions/" + asset.subscription() + "/providers/" + asset.type()));
  }

  /**
   * Deletes a resource and what is in it. Resource Graph shows it until {@link #settleGraph}.
   *
   * @return whether there was one
   */
  boolean delete(String id) {
    Asset found = byId.get(lower(id));
    if (found == null) {
      return false;
    }
    for (Asset asset : List.copyOf(assets)) {
      if (Guards.isIn(asset.id(), found.id())) {
        assets.remove(asset);
        byId.remove(lower(asset.id()));
        collections(asset)
            .forEach(list -> byCollection.getOrDefault(list, List.of()).remove(asset));
        byType.getOrDefault(lower(asset.type()), List.of()).remove(asset);
        byName.remove(lower(asset.type() + " " + asset.name()), asset);
      }
    }
    return true;
  }

  /** Resource Graph learns what was deleted. */
  void settleGraph() {
    graphRows =
        graphRows.stream().filter(row -> byId.containsKey(row.row().id())).toList();
    graphGeneration++;
  }

  /** The table of Resource Graph, in the order of the ids. */
  List<GraphRow> graphRows() {
    return graphRows;
  }

  /** Another number after each change of what is in the table. */
  long graphGeneration() {
    return graphGeneration;
  }

  /** The resource with this id, in any letter case. */
  Optional<Asset> asset(String id) {
    return Optional.ofNullable(byId.get(lower(id)));
  }

  /** Whether this is the id of a resource or of something in one. */
  boolean isInAsset(String id) {
    String at = id;
    while (!at.isEmpty() && asset(at).isEmpty()) {
      at = at.substring(0, Math.max(0, at.lastIndexOf('/')));
    }
    return !at.isEmpty();
  }

  /** The resources in a list, by its address without the host. */
  List<Asset> collection(String path) {
    return byCollection.getOrDefault(lower(path), List.of());
  }

  /** All resources of a type. */
  List<Asset> ofType(String type) {
    return byType.getOrDefault(lower(type), List.of());
  }

  /** The subscription, resource group or management group with this id. */
  Optional<Place> place(String id) {
    return Optional.ofNullable(places.get(lower(id)));
  }

  Place tenant() {
    return places.getOrDefault("", Place.scope("", "tenant", new Documents()));
  }

  /** The groups of a subscription, and the resources in a place that have what lies across types. */
  List<Place> placesBelow(Place place) {
    String prefix = lower(place.id()) + "/";
    List<Place> below = new ArrayList<>();
    places.forEach((id, one) -> {
      if (id.startsWith(prefix)) {
        below.add(one);
      }
    });
    for (Asset asset : extended) {
      if (lower(asset.id()).startsWith(prefix) && byId.containsKey(lower(asset.id()))) {
        below.add(Place.of(asset));
      }
    }
    return below;
  }

  private Asset asset(String subscription, Scenario.ResourceGroup group, Resource from) {
    if (from instanceof Resource.StorageAccount account) {
      return new StorageAsset(subscription, group, account, clock, random);
    }
    if (from instanceof Resource.Vault vault) {
      return new VaultAsset(scenario.tenant(), subscription, group, vault);
    }
    if (from instanceof Resource.MessagingNamespace namespace) {
      return new MessagingAsset(subscription, group, namespace, random);
    }
    if (from instanceof Resource.WebApp app) {
      return SiteAsset.of(this, subscription, group, app);
    }
    if (from instanceof Resource.Workspace workspace) {
      return new WorkspaceAsset(subscription, group, workspace);
    }
    if (from instanceof Resource.ConfigurationStore store) {
      return new ConfigurationAsset(subscription, group, store, clock);
    }
    if (from instanceof Resource.SynapseWorkspace workspace) {
      return new SynapseAsset(subscription, group, workspace);
    }
    return new Asset.Plain(scenario.tenant(), subscription, group, (Resource.Other) from);
  }

  /** The ARM type of a resource. */
  static String typeOf(Resource resource) {
    if (resource instanceof Resource.StorageAccount) {
      return "Microsoft.Storage/storageAccounts";
    }
    if (resource instanceof Resource.Vault) {
      return "Microsoft.KeyVault/vaults";
    }
    if (resource instanceof Resource.MessagingNamespace namespace) {
      return namespace.service().type();
    }
    if (resource instanceof Resource.WebApp) {
      return "Microsoft.Web/sites";
    }
    if (resource instanceof Resource.Workspace) {
      return WorkspaceAsset.TYPE;
    }
    if (resource instanceof Resource.ConfigurationStore) {
      return ConfigurationAsset.TYPE;
    }
    if (resource instanceof Resource.SynapseWorkspace) {
      return SynapseAsset.TYPE;
    }
    return ((Resource.Other) resource).type();
  }

  /** Fills in what needs keys and ports; called once, after all endpoints are known. */
  void furnish() {
    place("", "tenant", scenario.documents());
    for (Scenario.ManagementGroup group : scenario.managementGroups()) {
      place(
          "/providers/Microsoft.Management/managementGroups/" + group.id(),
          "managementGroup",
          group.documents());
    }
    for (Scenario.Subscription subscription : scenario.subscriptions()) {
      String id = "/subscriptions/" + subscription.id();
      place(id, "subscription", subscription.documents());
      for (Scenario.ResourceGroup group : subscription.groups()) {
        for (Resource resource : group.resources()) {
          String asset =
              Asset.id(subscription.id(), group.name(), typeOf(resource), resource.name());
          furnish(resource, asset(asset).orElseThrow());
        }
        place(id + "/resourceGroups/" + group.name(), "group", group.documents());
      }
    }
  }

  private void place(String id, String kind, Map<String, Object> documents) {
    Place place = Place.scope(id, kind, new Documents());
    places.put(lower(id), place);
    documents.forEach((path, json) -> document(place, path, json));
  }

  /** Files an answer where it belongs: below a scope, or below a resource that its path begins with. */
  private void document(Place place, String path, Object json) {
    String[] parts = path.split("/", -1);
    for (int i = parts.length - 1; i >= 4 && place.asset().isEmpty(); i--) {
      String begin = String.join("/", Arrays.asList(parts).subList(0, i));
      Optional<Asset> asset = asset(place.id() + "/" + begin);
      if (asset.isPresent()) {
        document(Place.of(asset.get()), path.substring(begin.length() + 1), json);
        return;
      }
    }
    requireOperation(place, path, List.of(parts), json);
    place.documents().put(path, expand(json));
    if (place.asset().isPresent() && lower(path).startsWith("providers/")) {
      extended.add(place.asset().get());
    }
  }

  private static void requireOperation(Place place, String path, List<String> parts, Object json) {
    if (path.isEmpty() && json instanceof Map && place.asset().isPresent()) {
      return;
    }
    ProviderCatalog catalog = ProviderCatalog.azure();
    List<ProviderCatalog.Operation> all = ScopeProvider.asked(parts)
        .filter(asked -> asked.scope().isEmpty())
        .map(asked -> asked.type().at().contains(place.kind())
            ? asked.type().operations()
            : List.<ProviderCatalog.Operation>of())
        .orElseGet(() ->
            catalog.type(place.type()).map(ProviderCatalog.Type::operations).orElse(List.of()));
    boolean fits = all.stream()
        .filter(one -> one.matches(parts) && !one.byProvider())
        .anyMatch(one -> switch (one.shape()) {
          case LIST -> json instanceof List;
          case TEXT -> json instanceof String;
          case OBJECT -> json instanceof Map;
        });
    if (!fits) {
      throw new IllegalArgumentException("No call of Azure answers with the scenario's document '"
          + path + "' of " + (place.type().isEmpty() ? "a " + place.kind() : place.type()));
    }
  }

  /** Replaces the placeholders in the texts of a JSON value; what has none stays the same object. */
  private Object expand(Object json) {
    if (json instanceof String text) {
      return text.contains("${") ? resolve(text) : text;
    }
    boolean changed = false;
    if (json instanceof Map<?, ?> map) {
      Map<Object, Object> copy = new LinkedHashMap<>();
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        Object value = expandOrNull(entry.getValue());
        changed |= value != entry.getValue();
        copy.put(entry.getKey(), value);
      }
      return changed ? copy : json;
    }
    if (json instanceof List<?> list) {
      List<Object> copy = new ArrayList<>();
      for (Object one : list) {
        Object value = expandOrNull(one);
        changed |= value != one;
        copy.add(value);
      }
      return changed ? copy : json;
    }
    return json;
  }

  @SuppressWarnings("NullAway") // A JSON value may be null inside a map or a list.
  private Object expandOrNull(Object json) {
    return json == null ? null : expand(json);
  }

  private void furnish(Resource from, Asset to) {
    from.documents().forEach((path, json) -> document(Place.of(to), path, json));
    if (from instanceof Resource.Other other && to instanceof Asset.Plain plain) {
      plain.furnish(expand(other.properties()));
    }
    if (from instanceof Resource.StorageAccount account && to instanceof StorageAsset asset) {
      account.blobs().forEach((path, content) -> asset.blob(path, resolve(content)));
      if (!account.logsTo().isEmpty()) {
        asset.logsTo(workspace(account.logsTo())
            .orElseThrow(() -> new IllegalArgumentException(
                "The scenario has no workspace named " + account.logsTo())));
      }
    } else if (from instanceof Resource.Vault vault && to instanceof VaultAsset asset) {
      long now = clock.instant().getEpochSecond();
      vault
          .secrets()
          .forEach((name, value) -> asset
              .contents()
              .add(name, new VaultContents.Version(newVersionId(), resolve(value), now)));
      vault.certificates().forEach(name -> asset.contents().add(name, certificate(asset, name)));
    } else if (from instanceof Resource.ConfigurationStore store
        && to instanceof ConfigurationAsset asset) {
      store.revisions().forEach(value -> asset.put(value, resolve(value.value()), false));
      store.keyValues().forEach(value -> asset.put(value, resolve(value.value()), true));
    } else if (from instanceof Resource.SynapseWorkspace && to instanceof SynapseAsset asset) {
      asset.furnish(this::resolve);
    } else if (from instanceof Resource.WebApp app && to instanceof SiteAsset asset) {
      furnishSite(app, asset);
      for (Resource.WebApp slot : app.slots()) {
        SiteAsset deployed = asset.slot(slot.name()).orElseThrow();
        slot.documents().forEach((path, json) -> document(Place.of(deployed), path, json));
        furnishSite(slot, deployed);
      }
    }
  }

  /** The secret that a certificate has; what it holds is no certificate but noise. */
  private VaultContents.Version certificate(VaultAsset vault, String name) {
    VaultContents.Version version = new VaultContents.Version(
        newVersionId(),
        Base64.getEncoder().encodeToString(newBytes(600)),
        clock.instant().getEpochSecond());
    version.contentType = Optional.of("application/x-pkcs12");
    version.keyId = Optional.of(vault.uri() + "keys/" + name + "/" + version.id);
    return version;
  }

  private void furnishSite(Resource.WebApp from, SiteAsset to) {
    ObjectNode settings = Json.object();
    from.appSettings().forEach((name, value) -> settings.put(name, resolve(value)));
    ObjectNode strings = Json.object();
    from.connectionStrings()
        .forEach((name, string) -> strings
            .putObject(name)
            .put("value", resolve(string.value()))
            .put("type", string.type()));
    to.furnish(settings, strings);
  }

  /** Replaces the placeholders of a scenario's value. */
  private String resolve(String text) {
    Matcher matcher = PLACEHOLDER.matcher(text);
    return matcher.replaceAll(match -> Matcher.quoteReplacement(meaning(match)));
  }

  private String meaning(MatchResult match) {
    String name = match.group(2);
    Optional<String> meaning = switch (match.group(1)) {
      case "key" -> storage(name).flatMap(account -> account.key(slot(match)));
      case "secret" -> directory.text(name, slot(match));
      case "sas" -> namespace(name).flatMap(namespace -> namespace.key(slot(match)));
      case "blob" -> storage(name).map(StorageAsset::endpoint);
      default -> vault(name).map(VaultAsset::uri);
    };
    return meaning.orElseThrow(
        () -> new IllegalArgumentException("The scenario has nothing for " + match.group()));
  }

  private static String slot(MatchResult match) {
    return match.group(3) == null ? "" : match.group(3);
  }

  Optional<StorageAsset> storage(String name) {
    return find("Microsoft.Storage/storageAccounts", name).map(StorageAsset.class::cast);
  }

  Optional<VaultAsset> vault(String name) {
    return find("Microsoft.KeyVault/vaults", name).map(VaultAsset.class::cast);
  }

  Optional<MessagingAsset> namespace(String name) {
    return Arrays.stream(Resource.Messaging.values())
        .flatMap(service -> find(service.type(), name).stream())
        .map(MessagingAsset.class::cast)
        .findFirst();
  }

  Optional<WorkspaceAsset> workspace(String name) {
    return find(WorkspaceAsset.TYPE, name).map(WorkspaceAsset.class::cast);
  }

  Optional<ConfigurationAsset> configurationStore(String name) {
    return find(ConfigurationAsset.TYPE, name).map(ConfigurationAsset.class::cast);
  }

  Optional<SynapseAsset> synapse(String name) {
    return find(SynapseAsset.TYPE, name).map(SynapseAsset.class::cast);
  }

  Optional<Asset> find(String type, String name) {
    return Optional.ofNullable(byName.get(lower(type + " " + name)));
  }

  List<Asset> assets() {
    return assets;
  }

  Scenario scenario() {
    return scenario;
  }

  Directory directory() {
    return directory;
  }

  /** When it began. */
  Instant started() {
    return started;
  }

  Clock clock() {
    return clock;
  }

  Optional<Scenario.Subscription> subscription(String id) {
    return scenario.subscriptions().stream()
        .filter(s -> s.id().equalsIgnoreCase(id))
        .findFirst();
  }

  /** The base URL of Entra and ARM, with a slash at its end. */
  String cloud() {
    return cloud;
  }

  void cloud(String url) {
    cloud = url;
  }

  /** A random version 4 UUID, from the generator that was passed in. */
  String newId() {
    long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
    long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
    return new UUID(high, low).toString();
  }

  String newVersionId() {
    return newId().replace("-", "");
  }

  String newClientSecret() {
    return IdentifiableKey.clientSecret(random);
  }

  byte[] newBytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Whether {@code denied} names this action; letter case does not matter to Azure. */
  static boolean denies(Scenario.Client client, String action) {
    String lower = action.toLowerCase(Locale.ROOT);
    return client.denied().stream().anyMatch(rule -> {
      String pattern = Pattern.quote(rule.toLowerCase(Locale.ROOT)).replace("*", "\\E.*\\Q");
      return lower.matches(pattern);
    });
  }

  /** The object id of a client's service principal: made from its id, never equal to it. */
  static String objectId(Scenario.Client client) {
    return Directory.principalObjectId(client.id());
  }

  /** The client with this id, in any letter case. */
  Optional<Scenario.Client> client(String id) {
    return scenario.clients().stream().filter(c -> c.id().equalsIgnoreCase(id)).findFirst();
  }
}
