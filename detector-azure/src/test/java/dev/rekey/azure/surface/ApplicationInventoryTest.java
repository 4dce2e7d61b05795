package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.rekey.azure.FakeArm;
import dev.rekey.detect.Location;
import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.Signal.Answer;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.simulator.Application;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Simulator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Applications are told with their client secrets, of which nobody sees a value. */
class ApplicationInventoryTest {
  private static final String SHOP = "00000000-0000-0000-0000-000000000801";
  private static final String GUEST = "00000000-0000-0000-0000-000000000802";
  private static final String STRANGER = "00000000-0000-0000-0000-000000000711";
  private static final String TENANTS = "/tenants/" + SimulatedTenant.ID;

  private final Simulator azure = Simulator.start(Scenario.tenant(SimulatedTenant.ID)
      .client(SimulatedTenant.OWNER)
      .client(
          STRANGER,
          "Application.Read.All",
          "Application.ReadWrite.OwnedBy",
          "Application.ReadWrite.All")
      .application(Application.of(SHOP, "shop")
          .secret("ci")
          .secret("old", -90, -2)
          .principalSecret("portal")
          .property("notes", "line\nbreak")
          .property("web", Map.of("redirectUris", List.of("https://shop.example/?code=1")))
          .property("replyUrls", List.of("https://shop.example/back")))
      .application(Application.of(GUEST, "guest")
          .homeTenant("00000000-0000-0000-0000-000000000999")
          .secret("theirs"))
      .build());
  private final Map<String, String> texts = new TreeMap<>();
  private final Map<String, Outcome> gaps = new TreeMap<>();
  private final ContentSource.Sink sink = new ContentSource.Sink() {
    @Override
    public void accept(Content content) {
      assertThat(content.context().widelyReadable().answer()).isEqualTo(Answer.YES);
      assertThat(content.context().tenant()).isEqualTo(SimulatedTenant.ID);
      try (var in = content.open()) {
        texts.put(content.address(), new String(in.readAllBytes(), StandardCharsets.UTF_8));
      } catch (IOException failed) {
        throw new java.io.UncheckedIOException(failed);
      }
    }

    @Override
    public void gap(String address, Outcome outcome) {
      gaps.put(address, outcome);
    }
  };

  @AfterEach
  void stop() {
    azure.close();
  }

  private ApplicationInventory inventory(String client) {
    return ApplicationInventory.of(SimulatedTenant.of(azure, client).build());
  }

  private static List<ApplicationEntry.Password> passwords(
      ApplicationReport report, ApplicationEntry.Kind kind, String appId) {
    return report.applications().stream()
        .filter(one -> one.kind() == kind && one.appId().equals(appId))
        .findFirst()
        .orElseThrow()
        .passwords();
  }

