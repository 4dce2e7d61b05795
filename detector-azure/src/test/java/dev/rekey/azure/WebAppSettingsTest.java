package dev.rekey.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
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
import org.junit.jupiter.api.Test;

/** How answers of ARM that should not be are met; how it works is shown on the simulator. */
class WebAppSettingsTest {
  private static final String SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
  private static final String SITES =
      "/subscriptions/" + SUBSCRIPTION + "/resourceGroups/rg/providers/Microsoft.Web/sites/";
  private static final String STRINGS = "/config/connectionstrings";
  private static final String NONE = "{\"properties\":{}}";

  private final FakeArm arm = new FakeArm();
  private final Collected sink = new Collected();

  private void read() throws IOException, InterruptedException {
    WebAppSettings.in(arm.client()).subscriptions(List.of(SUBSCRIPTION)).read(sink);
  }

  private FakeArm subscription(String state) {
    return arm.answers(
        200,
        "{\"value\":[{\"subscriptionId\":\"" + SUBSCRIPTION + "\",\"tenantId\":\"tenant-1\","
            + "\"state\":\"" + state + "\"}]}");
  }

  private FakeArm apps(String... ids) {
    subscription("Enabled");
    ObjectNode page = JsonNodeFactory.instance.objectNode();
    var data = page.putArray("data");
    for (String id : ids) {
      data.addObject().put("id", id);
    }
    return arm.answers(200, page.toString());
  }

  @Test
  void rows_that_are_no_app_are_gaps_and_the_others_are_read() throws Exception {
    apps(
            "/subscriptions/x",
            SITES + "a\nforged",
            SITES + "../../escape",
            "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm",
            SITES + "good")
        .answers(200, "{\"properties\":{\"A\":\"1\"}}")
        .answers(200, NONE);

    read();

    assertThat(sink.gaps).hasSize(4);
    assertThat(sink.gaps.keySet()).contains("/subscriptions/x", SITES + "a forged");
    assertThat(sink.gaps.values()).allMatch(Outcome.Failed.class::isInstance);
    assertThat(sink.texts).containsEntry(SITES + "good", "A=1\n");
    assertThat(arm.asked).hasSize(4);
    assertThat(sink.contents.get(0).context().tenant()).isEqualTo("tenant-1");
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
    RuntimeException own =
        Problem.withoutAnswer(ArmException.Reason.NO_ANSWER, "GET /x", "the receiver's own", null);

    assertThatThrownBy(() -> WebAppSettings.in(arm.client())
            .subscriptions(List.of(SUBSCRIPTION))
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

    WebAppSettings.in(arm.client()).read(sink);

    assertThat(sink.gaps)
        .containsExactly(Map.entry(
            "/subscriptions/" + SUBSCRIPTION, new Outcome.Skipped("the subscription is Disabled")));
    assertThat(arm.asked).hasSize(1);
  }

  @Test
  void a_subscription_that_the_caller_does_not_see_is_a_gap() throws Exception {
    String other = SUBSCRIPTION.replace('1', 'F');
    apps();

    WebAppSettings.in(arm.client()).subscriptions(List.of(other, SUBSCRIPTION)).read(sink);

    assertThat(sink.gaps)
        .containsExactly(Map.entry(
            "/subscriptions/" + other.toLowerCase(Locale.ROOT),
            new Outcome.Refused("Microsoft.Resources/subscriptions/read")));
    assertThat(arm.body(1)).contains(SUBSCRIPTION).doesNotContain("000f");
  }

  @Test
  void a_subscription_that_is_no_guid_is_refused_at_once() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> WebAppSettings.in(arm.client()).subscriptions(List.of("prod")));
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
  void an_address_that_is_no_app_is_a_gap_when_read_again() throws Exception {
    WebAppSettings source = WebAppSettings.in(arm.client());
    for (String address :
        List.of("", "x", SITES + "a\nb", SITES + "a/config/web", SITES + "a/slots/b/functions/f")) {
      source.reread(place(address), sink);
    }

    assertThat(sink.gaps).hasSize(5);
    assertThat(arm.asked).isEmpty();
  }

  @Test
  void an_app_that_arm_does_not_show_is_read_again_all_the_same() throws Exception {
    arm.answers(200, "{\"properties\":{\"A\":\"1\"}}").answers(403, "{}");

    WebAppSettings.in(arm.client()).reread(place(SITES + "a"), sink);

    assertThat(sink.texts).containsEntry(SITES + "a", "A=1\n");
    assertThat(sink.contents.get(0).context().production().reason()).contains("does not show");
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
