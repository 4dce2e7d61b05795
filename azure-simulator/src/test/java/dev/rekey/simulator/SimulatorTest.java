package dev.rekey.simulator;

import static dev.rekey.simulator.Names.ACCOUNT;
import static dev.rekey.simulator.Names.APP;
import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceModifiedException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.util.Context;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The simulator as real Azure clients see it. */
class SimulatorTest {
  private final Simulator simulator = Simulator.start(Scenario.tenant(TENANT)
      .client(CLIENT)
      .subscription(
          SUB,
          Scenario.ResourceGroup.of(
              "rg1",
              StorageAccount.named("acct1").blob("data/report.txt", "hello"),
              Vault.named("vault1").secret("db", "first"),
              WebApp.named("app1").setting("KEY", "k=${key:acct1/key1}")))
      .build());
  private final HttpClient http = new JdkHttpClientBuilder(
          java.net.http.HttpClient.newBuilder().sslContext(simulator.trust()))
      .build();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());

  @AfterEach
  void stop() {
    simulator.close();
  }

  private TokenCredential credential(String secret) {
    return new ClientSecretCredentialBuilder()
        .authorityHost(simulator.cloud().toString())
        .disableInstanceDiscovery()
        .tenantId(TENANT)
        .clientId(CLIENT)
        .clientSecret(secret)
        .httpClient(http)
        .build();
  }

  private SecretClient vault() {
    return new SecretClientBuilder()
        .vaultUrl(simulator.vault("vault1").toString())
        .credential(credential(simulator.clientSecret(CLIENT)))
        .httpClient(http)
        .disableChallengeResourceVerification()
        .buildClient();
  }

  private String arm(HttpMethod method, String path, String body) {
    HttpPipeline pipeline = new HttpPipelineBuilder()
        .httpClient(http)
        .policies(new BearerTokenAuthenticationPolicy(
            credential(simulator.clientSecret(CLIENT)), "https://management.azure.com/.default"))
        .build();
    HttpRequest request =
        new HttpRequest(method, simulator.cloud().resolve(path).toString());
    if (!body.isEmpty()) {
      request.setHeader(com.azure.core.http.HttpHeaderName.CONTENT_TYPE, "application/json");
      request.setBody(body);
    }
    try (HttpResponse response = pipeline.sendSync(request, Context.NONE)) {
      assertThat(response.getStatusCode()).isEqualTo(200);
      return response.getBodyAsBinaryData().toString();
    }
  }

  @Test
  void the_secret_client_stores_reads_lists_disables_and_deletes() {
    SecretClient client = vault();
    assertThat(client.getSecret("db").getValue()).isEqualTo("first");
    KeyVaultSecret second = client.setSecret(new KeyVaultSecret("db", "second")
        .setProperties(new SecretProperties().setTags(Map.of("attempt", "a1"))));
    assertThat(client.getSecret("db").getValue()).isEqualTo("second");
    assertThat(client.listPropertiesOfSecretVersions("db").stream())
        .hasSize(2)
        .anySatisfy(p -> assertThat(p.getTags()).containsEntry("attempt", "a1"));
    client.updateSecretProperties(second.getProperties().setEnabled(false));
    Assertions.assertThatThrownBy(() -> client.getSecret("db"))
        .isInstanceOf(HttpResponseException.class)
        .hasMessageContaining("SecretDisabled");
    client.beginDeleteSecret("db").waitForCompletion();
    Assertions.assertThatThrownBy(() -> client.setSecret("db", "third"))
        .isInstanceOf(ResourceModifiedException.class);
    client.purgeDeletedSecret("db");
    assertThat(client.setSecret("db", "third").getValue()).isEqualTo("third");
  }

  @Test
  void a_regenerated_key_is_dead_on_the_data_plane_and_the_other_lives() {
    String old = simulator.storageKey("acct1", "key1");
    String other = simulator.storageKey("acct1", "key2");
    Clock clock = Clock.systemUTC();
    String path = "/?restype=service&comp=properties";
    assertThat(wire.signed(simulator.blob("acct1"), "acct1", path, old, clock).status())
        .isEqualTo(200);

    String answer = arm(
        HttpMethod.POST,
        ACCOUNT + "/regenerateKey?api-version=2025-06-01",
        "{\"keyName\":\"key1\"}");

    assertThat(answer).contains(simulator.storageKey("acct1", "key1"), other).doesNotContain(old);
    Wire.Answer dead = wire.signed(simulator.blob("acct1"), "acct1", path, old, clock);
    assertThat(dead.status()).isEqualTo(403);
    assertThat(dead.header("x-ms-error-code")).isEqualTo("AuthenticationFailed");
    assertThat(dead.body())
        .contains("<AuthenticationErrorDetail>The MAC signature found in the HTTP request '")
        .contains("is not the same as any computed signature");
    assertThat(wire.signed(simulator.blob("acct1"), "acct1", path, other, clock).status())
        .isEqualTo(200);
    assertThat(wire.signed(simulator.blob("acct1"), "acct1", "/data/report.txt", other, clock)
            .body())
        .isEqualTo("hello");
  }

  @Test
  void settings_are_read_and_replaced_as_a_whole_through_an_azure_core_pipeline() {
    assertThat(arm(HttpMethod.POST, APP + "/config/appsettings/list?api-version=2024-11-01", ""))
        .contains("k=" + simulator.storageKey("acct1", "key1"));
    arm(
        HttpMethod.PUT,
        APP + "/config/appsettings?api-version=2024-11-01",
        "{\"properties\":{\"OTHER\":\"x\"}}");
    assertThat(arm(HttpMethod.POST, APP + "/config/appsettings/list?api-version=2024-11-01", ""))
        .contains("\"properties\":{\"OTHER\":\"x\"}");
  }

  @Test
  void azure_identity_reports_a_wrong_secret_with_its_code() {
    TokenRequestContext request =
        new TokenRequestContext().addScopes("https://management.azure.com/.default");
    Assertions.assertThatThrownBy(() -> credential("wrong").getTokenSync(request))
        .hasMessageContaining("AADSTS7000215");
  }

  @Test
  void the_request_log_has_no_values() {
    arm(HttpMethod.POST, ACCOUNT + "/listKeys?api-version=2025-06-01&sig=abc", "");
    List<RecordedRequest> requests = simulator.requests();
    assertThat(requests)
        .contains(new RecordedRequest(
            "cloud", "POST", ACCOUNT + "/listKeys?api-version=2025-06-01&sig=REDACTED", 200));
    assertThat(requests.toString())
        .doesNotContain(
            simulator.storageKey("acct1", "key1"), simulator.clientSecret(CLIENT), "abc");
  }

  @Test
  void requests_in_parallel_see_and_leave_one_order_of_changes() {
    String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    List<String> made = java.util.stream.IntStream.range(0, 24)
        .parallel()
        .mapToObj(i -> wire.call(
                token,
                "POST",
                ACCOUNT + "/regenerateKey?api-version=2025-06-01",
                "{\"keyName\":\"key1\"}")
            .json()
            .at("/keys/0")
            .toString())
        .toList();
    assertThat(made).doesNotHaveDuplicates();
    assertThat(made).anyMatch(key -> key.contains(simulator.storageKey("acct1", "key1")));
  }

  @Test
  void a_simulator_starts_quickly() {
    long start = System.nanoTime();
    try (Simulator another =
        Simulator.start(Scenario.tenant(TENANT).client(CLIENT).subscription(SUB).build())) {
      assertThat(another.cloud().getHost()).isEqualTo("localhost");
    }
    // The goal is 300 ms; a loaded machine gets room, a regression to seconds does not.
    assertThat((System.nanoTime() - start) / 1_000_000).isLessThan(2_000);
  }
}
