package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.rekey.azure.ArmClient;
import dev.rekey.azure.ArmException;
import dev.rekey.azure.AzureTenant;
import dev.rekey.azure.FakeArm;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Place;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The whole way: a real credential, TLS, ARM, Resource Graph, the scanner. */
class AzureSurfaceOnSimulatorTest {
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

  private static Simulator azure;

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

  private static AzureTenant tenant(String client) {
    return SimulatedTenant.of(azure, client).build();
  }

  private static AzureSurface settings(String client) {
    return AzureSurface.of(tenant(client))
        .kinds(ResourceKinds.builtIn().only("Microsoft.Web/sites", "Microsoft.Web/sites/slots"));
  }

  private static SecretScanner scanner() {
    return SimulatedTenant.scanner();
  }

  @Test
  void a_planted_key_is_found_in_every_place_with_what_surrounds_it() throws Exception {
    Inventory inventory = new Inventory();
    Outcomes outcomes = new Outcomes();

    ScanReport report = scanner().scan(settings(OWNER), inventory.and(outcomes));

    assertThat(report.scanned()).isEqualTo(15);
    assertThat(report.outcomes()).isEqualTo(15);
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
            settings(OWNER).only(SurfaceFilter.ALL.subscriptions(ONE)),
            (finding, secret) -> values.add(secret.reveal(String::new)));

    assertThat(values).containsExactly(azure.storageKey("acct1", "key1"));
  }

  @Test
  void a_key_inside_json_inside_a_setting_is_the_same_key() throws Exception {
    String key = azure.storageKey("acct1", "key1");
    String json = "{\n\"connection\": \"" + key.replace("+", "\\u002B").replace("/", "\\/") + "\"}";
    FakeArm arm = new FakeArm()
        .answers(200, "{\"value\":[{\"subscriptionId\":\"" + ONE + "\",\"state\":\"Enabled\"}]}")
        .answers(200, "{\"data\":[]}")
        .answers(200, "{\"data\":[{\"id\":\"" + FIRST + "\"}]}")
        .answers(
            200,
            JsonNodeFactory.instance
                .objectNode()
                .set(
                    "properties",
                    JsonNodeFactory.instance.objectNode().put("JSON", json).put("RAW", key))
                .toString());
    arm.always(request -> "{\"properties\":{}}");
    List<Finding> found = new ArrayList<>();

    scanner()
        .scan(
            AzureSurface.of(arm.tenant())
                .kinds(ResourceKinds.builtIn().only("Microsoft.Web/sites")),
            (finding, secret) -> found.add(finding));

    assertThat(found).extracting(finding -> finding.place().name()).containsExactly("JSON", "RAW");
    assertThat(found.get(0).fingerprint()).isEqualTo(found.get(1).fingerprint());
  }

  @Test
  void a_refused_action_is_an_outcome_and_the_scan_goes_on() throws Exception {
    Outcomes outcomes = new Outcomes();

    ScanReport report = scanner().scan(settings(READER), outcomes);

    assertThat(report.refused()).isEqualTo(10);
    assertThat(report.scanned()).as("what the role Reader shows").isEqualTo(5);
    assertThat(outcomes.all)
        .containsEntry(FIRST, new Outcome.Refused(ACTION))
        .containsEntry(SECOND + "/config/connectionstrings", new Outcome.Refused(ACTION));
    assertThat(outcomes.all.values())
        .filteredOn(Outcome.Refused.class::isInstance)
        .containsOnly(new Outcome.Refused(ACTION));
  }

  @Test
  void one_broken_app_does_not_hide_the_others() throws Exception {
    azure
        .faults()
        .add(Fault.on("POST", ".*/app1/config/appsettings/list")
            .status(500, "<html>oops</html>")
            .times(0));
    Outcomes outcomes = new Outcomes();

    ScanReport report = scanner().scan(settings(OWNER), outcomes);

    assertThat(report.scanned()).isEqualTo(14);
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

    ScanReport report = scanner().scan(settings(OWNER), (finding, secret) -> {});

    assertThat(report.scanned()).isEqualTo(15);
    assertThat(report.findings()).isEqualTo(3);
  }

  @Test
  void a_place_is_read_again_with_its_context() throws Exception {
    AzureSurface source = settings(OWNER);
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
    AzureSurface surface = AzureSurface.of(
        SimulatedTenant.of(azure, OWNER, "canary-of-a-wrong-secret").build());

    assertThatThrownBy(() -> scanner().scan(surface, (finding, secret) -> {}))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no token")
        .hasMessageContaining("Check the credential")
        .hasMessageNotContaining("canary");
  }

  @Test
  void a_change_that_was_applied_without_an_answer_is_not_sent_again() {
    ArmClient arm = tenant(OWNER).arm();
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
