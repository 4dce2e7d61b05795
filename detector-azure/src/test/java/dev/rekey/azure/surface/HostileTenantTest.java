package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import dev.rekey.azure.AzureEnvironment;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.VirtualTime;
import dev.rekey.detect.Detector;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource;
import dev.rekey.simulator.Resource.Other;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Scenario.ResourceGroup;
import dev.rekey.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Wrong tenants, tokens and clocks, and answers that should not be. */
class HostileTenantTest {
  private static final String ONE = "00000000-0000-0000-0000-000000000001";
  private static final String GROUP = "/subscriptions/" + ONE + "/resourceGroups/rg/providers/";

  private static Scenario.Builder tenant(String id) {
    return Scenario.tenant(id).client(SimulatedTenant.OWNER);
  }

  private static Simulator start(WebApp app) {
    return Simulator.start(tenant(SimulatedTenant.ID)
        .subscription(ONE, ResourceGroup.of("rg", app))
        .build());
  }

  private static void scan(AzureTenant tenant, Coverage coverage) throws IOException {
    SimulatedTenant.scanner().scan(AzureSurface.of(tenant).watchedBy(coverage), coverage);
  }

  @Test
  void a_wrong_tenant_is_told_with_what_to_check() {
    try (Simulator azure = start(WebApp.named("app1"))) {
      AzureTenant wrong = wrongTenant(azure);

      assertThatThrownBy(() -> scan(wrong, new Coverage()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Check the credential, its tenant and the cloud");
    }
  }

  private static AzureTenant wrongTenant(Simulator azure) {
    var http = new JdkHttpClientBuilder(
            java.net.http.HttpClient.newBuilder().sslContext(azure.trust()))
        .build();
    String other = SimulatedTenant.ID.replace('9', '8');
    return AzureTenant.of(
            other,
            new ClientSecretCredentialBuilder()
                .authorityHost(azure.cloud().toString())
                .disableInstanceDiscovery()
                .tenantId(other)
                .clientId(SimulatedTenant.OWNER)
                .clientSecret(azure.clientSecret(SimulatedTenant.OWNER))
                .httpClient(http)
                .build())
        .environment(environment(azure))
        .httpClient(http)
        .build();
  }

  private static AzureEnvironment environment(Simulator azure) {
    return AzureEnvironment.custom(
        "simulated", URI.create("https://" + azure.cloud().getAuthority()), "localhost");
  }

  /** Passes tokens of a credential on, for another audience. */
  private record Elsewhere(TokenCredential credential, String scope) implements TokenCredential {
    @Override
    public Mono<AccessToken> getToken(TokenRequestContext asked) {
      return credential.getToken(new TokenRequestContext().addScopes(scope));
    }
  }

  private static AzureTenant with(Simulator azure, TokenCredential credential) {
    return AzureTenant.of(SimulatedTenant.ID, credential)
        .environment(environment(azure))
        .httpClient(new JdkHttpClientBuilder(
                java.net.http.HttpClient.newBuilder().sslContext(azure.trust()))
            .build())
        .build();
  }

  private static TokenCredential credential(Simulator azure) {
    return new ClientSecretCredentialBuilder()
        .authorityHost(azure.cloud().toString())
        .disableInstanceDiscovery()
        .tenantId(SimulatedTenant.ID)
        .clientId(SimulatedTenant.OWNER)
        .clientSecret(azure.clientSecret(SimulatedTenant.OWNER))
        .httpClient(new JdkHttpClientBuilder(
                java.net.http.HttpClient.newBuilder().sslContext(azure.trust()))
            .build())
        .build();
  }

  @Test
  void a_token_for_another_audience_is_told_with_the_audience() {
    try (Simulator azure = start(WebApp.named("app1"))) {
      AzureTenant tenant =
          with(azure, new Elsewhere(credential(azure), "https://vault.azure.net/.default"));

      assertThatThrownBy(() -> scan(tenant, new Coverage()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("InvalidAuthenticationTokenAudience")
          .hasMessageContaining("check that endpoint and scope are of one cloud");
    }
  }

  @Test
  void a_token_that_has_expired_ends_the_scan_and_says_so() {
    try (Simulator azure = start(WebApp.named("app1"))) {
      TokenCredential stale = request ->
          Mono.just(new AccessToken("not-a-token-any-more", OffsetDateTime.now().plusHours(1)));

      assertThatThrownBy(() -> scan(with(azure, stale), new Coverage()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("401")
          .hasMessageContaining("belongs to the tenant")
          .hasMessageNotContaining("not-a-token-any-more");
    }
  }

  @Test
  void a_clock_that_is_hours_behind_azures_is_told_by_what_azure_says_of_the_token()
      throws IOException {
    VirtualTime azures = new VirtualTime();
    Scenario scenario = tenant(SimulatedTenant.ID)
        .subscription(ONE, ResourceGroup.of("rg", WebApp.named("app1")))
        .build();
    try (Simulator azure = Simulator.of(scenario).clock(azures).start()) {
      AzureTenant tenant = with(azure, credential(azure));
      scan(tenant, new Coverage());
      azures.pass(Duration.ofHours(5)); // Here the token is still good.

      assertThatThrownBy(() -> scan(tenant, new Coverage()))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("ExpiredAuthenticationToken");
    }
  }

  @Test
  void a_list_that_leads_to_another_host_is_a_gap_and_what_came_before_is_scanned()
      throws IOException {
    String planted = SimulatedTenant.connectionString(new Random(6));
    Inventory inventory = new Inventory();
    Scenario scenario = tenant(SimulatedTenant.ID)
        .subscription(
            ONE,
            ResourceGroup.of(
                "rg",
                Other.of("Microsoft.Automation/automationAccounts", "auto1").tag("a", "b")))
        .build();
    Coverage coverage = new Coverage();
    try (Simulator azure = Simulator.start(scenario)) {
      azure
          .faults()
          .add(Fault.on("GET", ".*/auto1/variables")
              .status(
                  200,
                  "{\"value\":[{\"name\":\"v1\",\"properties\":{\"value\":\"" + planted
                      + "\"}}],\"nextLink\":\"https://evil.example/variables?page=2\"}")
              .times(0));

      SimulatedTenant.scanner()
          .scan(
              AzureSurface.of(SimulatedTenant.of(azure, SimulatedTenant.OWNER).build()),
              coverage.and(inventory));
    }
    assertThat(inventory.ranked().get(0).places().get(0).toString()).endsWith("/variables › v1");

    assertThat(coverage.gaps()).hasSize(1);
    Coverage.Gap gap = coverage.gaps().get(0);
    assertThat(gap.address()).endsWith("/auto1/variables");
    assertThat(((Outcome.Failed) gap.outcome()).why())
        .contains("leads away")
        .doesNotContain("evil.example");
  }

  @Test
  void a_property_of_two_megabytes_is_scanned_and_what_follows_too() throws IOException {
    String value = SimulatedTenant.connectionString(new Random(3));
    Scenario scenario = tenant(SimulatedTenant.ID)
        .subscription(
            ONE,
            ResourceGroup.of(
                "rg",
                WebApp.named("app1")
                    .setting("BIG", "x ".repeat(1 << 20) + value)
                    .setting("LAST", "y")))
        .build();
    Inventory inventory = new Inventory();
    try (Simulator azure = Simulator.start(scenario)) {
      SimulatedTenant.scanner()
          .scan(
              AzureSurface.of(SimulatedTenant.of(azure, SimulatedTenant.OWNER).build()), inventory);
    }

    assertThat(inventory.ranked()).hasSize(1);
    assertThat(inventory.ranked().get(0).places().get(0).toString())
        .isEqualTo(GROUP + "Microsoft.Web/sites/app1 › BIG");
  }

  @Test
  void answers_that_are_no_answers_are_gaps_of_one_content_each() throws IOException {
    Coverage coverage = new Coverage();
    try (Simulator azure = start(WebApp.named("app1"))) {
      azure
          .faults()
          .add(Fault.on("POST", ".*/config/appsettings/list")
              .status(200, "{\"properties\":{")
              .times(0));
      azure
          .faults()
          .add(Fault.on("POST", ".*/config/connectionstrings/list")
              .status(200, "[1]")
              .times(0));
      azure.faults().add(Fault.on("GET", ".*/config/web").status(200, "<html>").times(0));

      scan(SimulatedTenant.of(azure, SimulatedTenant.OWNER).build(), coverage);
    }

    assertThat(coverage.gaps())
        .extracting(Coverage.Gap::address)
        .containsExactlyInAnyOrder(
            GROUP + "Microsoft.Web/sites/app1",
            GROUP + "Microsoft.Web/sites/app1/config/connectionstrings",
            GROUP + "Microsoft.Web/sites/app1/config/web");
  }

  @Test
  void a_service_beside_arm_that_takes_no_token_is_a_gap_and_the_scan_goes_on() throws IOException {
    Scenario scenario = tenant(SimulatedTenant.ID)
        .subscription(
            ONE,
            ResourceGroup.of(
                "rg",
                Resource.ConfigurationStore.named("store1").value("a", "b"),
                WebApp.named("app1").setting("A", "b")))
        .build();
    Coverage coverage = new Coverage();
    try (Simulator azure = Simulator.start(scenario)) {
      azure.faults().add(Fault.on("GET", "/kv|/revisions").status(401, "").times(0));

      scan(SimulatedTenant.of(azure, SimulatedTenant.OWNER).build(), coverage);
    }

    assertThat(coverage.gaps())
        .extracting(Coverage.Gap::address)
        .allMatch(address -> address.contains("/configurationStores/store1/"))
        .hasSize(2);
    assertThat(coverage.scanned()).isPositive();
  }

  @Test
  void two_tenants_share_nothing() throws IOException {
    String two = SimulatedTenant.ID.replace('9', '7');
    String canary = SimulatedTenant.connectionString(new Random(4));
    WebApp app = WebApp.named("app1").setting("STORE", canary);
    FingerprintKey firstKey = FingerprintKey.random();
    FingerprintKey secondKey = FingerprintKey.random();
    try (Simulator first = start(app);
        Simulator second = Simulator.start(
            tenant(two).subscription(ONE, ResourceGroup.of("rg", app)).build())) {
      Inventory here =
          inventory(SimulatedTenant.of(first, SimulatedTenant.OWNER).build(), firstKey);
      Inventory there = inventory(tenantOf(second, two), secondKey);

      assertThat(here.ranked().get(0).sightings().get(0).context().tenant())
          .isEqualTo(SimulatedTenant.ID);
      assertThat(there.ranked().get(0).sightings().get(0).context().tenant()).isEqualTo(two);
      // The same secret in both can't be told to be the same by who holds the reports of one.
      assertThat(here.ranked().get(0).credential().fingerprint())
          .isNotEqualTo(there.ranked().get(0).credential().fingerprint());
      assertThat(here.ranked().toString()).doesNotContain(two, SimulatedTenant.accountKey(canary));
      assertThat(there.ranked().toString())
          .doesNotContain(SimulatedTenant.ID, SimulatedTenant.accountKey(canary));
      assertThat(List.of(first.requests(), second.requests()).toString())
          .as("no request of one went to the other")
          .doesNotContain("status=401");
    }
  }

  private static AzureTenant tenantOf(Simulator azure, String id) {
    var http = new JdkHttpClientBuilder(
            java.net.http.HttpClient.newBuilder().sslContext(azure.trust()))
        .build();
    return AzureTenant.of(
            id,
            new ClientSecretCredentialBuilder()
                .authorityHost(azure.cloud().toString())
                .disableInstanceDiscovery()
                .tenantId(id)
                .clientId(SimulatedTenant.OWNER)
                .clientSecret(azure.clientSecret(SimulatedTenant.OWNER))
                .httpClient(http)
                .build())
        .environment(environment(azure))
        .httpClient(http)
        .build();
  }

  private static Inventory inventory(AzureTenant tenant, FingerprintKey key) throws IOException {
    Inventory inventory = new Inventory();
    SecretScanner.using(Detector.builder(RuleSet.builtIn()).fingerprintKey(key).build())
        .build()
        .scan(AzureSurface.of(tenant), inventory);
    return inventory;
  }

  @Test
  void management_groups_take_the_subscriptions_below_them_alone() throws IOException {
    String two = ONE.replace('1', '2');
    String planted = SimulatedTenant.connectionString(new Random(5));
    Scenario scenario = tenant(SimulatedTenant.ID)
        .subscription(ONE, ResourceGroup.of("rg", WebApp.named("app1").setting("STORE", planted)))
        .subscription(two, ResourceGroup.of("rg", WebApp.named("app2").setting("STORE", planted)))
        .managementGroup(Scenario.ManagementGroup.of("inner", "Inner", two))
        .build();
    Inventory inventory = new Inventory();
    try (Simulator azure = Simulator.start(scenario)) {
      SimulatedTenant.scanner()
          .scan(
              AzureSurface.of(SimulatedTenant.of(azure, SimulatedTenant.OWNER).build())
                  .only(SurfaceFilter.ALL.managementGroups("inner")),
              inventory);
    }

    assertThat(inventory.ranked().get(0).places())
        .extracting(place -> place.address())
        .containsExactly(
            "/subscriptions/" + two + "/resourceGroups/rg/providers/Microsoft.Web/sites/app2");
  }
}
