package dev.rekey.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The Azure that a {@link Simulator} starts with: one tenant, its clients, its subscriptions and
 * what is in them. Immutable; never holds a client secret.
 *
 * <p>Values in app settings, connection strings, blobs, vault secrets, configuration stores, Synapse
 * artifacts, documents and the properties of {@link Resource.Other} may contain placeholders:
 * {@code ${key:ACCOUNT/key1}} (a storage key, which only the simulator knows), {@code
 * ${blob:ACCOUNT}} (the blob endpoint), {@code ${vault:NAME}} (the vault's URI), {@code
 * ${secret:APPLICATION/NAME}} (a client secret by its display name), {@code
 * ${sas:NAMESPACE/RULE/PrimaryKey}} and {@code ${sas:NAMESPACE/ENTITY/RULE/SecondaryKey}} (a key of an
 * authorization rule).
 *
 * <p>The JSON form has the names of the record components; absent parts are empty:
 *
 * <pre>{@code
 * {"tenant": "…guid…",
 *  "clients": [{"id": "…guid…", "denied": ["Microsoft.Web/sites/config/list/action"]}],
 *  "applications": [{"id": "…guid…", "name": "shop", "owners": ["…guid…"],
 *    "secrets": [{"name": "ci"}, {"name": "old", "startsInDays": -90, "endsInDays": -1}]}],
 *  "subscriptions": [{"id": "…guid…", "name": "prod", "groups": [
 *    {"name": "rg1", "location": "westeurope", "readOnlyLock": false,
 *     "storageAccounts": [{"name": "acct1", "blobs": {"c/b.txt": "hello"}, "oldKeyUses": 2,
 *       "logsTo": "logs1", "publicContainers": {"c": "container"}}],
 *     "workspaces": [{"name": "logs1", "signIns": true}],
 *     "vaults": [{"name": "vault1", "secrets": {"db": "value"}}],
 *     "namespaces": [{"service": "EVENT_HUBS", "name": "events", "entities": {"hub1": "eventhubs"},
 *       "rules": [{"entity": "hub1", "name": "send", "rights": ["Send"]}]}],
 *     "configurationStores": [{"name": "store1", "keyValues": [{"key": "Db", "value": "x"}]}],
 *     "synapseWorkspaces": [{"name": "syn1", "artifacts": {"linkedservices": {"ls1": {"type": "Web"}}}}],
 *     "webApps": [{"name": "app1", "appSettings": {"STORAGE": "AccountKey=${key:acct1/key1}"}}],
 *     "others": [{"type": "Microsoft.Compute/virtualMachines", "name": "vm1",
 *       "documents": {"extensions": [{"name": "setup", "properties": {}}]}}],
 *     "documents": {"providers/Microsoft.Resources/deployments": [{"name": "d1"}]}}]}],
 *  "managementGroups": [{"id": "mg1", "displayName": "All", "subscriptions": ["…guid…"]}]}
 * }</pre>
 *
 * @param tenant the tenant's id
 * @param clients who may ask for tokens
 * @param subscriptions what they see
 * @param applications the Entra applications beside the clients, each of which is one too
 * @param managementGroups the groups of subscriptions
 * @param documents what ARM answers for the tenant itself, by path; as in {@link Resource.Other}
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Scenario(
    String tenant,
    List<Client> clients,
    List<Subscription> subscriptions,
    List<Application> applications,
    List<ManagementGroup> managementGroups,
    Map<String, Object> documents) {
  static final String GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
  private static final String DEFAULT_LOCATION = "westeurope";
  private static final ObjectMapper JSON = new ObjectMapper()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
      .enable(SerializationFeature.INDENT_OUTPUT);

  /** Checks ids and the uniqueness of names. */
  public Scenario {
    tenant = Copies.named("tenant", tenant, GUID);
    clients = Copies.list(clients);
    subscriptions = Copies.list(subscriptions);
    applications = Copies.list(applications);
    managementGroups = Copies.list(managementGroups);
    documents = Copies.documents(documents);
    Set<String> seen = new HashSet<>();
    for (Application application : applications) {
      unique(seen, "application " + application.id());
    }
    for (Client client : clients) {
      unique(seen, "client " + client.id());
    }
    for (Subscription subscription : subscriptions) {
      unique(seen, "subscription " + subscription.id());
      for (ResourceGroup group : subscription.groups()) {
        unique(seen, "group " + subscription.id() + "/" + group.name());
        for (Resource resource : group.resources()) {
          if (resource instanceof Resource.Other other) {
            unique(
                seen,
                "resource " + subscription.id() + "/" + group.name() + "/" + other.type() + " "
                    + other.name());
            continue;
          }
          // Azure wants these names unique in the world; placeholders rely on it.
          boolean namespace = resource instanceof Resource.MessagingNamespace;
          unique(seen, (namespace ? "namespace" : World.typeOf(resource)) + " " + resource.name());
        }
      }
    }
    for (ManagementGroup group : managementGroups) {
      unique(seen, "management group " + group.id());
      for (String subscription : group.subscriptions()) {
        if (!seen.contains("subscription " + subscription.toLowerCase(Locale.ROOT))) {
          throw new IllegalArgumentException(
              "The management group " + group.id() + " has no known subscription " + subscription);
        }
      }
    }
  }

  private static void unique(Set<String> seen, String name) {
    if (!seen.add(name.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException("The scenario names this twice: " + name);
    }
  }

  /**
   * An application (service principal) that signs in with a client secret.
   *
   * @param id the application's id
   * @param denied the actions refused to it, ARM and data actions alike, for example {@code
   *     Microsoft.Storage/storageAccounts/regenerateKey/action}; {@code *} stands for any text,
   *     letter case does not matter. The permissions of Microsoft
   *     Graph are denied alike: {@code Application.Read.All}, {@code Application.ReadWrite.OwnedBy},
   *     {@code Application.ReadWrite.All}
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Client(String id, Set<String> denied) {
    /** Checks the id. */
    public Client {
      id = Copies.named("client", id, GUID);
      denied = Copies.set(denied);
    }

    /** Returns the object id of its service principal, as access policies name it. */
    public static String objectId(String id) {
      return Directory.principalObjectId(id);
    }

    /** Returns a client that may do everything but the given actions. */
    public static Client of(String id, String... denied) {
      return new Client(id, Set.of(denied));
    }
  }

  /**
   * A subscription and its resource groups.
   *
   * @param name what people see
   * @param documents what ARM answers below it, by relative path, as {@code
   *     providers/Microsoft.Resources/deployments}; as in {@link Resource.Other}
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record Subscription(
      String id,
      String name,
      List<ResourceGroup> groups,
      Map<String, String> tags,
      Map<String, Object> documents) {
    /** Checks the id. */
    public Subscription {
      id = Copies.named("subscription", id, GUID);
      name = Copies.text(name);
      groups = Copies.list(groups);
      tags = Copies.map(tags);
      documents = Copies.documents(documents);
    }

    /** Returns a subscription that shows its id as its name. */
    public static Subscription of(String id, ResourceGroup... groups) {
      return new Subscription(id, id, List.of(groups), Map.of(), Map.of());
    }

    /** Returns this subscription under another name. */
    public Subscription name(String newName) {
      return new Subscription(id, newName, groups, tags, documents);
    }

    /** Returns this subscription with one more tag. */
    public Subscription tag(String key, String value) {
      return new Subscription(id, name, groups, Copies.plus(tags, key, value), documents);
    }

    /** Returns this subscription with an answer of ARM below it; see {@link Resource.Other#document}. */
    public Subscription document(String path, Object json) {
      return new Subscription(id, name, groups, tags, Copies.plus(documents, path, json));
    }

    /** Never shows a document. */
    @Override
    public String toString() {
      return "Subscription[" + id + ", " + groups + ", documents=" + documents.keySet() + "]";
    }
  }

  /**
   * A management group of the tenant.
   *
   * @param id its name, unique in the tenant
   * @param displayName what people see
   * @param subscriptions the ids of the subscriptions in it
   * @param documents what ARM answers below it, by relative path; as in {@link Resource.Other}
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record ManagementGroup(
      String id, String displayName, List<String> subscriptions, Map<String, Object> documents) {
    /** Checks the id. */
    public ManagementGroup {
      id = Copies.named("management group", id, "[-A-Za-z0-9._()]{1,90}");
      displayName = Copies.text(displayName);
      subscriptions = Copies.list(subscriptions);
      documents = Copies.documents(documents);
    }

    /** Returns a management group with these subscriptions. */
    public static ManagementGroup of(String id, String displayName, String... subscriptions) {
      return new ManagementGroup(id, displayName, List.of(subscriptions), Map.of());
    }

    /** Returns this group with an answer of ARM below it; see {@link Resource.Other#document}. */
    public ManagementGroup document(String path, Object json) {
      return new ManagementGroup(
          id, displayName, subscriptions, Copies.plus(documents, path, json));
    }

    /** Never shows a document. */
    @Override
    public String toString() {
      return "ManagementGroup[" + id + ", documents=" + documents.keySet() + "]";
    }
  }

  /**
   * A resource group and what is in it.
   *
   * @param readOnlyLock whether a ReadOnly lock refuses every write, {@code listKeys} included
   * @param documents what ARM answers below it, by relative path; as in {@link Resource.Other}. A path
   *     may begin with a resource in the group, as {@code
   *     providers/Microsoft.KeyVault/vaults/vault1/keys}, and is then below that one
   */
  @JsonInclude(JsonInclude.Include.NON_DEFAULT)
  public record ResourceGroup(
      String name,
      String location,
      Map<String, String> tags,
      boolean readOnlyLock,
      List<Resource.StorageAccount> storageAccounts,
      List<Resource.Vault> vaults,
      List<Resource.MessagingNamespace> namespaces,
      List<Resource.WebApp> webApps,
      List<Resource.Workspace> workspaces,
      List<Resource.ConfigurationStore> configurationStores,
      List<Resource.SynapseWorkspace> synapseWorkspaces,
      List<Resource.Other> others,
      Map<String, Object> documents) {
    /** Checks the name. */
    public ResourceGroup {
      name = Copies.named("resource group", name, "[-A-Za-z0-9._()]{1,90}");
      location = Copies.text(location).isEmpty() ? DEFAULT_LOCATION : location;
      tags = Copies.map(tags);
      storageAccounts = Copies.list(storageAccounts);
      vaults = Copies.list(vaults);
      namespaces = Copies.list(namespaces);
      webApps = Copies.list(webApps);
      workspaces = Copies.list(workspaces);
      configurationStores = Copies.list(configurationStores);
      synapseWorkspaces = Copies.list(synapseWorkspaces);
      others = Copies.list(others);
      documents = Copies.documents(documents);
    }

    /** Returns a group in {@code westeurope} with the given resources. */
    public static ResourceGroup of(String name, Resource... resources) {
      return new ResourceGroup(
          name,
          DEFAULT_LOCATION,
          Map.of(),
          false,
          kind(Resource.StorageAccount.class, resources),
          kind(Resource.Vault.class, resources),
          kind(Resource.MessagingNamespace.class, resources),
          kind(Resource.WebApp.class, resources),
          kind(Resource.Workspace.class, resources),
          kind(Resource.ConfigurationStore.class, resources),
          kind(Resource.SynapseWorkspace.class, resources),
          kind(Resource.Other.class, resources),
          Map.of());
    }

    /** Returns this group with a ReadOnly lock. */
    public ResourceGroup locked() {
      return new ResourceGroup(
          name,
          location,
          tags,
          true,
          storageAccounts,
          vaults,
          namespaces,
          webApps,
          workspaces,
          configurationStores,
          synapseWorkspaces,
          others,
          documents);
    }

    /** Returns this group with one more tag. */
    public ResourceGroup tag(String key, String value) {
      return with(Copies.plus(tags, key, value), documents);
    }

    /** Returns this group with an answer of ARM below it; see {@link Resource.Other#document}. */
    public ResourceGroup document(String path, Object json) {
      return with(tags, Copies.plus(documents, path, json));
    }

    private ResourceGroup with(Map<String, String> newTags, Map<String, Object> newDocuments) {
      return new ResourceGroup(
          name,
          location,
          newTags,
          readOnlyLock,
          storageAccounts,
          vaults,
          namespaces,
          webApps,
          workspaces,
          configurationStores,
          synapseWorkspaces,
          others,
          newDocuments);
    }

    /** Never shows a document. */
    @Override
    public String toString() {
      return "ResourceGroup[" + name + ", " + resources() + ", documents=" + documents.keySet()
          + "]";
    }

    List<Resource> resources() {
      List<Resource> all = new ArrayList<>(storageAccounts);
      all.addAll(vaults);
      all.addAll(namespaces);
      all.addAll(webApps);
      all.addAll(workspaces);
      all.addAll(configurationStores);
      all.addAll(synapseWorkspaces);
      all.addAll(others);
      return all;
    }

    private static <R> List<R> kind(Class<R> kind, Resource... resources) {
      return Arrays.stream(resources).filter(kind::isInstance).map(kind::cast).toList();
    }
  }

  /** Starts a scenario for a tenant. */
  public static Builder tenant(String id) {
    return new Builder(id);
  }

  /** Collects a scenario; not thread-safe. */
  public static final class Builder {
    private final String tenant;
    private final List<Client> clients = new ArrayList<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final List<Application> applications = new ArrayList<>();
    private final List<ManagementGroup> managementGroups = new ArrayList<>();
    private final Map<String, Object> documents = new LinkedHashMap<>();

    private Builder(String tenant) {
      this.tenant = tenant;
    }

    /** Adds a client that is denied the given actions. */
    public Builder client(String id, String... denied) {
      clients.add(Client.of(id, denied));
      return this;
    }

    /** Adds an Entra application. */
    public Builder application(Application application) {
      applications.add(application);
      return this;
    }

    /** Adds a subscription. */
    public Builder subscription(String id, ResourceGroup... groups) {
      return subscription(Subscription.of(id, groups));
    }

    /** Adds a subscription. */
    public Builder subscription(Subscription subscription) {
      subscriptions.add(subscription);
      return this;
    }

    /** Adds a management group. */
    public Builder managementGroup(ManagementGroup group) {
      managementGroups.add(group);
      return this;
    }

    /**
     * Adds an answer of ARM for the tenant itself, as {@code
     * document("providers/Microsoft.Resources/deployments", …)}; see {@link Resource.Other#document}.
     */
    public Builder document(String path, Object json) {
      documents.put(path, json);
      return this;
    }

    /**
     * Returns the scenario.
     *
     * @throws IllegalArgumentException if a name is malformed or given twice
     */
    public Scenario build() {
      return new Scenario(
          tenant, clients, subscriptions, applications, managementGroups, documents);
    }
  }

  /**
   * Reads the JSON form.
   *
   * @throws IllegalArgumentException if the text is not JSON, or has an unknown field, a malformed
   *     or doubled name; the message says where and never quotes a value
   * @throws IOException if the reader fails
   */
  public static Scenario parse(Reader json) throws IOException {
    try {
      return JSON.readValue(json, Scenario.class);
    } catch (JsonMappingException e) {
      Throwable cause = e.getCause();
      String why = cause instanceof IllegalArgumentException
          ? String.valueOf(cause.getMessage())
          : "unknown field or wrong type at " + path(e);
      throw new IllegalArgumentException("The scenario is not valid" + at(e) + ": " + why, e);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("The scenario is not JSON" + at(e), e);
    }
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      path.append(
          step.getFieldName() == null ? "[" + step.getIndex() + "]" : "/" + step.getFieldName());
    }
    return path.toString();
  }

  private static String at(JsonProcessingException e) {
    return e.getLocation() == null
        ? ""
        : " (line " + e.getLocation().getLineNr() + ", column "
            + e.getLocation().getColumnNr() + ")";
  }

  /** Never shows a document. */
  @Override
  public String toString() {
    return "Scenario[" + tenant + ", " + clients + ", " + subscriptions + ", " + applications + ", "
        + managementGroups + ", documents=" + documents.keySet() + "]";
  }

  /** Returns the JSON form, which {@link #parse} reads. */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A scenario's properties must be JSON values", e);
    }
  }
}
