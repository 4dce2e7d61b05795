package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that become references, once it is proved that they can. */
class ReferenceProofTest {
  private static final AttemptId ATTEMPT = new AttemptId("20261124T000000Z-0badcafe", "adopt.0");
  private static final String NAME = "acct1-key";
  private static final String KEY = "${key:acct1/key1}";
  private static final String STRING = "AccountName=acct1;AccountKey=" + KEY;

  private final Lab lab = Lab.of(
      StorageAccount.named("acct1").withoutDataPlane(),
      Vault.named("vault1").secret(NAME, KEY).secret("harmless", "hello"),
      Vault.named("shut").property("publicNetworkAccess", "Disabled"),
      WebApp.named("able")
          .setting("BARE", KEY)
          .setting("STRING", STRING)
          .setting("A", "b")
          .connectionString("bare", KEY, "Custom")
          .reading("vault1")
          .slot(WebApp.named("staging").setting("BARE", KEY).reading("vault1")),
      WebApp.named("nobody").setting("BARE", KEY),
      WebApp.named("denied").setting("BARE", KEY).reading("shut"),
      WebApp.named("half")
          .setting("BARE", KEY)
          .reading("vault1")
          .slot(WebApp.named("staging").setting("BARE", KEY)),
      WebApp.named("embedding").setting("STRING", STRING).setting("AzureWebJobsDashboard", KEY));

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

  private WebApps apps() {
    return lab.apps(Lab.OWNER).following(lab.store()).makingReferences("harmless");
  }

  private Dependent app(String name) throws RotationException {
    return apps().dependent(Lab.app(name));
  }

  private void adopt(String name) throws RotationException {
    try (Secret secret = Secret.of(fresh)) {
      app(name).adopt(new Replacement(Lab.fingerprint(old), secret), ATTEMPT);
    }
  }

  private String reference() {
    return "@Microsoft.KeyVault(SecretUri=" + lab.store().id() + "/secrets/" + NAME + ")";
  }

  private JsonNode settings(String site) {
    return lab.settings(site, "appsettings");
  }

  @Test
  void what_is_the_key_itself_becomes_a_reference_and_what_embeds_it_gets_the_value()
      throws Exception {
    lab.vault().setSecret(NAME, fresh);
    adopt("able");
    assertThat(settings("able").toString())
        .isEqualTo("{\"BARE\":\"" + reference() + "\",\"STRING\":\"AccountName=acct1;AccountKey="
            + fresh + "\",\"A\":\"b\"}");
    assertThat(lab.settings("able", "connectionstrings").at("/bare/value").asText())
        .isEqualTo(reference());
    assertThat(settings("able/slots/staging").toString())
        .isEqualTo("{\"BARE\":\"" + reference() + "\"}");
    assertThat(lab.wire.sent("PUT .+/able/slots/staging/config/appsettings.*"))
        .extracting(sent -> sent.body().contains("REKEY_REFERENCE_PROOF"))
        .containsExactly(true, false);
    Dependent able = app("able");
    able.verify(Lab.fingerprint(fresh));
    assertThat(able.observe())
        .contains(Lab.fingerprint(fresh))
        .doesNotContain(Lab.fingerprint(old));
  }

  @Test
  void going_back_is_following_the_store_back() throws Exception {
    lab.vault().setSecret(NAME, fresh);
    adopt("able");
    lab.vault().setSecret(NAME, old);
    try (Secret secret = Secret.of(old)) {
      app("able").adopt(new Replacement(Lab.fingerprint(fresh), secret), ATTEMPT);
    }
    app("able").verify(Lab.fingerprint(old));
    assertThat(app("able").observe()).doesNotContain(Lab.fingerprint(fresh));
    assertThat(settings("able").get("BARE").asText()).isEqualTo(reference());
  }

  @ParameterizedTest
  @CsvSource({"nobody, MSINotEnabled", "denied, AccessToKeyVaultDenied"})
  void an_app_that_can_t_read_the_vault_keeps_its_value(String name, String status) {
    lab.vault().setSecret(NAME, fresh);
    String before = settings(name).toString();
    assertThatThrownBy(() -> adopt(name))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("web app " + name + " can't be made to refer to the vault")
        .hasMessageContaining(status)
        .hasMessageContaining("the role Key Vault Secrets User");
    assertThat(settings(name).toString()).isEqualTo(before);
    assertThat(lab.wire.sent("PUT .+/config/.+"))
        .noneMatch(sent -> sent.body().contains(reference()));
  }

