package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.TokenCredential;
import com.azure.core.http.HttpClient;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Finding;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Place;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Signal.Answer;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Inventory;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.detect.scan.ScanListener;
import dev.rekey.detect.scan.ScanReport;
import dev.rekey.detect.scan.SecretScanner;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Scenario.ResourceGroup;
import dev.rekey.simulator.Simulator;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole way: a real credential, TLS, ARM, Resource Graph, the scanner. */
class WebAppSettingsOnSimulatorTest {
  private static final String TENANT = "00000000-0000-0000-0000-000000000900";
  private static final String OWNER = "00000000-0000-0000-0000-000000000710";
  private static final String READER = "00000000-0000-0000-0000-000000000711";
  private static final String ONE = "00000000-0000-0000-0000-000000000001";
  private static final String TWO = "00000000-0000-0000-0000-000000000002";
  private static final String ACTION = "Microsoft.Web/sites/config/list/action";
  private static final String FIRST =
      "/subscriptions/" + ONE + "/resourceGroups/rg-prod/providers/Microsoft.Web/sites/app1";
  private static final String SECOND =
      "/subscriptions/" + TWO + "/resourceGroups/rg2/providers/Microsoft.Web/sites/app2";
  private static final ReadRetries QUICK =
      new ReadRetries(3, Duration.ofMillis(1), Duration.ofSeconds(10));

  private static Simulator azure;
  private static HttpClient http;

  @BeforeAll
  static void start() {
    Scenario scenario = Scenario.tenant(TENANT)
        .client(OWNER)
        .client(READER, ACTION)
        .subscription(
            ONE,
            ResourceGroup.of(
                "rg-prod",
                StorageAccount.named("acct1").withoutDataPlane(),
                WebApp.named("app1")
                    .setting("AAA", "nothing to see")
                    .setting("STORAGE", connectionString("acct1"))
                    .setting("VAULTED", "@Microsoft.KeyVault(SecretUri=https://v/secrets/db)")))
        .subscription(
            TWO,
            ResourceGroup.of(
                "rg2",
                WebApp.named("app2")
                    .tag("env", "test")
                    .property("publicNetworkAccess", "Disabled")
                    .setting("KEY", "line one\n${key:acct1/key1}")
                    .connectionString("files", connectionString("acct1"), "Custom")))
        .build();
    azure = Simulator.start(scenario);
    http = new JdkHttpClientBuilder(java.net.http.HttpClient.newBuilder().sslContext(azure.trust()))
        .build();
  }

  @AfterEach
  void mend() {
    azure.faults().clear();
  }

  @AfterAll
  static void stop() {
    azure.close();
  }

  private static String connectionString(String account) {
    return "DefaultEndpointsProtocol=https;AccountName=" + account + ";AccountKey=${key:" + account
        + "/key1};EndpointSuffix=core.windows.net";
  }

  private static ArmClient arm(String client) {
    TokenCredential credential = new ClientSecretCredentialBuilder()
        .authorityHost(azure.cloud().toString())
        .disableInstanceDiscovery()
        .tenantId(TENANT)
        .clientId(client)
        .clientSecret(azure.clientSecret(client))
        .httpClient(http)
        .build();
    return ArmClient.builder()
        .credential(credential)
        .httpClient(http)
        .endpoint(endpoint())
        .readRetries(QUICK)
        .build();
  }

  private static URI endpoint() {
    return URI.create("https://" + azure.cloud().getAuthority());
  }

  private static SecretScanner scanner() {
    return SecretScanner.using(Detector.builder(RuleSet.builtIn())
            .fingerprintKey(FingerprintKey.random())
            .build())
        .build();
  }

