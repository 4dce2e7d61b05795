package dev.rekey.rotation.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.FixedDelayOptions;
import com.azure.core.http.policy.RetryOptions;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.AzureEnvironment;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.ReadRetries;
import dev.rekey.azure.ResourceId;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.testkit.Trouble;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.RecordedRequest;
import dev.rekey.simulator.Resource;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Scenario.ResourceGroup;
import dev.rekey.simulator.Simulator;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A simulated subscription, and Azure's own clients that talk to it. */
final class Lab implements AutoCloseable {
  static final String TENANT = "00000000-0000-0000-0000-000000000900";
  static final String OWNER = "00000000-0000-0000-0000-000000000710";
  static final String LIMITED = "00000000-0000-0000-0000-000000000711";
  static final String GROUP =
      "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-prod";
  static final AttemptId ATTEMPT = new AttemptId("20261124T000000Z-0badcafe", "store");

  /** Two further tries, ten milliseconds apart: what is lost is sent again, and nothing takes long. */
  static final RetryOptions QUICK =
      new RetryOptions(new FixedDelayOptions(2, Duration.ofMillis(10)));

  static final RetryOptions ONCE =
      new RetryOptions(new FixedDelayOptions(0, Duration.ofMillis(10)));

  /** How often what takes a while is looked at. */
  static final int LOOKS = 4;

  private static final long SEED = 20261124;
  private static final ReadRetries READS =
      new ReadRetries(2, Duration.ofMillis(1), Duration.ofSeconds(5));

  /** Compiled once: it takes longer than most tests. */
  static final FingerprintKey FINGERPRINTS = FingerprintKey.random();

  static final Detector DETECTOR =
      Detector.builder(RuleSet.builtIn()).fingerprintKey(FINGERPRINTS).build();

  final Simulator azure;
  final Wire wire;

  /** For how long stores would have waited. */
  final List<Duration> pauses = new CopyOnWriteArrayList<>();

  private final Map<String, TokenCredential> credentials = new ConcurrentHashMap<>();

  Lab(Simulator azure) {
    this.azure = azure;
    this.wire = new Wire(transport());
  }

  /** Holds these resources; the client {@link #LIMITED} may not do what is denied. */
  static Lab of(List<String> denied, Resource... resources) {
    return of(Clock.systemUTC(), denied, resources);
  }

  static Lab of(Clock clock, List<String> denied, Resource... resources) {
    Scenario scenario = Scenario.tenant(TENANT)
        .client(OWNER)
        .client(LIMITED, denied.toArray(new String[0]))
        .subscription(
            "00000000-0000-0000-0000-000000000001", ResourceGroup.of("rg-prod", resources))
        .build();
    return new Lab(Simulator.of(scenario).clock(clock).random(new Random(SEED)).start());
  }

  static Lab of(Resource... resources) {
    return of(List.of(), resources);
  }

  static String account(String name) {
    return GROUP + "/providers/Microsoft.Storage/storageAccounts/" + name;
  }

  /** The id of a rule: {@code Microsoft.ServiceBus/namespaces/…/authorizationRules/…}. */
  static String rule(String path) {
    return GROUP + "/providers/" + path;
  }

  static String app(String name) {
    return GROUP + "/providers/Microsoft.Web/sites/" + name;
  }

  static Fingerprint fingerprint(String value) {
    try (Secret secret = Secret.of(value)) {
      return FINGERPRINTS.fingerprint(secret);
    }
  }

  static String text(Secret secret) {
    return secret.reveal(characters -> new String(characters));
  }

  HttpClient transport() {
    return new JdkHttpClientBuilder(java.net.http.HttpClient.newBuilder().sslContext(azure.trust()))
        .build();
  }

  TokenCredential credential(String client, String tenant) {
    return credentials.computeIfAbsent(
        client + " in " + tenant,
        unused -> new ClientSecretCredentialBuilder()
            .authorityHost(azure.cloud().toString())
            .disableInstanceDiscovery()
            .tenantId(tenant)
            .clientId(client)
            .clientSecret(azure.clientSecret(client))
            .httpClient(wire)
            .build());
  }

  ArmClient arm(String client) {
    return ArmClient.builder()
        .credential(credential(client, TENANT))
        .httpClient(wire)
        .endpoint(URI.create("https://" + azure.cloud().getAuthority()))
        .readRetries(READS)
        .build();
  }

  ArmClient arm() {
    return arm(OWNER);
  }

  AzureTenant tenant() {
    URI cloud = URI.create("https://" + azure.cloud().getAuthority());
    return AzureTenant.of(TENANT, credential(OWNER, TENANT))
        .environment(AzureEnvironment.custom("simulated", cloud, "localhost"))
        .httpClient(wire)
        .readRetries(READS)
        .build();
  }

  SecretClient vault(String url, TokenCredential credential, RetryOptions retries) {
    return new SecretClientBuilder()
        .vaultUrl(url)
        .credential(credential)
        .httpClient(wire)
        .retryOptions(retries)
        .disableChallengeResourceVerification() // The simulated vault's host is localhost.
        .buildClient();
  }

