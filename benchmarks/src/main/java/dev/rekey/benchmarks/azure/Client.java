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
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import reactor.core.publisher.Mono;

/** What both a bare client and ours need of a server: its certificate and a token. */
record Client(URI cloud, HttpClient http, SSLContext trust, String token) {
  static Client of(String cloud, Path folder)
      throws IOException, InterruptedException, GeneralSecurityException {
    URI origin = URI.create("https://" + URI.create(cloud).getAuthority());
    SSLContext trust = trust(folder);
    HttpClient http = HttpClient.newBuilder().sslContext(trust).build();
    String form = "grant_type=client_credentials&client_id=" + Tenant.CLIENT + "&client_secret="
        + URLEncoder.encode(Files.readString(folder.resolve("secret")), StandardCharsets.UTF_8)
        + "&scope=" + URLEncoder.encode(origin + "/.default", StandardCharsets.UTF_8);
    HttpRequest request = HttpRequest.newBuilder(
            origin.resolve("/" + Tenant.ID + "/oauth2/v2.0/token"))
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(form))
        .build();
    String answer = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    return new Client(
        origin,
        http,
        trust,
        new ObjectMapper().readTree(answer).path("access_token").asText());
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
            Tenant.ID, request -> Mono.just(new AccessToken(token, OffsetDateTime.MAX)))
        .environment(AzureEnvironment.custom("simulated", cloud, "localhost").limited(limits))
        .httpClient(new JdkHttpClientBuilder(HttpClient.newBuilder().sslContext(trust)).build());
  }

  /** CPU of this process, user and system, in nanoseconds. */
  static long cpu() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  /** Never shows the token. */
  @Override
  public String toString() {
    return cloud.toString();
  }
}