  @Test
  void a_planted_key_is_found_in_every_place_with_what_surrounds_it() throws Exception {
    Inventory inventory = new Inventory();
    Outcomes outcomes = new Outcomes();

    ScanReport report = scanner().scan(WebAppSettings.in(arm(OWNER)), inventory.and(outcomes));

    assertThat(report.scanned()).isEqualTo(4);
    assertThat(report.outcomes()).isEqualTo(4);
    assertThat(inventory.ranked()).hasSize(1);
    Exposure exposure = inventory.ranked().get(0);
    assertThat(exposure.credential().rule()).startsWith("azure.storage");
    assertThat(exposure.places())
        .extracting(Place::toString)
        .containsExactly(
            FIRST + " › STORAGE", SECOND + " › KEY", SECOND + "/config/connectionstrings › files");
    AssetContext first = exposure.sightings().get(0).context();
    assertThat(first.tenant()).isEqualTo(TENANT);
    assertThat(first.resource()).isEqualTo(FIRST);
    assertThat(first.production().answer()).isEqualTo(Answer.YES);
    assertThat(first.publiclyReachable().answer()).isEqualTo(Answer.YES);
    assertThat(first.widelyReadable().answer()).isEqualTo(Answer.NO);
    AssetContext second = exposure.sightings().get(2).context();
    assertThat(second.resource()).isEqualTo(SECOND);
    assertThat(second.production().answer()).isEqualTo(Answer.NO);
    assertThat(second.publiclyReachable().answer()).isEqualTo(Answer.NO);
    assertThat(outcomes + inventory.ranked().toString())
        .doesNotContain(azure.storageKey("acct1", "key1"));
  }

  @Test
  void the_value_that_is_lent_is_the_key_itself() throws Exception {
    List<String> values = new ArrayList<>();

    scanner()
        .scan(
            WebAppSettings.in(arm(OWNER)).subscriptions(List.of(ONE)),
            (finding, secret) -> values.add(secret.reveal(String::new)));

    assertThat(values).containsExactly(azure.storageKey("acct1", "key1"));
  }

  @Test
  void a_key_inside_json_inside_a_setting_is_the_same_key() throws Exception {
    String key = azure.storageKey("acct1", "key1");
    String json = "{\n\"connection\": \"" + key.replace("+", "\\u002B").replace("/", "\\/") + "\"}";
    FakeArm arm = new FakeArm()
        .answers(200, "{\"value\":[{\"subscriptionId\":\"" + ONE + "\",\"state\":\"Enabled\"}]}")
        .answers(200, "{\"data\":[{\"id\":\"" + FIRST + "\"}]}")
        .answers(
            200,
            JsonNodeFactory.instance
                .objectNode()
                .set(
                    "properties",
                    JsonNodeFactory.instance.objectNode().put("JSON", json).put("RAW", key))
                .toString())
        .answers(200, "{\"properties\":{}}");
    List<Finding> found = new ArrayList<>();

    scanner().scan(WebAppSettings.in(arm.client()), (finding, secret) -> found.add(finding));

    assertThat(found).extracting(finding -> finding.place().name()).containsExactly("JSON", "RAW");
    assertThat(found.get(0).fingerprint()).isEqualTo(found.get(1).fingerprint());
  }

  @Test
  void a_refused_action_is_an_outcome_and_the_scan_goes_on() throws Exception {
    Outcomes outcomes = new Outcomes();

    ScanReport report = scanner().scan(WebAppSettings.in(arm(READER)), outcomes);

    assertThat(report.refused()).isEqualTo(4);
    assertThat(outcomes.all)
        .containsOnlyKeys(
            FIRST,
            FIRST + "/config/connectionstrings",
            SECOND,
            SECOND + "/config/connectionstrings");
    assertThat(outcomes.all.values()).containsOnly(new Outcome.Refused(ACTION));
  }

  @Test
  void one_broken_app_does_not_hide_the_others() throws Exception {
    azure
        .faults()
        .add(Fault.on("POST", ".*/app1/config/appsettings/list")
            .status(500, "<html>oops</html>")
            .times(0));
    Outcomes outcomes = new Outcomes();

    ScanReport report = scanner().scan(WebAppSettings.in(arm(OWNER)), outcomes);

    assertThat(report.scanned()).isEqualTo(3);
    assertThat(outcomes.all.get(FIRST)).isInstanceOf(Outcome.Failed.class);
    assertThat(report.findings()).isEqualTo(2);
  }

  @Test
  void throttling_and_broken_connections_are_waited_out() throws Exception {
    azure
        .faults()
        .add(Fault.on("POST", ".*/app1/config/appsettings/list")
            .status(429, "{\"Code\":\"429\",\"Message\":\"busy\"}")
            .header("Retry-After", "0")
            .times(2));
    azure.faults().add(Fault.on("POST", ".*/app2/config/.*/list").dropBefore());

    ScanReport report = scanner().scan(WebAppSettings.in(arm(OWNER)), (finding, secret) -> {});

    assertThat(report.scanned()).isEqualTo(4);
    assertThat(report.findings()).isEqualTo(3);
  }

