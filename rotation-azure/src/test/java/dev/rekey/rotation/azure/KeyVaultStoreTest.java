package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretMetadata;
import dev.rekey.rotation.StoredVersion;
import dev.rekey.simulator.Fault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class KeyVaultStoreTest extends VaultBench {
  // Putting.

  @Test
  void a_value_and_its_tags_are_put_in_one_request() throws RotationException {
    StoredVersion stored = put(Lab.ATTEMPT);
    assertThat(stored.enabled()).isTrue();
    assertThat(stored.newest()).isTrue();
    // The client asks without a token first, to learn where to get one.
    assertThat(lab.requests("PUT", "/secrets/.*"))
        .filteredOn(request -> request.status() == 200)
        .hasSize(1);
    assertThat(lab.count("PATCH", ".*")).isZero();
    SecretProperties only = versions(NAME).get(0);
    assertThat(only.getVersion()).isEqualTo(stored.version());
    assertThat(only.getTags())
        .containsOnly(
            Map.entry("rekey-attempt", "20261124T000000Z-0badcafe/store"),
            Map.entry("rekey-fingerprint", Lab.fingerprint(VALUE).toString()),
            Map.entry("rekey-supersedes", Lab.fingerprint("what it replaces").toString()),
            Map.entry("rekey-issuer", Lab.account("acct1")),
            Map.entry("rekey-slot", "key2"));
    try (Secret read = store.read(stored)) {
      assertThat(Lab.text(read)).isEqualTo(VALUE);
    }
  }

  @Test
  void an_issuer_whose_id_is_too_long_for_a_tag_is_left_out() throws RotationException {
    SecretMetadata longId = new SecretMetadata(
        NAME,
        Lab.fingerprint(VALUE),
        "/subscriptions/" + "x".repeat(300),
        "key2",
        Lab.fingerprint("old"));
    try (Secret secret = Secret.of(VALUE)) {
      store.put(secret, longId, Lab.ATTEMPT);
    }
    assertThat(versions(NAME).get(0).getTags())
        .doesNotContainKey("rekey-issuer")
        .hasSize(4);
  }

  @Test
  void a_put_whose_answer_is_lost_leaves_one_enabled_version() throws RotationException {
    store.find(NAME, Lab.ATTEMPT); // The token is there: the next PUT is the one that counts.
    lab.azure.faults().add(Fault.on("PUT", "/secrets/.+").dropAfter());
    StoredVersion stored = put(Lab.ATTEMPT);
    assertThat(versions(NAME)).hasSize(2);
    assertThat(versions(NAME))
        .filteredOn(SecretProperties::isEnabled)
        .extracting(SecretProperties::getVersion)
        .containsExactly(stored.version());
    assertThat(store.find(NAME, Lab.ATTEMPT)).contains(stored);
    assertThat(store.holding(Lab.fingerprint(VALUE))).containsExactly(stored);
    assertThat(lab.vault().getSecret(NAME).getValue()).isEqualTo(VALUE);
  }

  @Test
  void a_put_of_a_client_that_does_not_try_again_is_found_afterwards() throws RotationException {
    KeyVaultStore once = KeyVaultStore.of(
        lab.vault(
            lab.azure.vault("vault1").toString(), lab.credential(Lab.OWNER, Lab.TENANT), Lab.ONCE),
        Lab.FINGERPRINTS);
    once.find(NAME, Lab.ATTEMPT);
    lab.azure.faults().add(Fault.on("PUT", "/secrets/.+").dropAfter());
    assertFails(() -> put(once, NAME, Lab.ATTEMPT), "putting secret " + NAME, "reaches it");
    StoredVersion found = once.find(NAME, Lab.ATTEMPT).orElseThrow();
    assertThat(found.newest()).isTrue();
    assertThat(found.enabled()).isTrue();
    assertThat(versions(NAME)).hasSize(1);
  }

  @Test
  void a_put_that_succeeded_is_not_lost_because_its_twins_can_t_be_looked_for()
      throws RotationException {
    store.find(NAME, Lab.ATTEMPT);
    lab.azure
        .faults()
        .add(Fault.on("GET", "/secrets/.+/versions").status(403, "{}").times(0));
    StoredVersion stored = put(Lab.ATTEMPT);
    lab.azure.faults().clear();
    assertThat(store.find(NAME, Lab.ATTEMPT)).contains(stored);
  }

  @Test
  void the_put_of_another_attempt_is_no_twin() throws RotationException {
    StoredVersion first = put(Lab.ATTEMPT);
    StoredVersion second = put(new AttemptId("another-run", "store"));
    assertThat(versions(NAME)).hasSize(2).allMatch(SecretProperties::isEnabled);
    assertThat(store.find(NAME, Lab.ATTEMPT))
        .contains(new StoredVersion(NAME, first.version(), true, false));
    assertThat(store.find(NAME, new AttemptId("another-run", "store"))).contains(second);
  }

  @Test
  void of_twins_that_a_crash_left_the_newest_is_found() throws RotationException {
    SecretClient client = lab.vault();
    Map<String, String> tags = Map.of("rekey-attempt", Lab.ATTEMPT.toString());
    String newest = "";
    for (int i = 0; i < 3; i++) {
      newest = client
          .setSecret(
              new KeyVaultSecret(NAME, VALUE).setProperties(new SecretProperties().setTags(tags)))
          .getProperties()
          .getVersion();
    }
    assertThat(store.find(NAME, Lab.ATTEMPT)).contains(new StoredVersion(NAME, newest, true, true));
    SecretProperties last = client.getSecret(NAME).getProperties();
    client.updateSecretProperties(last.setEnabled(false));
    assertThat(store.find(NAME, Lab.ATTEMPT).orElseThrow().enabled()).isTrue();
  }

  // Content type and expiry.

  /** The bodies of the sets that the vault took. */
  private List<String> bodies() {
    return lab.wire.sent("PUT .+/secrets/.+").stream()
        .filter(sent -> !sent.body().isEmpty())
        .map(Wire.Sent::body)
        .toList();
  }

  @Test
  void content_type_and_expiry_are_put_in_the_same_request() throws RotationException {
    Instant now = Instant.parse("2026-11-24T12:00:00.5Z");
    KeyVaultStore typed = lab.store(lab.vault())
        .contentType("text/plain")
        .lifetime(Duration.ofDays(90))
        .clock(Clock.fixed(now, ZoneOffset.UTC))
        .build();
    put(typed, NAME, Lab.ATTEMPT);
    assertThat(bodies())
        .singleElement()
        .satisfies(body -> assertThat(body)
            .contains("\"value\":", "\"tags\":", "\"contentType\":\"text/plain\"", "\"exp\":"));
    assertThat(lab.count("PATCH", ".*")).isZero();
    SecretProperties only = versions(NAME).get(0);
    assertThat(only.getContentType()).isEqualTo("text/plain");
    assertThat(only.getExpiresOn().toInstant()).isEqualTo("2027-02-22T12:00:00Z");
    assertThat(only.getTags()).containsKey("rekey-attempt");
    assertThat(typed.describePut("n").effects()).anyMatch(effect -> effect.contains("expires"));
  }

  @Test
  void the_content_type_of_the_version_before_is_kept_and_its_expiry_is_not()
      throws RotationException {
    lab.vault()
        .setSecret(new KeyVaultSecret(NAME, "before")
            .setProperties(new SecretProperties()
                .setContentType("application/json")
                .setExpiresOn(OffsetDateTime.now(ZoneOffset.UTC).plusDays(3))));
    put(Lab.ATTEMPT);
    SecretProperties newest = lab.vault().getSecret(NAME).getProperties();
    assertThat(newest.getContentType()).isEqualTo("application/json");
    assertThat(newest.getExpiresOn()).isNull();
    put(lab.store(lab.vault()).contentType("text/plain").build(), NAME, RETIRE);
    assertThat(lab.vault().getSecret(NAME).getProperties().getContentType())
        .isEqualTo("text/plain");
  }

  @Test
  void the_content_type_is_kept_where_the_version_before_is_disabled() throws RotationException {
    SecretProperties before = lab.vault()
        .setSecret(new KeyVaultSecret(NAME, "before")
            .setProperties(new SecretProperties().setContentType("application/json")))
        .getProperties();
    lab.vault().updateSecretProperties(before.setEnabled(false));
    put(Lab.ATTEMPT);
    assertThat(lab.vault().getSecret(NAME).getProperties().getContentType())
        .isEqualTo("application/json");
  }

  @Test
  void a_new_name_has_no_content_type_unless_one_is_set() throws RotationException {
    put(Lab.ATTEMPT);
    assertThat(versions(NAME).get(0).getContentType()).isNull();
    assertThat(versions(NAME).get(0).getExpiresOn()).isNull();
  }

  @Test
  void what_key_vault_would_not_take_is_refused_when_the_store_is_built() {
    KeyVaultStore.Builder builder = lab.store(lab.vault());
    for (ThrowingCallable wrong : List.<ThrowingCallable>of(
        () -> builder.contentType(""),
        () -> builder.contentType("x".repeat(256)),
        () -> builder.lifetime(Duration.ZERO),
        () -> builder.lifetime(Duration.ofDays(-1)))) {
      assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
    }
  }

  // Finding.

  @Test
  void nothing_is_found_under_a_name_that_is_not_there() throws RotationException {
    assertThat(store.find("never-put", Lab.ATTEMPT)).isEmpty();
    assertThat(store.find("other", Lab.ATTEMPT)).isEmpty();
  }

  @Test
  void every_readable_version_that_holds_a_value_is_found_whoever_wrote_it()
      throws RotationException {
    SecretClient client = lab.vault();
    client.setSecret("foreign", VALUE);
    String older = client.getSecret("foreign").getProperties().getVersion();
    client.setSecret("foreign", "another value");
    client.setSecret("foreign", VALUE);
    String newer = client.getSecret("foreign").getProperties().getVersion();
    client.setSecret("retired", VALUE);
    client.updateSecretProperties(client.getSecret("retired").getProperties().setEnabled(false));
    StoredVersion ours = put(Lab.ATTEMPT);
    assertThat(store.holding(Lab.fingerprint(VALUE)))
        .containsExactlyInAnyOrder(
            new StoredVersion("foreign", older, true, false),
            new StoredVersion("foreign", newer, true, true),
            ours);
    assertThat(store.holding(Lab.fingerprint("nowhere"))).isEmpty();
  }

  @Test
  void a_tag_that_lies_hides_nothing() throws RotationException {
    lab.vault()
        .setSecret(new KeyVaultSecret("liar", VALUE)
            .setProperties(new SecretProperties()
                .setTags(Map.of("rekey-fingerprint", Lab.fingerprint("another").toString()))));
    assertThat(store.holding(Lab.fingerprint(VALUE)))
        .extracting(StoredVersion::name)
        .containsExactly("liar");
    assertThat(store.holding(Lab.fingerprint("another"))).isEmpty();
  }

  @Test
  void an_older_version_is_found_where_the_newest_is_disabled() throws RotationException {
    SecretClient client = lab.vault();
    client.setSecret("half", VALUE);
    String older = client.getSecret("half").getProperties().getVersion();
    client.setSecret("half", "another value");
    client.updateSecretProperties(client.getSecret("half").getProperties().setEnabled(false));
    assertThat(store.holding(Lab.fingerprint(VALUE)))
        .containsExactly(new StoredVersion("half", older, true, false));
  }

  @Test
  void a_version_that_is_disabled_or_deleted_while_we_look_is_left_out() throws RotationException {
    lab.vault().setSecret("moving", VALUE);
    StoredVersion ours = put(Lab.ATTEMPT);
    String disabled = "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\",\"innererror\":"
        + "{\"code\":\"SecretDisabled\"}}}";
    String gone = "{\"error\":{\"code\":\"SecretNotFound\",\"message\":\"no\"}}";
    lab.azure.faults().add(Fault.on("GET", "/secrets/moving/[0-9a-f]+").status(403, disabled));
    assertThat(store.holding(Lab.fingerprint(VALUE))).containsExactly(ours);
    lab.azure.faults().add(Fault.on("GET", "/secrets/moving/?").status(404, gone));
    assertThat(store.holding(Lab.fingerprint(VALUE))).containsExactly(ours);
    assertThat(store.holding(Lab.fingerprint(VALUE))).hasSize(2);
  }

  @Test
  void all_pages_of_names_and_versions_are_read() throws RotationException {
    SecretClient client = lab.vault();
    for (int i = 0; i < 30; i++) {
      client.setSecret("name-" + i, i == 29 ? VALUE : "value " + i);
    }
    StoredVersion first = put(Lab.ATTEMPT);
    for (int i = 0; i < 30; i++) {
      client.setSecret(NAME, "later " + i);
    }
    assertThat(store.holding(Lab.fingerprint(VALUE)))
        .extracting(StoredVersion::name)
        .containsExactlyInAnyOrder("name-29", NAME);
    assertThat(store.find(NAME, Lab.ATTEMPT))
        .contains(new StoredVersion(NAME, first.version(), true, false));
  }

  // Disabling.

  @Test
  void one_version_is_disabled_and_the_others_stay() throws RotationException {
    StoredVersion old = put(Lab.ATTEMPT);
    StoredVersion fresh = put(new AttemptId("another-run", "store"));
    store.disable(old, RETIRE);
    assertThat(versions(NAME))
        .filteredOn(SecretProperties::isEnabled)
        .extracting(SecretProperties::getVersion)
        .containsExactly(fresh.version());
    assertThat(versions(NAME))
        .filteredOn(version -> !version.isEnabled())
        .allSatisfy(version -> assertThat(version.getTags())
            .containsEntry("rekey-retired", "run-1/retire.0")
            .containsEntry("rekey-attempt", Lab.ATTEMPT.toString()));
    store.disable(old, RETIRE);
    store.disable(old, new AttemptId("run-2", "retire.0"));
    assertThat(lab.requests("PATCH", "/secrets/.*")).hasSize(1);
  }

  @Test
  void a_version_with_all_the_tags_that_fit_is_disabled_too() throws RotationException {
    Map<String, String> tags = new HashMap<>();
    for (int i = 0; i < 15; i++) {
      tags.put("tag" + i, "value");
    }
    SecretProperties full = lab.vault()
        .setSecret(
            new KeyVaultSecret("full", VALUE).setProperties(new SecretProperties().setTags(tags)))
        .getProperties();
    lab.vault().setSecret("full", "a newer value");
    store.disable(new StoredVersion("full", full.getVersion(), true, true), RETIRE);
    assertThat(versions("full"))
        .filteredOn(version -> version.getVersion().equals(full.getVersion()))
        .singleElement()
        .satisfies(disabled -> {
          assertThat(disabled.isEnabled()).isFalse();
          assertThat(disabled.getTags()).isEqualTo(tags);
        });
  }

  @Test
  void the_newest_version_is_never_disabled() throws RotationException {
    StoredVersion older = put(Lab.ATTEMPT);
    StoredVersion newest = put(new AttemptId("another-run", "store"));
    assertFails(() -> store.disable(newest, RETIRE), "newest of its name", "put a newer one");
    assertThat(lab.count("PATCH", ".*")).isZero();
    assertThat(versions(NAME)).hasSize(2).allMatch(SecretProperties::isEnabled);
    store.disable(older, RETIRE);
    assertThat(lab.vault().getSecret(NAME).getProperties().getVersion())
        .isEqualTo(newest.version());
  }

  @Test
  void a_twin_that_arrives_last_is_kept_since_followers_get_it() throws RotationException {
    store.find(NAME, Lab.ATTEMPT);
    // The request that was sent first is slow, and applied after its repetition was answered.
    lab.wire.afterAnswer(
        "PUT .+",
        1,
        () -> lab.vault()
            .setSecret(new KeyVaultSecret(NAME, VALUE)
                .setProperties(new SecretProperties()
                    .setTags(Map.of("rekey-attempt", Lab.ATTEMPT.toString())))));
    StoredVersion kept = put(Lab.ATTEMPT);
    assertThat(lab.vault().getSecret(NAME).getProperties().getVersion()).isEqualTo(kept.version());
    assertThat(kept.newest()).isTrue();
    assertThat(versions(NAME)).hasSize(2);
    assertThat(versions(NAME))
        .filteredOn(SecretProperties::isEnabled)
        .extracting(SecretProperties::getVersion)
        .containsExactly(kept.version());
  }

  @Test
  void a_version_that_is_not_there_can_t_be_disabled() {
    assertFails(
        () -> store.disable(new StoredVersion("other", "0".repeat(32), true, true), RETIRE),
        "has no version other/");
    assertFails(
        () -> store.disable(new StoredVersion("never-put", "0".repeat(32), true, true), RETIRE),
        "disabling version never-put/");
  }

  // Names.

  @Test
  void the_name_of_a_secret_is_made_from_what_its_issuer_is_called() throws RotationException {
    assertThat(store.nameFor(lab.issuer("acct1"))).isEqualTo("storage-account-acct1");
  }

  @Test
  void a_name_that_is_soft_deleted_is_not_chosen() throws RotationException {
    lab.vault().setSecret(NAME, "what was there");
    lab.vault().beginDeleteSecret(NAME).poll();
    assertThat(store.nameFor(lab.issuer("acct1"))).isEqualTo(NAME + "-2");
  }

  @Test
  void a_name_is_not_chosen_where_deleted_secrets_may_not_be_looked_at() {
    lab.azure
        .faults()
        .add(Fault.on("GET", "/deletedsecrets/.+")
            .status(
                403,
                "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\",\"innererror\":{\"code\":"
                    + "\"ForbiddenByRbac\"}}}")
            .times(0));
    assertRefused(
        VaultRefusal.ROLE,
        () -> store.nameFor(lab.issuer("acct1")),
        "whether the name " + NAME + " is soft-deleted",
        "readMetadata");
  }

  @Test
  void every_name_that_is_made_is_one_that_key_vault_takes() {
    Random random = new Random(42);
    for (int i = 0; i < 300; i++) {
      StringBuilder label = new StringBuilder();
      int length = random.nextInt(200);
      for (int j = 0; j < length; j++) {
        label.appendCodePoint(
            random.nextInt(3) == 0 ? 'a' + random.nextInt(26) : random.nextInt(0x3000));
      }
      assertThat(KeyVaultStore.nameOf(label.toString()))
          .as("seed 42, label %d", i)
          .matches("[0-9a-zA-Z-]{1,127}");
    }
  }

  @Test
  void the_calls_of_a_plan_are_named() {
    assertThat(store.id()).matches("https://localhost:[0-9]+");
    assertThat(store.describePut("n").az())
        .containsExactly(
            "az keyvault secret set --vault-name localhost --name n --file new-value.txt"
                + " --encoding utf-8 -o none");
    assertThat(KeyVaultStore.putCommand("https://acme.vault.azure.net", "n"))
        .contains("--vault-name acme --name");
    assertThat(store.describeDisable(new StoredVersion("n", "v", true, true)).az())
        .containsExactly("az keyvault secret set-attributes --id " + store.id()
            + "/secrets/n/v --enabled false -o none");
    assertThat(store.describePut("n").text()).isEqualTo("PUT " + store.id() + "/secrets/n");
    assertThat(store.describeDisable(new StoredVersion("n", "v", true, true)).text())
        .isEqualTo("PATCH " + store.id() + "/secrets/n/v {\"attributes\":{\"enabled\":false}}");
  }
}
