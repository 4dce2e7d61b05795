package dev.rekey.rotation.azure;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.util.Context;
import com.azure.identity.ClientSecretCredentialBuilder;
import dev.rekey.azure.GraphClient;
import dev.rekey.azure.ReadRetries;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Application;
import dev.rekey.simulator.Resource;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Simulator;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** A simulated tenant with applications, Azure's own clients that talk to it, and its clock. */
final class EntraLab implements AutoCloseable {
  static final String SHOP = "00000000-0000-0000-0000-000000000720";
  static final String FOREIGN = "00000000-0000-0000-0000-000000000721";
  static final String ELSEWHERE = "00000000-0000-0000-0000-000000000901";

  /** Owns the shop, and may write what it owns only. */
  static final String OWNER = "00000000-0000-0000-0000-000000000712";

  /** May write what it owns only, and owns nothing. */
  static final String STRANGER = "00000000-0000-0000-0000-000000000713";

  private static final ReadRetries READS =
      new ReadRetries(2, Duration.ofMillis(1), Duration.ofSeconds(5));

  /** The clock of the tenant, which only a test moves; it starts with this machine's. */
  static final class Hands extends Clock {
    private volatile Instant now = Instant.now();

    void move(Duration by) {
      now = now.plus(by);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  final Hands clock = new Hands();
  final Simulator azure;
  final Lab lab;
  final Wire wire;
  private final Map<String, TokenCredential> credentials = new ConcurrentHashMap<>();

  /**
   * Starts the tenant with a subscription; the texts of the shop's secrets are random but for those
   * that are given.
   */
  EntraLab(Map<String, String> texts, List<Application> applications, List<Resource> resources) {
    Scenario.Builder scenario = Scenario.tenant(Lab.TENANT)
        .client(Lab.OWNER)
        .client(OWNER, "Application.ReadWrite.All")
        .client(STRANGER, "Application.ReadWrite.All");
    for (Application application : applications) {
      scenario.application(application);
    }
    scenario.subscription(
        "00000000-0000-0000-0000-000000000001",
        Scenario.ResourceGroup.of("rg-prod", resources.toArray(new Resource[0])));
    Simulator.Builder builder =
        Simulator.of(scenario.build()).clock(clock).random(new Random(20261201));
    texts.forEach((name, text) -> builder.applicationSecret(SHOP, name, text));
    azure = builder.start();
    lab = new Lab(azure);
    wire = lab.wire;
  }

  EntraLab(Map<String, String> texts, Application... applications) {
    this(texts, List.of(applications), List.of());
  }

  EntraLab(Application... applications) {
    this(Map.of(), applications);
  }

  static Application shop() {
    return Application.of(SHOP, "shop").ownedBy(OWNER).secret("ci").secret("old", -90, -2);
  }

  /** Microsoft's own credential for a client secret. */
  TokenCredential credential(String client, String secret) {
    return new ClientSecretCredentialBuilder()
        .authorityHost(azure.cloud().toString())
        .disableInstanceDiscovery()
        .tenantId(Lab.TENANT)
        .clientId(client)
        .clientSecret(secret)
        .httpClient(wire)
        .build();
  }

  /** Signs in with Microsoft's own client; throws what that throws. */
  String signIn(String client, String secret) {
    return credential(client, secret)
        .getTokenSync(new TokenRequestContext().addScopes(endpoint() + "/.default"))
        .getToken();
  }

  GraphClient graph(String client) {
    return GraphClient.builder()
        .credential(credentials.computeIfAbsent(
            client, unused -> credential(client, azure.clientSecret(client))))
        .httpClient(wire)
        .endpoint(endpoint())
        .readRetries(READS)
        .build();
  }

  URI endpoint() {
    return URI.create("https://" + azure.cloud().getAuthority());
  }

  EntraApplications applications(String client) {
    return EntraApplications.in(graph(client), Lab.TENANT, Lab.FINGERPRINTS, wire, clock)
        .authority(endpoint())
        .lifetime(Duration.ofDays(90));
  }

  EntraApplications applications() {
    return applications(Lab.OWNER);
  }

  ApplicationSecrets secrets(String client) throws RotationException {
    String id = graph(client)
        .get("/applications(appId='" + SHOP + "')", Map.of("$select", "id"))
        .path("id")
        .asText();
    return applications(client).secrets("/applications/" + id);
  }

  ApplicationSecrets secrets() throws RotationException {
    return secrets(Lab.OWNER);
  }

  String text(String name) {
    return azure.applicationSecret(SHOP, name);
  }

  static ProbeAnswer probe(ApplicationSecrets secrets, String value) throws InterruptedException {
    try (Secret secret = Secret.of(value)) {
      return secrets.probe("", secret).get(0);
    }
  }

  /** Lets the shop's service principal sign in, or not, as an administrator does. */
  void enable(boolean allowed) {
    String url = endpoint() + "/v1.0/servicePrincipals(appId='" + SHOP + "')";
    HttpRequest request = new HttpRequest(HttpMethod.PATCH, url)
        .setHeader(
            HttpHeaderName.AUTHORIZATION,
            "Bearer " + signIn(Lab.OWNER, azure.clientSecret(Lab.OWNER)))
        .setHeader(HttpHeaderName.CONTENT_TYPE, "application/json")
        .setBody("{\"accountEnabled\":" + allowed + "}");
    try (HttpResponse response = lab.transport().sendSync(request, Context.NONE)) {
      if (response.getStatusCode() != 204) {
        throw new AssertionError("a service principal could not be changed");
      }
    }
  }

  /** The credential that a scan makes of a value beside its application's id. */
  static Credential found(String client, String value) {
    String text = "AZURE_TENANT_ID=" + Lab.TENANT + "\nAZURE_CLIENT_ID=" + client
        + "\nAZURE_CLIENT_SECRET=" + value + "\n";
    return Credential.of(Lab.DETECTOR.detect(text));
  }

  @Override
  public void close() {
    azure.close();
  }
}
