package dev.rekey.rotation.azure.kill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.azure.MessagingNamespaces;
import dev.rekey.rotation.azure.StorageAccounts;
import dev.rekey.simulator.Resource;
import dev.rekey.simulator.Resource.MessagingNamespace;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An issuer with two slots, and the shop around it; how its keys are listed and used, by its documents. */
enum Estate {
  /** The two keys of a storage account. */
  STORAGE(
      "Microsoft.Storage/storageAccounts/shopdata",
      "listKeys",
      "2024-01-01",
      List.of("key1", "key2")) {
    @Override
    Resource issuer() {
      return StorageAccount.named("shopdata").blob("orders/readme.txt", "orders of the shop");
    }

    @Override
    String placeholder(String slot) {
      return "${key:shopdata/" + slot + "}";
    }

    @Override
    String connectionString(String key) {
      return "DefaultEndpointsProtocol=https;AccountName=shopdata;AccountKey=" + key
          + ";EndpointSuffix=core.windows.net";
    }

    @Override
    IssuerFinder issuers(Clients clients) {
      return StorageAccounts.in(clients.arm, clients.fingerprints, clients.http, Clock.systemUTC());
    }

    @Override
    Map<String, String> keysIn(JsonNode answer) {
      Map<String, String> keys = new LinkedHashMap<>();
      answer
          .path("keys")
          .forEach(
              key -> keys.put(key.path("keyName").asText(), key.path("value").asText()));
      return keys;
    }

    @Override
    String endpointIn(JsonNode resource) {
      return resource.at("/properties/primaryEndpoints/blob").asText();
    }

    /** Reads a blob: "Authorize with Shared Key", version 2015-02-21 and later. */
    @Override
    HttpRequest use(URI endpoint, String key) {
      String date = RFC_1123.format(Instant.now());
      String toSign = "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:" + date
          + "\nx-ms-version:2021-12-02\n/shopdata/orders/readme.txt";
      return HttpRequest.newBuilder(endpoint.resolve("/orders/readme.txt"))
          .header("x-ms-date", date)
          .header("x-ms-version", "2021-12-02")
          .header(
              "Authorization", "SharedKey shopdata:" + mac(Base64.getDecoder().decode(key), toSign))
          .build();
    }

    @Override
    boolean isDeath(int status, String body) {
      return status == 403
          && body.contains("<Code>AuthenticationFailed</Code>")
          && body.contains("The MAC signature found in the HTTP request");
    }
  },

  /** The two keys of a rule of a namespace of Service Bus. */
  SERVICE_BUS(
      "Microsoft.ServiceBus/namespaces/shop-bus/authorizationRules/RootManageSharedAccessKey",
      "listKeys",
      "2021-11-01",
      List.of("PrimaryKey", "SecondaryKey")) {
    @Override
    Resource issuer() {
      return MessagingNamespace.serviceBus("shop-bus").entity("queues", "orders");
    }

    @Override
    String placeholder(String slot) {
      return "${sas:shop-bus/RootManageSharedAccessKey/" + slot + "}";
    }

    @Override
    String connectionString(String key) {
      return "Endpoint=sb://shop-bus.servicebus.windows.net/;SharedAccessKeyName="
          + "RootManageSharedAccessKey;SharedAccessKey=" + key;
    }

    @Override
    IssuerFinder issuers(Clients clients) {
      return MessagingNamespaces.in(
          clients.arm, clients.fingerprints, clients.http, Clock.systemUTC(), new SecureRandom());
    }

    @Override
    Map<String, String> keysIn(JsonNode answer) {
      return Map.of(
          "PrimaryKey", answer.path("primaryKey").asText(),
          "SecondaryKey", answer.path("secondaryKey").asText());
    }

    @Override
    String endpointIn(JsonNode resource) {
      return resource.at("/properties/serviceBusEndpoint").asText().replaceFirst("^sb:", "https:");
    }

    /** Asks what a queue is: "Service Bus access control with shared access signatures". */
    @Override
    HttpRequest use(URI endpoint, String key) {
      String scope = URLEncoder.encode(
          "https://" + endpoint.getAuthority() + "/orders", StandardCharsets.UTF_8);
      long end = Instant.now().getEpochSecond() + 300;
      String signature = mac(key.getBytes(StandardCharsets.UTF_8), scope + "\n" + end);
      return HttpRequest.newBuilder(endpoint.resolve("/orders?api-version=2017-04"))
          .header(
              "Authorization",
              "SharedAccessSignature sr=" + scope + "&sig="
                  + URLEncoder.encode(signature, StandardCharsets.UTF_8) + "&se=" + end
                  + "&skn=RootManageSharedAccessKey")
          .build();
    }

    @Override
    boolean isDeath(int status, String body) {
      return status == 401
          && body.contains("<Detail>InvalidSignature: The token has an invalid signature");
    }
  };

