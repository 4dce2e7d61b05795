package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import dev.rekey.simulator.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** A vault that refuses, is busy, is another, or is none: each is said quickly, with what to do. */
class KeyVaultRefusalTest extends VaultBench {
  @Test
  void a_name_that_is_soft_deleted_says_what_to_do() throws RotationException {
    put(Lab.ATTEMPT);
    lab.vault().beginDeleteSecret(NAME).poll();
    assertFails(
        () -> put(new AttemptId("another-run", "store")),
        "409 ObjectIsDeletedButRecoverable",
        "recover or purge");
    assertThatNothingIsFound();
  }

  private void assertThatNothingIsFound() throws RotationException {
    assertThat(store.find(NAME, Lab.ATTEMPT)).isEmpty();
    assertThat(store.holding(Lab.fingerprint(VALUE))).isEmpty();
  }

  @Test
  void a_missing_role_is_named() {
    KeyVaultStore limited = lab.store(Lab.LIMITED);
    assertFails(
        () -> put(limited, NAME, Lab.ATTEMPT), "403 ForbiddenByRbac", "Key Vault Secrets Officer");
    assertFails(() -> limited.holding(Lab.fingerprint(VALUE)), "403 ForbiddenByRbac", "assign");
    assertFails(() -> limited.find("other", Lab.ATTEMPT), "403 ForbiddenByRbac", "assign");
  }

  @Test
  void a_firewall_is_named() {
    KeyVaultStore closed = KeyVaultStore.of(
        lab.vault(
            lab.azure.vault("closed").toString(), lab.credential(Lab.OWNER, Lab.TENANT), Lab.QUICK),
        Lab.FINGERPRINTS);
    assertFails(
        () -> closed.holding(Lab.fingerprint(VALUE)), "403 ForbiddenByFirewall", "run from");
  }

  @Test
  void an_answer_that_repeats_the_value_is_not_repeated() throws RotationException {
    store.find(NAME, Lab.ATTEMPT);
    lab.azure
        .faults()
        .add(Fault.on("PUT", "/secrets/.+")
            .status(
                400, "{\"error\":{\"code\":\"BadParameter\",\"message\":\"bad: " + VALUE + "\"}}"));
    assertFails(() -> put(Lab.ATTEMPT), "400 BadParameter");
  }

  @Test
  void a_refusal_carries_the_id_under_which_support_finds_it() {
    assertThatThrownBy(() -> put(lab.store(Lab.LIMITED), NAME, Lab.ATTEMPT))
        .isInstanceOfSatisfying(
            RotationException.class,
            refused -> assertThat(refused.problem())
                .endsWith("(request id " + refused.requestId().orElseThrow() + ")"));
  }

  @Test
  void a_busy_vault_says_so() {
    lab.azure
        .faults()
        .add(Fault.on("", "/secrets.*")
            .status(429, "{\"error\":{\"code\":\"Throttled\",\"message\":\"slow down\"}}")
            .times(0));
    assertFails(() -> store.holding(Lab.fingerprint(VALUE)), "429 Throttled", "later");
  }

  @Test
  void a_vault_that_can_t_be_reached_fails_quickly() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    KeyVaultStore nowhere = KeyVaultStore.of(
        lab.vault("https://localhost:" + free, lab.credential(Lab.OWNER, Lab.TENANT), Lab.QUICK),
        Lab.FINGERPRINTS);
    assertFails(() -> put(nowhere, NAME, Lab.ATTEMPT), "check the vault's address");
    assertFails(() -> nowhere.find(NAME, Lab.ATTEMPT), "check the vault's address");
  }

  @Test
  void a_vault_of_another_tenant_is_named_quickly() {
    KeyVaultStore foreign = KeyVaultStore.of(
        lab.vault(
            lab.azure.vault("vault1").toString(),
            lab.credential(Lab.OWNER, "00000000-0000-0000-0000-000000000901"),
            Lab.QUICK),
        Lab.FINGERPRINTS);
    assertFails(() -> put(foreign, NAME, Lab.ATTEMPT), "tenant");
    assertFails(() -> foreign.holding(Lab.fingerprint(VALUE)), "tenant");
  }

  @Test
  void an_address_that_is_no_vault_is_no_absence() {
    KeyVaultStore wrong = KeyVaultStore.of(
        lab.vault(
            lab.azure.vault("vault1").toString(), lab.credential(Lab.OWNER, Lab.TENANT), Lab.QUICK),
        Lab.FINGERPRINTS);
    lab.azure
        .faults()
        .add(Fault.on("", "/secrets.*").status(404, "<html>not found</html>").times(0));
    assertFails(() -> wrong.find(NAME, Lab.ATTEMPT), "404", "check the vault's address");
    assertFails(() -> wrong.holding(Lab.fingerprint(VALUE)), "404", "check the vault's address");
    assertFails(() -> put(wrong, NAME, Lab.ATTEMPT), "404", "check the vault's address");
  }

  @Test
  void a_version_that_may_not_be_read_is_not_left_out() {
    lab.vault().setSecret("hidden", VALUE);
    lab.azure
        .faults()
        .add(Fault.on("GET", "/secrets/hidden/[0-9a-f]+")
            .status(403, "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}")
            .times(0));
    assertFails(() -> store.holding(Lab.fingerprint(VALUE)), "reading the secrets", "403");
  }
}
