package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.credential.TokenCredential;
import com.azure.core.credential.TokenRequestContext;
import com.azure.security.keyvault.secrets.SecretClient;
import dev.rekey.rotation.Blocker;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.StoredVersion;
import dev.rekey.simulator.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What would keep a put from a name is told before it, by looking only. */
class KeyVaultBlockersTest extends VaultBench {
  private long changes;

  private long changes() {
    return lab.count("PUT", "/(deleted)?secrets.*")
        + lab.count("PATCH", "/(deleted)?secrets.*")
        + lab.count("DELETE", "/(deleted)?secrets.*")
        + lab.count("POST", "/(deleted)?secrets.*");
  }

  /** From here on nothing may change. */
  private void begin() {
    changes = changes();
  }

  @AfterEach
  void looking_changed_nothing() {
    assertThat(changes()).isEqualTo(changes);
  }

  private SecretClient client(String vault) {
    return lab.vault(
        lab.azure.vault(vault).toString(), lab.credential(Lab.OWNER, Lab.TENANT), Lab.ONCE);
  }

  private static void assertBlocked(
      KeyVaultStore by, String name, Blocker.Kind kind, String problem, String fix) {
    assertThat(by.obstacles(name).blockers()).singleElement().satisfies(blocker -> {
      assertThat(blocker.kind()).isEqualTo(kind);
      assertThat(blocker.problem()).contains(problem);
      assertThat(blocker.fix()).contains(fix).endsWith(".");
    });
  }

  @Test
  void nothing_keeps_a_put_from_a_name_that_is_free_or_in_use() throws RotationException {
    StoredVersion stored = put(Lab.ATTEMPT);
    begin();
    assertThat(store.obstacles(NAME).blockers()).isEmpty();
    assertThat(store.obstacles("free").blockers()).isEmpty();
    assertThat(store.obstacles("free").unknowns())
        .singleElement()
        .asString()
        .contains("free", "Azure Policy", "known when it is put");
    assertThat(stored.newest()).isTrue();
  }

  @Test
  void nor_from_one_whose_newest_version_is_disabled() {
    client("vault1")
        .updateSecretProperties(
            client("vault1").getSecret("other").getProperties().setEnabled(false));
    begin();
    assertThat(store.obstacles("other").blockers()).isEmpty();
  }

  @Test
  void a_soft_deleted_name_is_told() {
    client("vault1").beginDeleteSecret("other").poll();
    begin();
    assertBlocked(
        store,
        "other",
        Blocker.Kind.NAME_DELETED,
        "other in " + store.id() + " is soft-deleted",
        "az keyvault secret recover --id " + store.id() + "/deletedsecrets/other");
  }

  @Test
  void a_certificate_s_name_is_told() {
    begin();
    assertBlocked(
        lab.onceIn("certified").build(),
        "web",
        Blocker.Kind.NAME_MANAGED,
        "a certificate manages the secret web",
        "another name");
  }

  @Test
  void a_firewall_is_told() {
    begin();
    assertBlocked(
        lab.onceIn("closed").build(),
        NAME,
        Blocker.Kind.STORE_REFUSES,
        "403 ForbiddenByFirewall",
        "Run from a network");
  }

  @Test
  void a_missing_role_or_access_policy_is_told() {
    begin();
    assertBlocked(
        lab.store(Lab.LIMITED),
        "other",
        Blocker.Kind.STORE_REFUSES,
        "403 ForbiddenByRbac",
        "Assign Key Vault Secrets Officer");
    assertBlocked(
        lab.onceIn("policed").build(),
        NAME,
        Blocker.Kind.STORE_REFUSES,
        "403 ForbiddenByPolicy",
        "access policies");
  }

  @Test
  void a_vault_of_another_tenant_is_told() {
    TokenCredential ours = lab.credential(Lab.OWNER, Lab.TENANT);
    TokenCredential deaf = asked -> ours.getToken(
        new TokenRequestContext().setScopes(asked.getScopes()).setTenantId(Lab.TENANT));
    begin();
    assertBlocked(
        lab.store(lab.vault(lab.azure.vault("foreign").toString(), deaf, Lab.ONCE))
            .build(),
        NAME,
        Blocker.Kind.STORE_REFUSES,
        "another tenant's",
        OTHER_TENANT);
    assertBlocked(
        lab.store(lab.vault(
                lab.azure.vault("vault1").toString(),
                lab.credential(Lab.OWNER, OTHER_TENANT),
                Lab.ONCE))
            .build(),
        NAME,
        Blocker.Kind.STORE_REFUSES,
        "another tenant's",
        "credential of the tenant");
  }

  @Test
  void what_can_t_be_looked_at_is_told() {
    begin();
    for (String path : new String[] {"/secrets/.+/versions", "/deletedsecrets/.+"}) {
      lab.azure
          .faults()
          .add(Fault.on("GET", path)
              .status(
                  403,
                  "{\"error\":{\"code\":\"Forbidden\",\"message\":\"no\",\"innererror\":{\"code\":"
                      + "\"ForbiddenByRbac\"}}}")
              .times(0));
      assertBlocked(
          store,
          path.startsWith("/deleted") ? "free" : "other",
          Blocker.Kind.STORE_REFUSES,
          "403 ForbiddenByRbac",
          "readMetadata");
      lab.azure.faults().clear();
    }
    lab.azure.faults().add(Fault.on("GET", "/secrets/.+").status(500, "{}").times(0));
    assertBlocked(
        lab.onceIn("vault1").build(), "other", Blocker.Kind.UNREADABLE, "500", "Look into it");
  }

  @Test
  void a_vault_that_can_t_be_reached_is_told() {
    begin();
    KeyVaultStore nowhere = lab.store(
            lab.vault("https://localhost:1", lab.credential(Lab.OWNER, Lab.TENANT), Lab.ONCE))
        .build();
    assertBlocked(
        nowhere, NAME, Blocker.Kind.UNREADABLE, "no vault answers", "Check the vault's address");
  }
}
