package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rekey.azure.FakeArm;
import dev.rekey.detect.Finding;
import dev.rekey.detect.Place;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal.Answer;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.detect.scan.ScanListener;
import dev.rekey.detect.scan.ScanReport;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.RecordedRequest;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Scenario.ResourceGroup;
import dev.rekey.simulator.Simulator;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Blobs of storage accounts are contents, as far as a sampling wants them. */
class BlobsTest {
  private static final String SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
  private static final String NO_READER = "00000000-0000-0000-0000-000000000711";
  private static final String NO_LISTER = "00000000-0000-0000-0000-000000000712";
  private static final String ACCOUNTS = "/subscriptions/" + SUBSCRIPTION
      + "/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/";
  private static final String CONTAINERS = ACCOUNTS + "acct1/blobServices/default/containers";
  private static final long SEED = 11;

  private final Random random = new Random(SEED);
  private final String first = SimulatedTenant.connectionString(random);
  private final String second = SimulatedTenant.connectionString(random);
  private final Simulator azure = Simulator.start(Scenario.tenant(SimulatedTenant.ID)
      .client(SimulatedTenant.OWNER)
      .client(NO_READER, BlobWalk.READ)
      .client(NO_LISTER, BlobWalk.LIST)
      .subscription(
          SUBSCRIPTION,
          ResourceGroup.of(
              "rg",
              StorageAccount.named("acct1")
                  .property("allowBlobPublicAccess", true)
                  .blob("data/app/settings.json", "{\"a\": 1,\n\"store\": \"" + first + "\"}")
                  .blob("data/photo.jpg", "x".repeat(100))
                  .blob("data/large.json", "y".repeat(3000))
                  .blob("data/empty.json", "")
                  .blob("site/100%.env", "STORE=" + second)
                  .publicContainer("site", "blob"),
              StorageAccount.named("closed")
                  .property("publicNetworkAccess", "Disabled")
                  .blob("data/a.json", "{}"),
              StorageAccount.named("switched")
                  .blob("site/a.json", "{}")
                  .publicContainer("site", "container")))
      .build());
  private final Heard heard = new Heard();

  @AfterEach
  void stop() {
    azure.close();
  }

  private AzureSurface surface(String client) {
    return AzureSurface.of(SimulatedTenant.of(azure, client).build()).kinds(ResourceKinds.of());
  }

  private ScanReport scan(AzureSurface surface) throws IOException {
    heard.forget();
    return SimulatedTenant.scanner().scan(surface, heard);
  }

  private ScanReport scan(BlobSampling sampling, BlobOffsets offsets) throws IOException {
    return scan(surface(SimulatedTenant.OWNER).blobs(sampling, offsets));
  }

  private List<String> blobRequests() {
    return azure.requests().stream()
        .filter(request -> request.service().equals("blob:acct1"))
        .map(RecordedRequest::path)
        .toList();
  }

  @Test
  void what_is_planted_in_blobs_is_found_with_what_surrounds_it() throws Exception {
    scan(surface(SimulatedTenant.OWNER).blobs(BlobSampling.DEFAULT.largest(2000)));

    String settings = CONTAINERS + "/data/blobs/app/settings.json";
    String environment = CONTAINERS + "/site/blobs/100%25.env";
    assertThat(heard.found.keySet()).as("seed %d", SEED).containsExactly(settings, environment);
    assertThat(heard.found.get(settings).location().line()).isEqualTo(2);
    assertThat(heard.values.get(environment).equals(SimulatedTenant.accountKey(second)))
        .as("the value is the one that was planted")
        .isTrue();
    AssetContext inner = heard.contexts.get(settings);
    assertThat(inner.resource()).isEqualTo(ACCOUNTS + "acct1");
    assertThat(inner.publiclyReachable().answer()).isEqualTo(Answer.YES);
    assertThat(inner.widelyReadable().answer()).isEqualTo(Answer.NO);
    assertThat(inner.widelyReadable().reason()).contains(BlobWalk.READ);
    AssetContext open = heard.contexts.get(environment);
    assertThat(open.widelyReadable().answer()).isEqualTo(Answer.YES);
    assertThat(open.widelyReadable().reason()).isEqualTo("anyone on the internet may read it");
    AssetContext switched =
        heard.contexts.get(ACCOUNTS + "switched/blobServices/default/containers/site/blobs/a.json");
    assertThat(switched.widelyReadable().answer()).isEqualTo(Answer.NO);
  }

