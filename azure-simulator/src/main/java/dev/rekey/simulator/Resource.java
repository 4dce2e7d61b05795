package dev.rekey.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/**
 * Something in a resource group, as a {@link Scenario} describes it before the simulator starts.
 *
 * <p>All kinds are immutable. {@code tags} and {@code properties} are what ARM shows;
 * properties are laid over the defaults of the kind. Strings may hold the placeholders that {@link
 * Scenario} lists, because keys and ports exist only once the simulator runs.
 */
public sealed interface Resource {
  /** The name, unique for its kind within the scenario. */
  String name();

  /** The region; empty means that of the resource group. */
  String location();

  /** The tags that ARM shows. */
  Map<String, String> tags();

  /** Values laid over the default {@code properties}: strings, numbers, booleans, lists, maps. */
  Map<String, Object> properties();

  /**
   * What ARM answers below the resource, by relative path; see {@link Other}. Empty for the kinds that
   * have none of their own; a {@link Scenario.ResourceGroup} can have some for them.
   */
  default Map<String, Object> documents() {
    return Map.of();
  }

  /**
   * A storage account with two keys and, unless {@code noDataPlane}, a blob service on a port of
   * its own.
   *
   * @param kind ARM's kind; empty means {@code StorageV2}
   * @param sku ARM's sku; empty means {@code Standard_LRS}
   * @param blobs the contents, by {@code container/name}
   * @param oldKeyUses how many data-plane requests still succeed with a key after it was
   *     regenerated: Azure does not say when an old key dies, so a proof must ask again
   * @param noDataPlane true gives Azure's own host names and opens no port
   * @param logsTo the workspace to which its logs are sent; empty means none
   * @param publicContainers what anybody may read of a container, by its name: {@code "blob"} or {@code
   *     "container"}
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record StorageAccount(
      String name,
      String location,
      String kind,
      String sku,
      Map<String, String> tags,
      Map<String, Object> properties,
      Map<String, String> blobs,
      int oldKeyUses,
      boolean noDataPlane,
      String logsTo,
      Map<String, String> publicContainers)
      implements Resource {
    /** Checks the name and copies the collections; absent parts become empty. */
    public StorageAccount {
      name = Copies.named("storage account", name, "[a-z0-9]{3,24}");
      location = Copies.text(location);
      kind = Copies.text(kind);
      sku = Copies.text(sku);
      tags = Copies.map(tags);
      properties = Copies.map(properties);
      blobs = Copies.map(blobs);
      logsTo = Copies.text(logsTo);
      publicContainers = Copies.map(publicContainers);
      for (String path : blobs.keySet()) {
        Copies.named("blob", path, "[^/]+/.+");
      }
      for (String access : publicContainers.values()) {
        Copies.named("container's public access", access, "blob|container");
      }
    }

    StorageAccount(
        String name,
        String location,
        String kind,
        String sku,
        Map<String, String> tags,
        Map<String, Object> properties,
        Map<String, String> blobs,
        int oldKeyUses,
        boolean noDataPlane,
        String logsTo) {
      this(
          name,
          location,
          kind,
          sku,
          tags,
          properties,
          blobs,
          oldKeyUses,
          noDataPlane,
          logsTo,
          Map.of());
    }

    /** Returns an empty account. */
    public static StorageAccount named(String name) {
      return new StorageAccount(name, "", "", "", Map.of(), Map.of(), Map.of(), 0, false, "");
    }

    /** Returns this account with one more tag. */
    public StorageAccount tag(String key, String value) {
      return new StorageAccount(
          name,
          location,
          kind,
          sku,
          Copies.plus(tags, key, value),
          properties,
          blobs,
          oldKeyUses,
          noDataPlane,
          logsTo,
          publicContainers);
    }

    /** Returns this account with one property set, for example {@code publicNetworkAccess}. */
    public StorageAccount property(String key, Object value) {
      return new StorageAccount(
          name,
          location,
          kind,
          sku,
          tags,
          Copies.plus(properties, key, value),
          blobs,
          oldKeyUses,
          noDataPlane,
          logsTo,
          publicContainers);
    }