  @Test
  void each_slot_proves_it_for_itself() {
    lab.vault().setSecret(NAME, fresh);
    assertThatThrownBy(() -> adopt("half"))
        .hasMessageContaining("slot staging of web app half can't be made to refer to the vault");
    assertThat(settings("half").get("BARE").asText()).isEqualTo(old);
  }

  @Test
  void a_harmless_secret_that_is_missing_proves_nothing() {
    lab.vault().setSecret(NAME, fresh);
    WebApps apps = lab.apps(Lab.OWNER).following(lab.store()).makingReferences("missing");
    assertThatThrownBy(() -> {
          try (Secret secret = Secret.of(fresh)) {
            apps.dependent(Lab.app("able"))
                .adopt(new Replacement(Lab.fingerprint(old), secret), ATTEMPT);
          }
        })
        .hasMessageContaining("is SecretNotFound");
    assertThat(settings("able").get("BARE").asText()).isEqualTo(old);
  }

  @Test
  void the_credential_is_no_harmless_secret() {
    lab.vault().setSecret(NAME, fresh);
    WebApps apps =
        lab.apps(Lab.OWNER).following(lab.store()).makingReferences(NAME.toUpperCase(Locale.ROOT));
    assertThatThrownBy(() -> {
          try (Secret secret = Secret.of(fresh)) {
            apps.dependent(Lab.app("able"))
                .adopt(new Replacement(Lab.fingerprint(old), secret), ATTEMPT);
          }
        })
        .hasMessageContaining("is no harmless one: it is the credential");
    assertThat(lab.count("PUT", ".+/config/.+")).isZero();
  }

  @Test
  void where_the_vault_has_not_the_value_or_nothing_is_the_key_itself_the_value_is_written()
      throws RotationException {
    adopt("able"); // The store holds the old value still.
    assertThat(settings("able").get("BARE").asText()).isEqualTo(fresh);
    lab.vault().setSecret(NAME, fresh);
    adopt("embedding");
    assertThat(settings("embedding").get("STRING").asText()).endsWith(fresh);
    assertThat(settings("embedding").get("AzureWebJobsDashboard").asText()).isEqualTo(fresh);
    assertThat(lab.wire.sent("PUT .+")).noneMatch(sent -> sent.body().contains("PROOF"));
  }

  @Test
  void a_reference_that_is_not_resolved_after_all_becomes_the_value() {
    lab.vault().setSecret(NAME, fresh);
    String list = ".+/slots/staging/config/configreferences/appsettings";
    // The proof is looked at once; what comes after it never resolves.
    lab.azure
        .faults()
        .add(Fault.on("GET", list).status(200, "{\"value\":[]}").nth(2).times(0));
    assertThatThrownBy(() -> adopt("able"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("slot staging of web app able is not up to date");
    assertThat(settings("able/slots/staging").toString()).isEqualTo("{\"BARE\":\"" + fresh + "\"}");
  }

  @Test
  void what_a_crash_left_of_a_proof_is_taken_away() throws RotationException {
    lab.set("embedding", ReferenceProof.SETTING, "left");
    adopt("embedding");
    assertThat(settings("embedding").has(ReferenceProof.SETTING)).isFalse();
  }

  @Test
  void the_plan_tells_of_it() throws RotationException {
    Dependent able = apps().findUsing(Lab.fingerprint(old)).get(0);
    assertThat(able.describeAdopt().effects())
        .contains("Where a setting of web app able is the key itself, it refers to "
            + lab.store().id() + " afterwards, once a setting REKEY_REFERENCE_PROOF that refers to"
            + " the secret harmless there was resolved; it restarts twice for that.");
  }

  @Test
  void it_needs_a_vault_that_is_followed_and_a_name() {
    assertThatThrownBy(() -> lab.apps(Lab.OWNER).makingReferences("harmless"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> apps().makingReferences("no name"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
