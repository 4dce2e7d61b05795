package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.canary.Canary;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.Link;
import dev.rekey.rotation.Permission;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Resource.WebApp;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Apps that refer to a secret instead of holding it. */
class WebAppReferencesTest {
  private static final AttemptId ATTEMPT = new AttemptId("20261124T000000Z-0badcafe", "adopt.0");
  private static final String NAME = "acct1-key";
  private static final String NEWEST =
      "@Microsoft.KeyVault(SecretUri=${vault:vault1}secrets/" + NAME + ")";
  private static final String REFRESH = ".+/config/configreferences/appsettings/refresh.*";
  private static final String REFERENCES = ".+/sites/follower/config/configreferences/appsettings";

  private final Lab lab = Lab.of(
      StorageAccount.named("acct1").withoutDataPlane(),
      Vault.named("vault1")
          .secret(NAME, "${key:acct1/key1}")
          .secret("string", "AccountName=acct1;AccountKey=${key:acct1/key1}")
          .secret("unrelated", "x"),
      Vault.named("other").secret(NAME, "${key:acct1/key1}"),
      WebApp.named("follower")
          .setting("KEY", NEWEST)
          .setting("A", "b")
          .connectionString("key", NEWEST, "Custom")
          .reading("vault1")
          .slot(WebApp.named("staging").setting("KEY", NEWEST).reading("vault1")),
      WebApp.named("blind").setting("KEY", NEWEST),
      WebApp.named("elsewhere")
          .setting("KEY", "@Microsoft.KeyVault(VaultName=other;SecretName=" + NAME + ")")
          .reading("other"),
      WebApp.named("stranger")
          .setting("KEY", "@Microsoft.KeyVault(SecretUri=${vault:vault1}secrets/unrelated)")
          .reading("vault1"),
      WebApp.named("embedded")
          .setting("S", "@Microsoft.KeyVault(SecretUri=${vault:vault1}secrets/string)")
          .reading("vault1"));

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
    return lab.apps(Lab.OWNER).following(lab.store());
  }

  private Dependent app(String name) throws RotationException {
    return apps().dependent(Lab.app(name));
  }

  private String put(String name, String value) {
    return lab.vault().setSecret(name, value).getProperties().getVersion();
  }

  private String newest(String name) {
    return lab.vault().getSecret(name).getProperties().getVersion();
  }

  private void adopt(String name) throws RotationException {
    try (Secret secret = Secret.of(fresh)) {
      app(name).adopt(new Replacement(Lab.fingerprint(old), secret), ATTEMPT);
    }
  }

  private String active(String site, String group, String setting) {
    return lab.arm()
        .get(Lab.app(site) + "/config/configreferences/" + group + "/" + setting, "2024-04-01")
        .at("/properties/activeVersion")
        .asText();
  }

  /** Has the settings of an app refer to one version. */
  private void pin(String site, String setting, String version) {
    lab.set(
        site,
        setting,
        "@Microsoft.KeyVault(SecretUri=" + lab.store().id() + "/secrets/" + NAME + "/" + version
            + ")");
  }

  @Test
  void who_refers_to_a_value_is_found_and_it_is_said_how() throws RotationException {
    lab.set("stranger", "OWN", old);
    assertThat(apps().findUsing(Lab.fingerprint(old)))
        .extracting(Dependent::id, Dependent::link)
        .containsExactly(
            tuple(Lab.app("embedded"), Link.REFERENCED),
            tuple(Lab.app("follower"), Link.REFERENCED),
            tuple(Lab.app("stranger"), Link.CONFIGURED));
    assertThat(lab.apps(Lab.OWNER).findUsing(Lab.fingerprint(old))).hasSize(1);
  }

  @Test
  void what_an_app_uses_is_the_version_that_it_has_and_not_the_newest() throws RotationException {
    put(NAME, fresh);
    assertThat(app("follower").observe())
        .contains(Lab.fingerprint(old))
        .doesNotContain(Lab.fingerprint(fresh));
    assertThatThrownBy(() -> app("follower").verify(Lab.fingerprint(fresh)))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("slot staging of web app follower is not up to date: KEY in the"
            + " appsettings refers to the secret " + NAME + ", is Resolved and has version ")
        .hasMessageContaining("should have version " + newest(NAME));
  }

  @Test
  void adopting_has_each_slot_fetch_the_new_version_and_writes_nothing() throws Exception {
    String version = put(NAME, fresh);
    adopt("follower");
    for (String site : List.of("follower", "follower/slots/staging")) {
      assertThat(active(site, "appsettings", "KEY")).isEqualTo(version);
    }
    assertThat(active("follower", "connectionstrings", "key")).isEqualTo(version);
    assertThat(lab.count("PUT", ".+/config/.+")).isZero();
    assertThat(lab.wire.sent("POST " + REFRESH))
        .hasSize(2)
        .allMatch(sent -> sent.correlation().equals("20261124T000000Z-0badcafe.adopt.0"));
    Dependent follower = app("follower");
    follower.verify(Lab.fingerprint(fresh));
    assertThat(follower.observe()).doesNotContain(Lab.fingerprint(old));
    adopt("follower");
    assertThat(lab.count("POST", REFRESH)).isEqualTo(2);
  }

  @Test
  void adopting_before_the_store_has_the_value_ends_with_what_to_do() {
    assertThatThrownBy(() -> adopt("follower"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("slot staging of web app follower has the old value still: KEY in the"
            + " appsettings refers to the secret " + NAME)
        .hasMessageContaining("see whether the newest version of that secret is the new value");
  }

  /** Whether one refresh fetches both sets of settings is a belief: this is the other branch. */
  @Test
  void a_refresh_that_does_not_fetch_everything_is_noticed() {
    put(NAME, fresh);
    lab.azure
        .faults()
        .add(Fault.on("POST", ".+/sites/follower" + REFRESH.substring(2))
            .status(200, "{\"value\":[]}")
            .times(0));
    assertThatThrownBy(() -> adopt("follower"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("web app follower has the old value still");
  }

  @Test
  void a_reference_that_is_fetched_late_is_waited_for() throws Exception {
    put(NAME, fresh);
    JsonNode before =
        lab.arm().get(Lab.app("follower") + "/config/configreferences/appsettings", "2024-04-01");
    // Before the refresh it is looked at once, and then as often as patience has it.
    lab.azure
        .faults()
        .add(Fault.on("GET", REFERENCES).status(200, before.toString()).times(Lab.LOOKS));
    adopt("follower");
    app("follower").verify(Lab.fingerprint(fresh));
  }

  @Test
  void a_reference_that_names_a_version_is_rewritten_to_the_one_with_the_value() throws Exception {
    String first = newest(NAME);
    pin("follower", "PINNED", first);
    put(NAME, "something else");
    String version = put(NAME, fresh);
    assertThat(app("follower").observe()).contains(Lab.fingerprint(old));
    adopt("follower");
    JsonNode settings = lab.settings("follower", "appsettings");
    assertThat(settings.get("PINNED").asText())
        .isEqualTo("@Microsoft.KeyVault(SecretUri=" + lab.store().id() + "/secrets/" + NAME + "/"
            + version + ")");
    assertThat(settings.get("KEY").asText()).endsWith(NAME + ")");
    assertThat(active("follower", "appsettings", "PINNED")).isEqualTo(version);
    app("follower").verify(Lab.fingerprint(fresh));
  }

  @Test
  void a_version_that_is_something_else_stays_pinned() throws Exception {
    String other = put(NAME, "something else");
    put(NAME, old);
    pin("follower", "PINNED", other);
    put(NAME, fresh);
    adopt("follower");
    assertThat(lab.settings("follower", "appsettings").get("PINNED").asText()).contains(other);
  }

  @Test
  void a_pinned_reference_to_a_secret_without_the_value_is_named() {
    pin("follower", "PINNED", newest(NAME));
    assertThatThrownBy(() -> adopt("follower"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("web app follower")
        .hasMessageContaining(NAME);
    assertThat(lab.count("PUT", ".+/sites/.+")).isEqualTo(1);
  }

  @Test
  void what_embeds_the_value_is_followed_after_the_secret_was_moved() throws RotationException {
    VaultSecrets secrets = VaultSecrets.in(lab.vault(), Lab.DETECTOR);
    assertThatThrownBy(() -> adopt("embedded"))
        .hasMessageContaining("they are to be found before apps");
    DependentFinder both = DependentFinder.of(secrets, apps());
    try (Secret secret = Secret.of(fresh)) {
      for (Dependent dependent : both.findUsing(Lab.fingerprint(old))) {
        if (!dependent.id().endsWith("follower")) {
          dependent.adopt(new Replacement(Lab.fingerprint(old), secret), ATTEMPT);
        }
      }
    }
    assertThat(app("embedded").observe())
        .contains(Lab.fingerprint(fresh))
        .doesNotContain(Lab.fingerprint(old));
  }

  @Test
  void who_can_t_read_the_secret_uses_nothing() throws RotationException {
    assertThat(app("blind").observe()).doesNotContain(Lab.fingerprint(old));
    put(NAME, fresh);
    adopt("blind");
    assertThat(lab.count("POST", REFRESH)).isZero();
    assertThatThrownBy(() -> app("blind").verify(Lab.fingerprint(fresh)))
        .hasMessageContaining("is MSINotEnabled, and should have version " + newest(NAME));
  }

  @Test
  void a_reference_that_fails_to_be_fetched_fails_verification_though_it_has_the_version()
      throws Exception {
    put(NAME, fresh);
    adopt("follower");
    for (String status : List.of("OtherReasons", "Initialized", "FetchTimedOut")) {
      String states = lab.arm()
          .get(Lab.app("follower") + "/config/configreferences/appsettings", "2024-04-01")
          .toString();
      lab.azure
          .faults()
          .add(Fault.on("GET", REFERENCES)
              .status(200, states.replace("Resolved", status))
              .times(Lab.LOOKS + 1));
      assertThatThrownBy(() -> app("follower").verify(Lab.fingerprint(fresh)))
          .hasMessageContaining("is " + status + " and has version");
    }
  }

  @Test
  void a_resolved_reference_without_its_version_is_not_taken_for_unused() {
    lab.azure
        .faults()
        .add(Fault.on("GET", REFERENCES)
            .status(
                200, "{\"value\":[{\"name\":\"KEY\",\"properties\":{\"status\":\"Resolved\"}}]}")
            .times(0));
    assertThatThrownBy(() -> app("follower").observe())
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("ARM does not say which version KEY in the appsettings of web app"
            + " follower stands for");
  }

  @ParameterizedTest
  @CsvSource({"500, {}", "200, []", "200, {}", "403, {}"})
  void references_that_can_t_be_read_are_an_error(int status, String body) {
    lab.azure.faults().add(Fault.on("GET", REFERENCES).status(status, body).times(0));
    assertThatThrownBy(() -> apps().findUsing(Lab.fingerprint(old)))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("reading the references in the appsettings of web app follower");
  }

  @Test
  void a_version_that_can_t_be_read_is_an_error_that_names_the_app() {
    SecretProperties first = lab.vault().getSecret(NAME).getProperties();
    put(NAME, fresh);
    lab.vault().updateSecretProperties(first.setEnabled(false));
    assertThatThrownBy(() -> apps().findUsing(Lab.fingerprint(old)))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("what slot staging of web app follower uses is not known")
        .satisfies(failed -> {
          Canary.assertAbsent(failed.toString(), old, "an exception");
          Canary.assertAbsent(String.valueOf(failed.getCause()), old, "its cause");
        });
  }

  @Test
  void a_refresh_that_is_refused_is_an_error() {
    put(NAME, fresh);
    lab.azure.faults().add(Fault.on("POST", REFRESH).status(403, "{}").times(0));
    assertThatThrownBy(() -> adopt("follower"))
        .isInstanceOf(RotationException.class)
        .hasMessageContaining("having the references of slot staging of web app follower fetched");
  }

  @Test
  void a_vault_is_known_by_its_name_too() throws Exception {
    try (Lab named = Lab.of(
        StorageAccount.named("acct1").withoutDataPlane(),
        // The simulator's vaults are told apart by port: this name is its host.
        Vault.named("localhost").secret(NAME, "${key:acct1/key1}"),
        WebApp.named("app")
            .setting("KEY", "@Microsoft.KeyVault(VaultName=localhost;SecretName=" + NAME + ")")
            .reading("localhost"))) {
      var vault = named.vault(
          named.azure.vault("localhost").toString(),
          named.credential(Lab.OWNER, Lab.TENANT),
          Lab.QUICK);
      WebApps apps = named.apps(Lab.OWNER).following(KeyVaultStore.of(vault, Lab.FINGERPRINTS));
      String key = named.azure.storageKey("acct1", "key1");
      assertThat(apps.findUsing(Lab.fingerprint(key))).hasSize(1);
      vault.setSecret(new KeyVaultSecret(NAME, fresh));
      Dependent app = apps.dependent(Lab.app("app"));
      try (Secret secret = Secret.of(fresh)) {
        app.adopt(new Replacement(Lab.fingerprint(key), secret), ATTEMPT);
      }
      app.verify(Lab.fingerprint(fresh));
    }
  }

  @Test
  void the_plan_says_what_is_fetched_and_what_that_needs() throws RotationException {
    Dependent follower = apps().findUsing(Lab.fingerprint(old)).get(1);
    assertThat(follower.describeAdopt().text())
        .isEqualTo("POST " + Lab.app("follower/slots/staging")
            + "/config/configreferences/appsettings/refresh; POST " + Lab.app("follower")
            + "/config/configreferences/appsettings/refresh (only what holds the key)");
    assertThat(follower.describeAdopt().az())
        .hasSize(2)
        .allMatch(command -> command.matches("az rest --method post --url '.+/refresh.+"));
    assertThat(follower.describeAdopt().permissions())
        .extracting(Permission::action)
        .contains("Microsoft.Web/sites/config/*", "Microsoft.Web/sites/slots/config/*")
        .doesNotContain("Microsoft.Web/sites/config/Write");
    assertThat(apps().describeFind().permissions())
        .extracting(Permission::action)
        .contains("Microsoft.Web/sites/config/Read", "Microsoft.Web/sites/slots/config/Read");
    assertThat(apps().describeFind().text()).contains(lab.store().id());
  }
}