  /** The secret that is the key itself, and the one that has it inside a longer text. */
  static final String KEY_SECRET = "shop-key";

  static final String TEXT_SECRET = "shop-connection";

  /** The apps, and those of their settings that hold a key. */
  static final List<String> APPS = List.of("shop-web", "shop-worker", "nightly", "stranger");

  private static final Pattern KEY =
      Pattern.compile("(?:^|AccountKey=|SharedAccessKey=)([A-Za-z0-9+/]{43,86}={1,2})(?:;|$)");
  private static final DateTimeFormatter RFC_1123 = DateTimeFormatter.ofPattern(
          "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
      .withZone(ZoneOffset.UTC);

  private final String path;
  private final String list;
  private final String version;
  private final List<String> slots;

  Estate(String path, String list, String version, List<String> slots) {
    this.path = path;
    this.list = list;
    this.version = version;
    this.slots = slots;
  }

  abstract Resource issuer();

  abstract String placeholder(String slot);

  abstract String connectionString(String key);

  abstract IssuerFinder issuers(Clients clients);

  abstract Map<String, String> keysIn(JsonNode answer);

  abstract String endpointIn(JsonNode resource);

  /** What an app does all day: a request that is signed with its key. */
  abstract HttpRequest use(URI endpoint, String key);

  /** Whether this is the one answer that a wrong key gets. */
  abstract boolean isDeath(int status, String body);

  /** Two apps on the first key in four shapes, one on the second, followers of a vault, and a stranger. */
  Scenario scenario() {
    String key = placeholder(slots.get(0));
    return Scenario.tenant(Cloud.TENANT)
        .client(Cloud.CLIENT)
        .subscription(
            Cloud.SUBSCRIPTION,
            ResourceGroup.of(
                "shop",
                issuer(),
                Vault.named(Cloud.VAULT)
                    .secret(KEY_SECRET, key)
                    .secret(TEXT_SECRET, connectionString(key))
                    .secret("other", "x"),
                WebApp.named("shop-web")
                    .setting("KEY", key)
                    .setting("A", "b")
                    .connectionString("files", connectionString(key), "Custom")
                    .connectionString("else", "Server=tcp:sql;Database=d", "SQLAzure"),
                WebApp.named("shop-worker")
                    .setting("STORAGE", connectionString(key))
                    .connectionString("archive", connectionString(key), "Custom"),
                WebApp.named("nightly").setting("KEY", placeholder(slots.get(1))),
                WebApp.named("stranger").setting("A", "b")))
        .build();
  }

  /** The keys that the issuer honours now, by slot. */
  Map<String, String> keys(Cloud cloud) throws IOException, InterruptedException {
    return keysIn(cloud.arm("POST", Cloud.id(path) + "/" + list, version, ""));
  }

  URI endpoint(Cloud cloud) throws IOException, InterruptedException {
    return URI.create(endpointIn(
        cloud.arm("GET", Cloud.id(path.replaceAll("/authorizationRules.*", "")), version, "")));
  }

  /** The key in a setting: all of it, or a part of a connection string; empty if there is none. */
  static String keyIn(String value) {
    Matcher matcher = KEY.matcher(value);
    return matcher.find() ? matcher.group(1) : "";
  }

  private static String mac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
