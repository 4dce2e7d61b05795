package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rekey.canary.Canary;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WebAppTest {
  private static final AttemptId ATTEMPT = new AttemptId("20261124T000000Z-0badcafe", "adopt.0");
  private static final String ODD = "tab\t \"quoted\" ünïcode \ud83d\udd11 \\ / </script> %41";
  private static final String REFERENCE =
      "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/db/0)";
  private static final String SETTINGS = ".+/config/appsettings";

  private final Lab lab = Lab.of(
      StorageAccount.named("acct1").withoutDataPlane(),
      dev.rekey.simulator.Resource.WebApp.named("app1")
          .setting("AAA_ODD", ODD)
          .setting("BARE", "${key:acct1/key1}")
          .setting("EMPTY", "")
          .setting("OTHER_KEY", "${key:acct1/key2}")
          .setting("STORAGE", connectionString("key1"))
          .setting("VAULTED", REFERENCE)
          .connectionString("files", connectionString("key1"), "Custom")
          .connectionString("sql", "Server=tcp:x;Password=p;", "SQLAzure"),
      dev.rekey.simulator.Resource.WebApp.named("split")
          .setting("DB_PASSWORD", "${key:acct1/key1}")
          .setting("DB_USER", "app_a")
          .setting("OWNER", "app_a"),
      dev.rekey.simulator.Resource.WebApp.named("plain").setting("A", "nothing"),
      dev.rekey.simulator.Resource.WebApp.named("stopped")
          .setting("BARE", "${key:acct1/key1}")
          .property("state", "Stopped"));

  @AfterEach
  void stop() {
    lab.close();
  }

  private static String connectionString(String key) {
    return "DefaultEndpointsProtocol=https;AccountName=acct1;AccountKey=${key:acct1/" + key
        + "};EndpointSuffix=core.windows.net";
  }

  private WebApp app(String name) {
    return lab.app(lab.appService(), name);
  }

  private String key(String name) {
    return lab.azure.storageKey("acct1", name);
  }

  /** Moves app1 from key1 to another value, on a thread of its own. */
  private CompletableFuture<Void> adoptMeanwhile(String to) {
    WebApp app = app("app1");
    return CompletableFuture.runAsync(() -> {
      try (Secret secret = Secret.of(to)) {
        app.adopt(new Replacement(Lab.fingerprint(key("key1")), secret), ATTEMPT);
      } catch (RotationException failed) {
        throw new CompletionException(failed);
      }
    });
  }

  private void adopt(String name, String from, String to) throws RotationException {
    try (Secret secret = Secret.of(to)) {
      app(name).adopt(new Replacement(Lab.fingerprint(from), secret), ATTEMPT);
    }
  }

  @Test
  void it_sees_what_stands_bare_and_in_connection_strings_of_both_groups()
      throws RotationException {
    assertThat(app("app1").observe())
        .contains(Lab.fingerprint(key("key1")), Lab.fingerprint(key("key2")));
    assertThat(app("plain").observe()).doesNotContain(Lab.fingerprint(key("key1")));
  }

  @Test
  void the_name_of_a_user_changes_with_the_password_in_a_setting_of_its_own()
      throws RotationException {
    String old = key("key1");
    lab.regenerate("acct1", "key2"); // Only to have another key.
    try (Secret secret = Secret.of(key("key2"))) {
      Replacement replacement =
          new Replacement(Lab.fingerprint(old), secret, Map.of("app_a", "app_b"));
      app("split").adopt(replacement, ATTEMPT);
      JsonNode settings = lab.settings("split", "appsettings");
      assertThat(settings.path("DB_USER").asText()).isEqualTo("app_b");
      assertThat(settings.path("DB_PASSWORD").asText()).isEqualTo(key("key2"));
      assertThat(settings.path("OWNER").asText()).as("somebody's name").isEqualTo("app_a");

      assertThatThrownBy(() -> app("app1").adopt(replacement, ATTEMPT))
          .as("whose user is nowhere")
          .isInstanceOf(RotationException.class)
          .hasMessageContaining("in the appsettings of web app app1, ");
    }
    assertThat(lab.settings("app1", "appsettings").path("BARE").asText())
        .as("nothing was written")
        .isEqualTo(old);
  }

  @Test
  void a_value_is_replaced_wherever_it_stands_and_nothing_else_is_touched()
      throws RotationException {
    String old = key("key1");
    lab.regenerate("acct1", "key2"); // Only to have another key.
    String fresh = key("key2");
    JsonNode settings = lab.settings("app1", "appsettings");
    JsonNode strings = lab.settings("app1", "connectionstrings");
    adopt("app1", old, fresh);
    JsonNode newSettings = lab.settings("app1", "appsettings");
    JsonNode newStrings = lab.settings("app1", "connectionstrings");
    // As texts, so that order and escapes count too.
    assertThat(newSettings.toString())
        .isEqualTo(settings.toString().replace(old, fresh))
        .isNotEqualTo(settings.toString());
    assertThat(newStrings.toString())
        .isEqualTo(strings.toString().replace(old, fresh))
        .isNotEqualTo(strings.toString());
    assertThat(newSettings.get("AAA_ODD").asText()).isEqualTo(ODD);
    assertThat(newSettings.get("VAULTED").asText()).isEqualTo(REFERENCE);
    assertThat(lab.count("PUT", ".+")).isEqualTo(2);
    assertThat(lab.wire.sent("PUT .+"))
        .allMatch(sent -> sent.correlation().equals("20261124T000000Z-0badcafe.adopt.0"));
  }

  @Test
  void an_app_that_does_not_hold_the_value_is_not_written() throws RotationException {
    adopt("plain", key("key1"), key("key2"));
    adopt("app1", "a value that nobody holds", key("key2"));
    assertThat(lab.count("PUT", ".+")).isZero();
  }

  @Test
  void a_change_between_the_two_readings_ends_the_step_and_stays() throws Exception {
    String hold =
        lab.azure.faults().add(Fault.on("POST", SETTINGS + "/list").holdBefore().nth(2));
    CompletableFuture<Void> adopting = adoptMeanwhile(key("key2"));
    assertThat(lab.azure.faults().awaitHits(hold, 1, Duration.ofSeconds(10))).isTrue();
    lab.set("app1", "FOREIGN", "change");
    lab.azure.faults().proceed();
    assertThatThrownBy(() -> adopting.get(30, TimeUnit.SECONDS))
        .hasRootCauseInstanceOf(RotationException.class)
        .hasMessageContaining("somebody else changes the appsettings of web app app1");
    assertThat(lab.settings("app1", "appsettings").get("FOREIGN").asText()).isEqualTo("change");
    assertThat(lab.settings("app1", "appsettings").get("BARE").asText()).isEqualTo(key("key1"));
    assertThat(lab.count("PUT", ".+")).isEqualTo(1);
  }

  @Test
  void a_change_right_after_the_write_stays_beside_ours() throws Exception {
    String hold =
        lab.azure.faults().add(Fault.on("POST", SETTINGS + "/list").holdBefore().nth(3));
    CompletableFuture<Void> adopting = adoptMeanwhile(key("key2"));
    assertThat(lab.azure.faults().awaitHits(hold, 1, Duration.ofSeconds(10))).isTrue();
    lab.set("app1", "FOREIGN", "change");
    lab.azure.faults().proceed();
    adopting.get(30, TimeUnit.SECONDS);
    assertThat(lab.settings("app1", "appsettings").get("FOREIGN").asText()).isEqualTo("change");
    assertThat(lab.settings("app1", "appsettings").get("BARE").asText()).isEqualTo(key("key2"));
    app("app1").verify(Lab.fingerprint(key("key2")));
  }

  /** Somebody else read before us and writes after us: our change is gone, theirs is there. */
  @Test
  void what_somebody_writes_over_our_change_stays_and_ours_is_merged_into_it() throws Exception {
    ObjectNode theirs = lab.settings("app1", "appsettings").deepCopy();
    theirs.put("FOREIGN", "change");
    theirs.remove("EMPTY");
    String hold =
        lab.azure.faults().add(Fault.on("POST", SETTINGS + "/list").holdBefore().nth(3));
    CompletableFuture<Void> adopting = adoptMeanwhile(key("key2"));
    assertThat(lab.azure.faults().awaitHits(hold, 1, Duration.ofSeconds(10))).isTrue();
    lab.replace("app1", theirs);
    lab.azure.faults().proceed();
    adopting.get(30, TimeUnit.SECONDS);
    JsonNode now = lab.settings("app1", "appsettings");
    assertThat(now.get("FOREIGN").asText()).isEqualTo("change");
    assertThat(now.has("EMPTY")).isFalse();
    assertThat(now.get("BARE").asText()).isEqualTo(key("key2"));
    assertThat(now.toString()).doesNotContain(key("key1"));
  }

  @Test
  void somebody_who_writes_over_our_change_every_time_is_told_of() {
    ObjectNode theirs = lab.settings("app1", "appsettings").deepCopy();
    lab.wire.afterEachAnswer("PUT .+/config/appsettings.*", () -> lab.replace("app1", theirs));
    assertThatThrownBy(() -> adopt("app1", key("key1"), key("key2")))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("somebody else writes the appsettings of web app app1 again and");
    assertThat(lab.count("PUT", ".+/config/appsettings.*")).isEqualTo(6);
  }

  @Test
  void somebody_who_changes_what_we_changed_is_told_of_and_theirs_stays() {
    lab.wire.afterAnswer(
        "PUT .+/config/appsettings.*", 1, () -> lab.set("app1", "BARE", "their own"));
    assertThatThrownBy(() -> adopt("app1", key("key1"), key("key2")))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("somebody else changed BARE in the appsettings of web app app1");
    assertThat(lab.settings("app1", "appsettings").get("BARE").asText()).isEqualTo("their own");
  }

  /** ARM has no condition for settings: this is the limit that the class tells of. */
  @Test
  void a_change_while_the_write_is_on_its_way_can_t_be_seen() throws Exception {
    String hold = lab.azure.faults().add(Fault.on("PUT", SETTINGS).holdBefore());
    CompletableFuture<Void> adopting = adoptMeanwhile(key("key2"));
    assertThat(lab.azure.faults().awaitHits(hold, 1, Duration.ofSeconds(10))).isTrue();
    lab.set("app1", "FOREIGN", "change");
    lab.azure.faults().proceed();
    adopting.get(30, TimeUnit.SECONDS);
    assertThat(lab.settings("app1", "appsettings").has("FOREIGN")).isFalse();
    assertThat(lab.settings("app1", "appsettings").get("BARE").asText()).isEqualTo(key("key2"));
  }

  @Test
  void a_write_whose_answer_is_lost_is_sent_once() {
    lab.azure.faults().add(Fault.on("PUT", SETTINGS).dropAfter().times(0));
    assertThatThrownBy(() -> adopt("app1", key("key1"), key("key2")))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("writing the appsettings of web app app1 failed");
    assertThat(lab.count("PUT", ".+")).isEqualTo(1);
    assertThat(lab.settings("app1", "appsettings").get("BARE").asText()).isEqualTo(key("key2"));
  }

  @Test
  void what_arm_repeats_of_a_setting_is_not_shown() {
    String old = key("key1");
    lab.azure
        .faults()
        .add(Fault.on("PUT", SETTINGS)
            .status(400, "{\"Code\":\"BadRequest\",\"Message\":\"bad value " + old + "\"}"));
    String fresh = key("key2");
    assertThatThrownBy(() -> adopt("app1", fresh, old))
        .isInstanceOf(RotationException.class)
        .satisfies(failed -> {
          Canary.assertAbsent(failed.toString(), old, "an exception");
          Canary.assertAbsent(String.valueOf(failed.getCause()), old, "its cause");
        });
  }

  @Test
  void an_app_that_runs_with_the_value_is_verified() throws RotationException {
    app("app1").verify(Lab.fingerprint(key("key1")));
  }

  @Test
  void an_app_without_the_value_fails_verification() {
    assertThatThrownBy(() -> app("plain").verify(Lab.fingerprint(key("key1"))))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("web app plain is not configured with the expected credential");
  }

  @Test
  void a_stopped_app_fails_verification() {
    assertThatThrownBy(() -> app("stopped").verify(Lab.fingerprint(key("key1"))))
        .isInstanceOf(RotationException.class)
        .hasMessage("web app stopped is not running: its state is Stopped");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "{\"properties\":null}",
        "{\"properties\":{\"state\":null}}",
        "{\"properties\":{\"state\":7}}",
        "{\"properties\":{\"state\":\"Running\\u0000Stopped\"}}"
      })
  void an_unknown_state_is_not_running(String body) {
    lab.azure.faults().add(Fault.on("GET", ".+/sites/app1").status(200, body).times(0));
    assertThatThrownBy(() -> app("app1").verify(Lab.fingerprint(key("key1"))))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("is not running");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "appsettings | {}",
        "appsettings | []",
        "appsettings | 7",
        "appsettings | {\"properties\":null}",
        "appsettings | {\"properties\":[]}",
        "appsettings | {\"properties\":\"none\"}",
        "appsettings | {\"properties\":{\"A\":{\"value\":\"x\"}}}",
        "appsettings | {\"properties\":{\"A\":[\"x\"]}}",
        "connectionstrings | {\"properties\":{\"A\":\"x\"}}",
        "connectionstrings | {\"properties\":{\"A\":{}}}",
        "connectionstrings | {\"properties\":{\"A\":{\"value\":{}}}}",
        "connectionstrings | {\"properties\":{\"A\":null}}"
      })
  void an_answer_of_an_unknown_form_is_not_taken_for_no_settings(String group, String body) {
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/app1/config/" + group + "/list")
            .status(200, body)
            .times(0));
    assertThatThrownBy(() -> app("app1").observe())
        .isInstanceOf(RotationException.class)
        .hasMessageContaining(group)
        .hasMessageContaining("web app app1");
    assertThatThrownBy(() -> adopt("app1", key("key1"), key("key2")))
        .isInstanceOf(RotationException.class);
  }

  @Test
  void an_answer_without_a_body_is_not_taken_for_no_settings() {
    lab.azure.faults().add(Fault.on("POST", SETTINGS + "/list").status(200, "").times(0));
    assertThatThrownBy(() -> app("app1").observe()).isInstanceOf(RotationException.class);
  }

  @Test
  void settings_that_are_null_or_numbers_hold_no_key() throws RotationException {
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/plain/config/appsettings/list")
            .status(200, "{\"properties\":{\"A\":null,\"B\":7,\"C\":true}}")
            .times(0));
    assertThat(app("plain").observe()).doesNotContain(Lab.fingerprint(key("key1")));
  }
}
