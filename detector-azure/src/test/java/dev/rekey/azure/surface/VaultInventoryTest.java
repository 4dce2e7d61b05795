package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.azure.FakeArm;
import dev.rekey.detect.Place;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Signal.Answer;
import dev.rekey.detect.scan.Content;
import dev.rekey.detect.scan.ContentSource;
import dev.rekey.detect.scan.Outcome;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.RecordedRequest;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Scenario;
import dev.rekey.simulator.Scenario.ResourceGroup;
import dev.rekey.simulator.Simulator;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What key vaults hold is told without its values, and scanned where that is asked for. */
class VaultInventoryTest {
  private static final String SUBSCRIPTION = "00000000-0000-0000-0000-000000000001";
  private static final String READER = "00000000-0000-0000-0000-000000000711";
  private static final String STRANGER = "00000000-0000-0000-0000-000000000712";
  private static final String VAULTS =
      "/subscriptions/" + SUBSCRIPTION + "/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/";
  private static final Instant NOW = Instant.now();

  private final String planted = SimulatedTenant.connectionString(new Random(21));
  private final Simulator azure = Simulator.start(Scenario.tenant(SimulatedTenant.ID)
      .client(SimulatedTenant.OWNER)
      .client(READER, VaultWalk.GET)
      .client(STRANGER, VaultWalk.LIST)
      .subscription(
          SUBSCRIPTION,
          ResourceGroup.of(
              "rg",
              filled(Vault.named("many"), 60),
              Vault.named("old")
                  .property("enableRbacAuthorization", false)
                  .property("enablePurgeProtection", true)
                  .property("softDeleteRetentionInDays", 7)
                  .secret("x", "canary"),
              Vault.named("shut").property("publicNetworkAccess", "Disabled").secret("x", "canary"),
              Vault.named("store").secret("db", planted).certificate("tls").tag("env", "prod")))
      .build());
  private final Collected sink = new Collected();

  private static Vault filled(Vault vault, int secrets) {
    Vault filled = vault;
    for (int i = 0; i < secrets; i++) {
      filled = filled.secret("s" + i, "canary" + i);
    }
    return filled;
  }

  @AfterEach
  void stop() {
    azure.close();
  }

  private VaultInventory inventory(String client) {
    return VaultInventory.of(SimulatedTenant.of(azure, client).build());
  }

  private VaultInventory inventory() {
    return inventory(SimulatedTenant.OWNER)
        .only(SurfaceFilter.ALL.resourceGroups("rg"))
        .clock(Clock.fixed(NOW.plus(Duration.ofDays(100)), ZoneOffset.UTC));
  }

