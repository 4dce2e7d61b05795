package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.FakeArm;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.Signal;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** How answers of ARM that should not be are met; how it works is shown on the simulator. */
class AzureSurfaceTest {
  private static final String SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
  private static final String TENANT = "00000000-0000-0000-0000-000000000900";
  private static final String SITES =
      "/subscriptions/" + SUBSCRIPTION + "/resourceGroups/rg/providers/Microsoft.Web/sites/";
  private static final String STRINGS = "/config/connectionstrings";
  private static final String NONE = "{\"properties\":{}}";

  private static final ResourceKind APPS = settings("Microsoft.Web/sites");
  private static final ResourceKind SLOTS = settings("Microsoft.Web/sites/slots");

  private static ResourceKind settings(String type) {
    String list = type + "/config/list/action";
    return ResourceKind.of(type, "2024-04-01")
        .reads(
            Reading.post("config/appsettings/list")
                .addressed("")
                .permission(list)
                .values("/properties/*"),
            Reading.post("config/connectionstrings/list")
                .permission(list)
                .values("/properties/*/value"))
        .reachable(BuiltInKinds.openUnlessDisabled())
        .build();
  }

  private final FakeArm arm = new FakeArm();
  private final Collected sink = new Collected();

  private AzureSurface source() {
    return AzureSurface.of(arm.tenant()).kinds(ResourceKinds.of(APPS, SLOTS));
  }

  private void read() throws IOException, InterruptedException {
    source().only(SurfaceFilter.ALL.subscriptions(SUBSCRIPTION)).read(sink);
  }

  private FakeArm subscription(String state) {
    return arm.answers(
        200,
        "{\"value\":[{\"subscriptionId\":\"" + SUBSCRIPTION + "\",\"tenantId\":\"" + TENANT + "\","
            + "\"state\":\"" + state + "\"}]}");
  }

  private FakeArm apps(String... ids) {
    subscription("Enabled").answers(200, "{\"data\":[]}");
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    var data = page.putArray("data");
    for (String id : ids) {
      data.addObject().put("id", id);
    }
    return arm.answers(200, page.toString());
  }

  @Test
  void rows_whose_ids_are_none_are_gaps_and_the_others_are_read() throws Exception {
    apps(
            "/subscriptions/x",
            SITES + "a\nforged",
            SITES + "../../escape",
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm",
            SITES + "good")
        .answers(200, "{\"properties\":{\"A\":\"1\"}}")
        .answers(200, NONE);

    read();

    assertThat(sink.gaps).hasSize(2);
    assertThat(sink.gaps.keySet()).contains(SITES + "a forged");
    assertThat(sink.gaps.values()).allMatch(Outcome.Failed.class::isInstance);
    assertThat(sink.texts).containsEntry(SITES + "good", "A=1\n");
    assertThat(arm.asked).hasSize(5);
    assertThat(sink.contents.get(0).context().tenant()).isEqualTo(TENANT);
  }

  @Test
  void settings_of_another_shape_are_gaps() throws Exception {
    apps(SITES + "a", SITES + "b", SITES + "c")
        .answers(200, "[]")
        .answers(200, "{\"properties\":\"canary\"}")
        .answers(200, "canary")
        .answers(200, "{\"properties\":null}")
        .answers(200, "")
        .answers(200, NONE);

    read();

    assertThat(sink.gaps)
        .containsOnlyKeys(SITES + "a", SITES + "a" + STRINGS, SITES + "b", SITES + "c");
    assertThat(sink.texts).containsOnlyKeys(SITES + "b" + STRINGS, SITES + "c" + STRINGS);
    assertThat(sink.gaps.values().toString()).doesNotContain("canary");
  }

