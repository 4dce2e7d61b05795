package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.Permission;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An app with slots: what sticks to them, and what swaps them while it is changed. */
class WebAppSlotsTest {
  private static final AttemptId ATTEMPT = new AttemptId("20261124T000000Z-0badcafe", "adopt.0");
  private static final String KEY = "${key:acct1/key1}";
  private static final String SLOT = "shop/slots/staging";

  private final Lab lab = Lab.of(
      StorageAccount.named("acct1").withoutDataPlane(),
      dev.rekey.simulator.Resource.WebApp.named("shop")
          .setting("KEY", KEY)
          .setting("STUCK", KEY)
          .setting("A", "of production")
          .connectionString("files", "AccountName=acct1;AccountKey=" + KEY, "Custom")
          .connectionString("stuck", "AccountName=acct1;AccountKey=" + KEY, "Custom")
          .sticky(List.of("STUCK"), List.of("stuck"))
          .slot(dev.rekey.simulator.Resource.WebApp.named("staging")
              .setting("KEY", KEY)
              .setting("STUCK", KEY)
              .setting("A", "of staging")
              .connectionString("files", "AccountName=acct1;AccountKey=" + KEY, "Custom")
              .connectionString("stuck", "AccountName=acct1;AccountKey=" + KEY, "Custom"))
          .slot(dev.rekey.simulator.Resource.WebApp.named("asleep")
              .setting("KEY", KEY)
              .property("state", "Stopped"))
          .slot(dev.rekey.simulator.Resource.WebApp.named("stranger").setting("A", "b")));

  private final WebApp shop = lab.app(lab.appService(), "shop");
  private String old = "";
  private String fresh = "";

  @BeforeEach
  void remember() {
    old = lab.azure.storageKey("acct1", "key1");
    fresh = lab.azure.storageKey("acct1", "key2");
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  private void adopt() throws RotationException {
    try (Secret secret = Secret.of(fresh)) {
      shop.adopt(new Replacement(Lab.fingerprint(old), secret), ATTEMPT);
    }
  }

  private JsonNode names() {
    return lab.arm()
        .get(Lab.app("shop") + "/config/slotConfigNames", "2024-04-01")
        .get("properties");
  }

  /** What everybody's slots hold, as one text. */
  private String everything() {
    StringBuilder all = new StringBuilder();
    for (String slot : List.of("shop", SLOT, "shop/slots/asleep", "shop/slots/stranger")) {
      all.append(lab.settings(slot, "appsettings"));
      all.append(lab.settings(slot, "connectionstrings"));
    }
    return all.toString();
  }

  private void assertMoved() {
    assertThat(everything()).doesNotContain(old).contains(fresh);
    for (String slot : List.of("shop", SLOT)) {
      assertThat(lab.settings(slot, "appsettings").get("KEY").asText()).isEqualTo(fresh);
      assertThat(lab.settings(slot, "appsettings").get("STUCK").asText()).isEqualTo(fresh);
      assertThat(lab.settings(slot, "connectionstrings").at("/stuck/value").asText())
          .endsWith("=" + fresh);
    }
  }

  @Test
  void all_slots_are_changed_and_production_is_the_last() throws RotationException {
    JsonNode sticky = names();
    String before = everything();
    adopt();
    assertMoved();
    assertThat(everything()).isEqualTo(before.replace(old, fresh));
    assertThat(names()).isEqualTo(sticky);
    assertThat(lab.wire.sent("PUT .+"))
        .extracting(sent -> sent.line().replaceAll(".+/sites/|\\?.*", ""))
        .containsExactly(
            "shop/slots/asleep/config/appsettings",
            "shop/slots/staging/config/appsettings",
            "shop/slots/staging/config/connectionstrings",
            "shop/config/appsettings",
            "shop/config/connectionstrings");
    shop.verify(Lab.fingerprint(fresh));
    assertThat(shop.observe()).doesNotContain(Lab.fingerprint(old));
    adopt();
    assertThat(lab.count("PUT", ".+")).isEqualTo(5);
  }

  @Test
  void a_swap_before_or_after_brings_nothing_back() throws RotationException {
    assertThat(shop.observe()).contains(Lab.fingerprint(old));
    lab.swap("shop", "staging", "slotsswap");
    adopt();
    assertMoved();
    lab.swap("shop", "staging", "slotsswap");
    assertMoved();
    shop.verify(Lab.fingerprint(fresh));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "PUT .+/slots/staging/config/appsettings.*",
        "PUT .+/slots/staging/config/connectionstrings.*",
        "PUT .+/shop/config/appsettings.*",
        "POST .+/shop/config/appsettings/list.*",
        "POST .+/slots/staging/config/connectionstrings/list.*",
      })
  void a_swap_while_the_slots_are_changed_leaves_none_behind(String moment)
      throws RotationException {
    lab.wire.afterAnswer(moment, 1, () -> lab.swap("shop", "staging", "slotsswap"));
    try {
      adopt();
    } catch (RotationException noticed) {
      // A swap between two readings looks like any other change: nothing is written.
      assertThat(noticed.problem()).contains("somebody else change");
      adopt();
    }
    assertMoved();
    shop.verify(Lab.fingerprint(fresh));
  }