    /** Returns this account with one more blob; {@code path} is {@code container/name}. */
    public StorageAccount blob(String path, String content) {
      return new StorageAccount(
          name,
          location,
          kind,
          sku,
          tags,
          properties,
          Copies.plus(blobs, path, content),
          oldKeyUses,
          noDataPlane,
          logsTo,
          publicContainers);
    }

    /** Returns this account with the given slowness in forgetting a regenerated key. */
    public StorageAccount oldKeyUses(int uses) {
      return new StorageAccount(
          name,
          location,
          kind,
          sku,
          tags,
          properties,
          blobs,
          uses,
          noDataPlane,
          logsTo,
          publicContainers);
    }

    /** Returns this account without a blob service. */
    public StorageAccount withoutDataPlane() {
      return new StorageAccount(
          name,
          location,
          kind,
          sku,
          tags,
          properties,
          blobs,
          oldKeyUses,
          true,
          logsTo,
          publicContainers);
    }

    /** Returns this account with a diagnostic setting that sends its logs to a workspace. */
    public StorageAccount logsTo(String workspace) {
      return new StorageAccount(
          name,
          location,
          kind,
          sku,
          tags,
          properties,
          blobs,
          oldKeyUses,
          noDataPlane,
          workspace,
          publicContainers);
    }

    /**
     * Returns this account with a container whose blobs anybody may read, and list too if {@code access} is
     * {@code container} and not {@code blob}. It takes effect if the property {@code allowBlobPublicAccess}
     * is true, which by default it is not.
     */
    public StorageAccount publicContainer(String container, String access) {
      return new StorageAccount(
          name,
          location,
          kind,
          sku,
          tags,
          properties,
          blobs,
          oldKeyUses,
          noDataPlane,
          logsTo,
          Copies.plus(publicContainers, container, access));
    }