  @Test
  void what_is_left_out_is_one_gap_of_its_container() throws Exception {
    scan(surface(SimulatedTenant.OWNER).blobs(BlobSampling.DEFAULT.largest(2000)));

    assertThat(heard.outcomes.get(CONTAINERS + "/data"))
        .isEqualTo(new Outcome.Skipped("2 of 4 blobs were left out by the sampling"));
    assertThat(heard.outcomes).doesNotContainKey(CONTAINERS + "/site");

    scan(surface(SimulatedTenant.OWNER)
        .blobs(BlobSampling.DEFAULT.names("*").most(1).bytes(10).listed(3)));

    assertThat(heard.outcomes.get(CONTAINERS + "/data"))
        .isEqualTo(new Outcome.Skipped("1 of 3 blobs were left out by the sampling; the blobs after"
            + " the first 3 were not listed; of 1 only the beginning was read"));
    assertThat(heard.found).isEmpty();

    scan(surface(SimulatedTenant.OWNER)
        .blobs(BlobSampling.DEFAULT.changedSince(Instant.now().plus(Duration.ofDays(1)))));

    assertThat(heard.outcomes.get(CONTAINERS + "/site"))
        .isEqualTo(new Outcome.Skipped("1 of 1 blobs were left out by the sampling"));
  }

  @Test
  void without_being_asked_no_blob_is_read() throws Exception {
    scan(surface(SimulatedTenant.OWNER));
    scan(surface(SimulatedTenant.OWNER).blobs(BlobSampling.DEFAULT).kinds(ResourceKinds.of()));

    assertThat(blobRequests()).isEmpty();
  }

  @Test
  void what_a_role_lacks_is_refused_and_what_a_firewall_stops_is_not() throws Exception {
    Coverage coverage = new Coverage();
    SimulatedTenant.scanner()
        .scan(
            surface(NO_READER).blobs(BlobSampling.DEFAULT).watchedBy(coverage),
            heard.and(coverage));

    assertThat(heard.outcomes.get(CONTAINERS + "/data"))
        .isEqualTo(new Outcome.Refused(BlobWalk.READ));
    assertThat(heard.outcomes.get(ACCOUNTS + "closed/blobServices/default/containers"))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, failed -> assertThat(failed.why()).contains("network"));
    assertThat(coverage.role("gaps", "/"))
        .containsSubsequence("\"DataActions\"", BlobWalk.READ, "\"NotDataActions\"");

    scan(surface(NO_LISTER).blobs(BlobSampling.DEFAULT));