  @Test
  void small_pages_give_the_same_as_large_ones() throws Exception {
    Outcomes small = new Outcomes();
    Outcomes large = new Outcomes();
    int before = graphQueries();

    scanner().scan(WebAppSettings.in(arm(OWNER)).pageSize(1), small);
    int between = graphQueries();
    scanner().scan(WebAppSettings.in(arm(OWNER)), large);

    assertThat(small.all).isEqualTo(large.all);
    assertThat(between - before).isEqualTo(2);
    assertThat(graphQueries() - between).isEqualTo(1);
  }

  private static int graphQueries() {
    return (int) azure.requests().stream()
        .filter(request -> request.path().contains("Microsoft.ResourceGraph"))
        .filter(request -> request.status() == 200)
        .count();
  }

  @Test
  void a_place_is_read_again_with_its_context() throws Exception {
    WebAppSettings source = WebAppSettings.in(arm(OWNER));
    List<Finding> found = new ArrayList<>();
    SecretScanner scanner = scanner();
    scanner.scan(source, (finding, secret) -> found.add(finding));
    List<Finding> again = new ArrayList<>();
    List<AssetContext> contexts = new ArrayList<>();

    for (Finding finding : found) {
      scanner.scan(new Again(source, finding.place()), new ScanListener() {
        @Override
        public void found(Finding one, Secret secret) {
          again.add(one);
        }

        @Override
        public void started(String address, AssetContext context) {
          contexts.add(context);
        }
      });
    }

    assertThat(found).hasSize(3);
    assertThat(again).isEqualTo(found);
    assertThat(contexts).extracting(AssetContext::tenant).containsOnly(TENANT);
    assertThat(contexts)
        .extracting(context -> context.production().answer())
        .containsExactly(Answer.YES, Answer.NO, Answer.NO);
  }

  @Test
  void a_wrong_client_secret_ends_the_scan_with_what_to_do() {
    TokenCredential wrong = new ClientSecretCredentialBuilder()
        .authorityHost(azure.cloud().toString())
        .disableInstanceDiscovery()
        .tenantId(TENANT)
        .clientId(OWNER)
        .clientSecret("canary-of-a-wrong-secret")
        .httpClient(http)
        .build();
    ArmClient arm = ArmClient.builder()
        .credential(wrong)
        .httpClient(http)
        .endpoint(endpoint())
        .readRetries(QUICK)
        .build();

    assertThatThrownBy(() -> scanner().scan(WebAppSettings.in(arm), (finding, secret) -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no token")
        .hasMessageContaining("Check the credential")
        .hasMessageNotContaining("canary");
  }

  @Test
  void a_change_that_was_applied_without_an_answer_is_not_sent_again() {
    ArmClient arm = arm(OWNER);
    String account = "/subscriptions/" + ONE
        + "/resourceGroups/rg-prod/providers/Microsoft.Storage/storageAccounts/acct1";
    String before = azure.storageKey("acct1", "key2");
    azure.faults().add(Fault.on("POST", ".*/regenerateKey").dropAfter().times(0));
    var body = JsonNodeFactory.instance.objectNode().put("keyName", "key2");

    assertThatThrownBy(() -> arm.post(account + "/regenerateKey", "2023-05-01", body))
        .isInstanceOfSatisfying(
            ArmException.class,
            failed -> assertThat(failed.mayHaveBeenApplied()).isTrue());

    assertThat(azure.storageKey("acct1", "key2")).isNotEqualTo(before);
    assertThat(azure.requests())
        .filteredOn(request -> request.path().contains("/regenerateKey"))
        .hasSize(1);
  }

  /** A source of one place, read again. */
  private record Again(ContentSource source, Place place) implements ContentSource {
    @Override
    public void read(Sink sink) throws IOException, InterruptedException {
      source.reread(place, sink);
    }

    @Override
    public void reread(Place again, Sink sink) throws IOException, InterruptedException {
      source.reread(again, sink);
    }
  }

  /** Keeps the outcome of each content. */
  private static final class Outcomes implements ScanListener {
    private final Map<String, Outcome> all = new LinkedHashMap<>();

    @Override
    public void found(Finding finding, Secret secret) {}

    @Override
    public void finished(String address, Outcome outcome) {
      assertThat(all.put(address, outcome)).as("one outcome for %s", address).isNull();
    }

    @Override
    public String toString() {
      return all.toString();
    }
  }
}
