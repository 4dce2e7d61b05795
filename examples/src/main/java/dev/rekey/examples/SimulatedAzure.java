package dev.rekey.examples;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rekey.azure.AzureEnvironment;
import dev.rekey.azure.AzureTenant;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The tour's Azure: the simulator in a process of its own, which outlives a crash of the tour, and
 * Azure's own clients that talk to it.
 */
final class SimulatedAzure {
  static final String SUBSCRIPTION = "5ab5c1b0-0000-4000-8000-000000000001";
  static final String ACCOUNT = "shopdata";
  static final String VAULT = "shop-vault";
  static final String EXPOSED_KEY = "key1";

  private static final String TENANT = "7e4a4700-0000-4000-8000-000000000001";
  private static final String CLIENT = "c11e4700-0000-4000-8000-000000000001";
  private static final Duration START = Duration.ofSeconds(30);

  private final StateFolder state;
  private final URI cloud;
  private final java.net.http.HttpClient control;
  private final HttpClient http;

  private SimulatedAzure(StateFolder state, URI cloud, SSLContext trust) {
    this.state = state;
    this.cloud = cloud;
    java.net.http.HttpClient.Builder trusting = java.net.http.HttpClient.newBuilder()
        .sslContext(trust)
        .connectTimeout(Duration.ofSeconds(10));
    this.control = trusting.build();
    this.http = new JdkHttpClientBuilder(trusting).build();
  }

  /**
   * What the simulated subscription holds: two production apps that use one key, bare and in a
   * connection string, and a vault that has it too.
   */
  private static Scenario scenario() {
    String key = "${key:" + ACCOUNT + "/" + EXPOSED_KEY + "}";
    return Scenario.tenant(TENANT)
        .client(CLIENT)
        .subscription(
            SUBSCRIPTION,
            Scenario.ResourceGroup.of(
                "shop-prod",
                StorageAccount.named(ACCOUNT).blob("orders/readme.txt", "orders of the shop"),
                Vault.named(VAULT).secret("shopdata-key", key),
                WebApp.named("shop-web")
                    .setting("ASPNETCORE_ENVIRONMENT", "Production")
                    .setting("STORAGE_KEY", key),
                WebApp.named("shop-worker")
                    .setting("ASPNETCORE_ENVIRONMENT", "Production")
                    .setting(
                        "AzureWebJobsStorage",
                        "DefaultEndpointsProtocol=https;AccountName="
                            + ACCOUNT
                            + ";AccountKey="
                            + key
                            + ";EndpointSuffix=core.windows.net")))
        .build();
  }

  /** Returns the one that an earlier run left behind, if it still answers. */
  static Optional<SimulatedAzure> running(StateFolder state) throws IOException {
    Path file = state.path().resolve("simulator.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    JsonNode described = new ObjectMapper().readTree(file.toFile());
    SimulatedAzure azure =
        new SimulatedAzure(state, URI.create(described.path("cloud").asText()), trust(state));
    return ProcessHandle.of(described.path("pid").asLong()).isPresent() && azure.answers()
        ? Optional.of(azure)
        : Optional.empty();
  }

  /** Starts one. */
  static SimulatedAzure start(StateFolder state) throws IOException, InterruptedException {
    Files.writeString(state.scenario(), scenario().toJson(), StandardCharsets.UTF_8);
    Path file = state.path().resolve("simulator.json");
    Files.deleteIfExists(file);
    Process process = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1", // It answers a few dozen requests.
            "-cp",
            System.getProperty("java.class.path"),
            "dev.rekey.simulator.Main",
            "--scenario",
            state.scenario().toString(),
            "--state",
            state.path().toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(state.path().resolve("simulator.log").toFile())
        .start();
    // By standard input, which no process list shows.
    try (OutputStream in = process.getOutputStream()) {
      in.write(new ObjectMapper().writeValueAsBytes(Map.of(CLIENT, state.clientSecret())));
    }
    long deadline = System.nanoTime() + START.toNanos();
    while (!Files.exists(file)) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        process.destroyForcibly();
        throw new IOException(
            "the simulator did not start; see " + state.path().resolve("simulator.log"));
      }
      Thread.sleep(20);
    }
    return running(state).orElseThrow(() -> new IOException("the simulator does not answer"));
  }

  /** Stops it; a simulator that nobody stops ends itself after ten idle minutes. */
  void stop() throws IOException, InterruptedException {
    try {
      control.send(
          HttpRequest.newBuilder(cloud.resolve("/_simulator/stop"))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build(),
          HttpResponse.BodyHandlers.discarding());
    } finally {
      Files.deleteIfExists(state.path().resolve("simulator.json"));
    }
  }

  private boolean answers() {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(cloud.resolve("/_simulator/faults")).build();
      return control.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException gone) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  // From here on everything is as with the real Azure, but for the addresses.

  HttpClient http() {
    return http;
  }

  AzureTenant tenant() throws IOException {
    return AzureTenant.of(TENANT, credential())
        .environment(AzureEnvironment.custom("simulated", origin(), "localhost"))
        .httpClient(http)
        .build();
  }

  SecretClient vault(String vaultUri) throws IOException {
    return new SecretClientBuilder()
        .vaultUrl(vaultUri)
        .credential(credential())
        .httpClient(http)
        .disableChallengeResourceVerification() // The simulated vault's host is localhost.
        .buildClient();
  }

  private TokenCredential credential() throws IOException {
    return new ClientSecretCredentialBuilder()
        .authorityHost(cloud.toString())
        .disableInstanceDiscovery()
        .tenantId(TENANT)
        .clientId(CLIENT)
        .clientSecret(state.clientSecret())
        .httpClient(http)
        .build();
  }

  private URI origin() {
    return URI.create(cloud.getScheme() + "://" + cloud.getAuthority());
  }

  static SSLContext trust(StateFolder state) throws IOException {
    try (InputStream pem = Files.newInputStream(state.path().resolve("ca.pem"))) {
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
      throw new IOException("ca.pem can't be used: " + unusable.getMessage(), unusable);
    }
  }

  /** What the tour says of where it is. */
  List<String> described() {
    return List.of("a simulated subscription at " + cloud);
  }
}
