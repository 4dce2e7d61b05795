package dev.rekey.benchmarks.azure;

import com.azure.core.credential.AccessToken;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.management.OperatingSystemMXBean;
import dev.rekey.azure.ArmLimits;
import dev.rekey.azure.AzureEnvironment;
import dev.rekey.azure.AzureTenant;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import reactor.core.publisher.Mono;

/** What both a bare client and ours need of a server: its certificate and tokens. */
record Client(
    URI cloud, HttpClient http, SSLContext trust, String secret, Map<String, String> tokens) {
  static Client of(String cloud, Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    URI origin = URI.create("https://" + URI.create(cloud).getAuthority());
    SSLContext trust = trust(folder);
    Client tokenless = new Client(
        origin,
        HttpClient.newBuilder().sslContext(trust).build(),
        trust,
        Files.readString(folder.resolve("secret")),
        new ConcurrentHashMap<>());
    tokenless.token(origin + "/.default");
    return tokenless;
  }

  /** A token for a scope, asked for once. */
  String token(String scope) throws IOException, InterruptedException {
    String known = tokens.get(scope);
    if (known != null) {
      return known;
    }
    String form = "grant_type=client_credentials&client_id=" + Tenant.CLIENT + "&client_secret="
        + URLEncoder.encode(secret, StandardCharsets.UTF_8)
        + "&scope=" + URLEncoder.encode(scope, StandardCharsets.UTF_8);
    HttpRequest request = HttpRequest.newBuilder(
            cloud.resolve("/" + Tenant.ID + "/oauth2/v2.0/token"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form))
        .build();
    String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    String token = new ObjectMapper().readTree(answer).path("access_token").asText();
    tokens.put(scope, token);
    return token;
  }

  private static SSLContext trust(Path folder) throws IOException, GeneralSecurityException {
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
    }
  }

  AzureTenant.Builder tenant(ArmLimits limits) {
    return AzureTenant.of(
            Tenant.ID,
            request -> Mono.fromCallable(
                () -> new AccessToken(token(request.getScopes().get(0)), OffsetDateTime.MAX)))
        .environment(AzureEnvironment.custom("simulated", cloud, "localhost").limited(limits))
        .httpClient(new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(trust)).build());
  }

  /** CPU of this process, user and system, in nanoseconds. */
  static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Never shows the secret, nor a token. */
  @Override
  public String toString() {
    return cloud.toString();
  }
}
