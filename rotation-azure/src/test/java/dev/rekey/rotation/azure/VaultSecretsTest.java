package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.canary.Canary;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.RotationPlan;
import dev.rekey.rotation.RotationResult;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import org.junit.jupiter.api.Test;

/** Secrets that hold the key inside a longer value: forgotten dependents of the worst kind. */
class VaultSecretsTest extends Shop {
  private static final String STANDBY_STRING = connectionString().replace("key1", "key2");

  private Lab withConnectionString() {
    return lab(StorageAccount.named("acct1"), vault().secret("conn", connectionString()));
  }

  @Test
  void a_connection_string_in_the_vault_is_moved_in_its_shape() {
    Lab lab = withConnectionString();
    String before = lab.vault().getSecret("conn").getValue();
    String old = lab.azure.storageKey("acct1", "key1");
    RotationPlan plan = plan(lab, Lab.OWNER);
    assertThat(plan.dependents())
        .extracting(RotationPlan.User::label)
        .containsExactly("web app shop-web", "web app shop-worker", "vault secret conn");

    assertRotated(lab, rotator(lab, PATIENT).execute(plan, approval(plan)));

    assertThat(lab.vault().getSecret("conn").getValue())
        .isEqualTo(before.replace(old, lab.azure.storageKey("acct1", "key2")));
  }

  @Test
  void a_connection_string_with_the_standby_key_is_moved_to_the_exposed_one_first() {
    Lab lab = lab(StorageAccount.named("acct1"), vault().secret("conn", STANDBY_STRING));
    String before = lab.vault().getSecret("conn").getValue();
    String old = lab.azure.storageKey("acct1", "key2");
    RotationPlan plan = plan(lab, Lab.OWNER);
    assertThat(plan.standbyUsers())
        .extracting(RotationPlan.User::label)
        .containsExactly("vault secret conn");

    assertRotated(lab, rotator(lab, PATIENT).execute(plan, approval(plan)));

    assertThat(before).contains(old);
    assertThat(lab.vault().getSecret("conn").getValue())
        .isEqualTo(before.replace(old, lab.azure.storageKey("acct1", "key2")));
  }

  @Test
  void a_rotation_that_is_given_up_gives_the_connection_string_back() {
    Lab lab = withConnectionString();
    String before = lab.vault().getSecret("conn").getValue();
    RotationPlan plan = plan(lab, Lab.OWNER);
    lab.wire.afterAnswer(
        "PUT .+/secrets/conn\\?.*",
        1,
        () -> lab.azure
            .faults()
            .add(Fault.on("GET", ".+/sites/shop-web").status(503, "{}").times(0)));

    RotationResult result = rotator(lab, BRIEF).execute(plan, approval(plan));
    assertThat(result).isNotInstanceOf(RotationResult.Completed.class);
    lab.azure.faults().clear();
    if (result instanceof RotationResult.Stranded) {
      assertThat(resume(lab)).isInstanceOf(RotationResult.RolledBack.class);
    }
    assertThat(lab.vault().getSecret("conn").getValue()).isEqualTo(before);
    assertThat(lab.vault().getSecret("acct1-key").getValue())
        .isEqualTo(lab.azure.storageKey("acct1", "key1"));
  }

  @Test
  void the_key_itself_is_the_store_s_and_a_disabled_secret_is_nobody_s() throws RotationException {
    Lab lab = withConnectionString();
    String key = lab.azure.storageKey("acct1", "key1");
    VaultSecrets secrets = VaultSecrets.in(lab.vault(), Lab.DETECTOR);
    assertThat(secrets.findUsing(Lab.fingerprint(key))).singleElement().satisfies(dependent -> {
      assertThat(dependent.label()).isEqualTo("vault secret conn");
      assertThat(dependent.describeAdopt().text())
          .startsWith("PUT https://")
          .contains("/secrets/conn");
      Canary.assertAbsent(dependent.toString() + dependent.id(), key, "a dependent");
    });
    lab.vault()
        .updateSecretProperties(lab.vault().getSecret("conn").getProperties().setEnabled(false));
    assertThat(secrets.findUsing(Lab.fingerprint(key))).isEmpty();
  }

  @Test
  void what_is_no_secret_of_this_vault_is_refused() {
    VaultSecrets secrets = VaultSecrets.in(withConnectionString().vault(), Lab.DETECTOR);
    for (String id : new String[] {"", "conn", "https://localhost:1/secrets/conn"}) {
      assertThatThrownBy(() -> secrets.dependent(id))
          .isInstanceOf(RotationException.class)
          .hasMessageContaining("not the id of a secret");
    }
  }

  @Test
  void a_name_that_holds_something_else_is_not_taken_for_the_new_key() {
    Lab lab = lab(
        StorageAccount.named("acct1"),
        Vault.named("vault1").secret("storage-account-acct1", "somebody else's"));
    RotationPlan plan = plan(lab, Lab.OWNER);
    assertThat(plan.secretName()).isEqualTo("storage-account-acct1-2");

    RotationResult result = rotator(lab, PATIENT).execute(plan, approval(plan));

    assertThat(result).as(result.summary()).isInstanceOf(RotationResult.Completed.class);
    assertThat(lab.vault().getSecret("storage-account-acct1").getValue())
        .isEqualTo("somebody else's");
    assertThat(lab.vault().getSecret("storage-account-acct1-2").getValue())
        .isEqualTo(lab.azure.storageKey("acct1", "key2"));
  }
}
