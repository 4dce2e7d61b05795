package dev.rekey.simulator;

import static dev.rekey.simulator.Names.APP;
import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.WebApp;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotsTest {
  private static final String V = "?api-version=2024-04-01";
  private static final String STAGING = APP + "/slots/staging";
  private static final String TO_PRODUCTION = "{\"targetSlot\":\"production\"}";

  private final Simulator simulator = Simulator.start(Scenario.tenant(TENANT)
      .client(CLIENT)
      .client(Names.WEAK, "Microsoft.Web/sites/slots/*")
      .subscription(
          SUB,
          ResourceGroup.of(
              "rg1",
              WebApp.named("app1")
                  .setting("A", "of production")
                  .setting("STICKY", "production's")
                  .connectionString("c", "of production", "Custom")
                  .connectionString("s", "production's", "Custom")
                  .sticky(List.of("sticky"), List.of("S"))
                  .slot(WebApp.named("staging")
                      .setting("A", "of staging")
                      .setting("STICKY", "staging's")
                      .setting("NEW", "1")
                      .connectionString("c", "of staging", "Custom")
                      .connectionString("s", "staging's", "Custom"))
                  .slot(WebApp.named("other")),
              WebApp.named("plain")))
      .build());
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);

  @AfterEach
  void stop() {
    simulator.close();
  }

  private Wire.Answer send(String method, String path, String body) {
    return wire.call(token, method, path + V, body);
  }

  private Wire.Answer post(String path, String body) {
    Wire.Answer answer = send("POST", path, body);
    assertThat(answer.status()).as(answer.body()).isIn(200, 202, 204);
    return answer;
  }

  private JsonNode settings(String site) {
    return post(site + "/config/appsettings/list", "").json().get("properties");
  }

  private String string(String site, String name) {
    return post(site + "/config/connectionstrings/list", "")
        .json()
        .at("/properties/" + name + "/value")
        .asText();
  }

  private JsonNode shown(String site) {
    return send("GET", site, "").json().get("properties");
  }

  @Test
  void slots_are_listed_by_their_app_and_not_among_the_sites() {
    JsonNode slots = send("GET", APP + "/slots", "").json().get("value");
    assertThat(slots).hasSize(2);
    assertThat(slots.findValuesAsText("id")).contains(APP + "/slots/other", STAGING);
    assertThat(slots.findValuesAsText("type")).containsOnly("Microsoft.Web/sites/slots");
    assertThat(slots.get(1).path("name").asText()).isEqualTo("app1/staging");
    JsonNode sites = send("GET", "/subscriptions/" + SUB + "/providers/Microsoft.Web/sites", "")
        .json();
    assertThat(sites.get("value").findValuesAsText("name"))
        .containsExactly("app1", "app1", "plain", "plain");
    assertThat(send("GET", APP.replace("app1", "plain") + "/slots", "").json().get("value"))
        .isEmpty();
  }

  @Test
  void a_slot_has_settings_of_its_own() {
    assertThat(settings(STAGING).path("A").asText()).isEqualTo("of staging");
    assertThat(send("PUT", STAGING + "/config/appsettings", "{\"properties\":{\"A\":\"x\"}}")
            .status())
        .isEqualTo(200);
    assertThat(settings(STAGING)).hasSize(1);
    assertThat(settings(APP).path("A").asText()).isEqualTo("of production");
  }

  @Test
  void a_swap_exchanges_all_but_what_sticks() {
    Wire.Answer swap = post(STAGING + "/slotsswap", TO_PRODUCTION);
    assertThat(swap.status()).isEqualTo(202);
    assertThat(settings(APP).toString())
        .isEqualTo("{\"A\":\"of staging\",\"NEW\":\"1\",\"STICKY\":\"production's\"}");
    assertThat(settings(STAGING).toString())
        .isEqualTo("{\"A\":\"of production\",\"STICKY\":\"staging's\"}");
    assertThat(
            List.of(string(APP, "c"), string(APP, "s"), string(STAGING, "c"), string(STAGING, "s")))
        .containsExactly("of staging", "production's", "of production", "staging's");
    assertThat(shown(APP).at("/slotSwapStatus/sourceSlotName").asText()).isEqualTo("staging");
    assertThat(shown(APP).at("/slotSwapStatus/destinationSlotName").asText())
        .isEqualTo("Production");
    assertThat(shown(STAGING).path("targetSwapSlot").isNull()).isTrue();
    String result = swap.header("Location");
    Wire.Answer done = wire.call(token, "GET", URI.create(result), "");
    assertThat(done.status()).isEqualTo(200);
    assertThat(done.json().path("name").asText()).isEqualTo("app1/staging");
  }

  @Test
  void production_can_be_the_source_of_a_swap() {
    post(APP + "/slotsswap", "{\"targetSlot\":\"staging\"}");
    assertThat(settings(APP).path("A").asText()).isEqualTo("of staging");
  }

  @Test
  void a_preview_runs_the_source_with_what_sticks_to_the_target_and_can_be_cancelled() {
    post(STAGING + "/applySlotConfig", TO_PRODUCTION);
    assertThat(settings(STAGING).toString())
        .isEqualTo("{\"A\":\"of staging\",\"NEW\":\"1\",\"STICKY\":\"production's\"}");
    assertThat(string(STAGING, "s")).isEqualTo("production's");
    assertThat(shown(STAGING).path("targetSwapSlot").asText()).isEqualTo("production");
    assertThat(shown(APP).path("targetSwapSlot").isNull()).isTrue();

    post(STAGING + "/resetSlotConfig", "");
    assertThat(settings(STAGING).path("STICKY").asText()).isEqualTo("staging's");
    assertThat(shown(STAGING).path("targetSwapSlot").isNull()).isTrue();
    assertThat(settings(APP).path("A").asText()).isEqualTo("of production");
  }

  @Test
  void what_is_written_during_a_preview_is_gone_when_it_is_cancelled() {
    post(STAGING + "/applySlotConfig", TO_PRODUCTION);
    send("PUT", STAGING + "/config/appsettings", "{\"properties\":{\"A\":\"written\"}}");
    post(STAGING + "/resetSlotConfig", "");
    assertThat(settings(STAGING).path("A").asText()).isEqualTo("of staging");
  }

  @Test
  void a_preview_that_is_completed_is_a_swap() {
    post(STAGING + "/applySlotConfig", TO_PRODUCTION);
    assertThat(send("POST", APP + "/slots/other/applySlotConfig", TO_PRODUCTION).status())
        .isEqualTo(409);
    assertThat(send("POST", APP + "/slots/other/slotsswap", TO_PRODUCTION).status())
        .isEqualTo(409);
    post(STAGING + "/slotsswap", TO_PRODUCTION);
    assertThat(settings(APP).path("STICKY").asText()).isEqualTo("production's");
    assertThat(settings(STAGING).path("STICKY").asText()).isEqualTo("staging's");
    assertThat(settings(APP).path("A").asText()).isEqualTo("of staging");
    assertThat(shown(STAGING).path("targetSwapSlot").isNull()).isTrue();
  }

  @Test
  void which_names_stick_can_be_read_and_replaced() {
    Wire.Answer names = send("GET", APP + "/config/slotConfigNames", "");
    assertThat(names.json().at("/properties/appSettingNames/0").asText()).isEqualTo("sticky");
    assertThat(send(
                "PUT",
                APP + "/config/slotConfigNames",
                "{\"properties\":{\"appSettingNames\":[\"A\"]}}")
            .status())
        .isEqualTo(200);
    post(STAGING + "/slotsswap", TO_PRODUCTION);
    assertThat(settings(APP).path("A").asText()).isEqualTo("of production");
    assertThat(settings(APP).path("STICKY").asText()).isEqualTo("staging's");
    assertThat(string(APP, "s")).isEqualTo("staging's");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | /slots/gone | '' | 404",
        "POST | /slots/gone/config/appsettings/list | '' | 404",
        "GET | /slots/staging/slots | '' | 404",
        "GET | /slots/staging/config/slotConfigNames | '' | 404",
        "POST | /slots | {} | 405",
        "POST | /applySlotConfig | {\"targetSlot\":\"staging\"} | 404",
        "POST | /slots/staging/slotsswap | {\"targetSlot\":\"gone\"} | 404",
        "POST | /slots/staging/slotsswap | {\"targetSlot\":\"staging\"} | 404",
        "PUT | /config/slotConfigNames | {\"properties\":{\"appSettingNames\":\"A\"}} | 400",
        "GET | /slots/staging/operationresults/1 | '' | 404",
      })
  void what_azure_has_not_is_refused(String method, String path, String body, int status) {
    assertThat(send(method, APP + path, body).status()).isEqualTo(status);
  }

  @Test
  void a_slot_needs_permissions_of_its_own() {
    String weak = wire.token(Names.WEAK, simulator.clientSecret(Names.WEAK), Wire.ARM);
    Wire.Answer list = wire.call(weak, "POST", STAGING + "/config/appsettings/list" + V, "");
    assertThat(list.status()).isEqualTo(403);
    assertThat(list.body()).contains("Microsoft.Web/sites/slots/config/list/action", STAGING);
    assertThat(wire.call(weak, "GET", APP + "/slots" + V, "").status()).isEqualTo(403);
    assertThat(wire.call(weak, "POST", APP + "/config/appsettings/list" + V, "").status())
        .isEqualTo(200);
  }

  @Test
  void slots_that_can_t_be_are_refused() {
    WebApp app = WebApp.named("app").slot(WebApp.named("staging"));
    assertThatThrownBy(() -> app.slot(WebApp.named("STAGING")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> app.slot(WebApp.named("production")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> WebApp.named("outer").slot(app))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
