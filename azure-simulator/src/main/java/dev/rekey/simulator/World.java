package dev.rekey.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
  private final Directory directory;
  private String cloud = "";

  /** Builds what the scenario names; the texts of client secrets are as in {@link Directory}. */
  World(Scenario scenario, Clock clock, RandomGenerator random, Map<String, String> texts) {
    this.scenario = scenario;
    this.clock = clock;
    this.random = random;
    for (Scenario.Subscription subscription : scenario.subscriptions()) {
      for (Scenario.ResourceGroup group : subscription.groups()) {
        for (Resource resource : group.resources()) {
          Asset asset = asset(subscription.id(), group, resource);
          assets.add(asset);
          if (asset instanceof SiteAsset site) {
            assets.addAll(site.slots());
          }
        }
      }
    }
    this.directory = new Directory(this, texts);
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
    return new Asset.Plain(subscription, group, (Resource.Other) from);
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
    for (Scenario.Subscription subscription : scenario.subscriptions()) {
      for (Scenario.ResourceGroup group : subscription.groups()) {
        for (Resource resource : group.resources()) {
          furnish(resource, find(typeOf(resource), resource.name()).orElseThrow());
        }
      }
    }
  }

  private void furnish(Resource from, Asset to) {
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
        furnishSite(slot, asset.slot(slot.name()).orElseThrow());
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

  private Optional<Asset> find(String type, String name) {
    return assets.stream()
        .filter(a -> a.type().equalsIgnoreCase(type) && a.name().equalsIgnoreCase(name))
        .findFirst();
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