  @Test
  void refused_gone_locked_and_broken_are_outcomes_of_the_one_content() throws Exception {
    apps(SITES + "a", SITES + "b", SITES + "c/slots/blue")
        .answers(403, "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"no\"}}")
        .answers(404, "{}")
        .answers(409, "{\"error\":{\"code\":\"ScopeLocked\",\"message\":\"locked\"}}")
        .answers(403, "{\"error\":{\"code\":\"RequestDisallowedByPolicy\",\"message\":\"policy\"}}")
        .answers(403, "")
        .answers(400, "{}");

    read();

    assertThat(sink.gaps)
        .containsEntry(SITES + "a", new Outcome.Refused("Microsoft.Web/sites/config/list/action"))
        .containsEntry(
            SITES + "c/slots/blue",
            new Outcome.Refused("Microsoft.Web/sites/slots/config/list/action"));
    assertThat(why(SITES + "a" + STRINGS)).contains("it is gone");
    assertThat(why(SITES + "b")).contains("Remove the lock");
    assertThat(why(SITES + "b" + STRINGS)).contains("policy");
    assertThat(why(SITES + "c/slots/blue" + STRINGS)).contains("ARM answered 400");
    assertThat(sink.texts).isEmpty();
  }

  @Test
  void without_a_token_the_whole_source_fails() {
    apps(SITES + "a").answers(401, "{}");

    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("tenant")
        .hasMessageNotContaining(FakeArm.TOKEN);
  }