  SecretClient vault(String client) {
    return vault(azure.vault("vault1").toString(), credential(client, TENANT), QUICK);
  }

  SecretClient vault() {
    return vault(OWNER);
  }

  KeyVaultStore store(String client) {
    return store(vault(client)).build();
  }

  KeyVaultStore.Builder store(SecretClient client) {
    return KeyVaultStore.builder(client, FINGERPRINTS).pause(pauses::add);
  }

  /** A store of a vault by its name, whose client tries nothing again. */
  KeyVaultStore.Builder onceIn(String vault) {
    return store(vault(azure.vault(vault).toString(), credential(OWNER, TENANT), ONCE));
  }

  KeyVaultStore store() {
    return store(OWNER);
  }

  StorageAccounts accounts(String client) {
    return StorageAccounts.in(arm(client), FINGERPRINTS, wire, Clock.systemUTC());
  }

  MessagingNamespaces namespaces(String client) {
    return MessagingNamespaces.in(
        arm(client), FINGERPRINTS, wire, Clock.systemUTC(), new SecureRandom());
  }

  SlotIssuer issuer(String name) throws RotationException {
    return accounts(OWNER).issuer(account(name));
  }

  WebApps apps(String client) {
    return WebApps.in(arm(client), DETECTOR).patience(LOOKS, Duration.ZERO, duration -> {});
  }

  /** What dependents of App Service share, with few looks and no waits. */
  AppService appService() {
    return AppService.of(arm(), DETECTOR).with(new Patience(LOOKS, Duration.ZERO, duration -> {}));
  }

  WebApp app(AppService service, String name) {
    return new WebApp(service, ResourceId.parse(app(name)), AppKind.WEB_APP);
  }

  DependentFinder dependents(String client) {
    return DependentFinder.of(apps(client), VaultSecrets.in(vault(client), DETECTOR));
  }

  // What other people do meanwhile, through a client of their own.

  void set(String app, String name, String value) {
    JsonNode all = arm().postRead(app(app) + "/config/appsettings/list", "2024-04-01");
    ObjectNode properties = all.get("properties").deepCopy();
    properties.put(name, value);
    replace(app, properties);
  }

  /** Replaces all app settings; an app named {@code app1/slots/staging} is a slot. */
  void replace(String app, ObjectNode settings) {
    arm()
        .put(
            app(app) + "/config/appsettings",
            "2024-04-01",
            JsonNodeFactory.instance.objectNode().set("properties", settings));
  }

  /** Swaps a slot of an app with production; what the call does, such as {@code slotsswap}. */
  void swap(String app, String slot, String call) {
    arm()
        .post(
            app(app) + "/slots/" + slot + "/" + call,
            "2024-04-01",
            JsonNodeFactory.instance.objectNode().put("targetSlot", "production"));
  }

  JsonNode settings(String app, String group) {
    return arm().postRead(app(app) + "/config/" + group + "/list", "2024-04-01").get("properties");
  }

  void regenerate(String account, String key) {
    arm()
        .post(
            account(account) + "/regenerateKey",
            "2024-01-01",
            JsonNodeFactory.instance.objectNode().put("keyName", key));
  }

  void regenerateRule(String rule, String keyType, String key) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("keyType", keyType);
    if (!key.isEmpty()) {
      body.put("key", key);
    }
    arm().post(rule(rule) + "/regenerateKeys", "2021-11-01", body);
  }

  void patchNamespace(String namespace, String property, JsonNode value) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("properties").set(property, value);
    arm().patch(rule("Microsoft.ServiceBus/namespaces/" + namespace), "2021-11-01", body);
  }

  void patch(String account, String property, JsonNode value) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("properties").set(property, value);
    arm().patch(account(account), "2024-01-01", body);
  }

  /** How many requests of a method, to a path with its query, the simulator has answered. */
  long count(String method, String pathRegex) {
    return azure.requests().stream()
        .filter(request -> request.method().equals(method) && request.path().matches(pathRegex))
        .count();
  }

  List<RecordedRequest> requests(String method, String pathRegex) {
    return azure.requests().stream()
        .filter(request -> request.method().equals(method) && request.path().matches(pathRegex))
        .toList();
  }

  @Override
  public void close() {
    azure.close();
  }

  /** What can happen to a call of ARM that changes something. */
  List<Trouble> troublesOfPost(String path) {
    return List.of(
        trouble("lost request", Fault.on("POST", path).dropBefore()),
        trouble("lost answer", Fault.on("POST", path).dropAfter()),
        trouble("busy", Fault.on("POST", path).status(429, "{}")),
        trouble("conflict", Fault.on("POST", path).status(409, "{}")));
  }

  private Trouble trouble(String name, Fault fault) {
    return new Trouble(
        name, () -> azure.faults().add(fault), () -> azure.faults().clear());
  }
}