  @Test
  void slots_that_are_swapped_again_and_again_are_told_of() {
    lab.wire.afterEachAnswer(
        "POST .+/shop/config/connectionstrings/list.*", () -> lab.set(SLOT, "KEY", old));
    assertThatThrownBy(this::adopt)
        .isInstanceOf(RotationException.class)
        .hasMessage("the slots of web app shop are changed or swapped again and again; stop that,"
            + " and plan again");
  }

  @Test
  void a_swap_that_waits_for_its_second_phase_is_to_be_ended_first() throws RotationException {
    lab.swap("shop", "staging", "applySlotConfig");
    assertThatThrownBy(this::adopt)
        .isInstanceOf(RotationException.class)
        .hasMessage("slot staging of web app shop waits in the middle of a swap with preview into"
            + " production: complete the swap or cancel it, and plan again");
    assertThat(lab.count("PUT", ".+")).isZero();
    assertThatThrownBy(() -> shop.verify(Lab.fingerprint(old)))
        .hasMessageContaining("in the middle of a swap");

    lab.swap("shop", "staging", "resetSlotConfig");
    adopt();
    assertMoved();
  }

  @Test
  void a_slot_that_is_stopped_breaks_nobody_but_production_must_run() throws RotationException {
    adopt();
    shop.verify(Lab.fingerprint(fresh));
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/sites/shop")
            .status(200, "{\"properties\":{\"state\":\"Stopped\"}}")
            .times(0));
    assertThatThrownBy(() -> shop.verify(Lab.fingerprint(fresh)))
        .hasMessage("web app shop is not running: its state is Stopped");
  }

  @Test
  void a_slot_in_an_unknown_state_is_not_running() {
    lab.azure
        .faults()
        .add(Fault.on("GET", ".+/shop/slots")
            .status(
                200,
                "{\"value\":[{\"id\":\"" + Lab.app(SLOT) + "\",\"properties\":{\"state\":7}}]}")
            .times(0));
    assertThatThrownBy(() -> shop.verify(Lab.fingerprint(old)))
        .hasMessageContaining("slot staging of web app shop is not running");
  }

  @Test
  void the_plan_says_which_slots_are_written_and_what_that_needs() throws RotationException {
    Dependent found = lab.apps(Lab.OWNER).findUsing(Lab.fingerprint(old)).get(0);
    PlannedCall call = found.describeAdopt();
    assertThat(call.text())
        .startsWith("PUT " + Lab.app("shop/slots/asleep") + "/config/appsettings")
        .contains("PUT " + Lab.app(SLOT) + "/config/appsettings, /config/connectionstrings")
        .doesNotContain("stranger");
    assertThat(call.az())
        .hasSize(6)
        .contains("az rest --method put --url '" + Lab.app(SLOT)
            + "/config/appsettings?api-version=2024-04-01' --body @all-appsettings.json -o none");
    assertThat(call.effects()).contains("slot staging of web app shop restarts.");
    String id = Lab.app("shop");
    assertThat(call.permissions())
        .contains(
            new Permission("Microsoft.Web/sites/slots/Read", id, false),
            new Permission("Microsoft.Web/sites/config/Write", id, false),
            new Permission("Microsoft.Web/sites/slots/config/list/Action", id, false),
            new Permission("Microsoft.Web/sites/slots/config/Write", id, false));
  }
}