  @Test
  void without_the_graph_the_whole_source_fails() {
    subscription("Enabled")
        .answers(403, "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"no\"}}");

    assertThatThrownBy(this::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Microsoft.ResourceGraph");
  }

  @Test
  void an_interrupted_call_cancels_the_scan() {
    apps(SITES + "a").throwing(new RuntimeException(new InterruptedException()));

    assertThatThrownBy(this::read).isInstanceOf(InterruptedException.class);
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void what_a_receiver_throws_reaches_the_caller_unchanged() {
    apps(SITES + "a").answers(200, NONE);
    RuntimeException own = new IllegalStateException("the receiver's own");

    assertThatThrownBy(() -> source()
            .only(SurfaceFilter.ALL.subscriptions(SUBSCRIPTION))
            .read(new ContentSource.Sink() {
              @Override
              public void accept(Content content) {
                throw own;
              }

              @Override
              public void gap(String address, Outcome outcome) {}
            }))
        .isSameAs(own);
  }

  @Test
  void a_subscription_that_is_disabled_is_a_gap() throws Exception {
    subscription("Disabled");

    source().read(sink);

    assertThat(sink.gaps)
        .containsExactly(Map.entry(
            "/subscriptions/" + SUBSCRIPTION, new Outcome.Skipped("the subscription is Disabled")));
    assertThat(arm.asked).hasSize(1);
  }

  @Test
  void a_subscription_that_the_caller_does_not_see_is_a_gap() throws Exception {
    String other = SUBSCRIPTION.replace('1', 'F');
    apps();

    source().only(SurfaceFilter.ALL.subscriptions(other, SUBSCRIPTION)).read(sink);

    assertThat(sink.gaps)
        .containsExactly(Map.entry(
            "/subscriptions/" + other.toLowerCase(Locale.ROOT),
            new Outcome.Refused("Microsoft.Resources/subscriptions/read")));
    assertThat(arm.body(1)).contains(SUBSCRIPTION).doesNotContain("000f");
  }

  @Test
  void a_subscription_that_is_no_guid_is_refused_at_once() {
    assertThatIllegalArgumentException().isThrownBy(() -> SurfaceFilter.ALL.subscriptions("prod"));
  }

  @Test
  void a_content_cannot_be_opened_after_its_scan() throws Exception {
    apps(SITES + "a").answers(200, "{\"properties\":{\"A\":\"canary\"}}").answers(200, NONE);

    read();

    assertThat(sink.contents).hasSize(2);
    assertThatThrownBy(() -> sink.contents.get(0).open()).isInstanceOf(IOException.class);
    assertThat(sink.contents.get(0).toString()).doesNotContain("canary");
  }

  @Test
  void an_address_of_nothing_that_is_read_is_a_gap_when_read_again() throws Exception {
    AzureSurface source = source();
    for (String address : List.of("", "x", SITES + "a\nb", "/subscriptions/s")) {
      source.reread(place(address), sink);
    }

    assertThat(sink.gaps).hasSize(4);
    assertThat(arm.asked).isEmpty();
  }

  @Test
  void an_address_that_nothing_is_read_under_any_more_is_a_gap_when_read_again() throws Exception {
    arm.answers(200, "{\"id\":\"" + SITES + "a\"}").answers(200, NONE).answers(200, NONE);

    source().reread(place(SITES + "a/config/web"), sink);

    assertThat(why(SITES + "a/config/web")).contains("any more");
    assertThat(sink.texts).isEmpty();
  }

  @Test
  void an_app_that_arm_does_not_show_is_read_again_all_the_same() throws Exception {
    arm.answers(403, "{}").answers(200, "{\"properties\":{\"A\":\"1\"}}").answers(200, NONE);

    source().reread(place(SITES + "a"), sink);

    assertThat(sink.texts).containsEntry(SITES + "a", "A=1\n");
    assertThat(sink.contents.get(0).context().production().reason()).contains("does not show");
  }

  private AzureSurface reading(String type, Reading... readings) {
    return AzureSurface.of(arm.tenant())
        .kinds(
            ResourceKinds.of(ResourceKind.of(type, "2024-01-01").reads(readings).build()));
  }

  private static String other(String type, String name) {
    return "/subscriptions/" + SUBSCRIPTION + "/resourceGroups/rg/providers/" + type + "/" + name;
  }

  @Test
  void each_item_of_a_list_is_a_content_and_what_is_read_of_it_another() throws Exception {
    String account = other("Microsoft.Automation/automationAccounts", "a");
    apps(account)
        .answers(
            200,
            "{\"value\":[{\"name\":\"r1\",\"properties\":{\"description\":\"d1\"}},"
                + "{\"name\":\"r2\"}]}")
        .answers(200, "Write-Output 1\n")
        .answers(404, "{}");

    reading(
            "Microsoft.Automation/automationAccounts",
            Reading.list("runbooks")
                .values("/properties/description")
                .each(Reading.bytes("content").optional()))
        .read(sink);

    assertThat(sink.texts)
        .containsExactly(
            Map.entry(account + "/runbooks/r1", "description=d1\n"),
            Map.entry(account + "/runbooks/r1/content", "Write-Output 1\n"));
    assertThat(sink.gaps).isEmpty();
    assertThat(arm.lines().get(4)).contains("/runbooks/r1/content?api-version=2024-01-01");
    assertThat(sink.contents.get(1).context().widelyReadable().answer())
        .isEqualTo(Signal.Answer.YES);
  }

  @Test
  void items_together_are_one_content_in_which_each_goes_by_its_name() throws Exception {
    String account = other("Microsoft.Automation/automationAccounts", "a");
    apps(account)
        .answers(
            200,
            "{\"value\":[{\"name\":\"client\",\"properties\":{\"value\":\"\\\"id\\\"\"}},"
                + "{\"name\":\"secret\",\"properties\":{\"value\":\"5\"}},"
                + "{\"name\":\"hidden\",\"properties\":{\"isEncrypted\":true}}]}");

    reading(
            "Microsoft.Automation/automationAccounts",
            Reading.list("variables").together().values(Decoding.JSON, "/properties/value"))
        .read(sink);

    assertThat(sink.texts)
        .containsExactly(Map.entry(account + "/variables", "client=id\nsecret=5\n"));
  }

  @Test
  void a_text_inside_an_answer_is_a_content_with_lines_of_its_own() throws Exception {
    String script = other("Microsoft.Resources/deploymentScripts", "s");
    apps(script)
        .answers(200, "{\"properties\":{\"scriptContent\":\"a\\nb\",\"arguments\":\"-x 1\"}}");

    reading(
            "Microsoft.Resources/deploymentScripts",
            Reading.get("")
                .text(Decoding.PLAIN, "/properties/scriptContent")
                .values("/properties/arguments"))
        .read(sink);

    assertThat(sink.texts)
        .containsEntry(script + "/scriptContent", "a\nb")
        .containsEntry(script, "arguments=-x 1\n");
  }

  @Test
  void references_are_counted_and_not_scanned() throws Exception {
    Coverage coverage = new Coverage();
    apps(SITES + "a")
        .answers(
            200,
            "{\"properties\":{\"A\":\"@Microsoft.KeyVault(SecretUri=https://v/s)\","
                + "\"B\":\"x\"}}")
        .answers(200, NONE);

    source().watchedBy(coverage).read(sink);

    assertThat(sink.texts).containsEntry(SITES + "a", "A=\nB=x\n");
    assertThat(coverage.references()).isEqualTo(1);
    assertThat(coverage.seen()).isEqualTo(1);
  }

  @Test
  void tags_are_read_of_everything() throws Exception {
    String machine = other("Microsoft.Compute/virtualMachines", "vm");
    subscription("Enabled")
        .answers(200, "{\"data\":[]}")
        .answers(200, "{\"data\":[{\"id\":\"" + machine + "\",\"tags\":{\"note\":\"n\"}}]}");

    source().read(sink);

    assertThat(sink.texts).containsExactly(Map.entry(machine + "/" + Visit.TAGS, "note=n\n"));
  }

  @Test
  void several_at_a_time_come_in_the_same_order_and_each_is_told_when_it_is_done()
      throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    List<String> told = new ArrayList<>();
    List<String> ids = new ArrayList<>();
    for (int i = 10; i < 40; i++) {
      ids.add(SITES + "app" + i);
    }
    apps(ids.toArray(new String[0]));
    arm.always(
        request -> "{\"properties\":{\"U\":\"" + request.getUrl().getPath().length() + "\"}}");
    try {
      source()
          .parallel(3, threads)
          .onProgress(
              progress -> told.add(progress.done() + "/" + progress.total() + progress.last()))
          .read(sink);
    } finally {
      threads.shutdownNow();
    }

    assertThat(sink.contents).extracting(Content::address).hasSize(60).isSorted();
    assertThat(told).hasSize(30).startsWith("1/30" + ids.get(0)).endsWith("30/30" + ids.get(29));
  }

  @Test
  void a_cursor_that_was_stored_leaves_out_what_was_done() throws Exception {
    List<Progress> told = new ArrayList<>();
    apps(SITES + "a", SITES + "b", SITES + "c");
    arm.always(request -> NONE);
    source().onProgress(told::add).read(sink);
    Cursor stored = Cursor.parse(told.get(1).cursor().toString());
    sink.contents.clear();

    arm.forget();
    apps(SITES + "a", SITES + "b", SITES + "b2", SITES + "c");
    arm.always(request -> NONE);
    source().resumedAt(stored).read(sink);

    assertThat(sink.contents)
        .extracting(Content::address)
        .containsExactly(SITES + "b2", SITES + "b2" + STRINGS, SITES + "c", SITES + "c" + STRINGS);
  }

  @Test
  void a_cursor_of_another_filter_is_refused() throws Exception {
    List<Progress> told = new ArrayList<>();
    apps(SITES + "a").answers(200, NONE).answers(200, NONE);
    source().onProgress(told::add).read(sink);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> source()
            .only(SurfaceFilter.ALL.resourceGroups("rg"))
            .resumedAt(told.get(0).cursor()))
        .withMessageContaining("another tenant or filter");
    assertThatIllegalArgumentException().isThrownBy(() -> Cursor.parse("bm9uZQ"));
  }

  private String why(String address) {
    return ((Outcome.Failed) sink.gaps.get(address)).why();
  }

  private static Place place(String address) {
    return new Place(address, "A", new Location(0, 1, 1, 1));
  }

  /** Keeps what a source hands out. */
  private static final class Collected implements ContentSource.Sink {
    private final List<Content> contents = new ArrayList<>();
    private final Map<String, String> texts = new LinkedHashMap<>();
    private final Map<String, Outcome> gaps = new LinkedHashMap<>();

    @Override
    public void accept(Content content) {
      contents.add(content);
      try (var in = content.open()) {
        texts.put(content.address(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException unexpected) {
        throw new UncheckedIOException(unexpected);
      }
    }

    @Override
    public void gap(String address, Outcome outcome) {
      gaps.put(address, outcome);
    }
  }
}