    assertThat(heard.outcomes.get(CONTAINERS)).isEqualTo(new Outcome.Refused(BlobWalk.LIST));
  }

  @Test
  void a_blob_that_is_gone_or_changed_or_archived_is_an_outcome_and_the_others_are_read()
      throws Exception {
    String path = "/data/app/settings\\.json";
    Map<Integer, String> says = Map.of(404, "gone", 412, "changed", 409, "archive", 500, "500");
    for (Map.Entry<Integer, String> status : says.entrySet()) {
      azure.faults().clear();
      azure
          .faults()
          .add(Fault.on("GET", path)
              .status(status.getKey(), "<Error/>")
              .header("x-ms-error-code", status.getKey() == 409 ? "BlobArchived" : "Other")
              .times(0));

      scan(surface(SimulatedTenant.OWNER).blobs(BlobSampling.DEFAULT));

      assertThat(String.valueOf(heard.outcomes.get(CONTAINERS + "/data/blobs/app/settings.json")))
          .contains(status.getValue());
      assertThat(heard.found).containsOnlyKeys(CONTAINERS + "/site/blobs/100%25.env");
    }
  }

  @Test
  void an_append_blob_is_read_on_from_where_it_ended() throws Exception {
    BlobSampling logs = BlobSampling.DEFAULT.names("*.log").largest(64 << 10);
    String log = CONTAINERS + "/data/blobs/x.log";
    String cut = SimulatedTenant.connectionString(random);
    azure.append(
        "acct1", "data/x.log", "nothing to see here\n".repeat(3000) + cut.substring(0, 90));
    BlobOffsets offsets = new BlobOffsets();

    scan(logs, offsets);
    assertThat(heard.outcomes.get(log)).isInstanceOf(Outcome.Scanned.class);
    assertThat(heard.found).isEmpty();

    scan(logs, BlobOffsets.parse(offsets.toJson()));
    assertThat(heard.outcomes).doesNotContainKey(log);
    assertThat(heard.outcomes.get(CONTAINERS + "/data"))
        .isEqualTo(new Outcome.Skipped("3 of 5 blobs were left out by the sampling; 1 of 5 have not"
            + " changed since they were read"));

    azure.append("acct1", "data/x.log", cut.substring(90) + "\nmore\n");
    int before = blobRequests().size();
    scan(logs, BlobOffsets.parse(offsets.toJson()));

    assertThat(heard.found).as("seed %d", SEED).containsOnlyKeys(log);
    assertThat(heard.found.get(log).location().line()).isEqualTo(3001);
    assertThat(heard.found.get(log).location().column()).isEqualTo(cut.indexOf("AccountKey=") + 12);
    assertThat(blobRequests().subList(before, blobRequests().size()))
        .filteredOn(path -> path.startsWith("/data/x.log"))
        .hasSize(1);
    assertThat(heard.outcomes.get(log))
        .isInstanceOfSatisfying(
            Outcome.Scanned.class,
            scanned -> assertThat(scanned.bytes()).as("with an empty line each").isLessThan(9_000));
  }

  @Test
  void a_log_that_is_longer_than_what_is_read_at_once_is_read_piece_by_piece() throws Exception {
    BlobSampling logs =
        BlobSampling.DEFAULT.names("*.log").largest(1 << 20).bytes(10_000).most(1);
    azure.append("acct1", "data/x.log", "twelve bytes".repeat(2000) + first);
    BlobOffsets offsets = new BlobOffsets();

    int scans = 0;
    while (heard.found.isEmpty() && scans < 9) {
      scan(logs, offsets);
      scans++;
    }

    assertThat(scans).isEqualTo(3);
    assertThat(offsets.size()).isEqualTo(1);
  }

  @Test
  void another_blob_under_an_old_name_is_read_from_its_start() {
    String account = ACCOUNTS + "acct1";
    BlobOffsets offsets = new BlobOffsets();
    offsets.put(account, "data", "x.log", new BlobOffsets.Offset("0x1", "then", 900, 800, 7));
    var same = new dev.rekey.azure.BlobClient.Blob(
        "x.log", 1000, java.util.Optional.empty(), java.util.Optional.empty(), "0x2", true);

    assertThat(offsets.of(account.toUpperCase(java.util.Locale.ROOT), "data", "x.log"))
        .satisfies(known -> {
          assertThat(known.end()).isEqualTo(900);
          assertThat(known.isContinuedBy(same)).as("made at another time").isFalse();
        });
    assertThat(offsets.of(account, "data", "X.LOG")).isEqualTo(BlobOffsets.Offset.START);
  }

  @Test
  void the_second_scan_reads_what_the_first_had_no_room_for() throws Exception {
    BlobSampling one = BlobSampling.DEFAULT.most(1);
    BlobOffsets offsets = new BlobOffsets();

    scan(one, offsets);
    assertThat(heard.outcomes).containsKey(CONTAINERS + "/data/blobs/app/settings.json");
    scan(one, offsets);

    assertThat(heard.outcomes)
        .containsKey(CONTAINERS + "/data/blobs/large.json")
        .doesNotContainKey(CONTAINERS + "/data/blobs/app/settings.json");
  }

  @Test
  void what_was_not_scanned_is_read_again() throws Exception {
    BlobOffsets offsets = new BlobOffsets();
    AzureSurface surface = surface(SimulatedTenant.OWNER).blobs(BlobSampling.DEFAULT, offsets);
    ContentSource.Sink dies = new ContentSource.Sink() {
      @Override
      public void accept(dev.rekey.detect.scan.Content content) throws InterruptedException {
        if (content.address().endsWith("large.json")) {
          throw new InterruptedException();
        }
      }

      @Override
      public void gap(String address, Outcome outcome) {}
    };
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      surface.parallel(2, threads).read(dies);
    } catch (InterruptedException died) {
      assertThat(offsets.size()).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }

    scan(surface);

    assertThat(heard.outcomes)
        .containsKey(CONTAINERS + "/data/blobs/large.json")
        .doesNotContainKey(CONTAINERS + "/data/blobs/app/settings.json");
  }

  @Test
  void a_blob_is_read_again_at_its_place() throws Exception {
    AzureSurface surface = surface(SimulatedTenant.OWNER).blobs(BlobSampling.DEFAULT);
    scan(surface);
    Map<String, Place> places = new LinkedHashMap<>(heard.found);
    int before = blobRequests().size();

    for (Place place : places.values()) {
      scan(new Again(surface, place));
      assertThat(heard.found).isEqualTo(Map.of(place.address(), place));
      assertThat(heard.outcomes).containsOnlyKeys(place.address());
      assertThat(heard.contexts.get(place.address()).widelyReadable().answer())
          .isEqualTo(place.address().contains("/site/") ? Answer.YES : Answer.NO);
    }

    assertThat(blobRequests().size() - before).isEqualTo(6);
    Place some = places.values().iterator().next();
    Place gone = new Place(CONTAINERS + "/data/blobs/nothing.json", "", some.location());
    scan(new Again(surface, gone));
    assertThat(heard.outcomes)
        .isEqualTo(Map.of(gone.address(), new Outcome.Failed("nothing is there any more")));
  }

  private void scan(Again again) throws IOException {
    heard.forget();
    SimulatedTenant.scanner().scan(again, heard);
  }

  @Test
  void an_account_that_can_not_be_asked_is_a_gap() throws Exception {
    String rows = "{\"data\":[%s]}";
    String row = "{\"id\":\"" + ACCOUNTS + "%s\",\"properties\":{%s}}";
    FakeArm arm = new FakeArm()
        .answers(
            200,
            "{\"value\":[{\"subscriptionId\":\"" + SUBSCRIPTION + "\",\"state\":\"Enabled\"}]}")
        .answers(200, "{\"data\":[]}")
        .answers(
            200,
            rows.formatted(String.join(
                ",",
                row.formatted("a", ""),
                row.formatted(
                    "b",
                    "\"primaryEndpoints\":{\"blob\":\"https://b.blob.core.chinacloudapi.cn/\"}"),
                row.formatted("c", "\"primaryEndpoints\":{\"blob\":\"not a uri\"}"),
                row.formatted("d", "\"primaryEndpoints\":{\"file\":\"https://d/\"}"),
                row.formatted(
                    "e", "\"primaryEndpoints\":{\"blob\":\"https://e.blob.core.windows.net/\"}"))))
        .answers(
            200,
            "<EnumerationResults><Containers><Container><Name>../x</Name></Container><Container>"
                + "<Name>data</Name></Container></Containers></EnumerationResults>")
        .answers(200, "<!DOCTYPE x><EnumerationResults><Blobs/></EnumerationResults>");
    arm.always(request -> "{}");

    SimulatedTenant.scanner()
        .scan(
            AzureSurface.of(arm.tenant()).kinds(ResourceKinds.of()).blobs(BlobSampling.DEFAULT),
            heard);

    String below = "/blobServices/default/containers";
    assertThat(heard.outcomes)
        .containsOnlyKeys(
            ACCOUNTS + "a" + below,
            ACCOUNTS + "b" + below,
            ACCOUNTS + "c" + below,
            ACCOUNTS + "e" + below + "/../x",
            ACCOUNTS + "e" + below + "/data");
    assertThat(heard.outcomes.values()).allMatch(Outcome.Failed.class::isInstance);
    assertThat(heard.outcomes.get(ACCOUNTS + "b" + below).toString()).contains("gets no token");
    assertThat(heard.outcomes.get(ACCOUNTS + "e" + below + "/data").toString())
        .contains("declares types");
  }

  @Test
  void a_name_can_have_anything_and_its_address_is_one_line() {
    for (String name :
        List.of("a/b.json", "100%.env", "%41", "a\nb", "ä\u2028\ud83d\ude00", "a//b?#")) {
      BlobAddress address = new BlobAddress(ACCOUNTS + "acct1", "data", name);
      assertThat(address.toString()).doesNotContain("\n").doesNotContain("\u2028");
      assertThat(BlobAddress.parse(address.toString())).contains(address);
    }
    assertThat(BlobAddress.parse(ACCOUNTS + "acct1")).isEmpty();
    assertThat(BlobAddress.parse(CONTAINERS + "/data/blobs/%4")).isEmpty();
  }

  @Test
  void names_are_globs() {
    assertThat(chosen("*.json", ".env", "key?.pem"))
        .containsExactly("a.JSON", "dir.d/.env", "key1.pem");
    assertThat(chosen("*")).hasSize(6);
    assertThat(chosen("a.json")).containsExactly("a.JSON");
  }

  private static List<String> chosen(String... globs) {
    BlobSampling.Choice choice = BlobSampling.DEFAULT.names(globs).choice();
    List<String> chosen = new ArrayList<>();
    for (String name : List.of("a.JSON", "ajson", "dir.d/.env", "x.env", "key1.pem", "key12.pem")) {
      var blob = new dev.rekey.azure.BlobClient.Blob(
          name, 1, java.util.Optional.empty(), java.util.Optional.empty(), "", false);
      if (choice.wants(blob, 0)) {
        chosen.add(name);
      }
    }
    return chosen;
  }

  @Test
  void offsets_that_were_not_stored_are_refused() {
    for (String text : List.of(
        "",
        "canary",
        "{}",
        "{\"version\":2,\"blobs\":[]}",
        "{\"version\":1,\"blobs\":[{\"account\":\"canary\"}]}",
        "{\"version\":1,\"blobs\":[{\"account\":\"a\",\"container\":\"c\",\"name\":\"n\",\"etag\":\"\","
            + "\"created\":\"\",\"end\":1,\"from\":2,\"lines\":0}]}")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> BlobOffsets.parse(text))
          .withMessageNotContaining("canary");
    }
  }

  @Test
  void a_sampling_has_names_and_positive_numbers() {
    assertThatIllegalArgumentException().isThrownBy(() -> BlobSampling.DEFAULT.names(""));
    assertThatIllegalArgumentException().isThrownBy(() -> BlobSampling.DEFAULT.most(0));
    assertThatIllegalArgumentException().isThrownBy(() -> BlobSampling.DEFAULT.bytes(64 << 20));
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

  /** What a scan told. */
  private static final class Heard implements ScanListener {
    private final Map<String, Place> found = new LinkedHashMap<>();
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
    private final Map<String, AssetContext> contexts = new LinkedHashMap<>();

    void forget() {
      found.clear();
      values.clear();
      outcomes.clear();
      contexts.clear();
    }

    @Override
    public void found(Finding finding, Secret secret) {
      found.put(finding.place().address(), finding.place());
      values.put(finding.place().address(), secret.reveal(String::new));
    }

    @Override
    public void started(String address, AssetContext context) {
      contexts.put(address, context);
    }

    @Override
    public void finished(String address, Outcome outcome) {
      assertThat(outcomes.put(address, outcome))
          .as("one outcome for %s", address)
          .isNull();
    }
  }
}
