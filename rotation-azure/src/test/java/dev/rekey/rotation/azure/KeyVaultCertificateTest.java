package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.security.keyvault.secrets.SecretClient;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.StoredVersion;
import dev.rekey.simulator.Fault;
import org.junit.jupiter.api.Test;

/** The secret of a certificate is left alone: it is neither read nor changed. */
class KeyVaultCertificateTest extends VaultBench {
  private final KeyVaultStore certified = lab.onceIn("certified").build();

  private SecretClient client() {
    return lab.vault(
        lab.azure.vault("certified").toString(), lab.credential(Lab.OWNER, Lab.TENANT), Lab.ONCE);
  }

  private void assertUntouched() {
    assertThat(lab.requests("PUT", "/secrets/web.*")).isEmpty();
    assertThat(lab.requests("PATCH", "/secrets/web.*")).isEmpty();
    assertThat(client().listPropertiesOfSecretVersions("web").stream())
        .singleElement()
        .satisfies(only -> assertThat(only.isEnabled()).isTrue());
  }

  @Test
  void it_is_not_written() {
    assertRefused(
        VaultRefusal.CERTIFICATE,
        () -> put(certified, "web", Lab.ATTEMPT),
        "putting secret web",
        "a certificate manages this secret",
        "another name");
    assertUntouched();
  }

  @Test
  void it_is_not_disabled() {
    String version = client().getSecret("web").getProperties().getVersion();
    assertRefused(
        VaultRefusal.CERTIFICATE,
        () -> certified.disable(new StoredVersion("web", version, true, false), RETIRE),
        "disabling version web/");
    assertUntouched();
  }

  @Test
  void it_is_not_chosen_as_a_name() throws RotationException {
    String label = lab.issuer("acct1").label();
    assertThat(label).isEqualTo("storage account acct1");
    assertThat(certified.nameFor(lab.issuer("acct1"))).isEqualTo(NAME);
    assertThat(lab.onceIn("named").build().nameFor(lab.issuer("acct1"))).isEqualTo(NAME + "-2");
  }

  @Test
  void it_is_no_place_that_holds_a_value_and_is_not_even_read() throws RotationException {
    String held = client().getSecret("web").getValue();
    int before = lab.requests("GET", "/secrets/web.*").size();
    assertThat(certified.holding(Lab.fingerprint(held))).isEmpty();
    assertThat(certified.holding(Lab.fingerprint("something"))).hasSize(1);
    assertThat(VaultSecrets.in(client(), Lab.DETECTOR).findUsing(Lab.fingerprint(held)))
        .isEmpty();
    assertThat(lab.requests("GET", "/secrets/web.*")).hasSize(before);
    assertUntouched();
  }

  @Test
  void a_secret_that_became_a_certificate_s_is_not_moved() throws Exception {
    String key = lab.azure.storageKey("acct1", "key1");
    lab.azure
        .faults()
        .add(Fault.on("GET", "/secrets/plain/?")
            .status(
                200,
                "{\"value\":\"AccountName=acct1;AccountKey=" + key + "\",\"id\":\"" + certified.id()
                    + "/secrets/plain/" + "0".repeat(32) + "\",\"managed\":true,\"kid\":\""
                    + certified.id() + "/keys/plain/" + "0".repeat(32)
                    + "\",\"attributes\":{\"enabled\":true}}")
            .times(0));
    VaultSecrets secrets = VaultSecrets.in(client(), Lab.DETECTOR);
    try (Secret fresh = Secret.of(lab.azure.storageKey("acct1", "key2"))) {
      assertRefused(
          VaultRefusal.CERTIFICATE,
          () -> secrets
              .dependent(certified.id() + "/secrets/plain")
              .adopt(new Replacement(Lab.fingerprint(key), fresh), Lab.ATTEMPT),
          "writing secret plain");
    }
    assertThat(lab.requests("PUT", "/secrets/plain.*")).isEmpty();
  }
}
