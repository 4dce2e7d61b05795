package dev.rekey.rotation.azure.kill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Main;
import dev.rekey.simulator.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The simulator as a process of its own, and plain requests to it: no client of ours, so that who looks
 * on shares no mistake with what is looked at.
 *
 * <p>All requests that are made here spell their paths as nobody else does, which Azure allows: {@code
 * /SUBSCRIPTIONS/…} and {@code /secrets//…}. So {@link #ROTATORS} are the rotator's requests and no
 * others, and a fault strikes the rotator alone.
 */
final class Cloud implements AutoCloseable {
  static final String TENANT = "00000000-0000-0000-0000-000000000900";
  static final String CLIENT = "00000000-0000-0000-0000-000000000710";
  static final String SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
  static final String VAULT = "vault1";

  /** The paths of what a rotator asks for, letter case counting. */
  static final String ROTATORS =
      "(?-i)/(|\\$namespaceinfo|subscriptions.*|providers.*|secrets|secrets/[^/].*|" + TENANT
          + "/.*)";

  static final ObjectMapper JSON = new ObjectMapper();

  private static final String GROUP = "/subscriptions/" + SUBSCRIPTION + "/resourceGroups/shop";
  private static final Duration START = Duration.ofSeconds(30);

  private final Child process;
  private final URI url;
  private final SSLContext trust;
  private final HttpClient http;
  private final String clientSecret;
  private final String armToken;
  private final String vaultToken;
  private final URI vaultUrl;

  private Cloud(Child process, URI url, SSLContext trust, String clientSecret)
      throws IOException, InterruptedException {
    this.process = process;
    this.url = url;
    this.trust = trust;
    this.http = HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .sslContext(trust)
        .build();
    this.clientSecret = clientSecret;
    this.armToken = token("https://management.azure.com/.default");
    this.vaultToken = token("https://vault.azure.net/.default");
    this.vaultUrl = URI.create(
        json(armRequest("GET", id("Microsoft.KeyVault/vaults/" + VAULT), "2023-07-01", ""))
            .at("/properties/vaultUri")
            .asText());
  }

  static Cloud start(Path folder, Scenario scenario) throws IOException, InterruptedException {
    byte[] random = new byte[30];
    new SecureRandom().nextBytes(random);
    String secret = Base64.getUrlEncoder().encodeToString(random);
    Path file = Files.writeString(folder.resolve("scenario.json"), scenario.toJson());
    Child process = Child.start(
        folder,
        "simulator",
        Main.class,
        List.of(),
        List.of("--scenario", file.toString(), "--state", folder.toString()),
        JSON.writeValueAsString(Map.of(CLIENT, secret)));
    long end = System.nanoTime() + START.toNanos();
    while (!Files.exists(folder.resolve("simulator.json"))) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.kill();
        throw new AssertionError("the simulator did not start: " + process.shown());
      }
      Thread.sleep(10);
    }
    return new Cloud(process, url(folder), trust(folder), secret);
  }

  /** The address of a simulator, by what it left in its folder. */
  static URI url(Path folder) throws IOException {
    return URI.create(
        JSON.readTree(folder.resolve("simulator.json").toFile()).path("cloud").asText());
  }

  /** Trusts a simulator, by what it left in its folder, and nothing else. */
  static SSLContext trust(Path folder) throws IOException {
    try (InputStream pem = Files.newInputStream(folder.resolve("ca.pem"))) {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry(
          "simulator", CertificateFactory.getInstance("X.509").generateCertificate(pem));
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException unusable) {
      throw new IOException("ca.pem can't be used", unusable);
    }
  }

  String clientSecret() {
    return clientSecret;
  }

  /** The id of a resource: {@code Microsoft.Web/sites/…}. */
  static String id(String path) {
    return GROUP + "/providers/" + path;
  }

  /** Connections of one thread to this simulator. */
  Connections connections() {
    return new Connections(trust);
  }

  private HttpRequest armRequest(String method, String id, String version, String body) {
    String spelled = id.replaceFirst("^/subscriptions/", "/SUBSCRIPTIONS/");
    return request(method, url.resolve(spelled + "?api-version=" + version), armToken, body);
  }

  private static HttpRequest request(String method, URI where, String token, String body) {
    return HttpRequest.newBuilder(where)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .method(method, BodyPublishers.ofString(body))
        .build();
  }

  /** Asks ARM, and expects 200. */
  JsonNode arm(String method, String id, String version, String body)
      throws IOException, InterruptedException {
    return json(armRequest(method, id, version, body));
  }

  /** Asks the vault for a secret, by its name, or for what follows the name. */
  HttpRequest vaultRequest(String path) {
    return request(
        "GET", vaultUrl.resolve("/secrets//" + path + "?api-version=7.4"), vaultToken, "");
  }

  /** Reads the vault, and expects 200. */
  JsonNode vault(String path) throws IOException, InterruptedException {
    return json(vaultRequest(path));
  }

  /** All versions of a secret, without their values. */
  List<JsonNode> vaultVersions(String name) throws IOException, InterruptedException {
    List<JsonNode> versions = new ArrayList<>();
    JsonNode page = vault(name + "/versions");
    page.path("value").forEach(versions::add);
    while (page.path("nextLink").isTextual()) {
      page = json(request("GET", URI.create(page.path("nextLink").asText()), vaultToken, ""));
      page.path("value").forEach(versions::add);
    }
    return versions;
  }

  URI vaultUrl() {
    return vaultUrl;
  }

  /** Asks for one group of an app's settings. */
  HttpRequest settingsRequest(String app, String group) {
    return armRequest(
        "POST", id("Microsoft.Web/sites/" + app + "/config/" + group + "/list"), "2024-04-01", "");
  }

  /** One group of an app's settings, as it is now. */
  ObjectNode settings(String app, String group) throws IOException, InterruptedException {
    return (ObjectNode) json(settingsRequest(app, group)).path("properties");
  }

  /** Does what other people do: changes one setting. */
  void set(String app, String name, String value) throws IOException, InterruptedException {
    ObjectNode body = JSON.createObjectNode();
    body.set("properties", settings(app, "appsettings").put(name, value));
    arm(
        "PUT",
        id("Microsoft.Web/sites/" + app + "/config/appsettings"),
        "2024-04-01",
        body.toString());
  }

  HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
    return http.send(request, BodyHandlers.ofString());
  }

  private JsonNode json(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> answer = send(request);
    if (answer.statusCode() != 200) {
      throw new IOException(
          request.method() + " " + request.uri().getPath() + ": " + answer.statusCode());
    }
    return JSON.readTree(answer.body());
  }

  private String token(String scope) throws IOException, InterruptedException {
    String form = "grant_type=client_credentials&client_id=" + CLIENT + "&client_secret="
        + URLEncoder.encode(clientSecret, StandardCharsets.UTF_8) + "&scope="
        + URLEncoder.encode(scope, StandardCharsets.UTF_8);
    HttpResponse<String> answer =
        send(HttpRequest.newBuilder(url.resolve("/" + TENANT + "/oauth2/v2.0/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build());
    return JSON.readTree(answer.body()).path("access_token").asText();
  }

  // The simulator's own calls: they see and delay, and are no part of Azure.

  /** Adds a fault. */
  void strike(Fault fault) throws IOException, InterruptedException {
    control("POST", "faults", JSON.writeValueAsString(fault));
  }

  /** Whether a fault holds a request, now or within a moment. */
  boolean holds(Fault fault) throws IOException, InterruptedException {
    return JSON.readTree(control("GET", "faults/" + fault.id() + "?hits=1&waitMillis=50", ""))
            .path("holding")
            .asInt()
        > 0;
  }

  /**
   * Takes all faults away but for one that is to stay; what was held is forgotten, or gets an answer
   * that nobody reads.
   */
  void heal(Optional<Fault> staying) throws IOException, InterruptedException {
    control("DELETE", "faults", "");
    control("POST", "release", "");
    if (staying.isPresent()) {
      strike(staying.get());
    }
  }

  /** The paths of the requests of a kind that were answered with 200 so far, in order. */
  List<String> done(String method, String pathRegex) throws IOException, InterruptedException {
    String query =
        "method=" + method + "&path=" + URLEncoder.encode(pathRegex, StandardCharsets.UTF_8);
    List<String> paths = new ArrayList<>();
    for (JsonNode request :
        JSON.readTree(control("GET", "requests?" + query, "")).path("requests")) {
      if (request.path("status").asInt() == 200) {
        paths.add(request.path("path").asText());
      }
    }
    return paths;
  }

  private String control(String method, String call, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = send(HttpRequest.newBuilder(url.resolve("/_simulator/" + call))
        .method(method, BodyPublishers.ofString(body))
        .build());
    if (answer.statusCode() >= 300) {
      throw new IOException(call + ": " + answer.statusCode() + " " + answer.body());
    }
    return answer.body();
  }

  @Override
  public void close() {
    process.end();
  }
}