    /** Never shows a blob's content. */
    @Override
    public String toString() {
      return "StorageAccount[" + name + ", blobs=" + blobs.keySet() + "]";
    }
  }

  /**
   * A key vault, unless {@code noDataPlane} with its own port. Its firewall is closed by the
   * property {@code publicNetworkAccess} = {@code Disabled} or {@code networkAcls.defaultAction} =
   * {@code Deny}; {@code softDeleteRetentionInDays}, {@code enableSoftDelete} and {@code
   * enablePurgeProtection} work as in Azure. {@code enableRbacAuthorization} = {@code false} lets the
   * {@code accessPolicies} say who may do what, instead of {@link Scenario.Client#denied}; another
   * {@code tenantId} than the scenario's makes it a vault of that tenant, which refuses our tokens.
   *
   * @param secrets what it holds at the start, by name
   * @param certificates the names of certificates, each of which has a secret that it manages
   * @param policies what Azure Policy denies in it
   * @param deletionUses how many requests for a deleted secret still find it being deleted
   * @param noDataPlane true gives Azure's own host name and opens no port
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record Vault(
      String name,
      String location,
      Map<String, String> tags,
      Map<String, Object> properties,
      Map<String, String> secrets,
      List<String> certificates,
      List<SecretPolicy> policies,
      int deletionUses,
      boolean noDataPlane)
      implements Resource {
    /** Checks the name and copies the collections; absent parts become empty. */
    public Vault {
      name = Copies.named("vault", name, "[A-Za-z][A-Za-z0-9-]{2,23}");
      location = Copies.text(location);
      tags = Copies.map(tags);
      properties = Copies.map(properties);
      secrets = Copies.map(secrets);
      certificates = Copies.list(certificates);
      policies = Copies.list(policies);
    }

    /** Returns an empty vault. */
    public static Vault named(String name) {
      return new Vault(name, "", Map.of(), Map.of(), Map.of(), List.of(), List.of(), 0, false);
    }

    private Vault with(
        Map<String, String> newTags,
        Map<String, Object> newProperties,
        Map<String, String> newSecrets) {
      return new Vault(
          name,
          location,
          newTags,
          newProperties,
          newSecrets,
          certificates,
          policies,
          deletionUses,
          noDataPlane);
    }

    private Vault with(List<String> newCertificates, List<SecretPolicy> newPolicies, int uses) {
      return new Vault(
          name,
          location,
          tags,
          properties,
          secrets,
          newCertificates,
          newPolicies,
          uses,
          noDataPlane);
    }

    /** Returns this vault with one more tag. */
    public Vault tag(String key, String value) {
      return with(Copies.plus(tags, key, value), properties, secrets);
    }

    /** Returns this vault with one property set. */
    public Vault property(String key, Object value) {
      return with(tags, Copies.plus(properties, key, value), secrets);
    }

    /** Returns this vault with one more secret. */
    public Vault secret(String secretName, String value) {
      return with(tags, properties, Copies.plus(secrets, secretName, value));
    }

    /** Returns this vault with one more certificate, and the secret that it manages. */
    public Vault certificate(String certificateName) {
      return with(Copies.plus(certificates, certificateName), policies, deletionUses);
    }

    /** Returns this vault with one more policy that denies what it does not like. */
    public Vault denying(SecretPolicy policy) {
      return with(certificates, Copies.plus(policies, policy), deletionUses);
    }

    /** Returns this vault deleting slowly: so many requests still find a secret being deleted. */
    public Vault deletionUses(int uses) {
      return with(certificates, policies, uses);
    }

    /** Never shows a secret's value. */
    @Override
    public String toString() {
      return "Vault[" + name + ", secrets=" + secrets.keySet() + "]";
    }
  }

  /**
   * A web app or function app (App Service site), or one of its deployment slots.
   *
   * @param kind ARM's kind, such as {@code functionapp,linux}; empty means {@code app}
   * @param appSettings the application settings
   * @param connectionStrings the connection strings
   * @param slots its deployment slots but production, by their names
   * @param sticky which settings and connection strings stay where they are when slots are swapped
   * @param identity who it is at key vaults
   * @param documents what ARM answers below it, by relative path
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record WebApp(
      String name,
      String location,
      String kind,
      Map<String, String> tags,
      Map<String, Object> properties,
      Map<String, String> appSettings,
      Map<String, ConnectionString> connectionStrings,
      List<WebApp> slots,
      StickyNames sticky,
      SiteIdentity identity,
      Map<String, Object> documents)
      implements Resource {
    /** Checks the names and copies the collections; absent parts become empty. */
    public WebApp {
      name = Copies.named("web app", name, "[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]");
      location = Copies.text(location);
      kind = Copies.text(kind);
      tags = Copies.map(tags);
      properties = Copies.map(properties);
      appSettings = Copies.map(appSettings);
      connectionStrings = Copies.map(connectionStrings);
      slots = Copies.list(slots);
      sticky = sticky == null ? StickyNames.NONE : sticky;
      identity = identity == null ? SiteIdentity.NONE : identity;
      documents = Copies.documents(documents);
      Set<String> seen = new HashSet<>(Set.of("production"));
      for (WebApp slot : slots) {
        if (!slot.slots.isEmpty() || !slot.sticky.equals(StickyNames.NONE)) {
          throw new IllegalArgumentException(
              "A slot has neither slots nor sticky names of its own: " + slot.name);
        }
        if (!seen.add(slot.name.toLowerCase(Locale.ROOT))) {
          throw new IllegalArgumentException("An app can't have two slots named " + slot.name);
        }
      }
    }

    /** Returns an app without settings. */
    public static WebApp named(String name) {
      return new WebApp(
          name,
          "",
          "",
          Map.of(),
          Map.of(),
          Map.of(),
          Map.of(),
          List.of(),
          StickyNames.NONE,
          SiteIdentity.NONE,
          Map.of());
    }

    /** Returns this app as one of another kind, such as {@code functionapp}. */
    public WebApp kind(String newKind) {
      return new WebApp(
          name,
          location,
          newKind,
          tags,
          properties,
          appSettings,
          connectionStrings,
          slots,
          sticky,
          identity,
          documents);
    }

    /** Returns this app with one more tag. */
    public WebApp tag(String key, String value) {
      return new WebApp(
          name,
          location,
          kind,
          Copies.plus(tags, key, value),
          properties,
          appSettings,
          connectionStrings,
          slots,
          sticky,
          identity,
          documents);
    }

    /** Returns this app with one property set. */
    public WebApp property(String key, Object value) {
      return new WebApp(
          name,
          location,
          kind,
          tags,
          Copies.plus(properties, key, value),
          appSettings,
          connectionStrings,
          slots,
          sticky,
          identity,
          documents);
    }

    /** Returns this app with one more application setting. */
    public WebApp setting(String key, String value) {
      return new WebApp(
          name,
          location,
          kind,
          tags,
          properties,
          Copies.plus(appSettings, key, value),
          connectionStrings,
          slots,
          sticky,
          identity,
          documents);
    }

    /** Returns this app with one more connection string; {@code type} is ARM's, as Custom. */
    public WebApp connectionString(String key, String value, String type) {
      return new WebApp(
          name,
          location,
          kind,
          tags,
          properties,
          appSettings,
          Copies.plus(connectionStrings, key, new ConnectionString(value, type)),
          slots,
          sticky,
          identity,
          documents);
    }

    /** Returns this app with one more deployment slot, named as the other app is. */
    public WebApp slot(WebApp slot) {
      List<WebApp> more = new ArrayList<>(slots);
      more.add(slot);
      return new WebApp(
          name,
          location,
          kind,
          tags,
          properties,
          appSettings,
          connectionStrings,
          more,
          sticky,
          identity,
          documents);
    }

    /** Returns this app with these settings, and connection strings, that swaps leave where they are. */
    public WebApp sticky(List<String> settings, List<String> strings) {
      return new WebApp(
          name,
          location,
          kind,
          tags,
          properties,
          appSettings,
          connectionStrings,
          slots,
          new StickyNames(settings, strings),
          identity,
          documents);
    }

    /** Returns this app with a system-assigned identity, which may read the secrets of these vaults. */
    public WebApp reading(String... vaults) {
      return new WebApp(
          name,
          location,
          kind,
          tags,
          properties,
          appSettings,
          connectionStrings,
          slots,
          sticky,
          new SiteIdentity(true, List.of(vaults)),
          documents);
    }

    /**
     * Returns this app with an answer of ARM below it, as {@code
     * document("config/azurestorageaccounts/list", …)}; see {@link Other#document}.
     */
    public WebApp document(String path, Object json) {
      return new WebApp(
          name,
          location,
          kind,
          tags,
          properties,
          appSettings,
          connectionStrings,
          slots,
          sticky,
          identity,
          Copies.plus(documents, path, json));
    }

    /** Never shows a setting's value. */
    @Override
    public String toString() {
      return "WebApp["
          + name
          + ", appSettings="
          + appSettings.keySet()
          + ", connectionStrings="
          + connectionStrings.keySet()
          + ", slots="
          + slots
          + "]";
    }
  }

  /**
   * The settings that belong to a slot rather than to what is deployed in it: ARM's {@code
   * slotConfigNames}.
   *
   * @param appSettings names of application settings
   * @param connectionStrings names of connection strings
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record StickyNames(List<String> appSettings, List<String> connectionStrings) {
    /** Nothing sticks. */
    public static final StickyNames NONE = new StickyNames(List.of(), List.of());

    /** Copies the lists; absent parts become empty. */
    public StickyNames {
      appSettings = Copies.list(appSettings);
      connectionStrings = Copies.list(connectionStrings);
    }
  }

  /**
   * The managed identity of a site or slot.
   *
   * @param exists whether it has one; without one, no Key Vault reference resolves
   * @param vaults the names of the vaults whose secrets it may read
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record SiteIdentity(boolean exists, List<String> vaults) {
    /** No identity. */
    public static final SiteIdentity NONE = new SiteIdentity(false, List.of());

    /** Copies the list; absent parts become empty. */
    public SiteIdentity {
      vaults = Copies.list(vaults);
    }
  }

  /** A connection string of a web app: its value and ARM's type, for example {@code Custom}. */
  record ConnectionString(String value, String type) {
    /** Absent parts become empty. */
    public ConnectionString {
      value = Copies.text(value);
      type = Copies.text(type);
    }

    /** Never shows the value. */
    @Override
    public String toString() {
      return "ConnectionString[" + type + "]";
    }
  }

  /**
   * A namespace of Service Bus or Event Hubs and, unless {@code noDataPlane}, its REST endpoint on a
   * port of its own. It has the rule {@code RootManageSharedAccessKey}, as each new namespace has. Its
   * firewall is closed by the property {@code publicNetworkAccess} = {@code Disabled}; {@code
   * disableLocalAuth} works as in Azure.
   *
   * @param service whose it is
   * @param entities its queues and topics, or event hubs: the type of each by its name
   * @param rules further authorization rules
   * @param oldKeyUses how many requests a key still signs after it was regenerated
   * @param noDataPlane true gives Azure's own host name and opens no port
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record MessagingNamespace(
      Messaging service,
      String name,
      String location,
      Map<String, String> tags,
      Map<String, Object> properties,
      Map<String, String> entities,
      List<AccessRule> rules,
      int oldKeyUses,
      boolean noDataPlane)
      implements Resource {
    /** Checks names and copies the collections; absent parts become empty. */
    public MessagingNamespace {
      service = service == null ? Messaging.SERVICE_BUS : service;
      // Azure wants six characters at least; the recordings were renamed to fewer.
      name = Copies.named("namespace", name, "[A-Za-z][A-Za-z0-9-]{1,48}[A-Za-z0-9]");
      location = Copies.text(location);
      tags = Copies.map(tags);
      properties = Copies.map(properties);
      entities = Copies.map(entities);
      rules = Copies.list(rules);
      for (Map.Entry<String, String> entity : entities.entrySet()) {
        Copies.named("entity", entity.getKey(), "[A-Za-z0-9][A-Za-z0-9._-]{0,254}");
        if (!service.entityTypes().contains(entity.getValue())) {
          throw new IllegalArgumentException(
              service + " has no entities of the type " + entity.getValue());
        }
      }
      for (AccessRule rule : rules) {
        if (!rule.entity().isEmpty() && !entities.containsKey(rule.entity())) {
          throw new IllegalArgumentException("A rule is for the missing entity " + rule.entity());
        }
      }
    }

    /** Returns an empty namespace of Service Bus. */
    public static MessagingNamespace serviceBus(String name) {
      return of(Messaging.SERVICE_BUS, name);
    }

    /** Returns an empty namespace of Event Hubs. */
    public static MessagingNamespace eventHubs(String name) {
      return of(Messaging.EVENT_HUBS, name);
    }

    /** Returns an empty namespace. */
    public static MessagingNamespace of(Messaging service, String name) {
      return new MessagingNamespace(
          service, name, "", Map.of(), Map.of(), Map.of(), List.of(), 0, false);
    }

    /** Returns this namespace with one property set, for example {@code disableLocalAuth}. */
    public MessagingNamespace property(String key, Object value) {
      return new MessagingNamespace(
          service,
          name,
          location,
          tags,
          Copies.plus(properties, key, value),
          entities,
          rules,
          oldKeyUses,
          noDataPlane);
    }

    /** Returns this namespace with one more entity; {@code type} is ARM's, as {@code queues}. */
    public MessagingNamespace entity(String type, String entityName) {
      return new MessagingNamespace(
          service,
          name,
          location,
          tags,
          properties,
          Copies.plus(entities, entityName, type),
          rules,
          oldKeyUses,
          noDataPlane);
    }

    /** Returns this namespace with one more rule; an empty {@code entity} is the namespace itself. */
    public MessagingNamespace rule(String entity, String ruleName, String... rights) {
      List<AccessRule> more = new ArrayList<>(rules);
      more.add(new AccessRule(entity, ruleName, List.of(rights)));
      return new MessagingNamespace(
          service, name, location, tags, properties, entities, more, oldKeyUses, noDataPlane);
    }

    /** Returns this namespace with the given slowness in forgetting a regenerated key. */
    public MessagingNamespace oldKeyUses(int uses) {
      return new MessagingNamespace(
          service, name, location, tags, properties, entities, rules, uses, noDataPlane);
    }

    /** Returns this namespace without an endpoint. */
    public MessagingNamespace withoutDataPlane() {
      return new MessagingNamespace(
          service, name, location, tags, properties, entities, rules, oldKeyUses, true);
    }
  }

  /** The two services with namespaces and authorization rules. */
  enum Messaging {
    /** Queues and topics. */
    SERVICE_BUS,
    /** Event hubs. */
    EVENT_HUBS;

    /** The full type of its namespaces. */
    String type() {
      return this == SERVICE_BUS
          ? "Microsoft.ServiceBus/namespaces"
          : "Microsoft.EventHub/namespaces";
    }

    /** The types of what is in them. */
    List<String> entityTypes() {
      return this == SERVICE_BUS ? List.of("queues", "topics") : List.of("eventhubs");
    }
  }

  /**
   * An authorization rule of a namespace or, with {@code entity}, of what is in it.
   *
   * @param entity the queue, topic or event hub; empty is the namespace itself
   * @param rights of {@code Manage}, {@code Send}, {@code Listen}; Manage goes with both others
   */
  record AccessRule(String entity, String name, List<String> rights) {
    /** Checks the parts. */
    public AccessRule {
      entity = Copies.text(entity);
      name = Copies.named("rule", name, "[A-Za-z0-9][A-Za-z0-9._-]{0,48}");
      rights = Copies.list(rights);
      boolean known = List.of("Manage", "Send", "Listen").containsAll(rights);
      // "Manage permission should also include Send and Listen":
      // Azure.Messaging.ServiceBus, SharedAccessAuthorizationRule.
      if (rights.isEmpty() || !known || (rights.contains("Manage") && rights.size() != 3)) {
        throw new IllegalArgumentException("A rule has Manage, Send and Listen, or one or both of"
            + " Send and Listen, and not " + rights);
      }
    }
  }

  /**
   * A Log Analytics workspace, which holds logs and is queried on a port of its own.
   *
   * @param signIns whether the sign-ins of the tenant's service principals are sent there
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record Workspace(
      String name,
      String location,
      Map<String, String> tags,
      Map<String, Object> properties,
      boolean signIns)
      implements Resource {
    /** Checks the name and copies the collections; absent parts become empty. */
    public Workspace {
      name = Copies.named("workspace", name, "[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]");
      location = Copies.text(location);
      tags = Copies.map(tags);
      properties = Copies.map(properties);
    }

    /** Returns a workspace to which nothing is sent. */
    public static Workspace named(String name) {
      return new Workspace(name, "", Map.of(), Map.of(), false);
    }

    /** Returns this workspace with the sign-ins of the tenant's service principals. */
    public Workspace withSignIns() {
      return new Workspace(name, location, tags, properties, true);
    }

    /** Returns the GUID by which a workspace of this name is queried: made from the name. */
    public static String customerId(String name) {
      return UUID.nameUUIDFromBytes(
              ("workspace " + name.toLowerCase(Locale.ROOT)).getBytes(StandardCharsets.UTF_8))
          .toString();
    }
  }

  /**
   * An App Configuration store, whose values are read on a port of its own.
   *
   * @param keyValues what it holds
   * @param revisions what it held before, the oldest first
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record ConfigurationStore(
      String name,
      String location,
      Map<String, String> tags,
      Map<String, Object> properties,
      List<KeyValue> keyValues,
      List<KeyValue> revisions)
      implements Resource {
    /** Checks the names and copies the collections; absent parts become empty. */
    public ConfigurationStore {
      name = Copies.named("configuration store", name, "[A-Za-z0-9][A-Za-z0-9_-]{3,48}[A-Za-z0-9]");
      location = Copies.text(location);
      tags = Copies.map(tags);
      properties = Copies.map(properties);
      keyValues = Copies.list(keyValues);
      revisions = Copies.list(revisions);
      Set<List<String>> seen = new HashSet<>();
      for (KeyValue one : keyValues) {
        if (!seen.add(List.of(one.key, one.label))) {
          throw new IllegalArgumentException(
              "A store can't hold a key twice under a label: " + one.key);
        }
      }
    }

    /** Returns an empty store. */
    public static ConfigurationStore named(String name) {
      return new ConfigurationStore(name, "", Map.of(), Map.of(), List.of(), List.of());
    }

    /** Returns this store with one property set, for example {@code publicNetworkAccess}. */
    public ConfigurationStore property(String key, Object value) {
      return new ConfigurationStore(
          name, location, tags, Copies.plus(properties, key, value), keyValues, revisions);
    }

    /** Returns this store with one more value, without a label. */
    public ConfigurationStore value(String key, String value) {
      return value(KeyValue.of(key, value));
    }

    /** Returns this store with one more value. */
    public ConfigurationStore value(KeyValue value) {
      return new ConfigurationStore(
          name, location, tags, properties, Copies.plus(keyValues, value), revisions);
    }

    /** Returns this store with one more value that it held before. */
    public ConfigurationStore revision(KeyValue value) {
      return new ConfigurationStore(
          name, location, tags, properties, keyValues, Copies.plus(revisions, value));
    }

    /** Never shows a value. */
    @Override
    public String toString() {
      return "ConfigurationStore[" + name + ", keyValues=" + keyValues.size() + "]";
    }
  }

  /**
   * A value in a configuration store.
   *
   * @param label empty means none
   * @param contentType empty means none
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record KeyValue(
      String key, String label, String value, String contentType, Map<String, String> tags) {
    /** Checks the key; absent parts become empty. */
    public KeyValue {
      key = Copies.named("key", key, "[^%]+");
      label = Copies.text(label);
      value = Copies.text(value);
      contentType = Copies.text(contentType);
      tags = Copies.map(tags);
    }

    /** Returns a value without label and content type. */
    public static KeyValue of(String key, String value) {
      return new KeyValue(key, "", value, "", Map.of());
    }

    /** Returns this value under a label. */
    public KeyValue label(String newLabel) {
      return new KeyValue(key, newLabel, value, contentType, tags);
    }

    /** Returns this value with a media type. */
    public KeyValue contentType(String newContentType) {
      return new KeyValue(key, label, value, newContentType, tags);
    }

    /** Never shows the value. */
    @Override
    public String toString() {
      return "KeyValue[" + key + ", label=" + label + "]";
    }
  }

  /**
   * A Synapse workspace, whose artifacts are read at a development endpoint on a port of its own.
   *
   * @param artifacts their properties by name, by kind: {@code linkedservices}, {@code pipelines}, {@code
   *     notebooks}, {@code sqlScripts}, {@code datasets}, {@code dataflows}, {@code triggers}, {@code
   *     sparkJobDefinitions}
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record SynapseWorkspace(
      String name,
      String location,
      Map<String, String> tags,
      Map<String, Object> properties,
      Map<String, Map<String, Map<String, Object>>> artifacts)
      implements Resource {
    /** Checks the names and copies the collections; absent parts become empty. */
    public SynapseWorkspace {
      name = Copies.named("Synapse workspace", name, "[a-z0-9][a-z0-9-]{0,48}[a-z0-9]");
      location = Copies.text(location);
      tags = Copies.map(tags);
      properties = Copies.map(properties);
      artifacts = Copies.map(artifacts);
      for (String kind : artifacts.keySet()) {
        if (!SynapseAsset.KINDS.contains(kind)) {
          throw new IllegalArgumentException(
              "There is no kind of artifact named " + kind + ", but " + SynapseAsset.KINDS);
        }
      }
    }

    /** Returns a workspace without artifacts. */
    public static SynapseWorkspace named(String name) {
      return new SynapseWorkspace(name, "", Map.of(), Map.of(), Map.of());
    }

    /** Returns this workspace with one property set. */
    public SynapseWorkspace property(String key, Object value) {
      return new SynapseWorkspace(
          name, location, tags, Copies.plus(properties, key, value), artifacts);
    }

    /** Returns this workspace with one more artifact. */
    public SynapseWorkspace artifact(
        String kind, String artifact, Map<String, Object> artifactProperties) {
      Map<String, Map<String, Object>> ofKind =
          Copies.plus(artifacts.getOrDefault(kind, Map.of()), artifact, artifactProperties);
      return new SynapseWorkspace(
          name, location, tags, properties, Copies.plus(artifacts, kind, ofKind));
    }

    /** Never shows an artifact's properties. */
    @Override
    public String toString() {
      return "SynapseWorkspace[" + name + ", artifacts=" + artifacts.keySet() + "]";
    }
  }

  /**
   * A resource of any other type. ARM shows it and Resource Graph lists it, as far as Azure's does;
   * what else ARM answers of it are its {@code documents}, by the path below the resource: a list is
   * shown page by page, a map as an object, a text as it is. The catalog of resource providers says
   * which paths there are, and a scenario with another doesn't start.
   *
   * <p>A type may be inside another, as {@code Microsoft.App/managedEnvironments/daprComponents}; its
   * name has as many parts, as {@code env1/state}.
   *
   * @param type the full type, for example {@code Microsoft.Compute/virtualMachines}
   * @param sku ARM's sku; empty means none
   * @param identity ARM's identity; empty means none
   * @param documents by relative path; that at the empty path is laid over the resource itself
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  record Other(
      String type,
      String name,
      String location,
      String kind,
      Map<String, String> tags,
      Map<String, Object> properties,
      Map<String, Object> sku,
      Map<String, Object> identity,
      Map<String, Object> documents)
      implements Resource {
    /** Checks type and name and copies the collections; absent parts become empty. */
    public Other {
      type = Copies.named("resource type", type, "[A-Za-z.]+(/[A-Za-z0-9]+)+");
      name = Copies.named("resource", name, "[A-Za-z0-9._()-]+(/[A-Za-z0-9._()-]+)*");
      if (type.chars().filter(c -> c == '/').count()
          != name.chars().filter(c -> c == '/').count() + 1) {
        throw new IllegalArgumentException(
            "A " + type + " has another number of names than " + name);
      }
      location = Copies.text(location);
      kind = Copies.text(kind);
      tags = Copies.map(tags);
      properties = Copies.documents(properties);
      sku = Copies.documents(sku);
      identity = Copies.documents(identity);
      documents = Copies.documents(documents);
    }

    /** Returns a resource without tags and properties. */
    public static Other of(String type, String name) {
      return new Other(type, name, "", "", Map.of(), Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** Returns this resource with one property set. */
    public Other property(String key, Object value) {
      return with(kind, tags, Copies.plus(properties, key, value), documents);
    }

    /** Returns this resource with one more tag. */
    public Other tag(String key, String value) {
      return with(kind, Copies.plus(tags, key, value), properties, documents);
    }

    /** Returns this resource as one of that kind, such as {@code AzurePowerShell}. */
    public Other kind(String newKind) {
      return with(newKind, tags, properties, documents);
    }

    /** Returns this resource in another region. */
    public Other location(String newLocation) {
      return new Other(type, name, newLocation, kind, tags, properties, sku, identity, documents);
    }

    /** Returns this resource with a sku of that name, such as {@code Premium}. */
    public Other sku(String skuName) {
      return new Other(
          type,
          name,
          location,
          kind,
          tags,
          properties,
          Map.of("name", skuName),
          identity,
          documents);
    }

    /** Returns this resource with an identity of that type, such as {@code SystemAssigned}. */
    public Other identity(String identityType) {
      return new Other(
          type,
          name,
          location,
          kind,
          tags,
          properties,
          sku,
          Map.of("type", identityType),
          documents);
    }

    /**
     * Returns this resource with an answer of ARM below it, for example {@code
     * document("variables", List.of(Map.of("name", "v1", "properties", …)))} or {@code
     * document("runbooks/r1/content", "Write-Output 1")}.
     *
     * @param path relative to the resource; letter case does not matter
     * @param json a list, a map or, where ARM answers with a text, that
     */
    public Other document(String path, Object json) {
      return with(kind, tags, properties, Copies.plus(documents, path, json));
    }

    private Other with(
        String newKind,
        Map<String, String> newTags,
        Map<String, Object> newProperties,
        Map<String, Object> newDocuments) {
      return new Other(
          type, name, location, newKind, newTags, newProperties, sku, identity, newDocuments);
    }

    /** Never shows a property or a document. */
    @Override
    public String toString() {
      return "Other[" + type + " " + name + ", documents=" + documents.keySet() + "]";
    }
  }
}
