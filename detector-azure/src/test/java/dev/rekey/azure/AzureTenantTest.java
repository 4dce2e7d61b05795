package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import java.net.URI;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class AzureTenantTest {
  private static final String ID = "00000000-0000-0000-0000-000000000900";

  private final FakeArm http = new FakeArm();
  private final List<String> scopes = new ArrayList<>();
  private final TokenCredential credential = request -> {
    scopes.addAll(request.getScopes());
    return Mono.just(new AccessToken(FakeArm.TOKEN, OffsetDateTime.MAX));
  };

  private AzureTenant.Builder tenant(AzureEnvironment cloud) {
    return AzureTenant.of(ID, credential).environment(cloud).httpClient(http);
  }

  @Test
  void each_cloud_is_called_at_its_own_hosts_for_its_own_audiences() {
    AzureTenant government = tenant(AzureEnvironment.US_GOVERNMENT).build();
    http.answers(200, "{}").answers(200, "{}").answers(200, "{}").answers(200, "{}");

    government.arm().get("/subscriptions/x", "2022-12-01");
    government.graph().get("/applications", Map.of());
    government.configuration(URI.create("https://c.azconfig.azure.us")).get("/kv", "1.0", Map.of());
    government
        .synapse(URI.create("https://w.dev.azuresynapse.usgovcloudapi.net"))
        .get("/pipelines", "2020-12-01", Map.of());

    assertThat(http.lines())
        .containsExactly(
            "GET https://management.usgovcloudapi.net/subscriptions/x?api-version=2022-12-01",
            "GET https://graph.microsoft.us/v1.0/applications",
            "GET https://c.azconfig.azure.us/kv?api-version=1.0",
            "GET https://w.dev.azuresynapse.usgovcloudapi.net/pipelines?api-version=2020-12-01");
    assertThat(scopes)
        .containsExactly(
            "https://management.usgovcloudapi.net/.default",
            "https://graph.microsoft.us/.default",
            "https://azconfig.azure.us/.default",
            "https://dev.azuresynapse.usgovcloudapi.net/.default");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://c.azconfig.io.evil.example",
        "https://azconfig.io.evil.example",
        "https://evilazconfig.io",
        "http://c.azconfig.io",
        "https://me@c.azconfig.io",
        "https:///kv",
        "file:///etc/passwd"
      })
  void an_endpoint_of_another_cloud_gets_no_token(String endpoint) {
    AzureTenant open = tenant(AzureEnvironment.PUBLIC).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> open.configuration(URI.create(endpoint)))
        .withMessageContaining("gets no token");
    assertThat(http.asked).isEmpty();
  }

  @Test
  void every_request_names_its_run_and_its_user_agent() {
    AzureTenant one = tenant(AzureEnvironment.PUBLIC).runId("run-7").build();
    http.answers(200, "{}").answers(200, "{}");

    one.arm().get("/subscriptions/x", "2022-12-01");
    one.graph().get("/applications", Map.of());

    for (int i = 0; i < 2; i++) {
      assertThat(http.header(i, "rekey-run-id")).isEqualTo("run-7");
      assertThat(http.header(i, "User-Agent")).startsWith("rekey");
    }
  }

  @Test
  void what_is_no_tenant_and_no_run_is_refused_at_once() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AzureTenant.of("contoso.onmicrosoft.com", credential))
        .withMessageContaining("GUID");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> tenant(AzureEnvironment.PUBLIC).runId("a b"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AzureEnvironment.custom("x", URI.create("https://a"), ".b"));
  }

  @Test
  void pages_of_app_configuration_are_followed_by_their_paths() {
    AzureTenant one = tenant(AzureEnvironment.PUBLIC).build();
    http.answers(200, "{\"items\":[{\"key\":\"a\"}],\"@nextLink\":\"/kv?after=a\"}")
        .answers(200, "{\"items\":[{\"key\":\"b\"}]}");

    assertThat(one.configuration(URI.create("https://c.azconfig.io"))
            .list("/kv", "2023-11-01", Map.of("key", "*")))
        .extracting(item -> item.path("key").asText())
        .containsExactly("a", "b");
    assertThat(http.lines().get(1)).isEqualTo("GET https://c.azconfig.io/kv?after=a");
  }
}