  /** Writes a new version of a secret, as its owner would. */
  private void put(String vault, String secret, ObjectNode body) throws Exception {
    HttpClient http = HttpClient.newBuilder().sslContext(azure.trust()).build();
    String form = "grant_type=client_credentials&client_id=" + SimulatedTenant.OWNER
        + "&client_secret=" + azure.clientSecret(SimulatedTenant.OWNER)
        + "&scope=https%3A%2F%2Fvault.azure.net%2F.default";
    HttpResponse<String> token = http.send(
        HttpRequest.newBuilder(azure.cloud().resolve(SimulatedTenant.ID + "/oauth2/v2.0/token"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build(),
        HttpResponse.BodyHandlers.ofString());
    String bearer =
        new ObjectMapper().readTree(token.body()).path("access_token").asText();
    HttpResponse<String> answer = http.send(
        HttpRequest.newBuilder(azure.vault(vault).resolve("secrets/" + secret + "?api-version=7.4"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + bearer)
            .PUT(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build(),
        HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
  }

  private static ObjectNode secret(String value) {
    return JsonNodeFactory.instance.objectNode().put("value", value);
  }

  private VaultSecretEntry entry(VaultReport report, String vault, String name) {
    return report.secrets().stream()
        .filter(one -> one.vault().equals(VAULTS + vault) && one.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void every_secret_of_every_vault_is_told_without_its_value() throws Exception {
    ObjectNode dated = secret("canary").put("contentType", "application/x-pkcs12");
    dated
        .putObject("attributes")
        .put("enabled", false)
        .put("exp", NOW.plus(Duration.ofDays(30)).getEpochSecond());
    dated.putObject("tags").put("owner", "canary of a tag");
    put("store", "dated", dated);

    VaultReport report = inventory().read();

    assertThat(report.vaults())
        .extracting(VaultEntry::id)
        .containsExactly(VAULTS + "many", VAULTS + "old", VAULTS + "shut", VAULTS + "store");
    assertThat(report.secrets()).hasSize(60 + 3);
    VaultSecretEntry db = entry(report, "store", "db");
    assertThat(db.enabled()).isTrue();
    assertThat(db.newest()).isTrue();
    assertThat(db.missesExpiry()).isTrue();
    assertThat(db.ageDays().getAsLong()).isBetween(99L, 100L);
    VaultSecretEntry expiring = entry(report, "store", "dated");
    assertThat(expiring.enabled()).isFalse();
    assertThat(expiring.expired()).isTrue();
    assertThat(expiring.missesExpiry()).isFalse();
    assertThat(expiring.tagNames()).containsExactly("owner");
    assertThat(entry(report, "store", "tls").managed()).isTrue();
    assertThat(report.toString()).isEqualTo("4 vaults, 63 secrets, 2 gaps");
    assertThat(report.toText())
        .contains(
            "\n" + VAULTS + "store/secrets/dated: disabled, ",
            ", EXPIRED ",
            ", type application/x-pkcs12\n",
            "/secrets/db: enabled, ",
            " days old, ",
            ", no expiry\n",
            ", managed by a certificate")
        .doesNotContain("canary");
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.path("secrets")).hasSize(63);
    assertThat(json.at("/secrets/62/name").asText()).isEqualTo("tls");
    assertThat(json.path("gaps")).hasSize(2);
    assertThat(json.toString() + report.secrets()).doesNotContain("canary");
  }

  @Test
  void how_a_vault_keeps_its_secrets_is_told_and_who_keeps_us_out() throws Exception {
    VaultReport report = inventory().read();

    VaultEntry old = report.vaults().get(1);
    assertThat(old.access()).isEqualTo(VaultEntry.Access.POLICIES);
    assertThat(old.purgeProtection()).isTrue();
    assertThat(old.softDeleteDays()).isEqualTo(OptionalInt.of(7));
    assertThat(old.reachable().answer()).isEqualTo(Answer.YES);
    VaultEntry shut = report.vaults().get(2);
    assertThat(shut.access()).isEqualTo(VaultEntry.Access.ROLES);
    assertThat(shut.purgeProtection()).isFalse();
    assertThat(shut.privateOnly()).isTrue();
    assertThat(shut.reachable().answer()).isEqualTo(Answer.NO);
    assertThat(report.gaps())
        .extracting(Coverage.Gap::address)
        .containsExactly(VAULTS + "old/secrets", VAULTS + "shut/secrets");
    assertThat(report.gaps().get(0).outcome())
        .isEqualTo(new Outcome.Refused("List on secrets, by an access policy of the vault"));
    assertThat(report.gaps().get(1).outcome())
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.why()).contains("ForbiddenByFirewall", "network"));

    VaultReport refused = inventory(STRANGER).read();

    assertThat(refused.secrets()).isEmpty();
    assertThat(refused.gaps())
        .contains(new Coverage.Gap(VAULTS + "store/secrets", new Outcome.Refused(VaultWalk.LIST)));
  }

  @Test
  void the_requests_are_one_for_each_page_of_25() throws Exception {
    inventory().read();

    assertThat(azure.requests())
        .filteredOn(request -> request.service().equals("vault:many"))
        .extracting(RecordedRequest::status)
        .containsExactly(200, 200, 200);
  }

  @Test
  void all_versions_are_told_where_they_are_asked_for_the_newest_first() throws Exception {
    put("store", "db", secret("second"));

    VaultReport report = inventory().allVersions().only(SurfaceFilter.ALL).read();

    assertThat(report.secrets())
        .filteredOn(one -> one.name().equals("db"))
        .hasSize(2)
        .allMatch(one -> !one.version().isEmpty())
        .extracting(VaultSecretEntry::newest)
        .containsExactly(true, false);
    assertThat(report.secrets()).hasSize(60 + 3);
  }

  @Test
  void a_filter_chooses_vaults() throws Exception {
    assertThat(inventory().only(SurfaceFilter.ALL.tag("env", "prod")).read().vaults())
        .hasSize(1);
    assertThat(inventory()
            .only(SurfaceFilter.ALL.types("Microsoft.Web/sites"))
            .read()
            .vaults())
        .isEmpty();
  }

  @Test
  void what_owners_write_beside_a_secret_is_scanned() throws Exception {
    String type = SimulatedTenant.connectionString(new Random(22));
    ObjectNode body = secret("canary").put("contentType", type);
    body.putObject("tags").put("note", "line\nbreak");
    put("store", "noted", body);

    inventory().contents().read(sink);

    assertThat(sink.texts)
        .containsOnlyKeys(
            VAULTS + "store/secrets/noted",
            VAULTS + "store/secrets/tls",
            VAULTS + "store/providers/Microsoft.Resources/tags/default");
    assertThat(sink.texts.get(VAULTS + "store/secrets/noted"))
        .isEqualTo("contentType=" + type + "\ntags/note=line\\nbreak\n");
    AssetContext context = sink.contexts.get(VAULTS + "store/secrets/noted");
    assertThat(context.resource()).isEqualTo(VAULTS + "store");
    assertThat(context.production().answer()).isEqualTo(Answer.YES);
    assertThat(context.widelyReadable().answer()).isEqualTo(Answer.YES);
    assertThat(inventory().read().toJson() + inventory().read().toText())
        .doesNotContain(type.substring(60, 80))
        .contains("(not shown)");
  }

  @Test
  void values_are_scanned_only_where_they_are_asked_for_and_kept_no_longer() throws Exception {
    inventory().withValues().read(sink);

    String address = VAULTS + "store/secrets/db/value";
    assertThat(sink.texts.get(address).equals(planted)).as("the planted value").isTrue();
    assertThat(sink.contexts.get(address).widelyReadable().answer()).isEqualTo(Answer.NO);
    assertThat(sink.texts.keySet()).filteredOn(at -> at.endsWith("/value")).hasSize(60 + 2);
    assertThat(sink.openAgain(address)).isFalse();
    int asked = azure.requests().size();
    inventory().read();
    assertThat(azure.requests().subList(asked, azure.requests().size()))
        .extracting(RecordedRequest::path)
        .noneMatch(path -> path.matches("/secrets/[^?/]+(/[^v][^/]*)?\\?.*"));
  }

  @Test
  void a_value_that_can_not_be_had_is_an_outcome() throws Exception {
    ObjectNode disabled = secret("canary");
    disabled.putObject("attributes").put("enabled", false);
    put("store", "off", disabled);
    azure.faults().add(Fault.on("GET", "/secrets/tls").status(404, "{}").times(0));

    inventory().withValues().read(sink);

    assertThat(sink.gaps.get(VAULTS + "store/secrets/off/value"))
        .isInstanceOf(Outcome.Skipped.class);
    assertThat(sink.gaps.get(VAULTS + "store/secrets/tls/value"))
        .isEqualTo(new Outcome.Failed("it is gone since it was listed"));
    sink.forget();

    inventory(READER).withValues().read(sink);

    assertThat(sink.gaps.get(VAULTS + "store/secrets/db/value"))
        .isEqualTo(new Outcome.Refused(VaultWalk.GET));
  }

  @Test
  void a_place_is_read_again() throws Exception {
    ContentSource values = inventory().withValues();
    ContentSource versions = inventory().allVersions().withValues();
    versions.read(sink);
    String version = sink.texts.keySet().stream()
        .filter(address -> address.matches(".*store/secrets/db/versions/[^/]+/value"))
        .findFirst()
        .orElseThrow();
    for (String address :
        List.of(VAULTS + "store/secrets/db/value", version, VAULTS + "store/secrets/tls")) {
      sink.forget();
      values.reread(place(address), sink);
      assertThat(sink.texts).containsOnlyKeys(address);
    }
    sink.forget();

    values.reread(place(VAULTS + "store/secrets/none/value"), sink);
    inventory().contents().reread(place(VAULTS + "store/secrets/db/value"), sink);

    assertThat(sink.texts).isEmpty();
    assertThat(sink.gaps)
        .containsOnlyKeys(VAULTS + "store/secrets/none/value", VAULTS + "store/secrets/db/value");
  }

  private static Place place(String address) {
    return new Place(address, "", new dev.rekey.detect.Location(0, 1, 1, 1));
  }

  @Test
  void vaults_that_answer_as_none_should_are_gaps_and_the_others_are_read() throws Exception {
    String note = "n".repeat(2 << 20);
    FakeArm arm = vaults(
        "\"vaultUri\":\"https://a.vault.azure.cn/\"",
        "",
        "\"vaultUri\":\"https://c.vault.azure.net/\"",
        "\"vaultUri\":\"https://d.vault.azure.net/\"",
        "\"vaultUri\":\"https://e.vault.azure.net/\"",
        "\"vaultUri\":\"https://f.vault.azure.net/\"",
        "\"vaultUri\":\"https://g.vault.azure.net/\"",
        "\"vaultUri\":\"https://h.vault.azure.net/\"");
    for (int i = 0; i < 5; i++) {
      arm.breaks();
    }
    arm.answers(
            200,
            "{\"value\":[{\"id\":\"https://d/secrets/../x\"},{\"id\":7},{\"id\":"
                + "\"https://d.vault.azure.net/secrets/big\",\"tags\":{\"note\":\"" + note + "\"},"
                + "\"attributes\":{\"created\":9223372036854775807,\"exp\":\"soon\"}}]}")
        .answers(200, "{\"value\":[],\"nextLink\":\"https://e.vault.azure.net.example/secrets\"}")
        .answers(
            200,
            "{\"value\":[{\"id\":\"https://f.vault.azure.net/secrets/one\"}],"
                + "\"nextLink\":\"https://f.vault.azure.net:443/secrets?page=2\"}")
        .answers(
            200,
            "{\"value\":[{\"id\":\"https://f.vault.azure.net/secrets/two\"}],\"nextLink\":null}")
        .answers(200, "{\"value\":\"canary\"}")
        .answers(404, "{}");

    VaultReport report = VaultInventory.of(arm.tenant()).read();

    assertThat(report.secrets())
        .extracting(VaultSecretEntry::name)
        .containsExactly("big", "one", "two");
    assertThat(report.secrets().get(0).created()).isEmpty();
    assertThat(report.gaps()).allMatch(gap -> gap.outcome() instanceof Outcome.Failed);
    Map<String, String> why = new TreeMap<>();
    report
        .gaps()
        .forEach(gap -> why.merge(gap.address(), gap.outcome().toString(), (x, y) -> x + y));
    assertThat(why.keySet())
        .containsExactly(
            VAULTS + "a/secrets",
            VAULTS + "b/secrets",
            VAULTS + "c/secrets",
            VAULTS + "d/secrets",
            VAULTS + "e/secrets",
            VAULTS + "g/secrets",
            VAULTS + "h/secrets");
    assertThat(why.get(VAULTS + "a/secrets")).contains("gets no token");
    assertThat(why.get(VAULTS + "b/secrets")).contains("no vaultUri");
    assertThat(why.get(VAULTS + "c/secrets")).contains("no answer");
    assertThat(why.get(VAULTS + "d/secrets")).contains("whose id is none");
    assertThat(why.get(VAULTS + "e/secrets")).contains("leads away");
    assertThat(why.get(VAULTS + "h/secrets")).contains("gone");
    assertThat(why.toString()).doesNotContain("canary").doesNotContain(note);
  }

  /** Vaults named a, b and so on, as Resource Graph shows them. */
  private static FakeArm vaults(String... properties) {
    StringBuilder rows = new StringBuilder();
    char name = 'a';
    for (String each : properties) {
      rows.append(rows.length() == 0 ? "" : ",")
          .append("{\"id\":\"")
          .append(VAULTS)
          .append(name++);
      rows.append("\",\"properties\":{").append(each).append("}}");
    }
    return new FakeArm()
        .answers(
            200,
            "{\"value\":[{\"subscriptionId\":\"" + SUBSCRIPTION + "\",\"state\":\"Enabled\"}]}")
        .answers(200, "{\"data\":[]}")
        .answers(200, "{\"data\":[" + rows + "]}");
  }

  /** Keeps what a source hands out. */
  private static final class Collected implements ContentSource.Sink {
    private final Map<String, String> texts = new TreeMap<>();
    private final Map<String, AssetContext> contexts = new TreeMap<>();
    private final Map<String, Content> contents = new TreeMap<>();
    private final Map<String, Outcome> gaps = new TreeMap<>();

    void forget() {
      texts.clear();
      contexts.clear();
      contents.clear();
      gaps.clear();
    }

    boolean openAgain(String address) {
      try {
        contents.get(address).open().close();
        return true;
      } catch (IOException wiped) {
        return false;
      }
    }

    @Override
    public void accept(Content content) {
      try (var in = content.open()) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        assertThat(texts.put(content.address(), text)).isNull();
      } catch (IOException failed) {
        throw new java.io.UncheckedIOException(failed);
      }
      contexts.put(content.address(), content.context());
      contents.put(content.address(), content);
    }

    @Override
    public void gap(String address, Outcome outcome) {
      gaps.put(address, outcome);
    }
  }
}
