package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.credential.AccessToken;
import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.StoredVersion;
import dev.rekey.simulator.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A vault that refuses, is busy, is another, or is none: each is said quickly, with what to do. */
class KeyVaultRefusalTest extends VaultBench {
  @Test
  void a_name_that_is_soft_deleted_says_what_to_do() throws RotationException {
    put(Lab.ATTEMPT);
    lab.vault().beginDeleteSecret(NAME).poll();
    assertRefused(
        VaultRefusal.DELETED,
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
    assertRefused(
        VaultRefusal.ROLE,
        () -> put(limited, NAME, Lab.ATTEMPT),
        "403 ForbiddenByRbac",
        "Key Vault Secrets Officer");
    assertFails(() -> limited.holding(Lab.fingerprint(VALUE)), "403 ForbiddenByRbac", "assign");
    assertFails(() -> limited.find("other", Lab.ATTEMPT), "403 ForbiddenByRbac", "assign");
  }

  @Test
  void a_firewall_is_named() throws RotationException {
    KeyVaultStore closed = lab.onceIn("closed").build();
    assertRefused(
        VaultRefusal.FIREWALL,
        () -> closed.holding(Lab.fingerprint(VALUE)),
        "403 ForbiddenByFirewall",
        "run from");
    store.find(NAME, Lab.ATTEMPT);
    refuse("GET", 403, "ForbiddenByConnection");
    assertRefused(
        VaultRefusal.FIREWALL,
        () -> store.find(NAME, Lab.ATTEMPT),
        "403 ForbiddenByConnection",
        "private endpoint");
  }

  /** Answers all requests of a method so, until the faults are cleared. */
  private void refuse(String method, int status, String inner) {
    lab.azure
        .faults()
        .add(Fault.on(method, "/secrets.*")
            .status(
                status,
                "{\"error\":{\"code\":\"Forbidden\",\"message\":\"" + VALUE
                    + "\",\"innererror\":{\"code\":\"" + inner + "\"}}}")
            .times(0));
  }

  @Test
  void an_access_policy_is_named_by_both_of_its_codes() throws RotationException {
    KeyVaultStore policed = lab.onceIn("policed").build();
    assertRefused(
        VaultRefusal.ACCESS_POLICY,
        () -> put(policed, NAME, Lab.ATTEMPT),
        "403 ForbiddenByPolicy",
        "access policies");
    store.find(NAME, Lab.ATTEMPT);
    refuse("PUT", 403, "AccessDenied");
    assertRefused(
        VaultRefusal.ACCESS_POLICY, () -> put(Lab.ATTEMPT), "403 AccessDenied", "access policies");
  }

  @Test
  void an_azure_policy_is_named_and_met_by_content_type_and_lifetime() throws RotationException {
    assertRefused(
        VaultRefusal.AZURE_POLICY,
        () -> put(lab.onceIn("governed").build(), NAME, Lab.ATTEMPT),
        "403 ForbiddenByGovernancePolicy",
        "content type");
    KeyVaultStore.Builder typed = lab.onceIn("governed").contentType("text/plain");
    for (KeyVaultStore.Builder wrong :
        List.of(typed, lab.onceIn("governed").lifetime(Duration.ofDays(30)))) {
      assertRefused(VaultRefusal.AZURE_POLICY, () -> put(wrong.build(), NAME, Lab.ATTEMPT));
    }
    assertRefused(
        VaultRefusal.AZURE_POLICY,
        () -> put(typed.lifetime(Duration.ofDays(92)).build(), NAME, Lab.ATTEMPT));
    StoredVersion stored = put(typed.lifetime(Duration.ofDays(89)).build(), NAME, Lab.ATTEMPT);
    assertThat(stored.newest()).isTrue();
  }

  @Test
  void an_azure_policy_that_denies_an_update_is_named_too() throws RotationException {
    StoredVersion older = put(Lab.ATTEMPT);
    put(new AttemptId("another-run", "store"));
    refuse("PATCH", 403, "ForbiddenByGovernancePolicy");
    assertRefused(
        VaultRefusal.AZURE_POLICY, () -> store.disable(older, RETIRE), "disabling version");
  }

  @Test
  void a_version_that_is_disabled_is_named() throws RotationException {
    StoredVersion older = put(Lab.ATTEMPT);
    put(new AttemptId("another-run", "store"));
    store.disable(older, RETIRE);
    assertRefused(
        VaultRefusal.DISABLED, () -> store.read(older), "403 SecretDisabled", "enable it");
  }

  @Test
  void a_name_that_is_being_deleted_says_to_wait() {
    KeyVaultStore slow = lab.onceIn("slow").build();
    lab.vault(lab.azure.vault("slow").toString(), lab.credential(Lab.OWNER, Lab.TENANT), Lab.ONCE)
        .beginDeleteSecret(NAME)
        .poll();
    assertRefused(
        VaultRefusal.BEING_DELETED,
        () -> put(slow, NAME, Lab.ATTEMPT),
        "409 ObjectIsBeingDeleted",
        "wait");
    assertRefused(VaultRefusal.DELETED, () -> put(slow, NAME, Lab.ATTEMPT));
  }

  @Test
  void a_refusal_without_a_reason_is_named_as_that() throws RotationException {
    store.find(NAME, Lab.ATTEMPT);
    lab.azure
        .faults()
        .add(Fault.on("GET", "/secrets.*")
            .status(403, "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\"}}")
            .times(0));
    assertRefused(
        VaultRefusal.FORBIDDEN,
        () -> store.find(NAME, Lab.ATTEMPT),
        "403 Forbidden",
        "does not say why");
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
  void a_vault_that_can_t_be_reached_fails_quickly() throws IOException {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    KeyVaultStore nowhere = KeyVaultStore.of(
        lab.vault("https://localhost:" + free, lab.credential(Lab.OWNER, Lab.TENANT), Lab.QUICK),
        Lab.FINGERPRINTS);
    assertRefused(
        VaultRefusal.UNREACHABLE,
        () -> put(nowhere, NAME, Lab.ATTEMPT),
        "check the vault's address");
    assertFails(() -> nowhere.find(NAME, Lab.ATTEMPT), "check the vault's address");
  }

  @Test
  void a_vault_whose_name_does_not_resolve_is_named() {
    // RFC 6761: this name never resolves.
    KeyVaultStore nowhere = lab.store(
            lab.vault("https://vault.invalid", lab.credential(Lab.OWNER, Lab.TENANT), Lab.ONCE))
        .build();
    assertRefused(
        VaultRefusal.UNREACHABLE,
        () -> nowhere.find(NAME, Lab.ATTEMPT),
        "does not resolve",
        "check the vault's address");
  }

  @Test
  void a_credential_that_is_not_accepted_is_named_quickly() {
    KeyVaultStore foreign = lab.store(lab.vault(
            lab.azure.vault("vault1").toString(),
            tokens -> Mono.just(new AccessToken("nonsense", OffsetDateTime.MAX)),
            Lab.QUICK))
        .build();
    assertRefused(
        VaultRefusal.NOT_SIGNED_IN,
        () -> put(foreign, NAME, Lab.ATTEMPT),
        "401 Unauthorized",
        "check the credential");
  }

  @Test
  void a_credential_of_another_tenant_is_named_quickly() {
    KeyVaultStore foreign = lab.store(lab.vault(
            lab.azure.vault("vault1").toString(),
            lab.credential(Lab.OWNER, OTHER_TENANT),
            Lab.QUICK))
        .build();
    assertRefused(VaultRefusal.OTHER_TENANT, () -> put(foreign, NAME, Lab.ATTEMPT), "tenant");
    assertFails(() -> foreign.holding(Lab.fingerprint(VALUE)), "tenant");
  }

  @Test
  void a_vault_of_another_tenant_is_named_where_a_token_of_ours_is_sent() {
    TokenCredential ours = lab.credential(Lab.OWNER, Lab.TENANT);
    // As a managed identity does: it has one tenant, and does not listen to a challenge.
    TokenCredential deaf = asked -> ours.getToken(
        new TokenRequestContext().setScopes(asked.getScopes()).setTenantId(Lab.TENANT));
    KeyVaultStore foreign = lab.store(
            lab.vault(lab.azure.vault("foreign").toString(), deaf, Lab.QUICK))
        .build();
    assertRefused(
        VaultRefusal.OTHER_TENANT,
        () -> put(foreign, NAME, Lab.ATTEMPT),
        "401 Unauthorized",
        "another tenant's",
        "a credential of the tenant that the vault belongs to, " + OTHER_TENANT);
  }

  @Test
  void an_address_that_is_no_vault_is_no_absence() {
    KeyVaultStore wrong = lab.store();
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