  @Test
  void applications_and_service_principals_are_told_with_their_client_secrets() throws Exception {
    ApplicationReport report = inventory(SimulatedTenant.OWNER).read();

    List<ApplicationEntry.Password> shop =
        passwords(report, ApplicationEntry.Kind.APPLICATION, SHOP);
    assertThat(shop)
        .extracting(ApplicationEntry.Password::name, ApplicationEntry.Password::expired)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("ci", false),
            org.assertj.core.groups.Tuple.tuple("old", true));
    String value = azure.applicationSecret(SHOP, "ci");
    assertThat(value.startsWith(shop.get(0).hint()))
        .as("the hint is its beginning")
        .isTrue();
    assertThat(shop.get(0).ends()).isPresent();
    assertThat(passwords(report, ApplicationEntry.Kind.SERVICE_PRINCIPAL, SHOP))
        .extracting(ApplicationEntry.Password::name)
        .containsExactly("portal");
    assertThat(report.applications())
        .filteredOn(one -> one.appId().equals(GUEST))
        .extracting(ApplicationEntry::kind)
        .containsExactly(ApplicationEntry.Kind.SERVICE_PRINCIPAL);
    assertThat(report.gaps()).isEmpty();
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.findValuesAsText("keyId")).contains(shop.get(0).keyId());
    assertThat(json.at("/applications/0/address").asText())
        .isEqualTo(report.applications().get(0).address())
        .startsWith(TENANTS + "/applications/");
    assertThat(report.toText()).contains(" shop: key ", " ci, expires ", " old, EXPIRED ");
    assertThat(report.toText() + report.toJson() + report.applications() + shop)
        .doesNotContain(value);
    assertThat(shop.toString()).doesNotContain(shop.get(0).hint() + ",");
  }

  @Test
  void what_has_expired_is_told_by_the_clock() throws Exception {
    ApplicationReport later = inventory(SimulatedTenant.OWNER)
        .clock(Clock.fixed(Instant.now().plus(Duration.ofDays(731)), ZoneOffset.UTC))
        .read();

    assertThat(passwords(later, ApplicationEntry.Kind.APPLICATION, SHOP))
        .allMatch(ApplicationEntry.Password::expired);
  }

  @Test
  void what_owners_write_is_scanned_and_read_again() throws Exception {
    ContentSource contents = inventory(SimulatedTenant.OWNER).contents();

    contents.read(sink);

    ApplicationEntry shop = inventory(SimulatedTenant.OWNER).read().applications().stream()
        .filter(one -> one.appId().equals(SHOP))
        .findFirst()
        .orElseThrow();
    assertThat(texts.get(shop.address()))
        .contains("notes=line\\nbreak\n", "=https://shop.example/?code=1\n", "=ci\n")
        .doesNotContain("back");
    assertThat(texts.toString()).contains("https://shop.example/back");
    Map<String, String> first = new TreeMap<>(texts);
    for (String address : first.keySet()) {
      texts.clear();
      contents.reread(place(address), sink);
      assertThat(texts).isEqualTo(Map.of(address, first.get(address)));
    }
    assertThat(gaps).isEmpty();

    contents.reread(place(TENANTS + "/applications/" + STRANGER), sink);
    contents.reread(place("/tenants/" + STRANGER + "/applications/" + SHOP), sink);

    assertThat(gaps.values())
        .containsExactlyInAnyOrder(
            new Outcome.Failed("nothing is there any more"),
            new Outcome.Failed("its address is not that of an application in this tenant"));
  }

  private static Place place(String address) {
    return new Place(address, "", new Location(0, 1, 1, 1));
  }

  @Test
  void whoever_may_not_list_them_is_told_what_it_takes() throws Exception {
    ApplicationReport report = inventory(STRANGER).read();

    assertThat(report.applications()).isEmpty();
    assertThat(report.gaps())
        .containsExactly(
            new Coverage.Gap(
                TENANTS + "/applications", new Outcome.Refused("Application.Read.All")),
            new Coverage.Gap(
                TENANTS + "/servicePrincipals", new Outcome.Refused("Application.Read.All")));
    assertThat(report.toText()).contains("Application.Read.All");
  }

  @Test
  void a_wrong_client_secret_ends_it_with_what_to_do() {
    ApplicationInventory inventory = ApplicationInventory.of(
        SimulatedTenant.of(azure, SimulatedTenant.OWNER, "canary").build());

    assertThatThrownBy(inventory::read)
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Check the credential")
        .hasMessageNotContaining("canary");
  }

  @Test
  void objects_that_are_none_are_gaps_and_the_others_are_told() throws Exception {
    FakeArm graph = new FakeArm()
        .answers(
            200,
            "{\"value\":[{\"id\":\"../canary\"},{\"id\":\"" + SHOP + "\",\"displayName\":7,"
                + "\"notes\":{\"a\":1},\"passwordCredentials\":[{\"hint\":\"a\\nb\",\"endDateTime\":"
                + "\"soon\"},5]}]}")
        .answers(200, "{\"value\":\"canary\"}");

    ApplicationReport report = ApplicationInventory.of(graph.tenant()).read();

    assertThat(report.applications()).extracting(ApplicationEntry::objectId).containsExactly(SHOP);
    assertThat(report.applications().get(0).passwords()).hasSize(2);
    assertThat(report.gaps()).hasSize(2);
    assertThat(report.toText() + report.toJson()).doesNotContain("canary");
  }
}
