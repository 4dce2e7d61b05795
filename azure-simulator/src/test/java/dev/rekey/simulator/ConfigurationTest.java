package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.GROUP;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static dev.rekey.simulator.Names.WEAK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.ConfigurationStore;
import dev.rekey.simulator.Resource.KeyValue;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConfigurationTest {
  private static final String AUDIENCE = "https://azconfig.io";
  private static final String V = "api-version=2023-11-01";
  private static final String ALL = "/kv?" + V + "&key=*&label=*";

  private final Scenario scenario = Scenario.tenant(TENANT)
      .client(CLIENT)
      .client(WEAK, "Microsoft.AppConfiguration/configurationStores/*/read")
      .subscription(
          SUB,
          ResourceGroup.of(
              "rg1",
              StorageAccount.named("acct1"),
              ConfigurationStore.named("store1")
                  .value("Storage", "AccountKey=${key:acct1/key1}")
                  .value(KeyValue.of("Colour", "blue").label("prod").contentType("text/plain"))
                  .value("Colour", "green")
                  .revision(KeyValue.of("Colour", "red")),
              many("store2"),
              ConfigurationStore.named("store3").property("publicNetworkAccess", "Disabled")))
      .build();
  private final Simulator simulator =
      Simulator.of(scenario).random(new Random(4)).start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), AUDIENCE);

  private static ConfigurationStore many(String name) {
    ConfigurationStore store = ConfigurationStore.named(name);
    for (int i = 0; i < 250; i++) {
      store = store.value("Key" + i, "v" + i);
    }
    return store;
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  private Wire.Answer get(String store, String path) {
    return wire.call(token, "GET", simulator.configuration(store).resolve(path), "");
  }

  private static List<String> texts(JsonNode items, String field) {
    List<String> texts = new ArrayList<>();
    items.forEach(item -> texts.add(item.path(field).asText()));
    return texts;
  }

  @Test
  void values_are_listed_as_the_official_example_shows_them() {
    Wire.Answer answer = get("store1", ALL);
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("Content-Type"))
        .startsWith("application/vnd.microsoft.appconfig.kvset+json");
    assertThat(answer.header("Sync-Token")).contains(";sn=");
    JsonNode items = answer.json().path("items");
    assertThat(texts(items, "key")).containsExactly("Colour", "Colour", "Storage");
    assertThat(texts(items, "value"))
        .containsExactly("green", "blue", "AccountKey=" + simulator.storageKey("acct1", "key1"));
    // The fields of example 08 of azure-rest-api-specs, GetKeyValues.json, and whether it is
    // locked.
    List<String> fields = new ArrayList<>();
    items.get(1).fieldNames().forEachRemaining(fields::add);
    assertThat(fields)
        .containsExactlyInAnyOrder(
            "etag", "key", "label", "content_type", "value", "tags", "locked", "last_modified");
    assertThat(items.at("/0/label").isNull()).isTrue();
    assertThat(items.at("/0/content_type").isNull()).isTrue();
    assertThat(items.at("/1/label").asText()).isEqualTo("prod");
    assertThat(items.at("/1/last_modified").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\+00:00");
    assertThat(answer.json().has("@nextLink")).isFalse();
  }

  @Test
  void a_long_list_is_followed_page_by_page() {
    List<String> keys = new ArrayList<>();
    String next = ALL;
    while (!next.isEmpty()) {
      Wire.Answer page = get("store2", next);
      keys.addAll(texts(page.json().path("items"), "key"));
      next = page.json().path("@nextLink").asText("");
      assertThat(page.header("Link"))
          .isEqualTo(next.isEmpty() ? "" : "<" + next + ">; rel=\"next\"");
      assertThat(keys).hasSizeLessThanOrEqualTo(250);
    }
    assertThat(keys).hasSize(250).doesNotHaveDuplicates();
    assertThat(get("store2", "/kv?" + V + "&after=nonsense").status()).isEqualTo(400);
  }

  @Test
  void revisions_show_what_was_there_before() {
    JsonNode items =
        get("store1", "/revisions?" + V + "&key=Colour&label=%00").json().path("items");
    assertThat(texts(items, "value")).containsExactly("green", "red");
  }

  @Test
  void filters_choose_keys_and_labels() {
    assertThat(texts(get("store1", "/kv?" + V + "&key=Sto*").json().path("items"), "key"))
        .containsExactly("Storage");
    assertThat(texts(get("store1", "/kv?" + V + "&label=prod").json().path("items"), "value"))
        .containsExactly("blue");
    assertThat(texts(
            get("store1", "/kv?" + V + "&key=Colour,Storage&label=%00").json().path("items"),
            "value"))
        .hasSize(2);
    Wire.Answer malformed = get("store1", "/kv?" + V + "&key=*a");
    assertThat(malformed.status()).isEqualTo(400);
    assertThat(malformed.json().path("name").asText()).isEqualTo("key");
    JsonNode chosen = get("store1", "/kv?" + V + "&$select=key,value").json().at("/items/0");
    assertThat(chosen).hasSize(2);
  }

  @Test
  void the_endpoint_is_an_audience_and_arm_names_it() {
    String arm = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    JsonNode shown = wire.call(
            arm,
            "GET",
            GROUP + "/providers/Microsoft.AppConfiguration/configurationStores/store1"
                + "?api-version=2023-03-01",
            "")
        .json();
    String endpoint = shown.at("/properties/endpoint").asText();
    assertThat(endpoint + "/").isEqualTo(simulator.configuration("store1").toString());
    for (String audience : List.of(endpoint, "https://appconfig.azure.com")) {
      String own = wire.token(CLIENT, simulator.clientSecret(CLIENT), audience);
      assertThat(wire.call(own, "GET", simulator.configuration("store1").resolve(ALL), "")
              .status())
          .as(audience)
          .isEqualTo(200);
    }
    String own = wire.token(CLIENT, simulator.clientSecret(CLIENT), endpoint);
    assertThat(wire.call(own, "GET", simulator.configuration("store2").resolve(ALL), "")
            .status())
        .isEqualTo(401);
  }

  @Test
  void refusals_are_those_of_the_service() {
    Wire.Answer none =
        wire.send("GET", simulator.configuration("store1").resolve(ALL), Map.of(), "");
    assertThat(none.status()).isEqualTo(401);
    assertThat(none.header("WWW-Authenticate")).isEqualTo("HMAC-SHA256, Bearer");
    String arm = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.ARM);
    Wire.Answer audience =
        wire.call(arm, "GET", simulator.configuration("store1").resolve(ALL), "");
    assertThat(audience.status()).isEqualTo(401);
    assertThat(audience.header("WWW-Authenticate")).contains("invalid_token");
    String weak = wire.token(WEAK, simulator.clientSecret(WEAK), AUDIENCE);
    assertThat(wire.call(weak, "GET", simulator.configuration("store1").resolve(ALL), "")
            .status())
        .isEqualTo(403);
    assertThat(get("store3", ALL).status()).isEqualTo(403);
    assertThat(get("store1", "/kv").json().path("title").asText())
        .isEqualTo("API version is not specified");
    assertThat(get("store1", "/kv?api-version=1999-01-01").status()).isEqualTo(400);
    assertThat(get("store1", "/locks?" + V).status()).isEqualTo(404);
  }

  @Test
  void a_scenario_is_written_and_read_and_shows_no_value() throws Exception {
    assertThat(Scenario.parse(new StringReader(scenario.toJson()))).isEqualTo(scenario);
    assertThat(scenario.toString()).doesNotContain("blue");
    assertThatThrownBy(() -> ConfigurationStore.named("store1").value("a", "1").value("a", "2"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
