package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultReferenceTest {
  private static final String VERSION = "ec96f02080254f109c51a1f14cdb1931";

  private static VaultReference reference(String text) {
    return VaultReference.of(text).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "SecretUri=https://v1.vault.azure.net/secrets/db, ''",
    "SecretUri=https://v1.vault.azure.net/secrets/db/, ''",
    "SecretUri=https://v1.vault.azure.net/secrets/db/" + VERSION + ", " + VERSION,
    "SecretUri=https://V1.Vault.Azure.Net/secrets/db/" + VERSION + "/, " + VERSION,
    "VaultName=v1;SecretName=db, ''",
    "VaultName=v1;SecretName=db;SecretVersion=, ''",
    "secretname=db; vaultname=V1; secretversion=" + VERSION + ", " + VERSION,
  })
  void both_forms_are_read(String words, String version) {
    VaultReference reference = reference("@Microsoft.KeyVault(" + words + ")");
    assertThat(reference.name()).isEqualTo("db");
    assertThat(reference.version().orElse("")).isEqualTo(version);
    assertThat(reference.isIn("https://v1.vault.azure.net")).isTrue();
    assertThat(reference.isIn("https://v2.vault.azure.net")).isFalse();
    assertThat(reference.isIn("https://v1x.vault.azure.net")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@Microsoft.KeyVault()",
        "@Microsoft.KeyVault(SecretUri=)",
        "@Microsoft.KeyVault(SecretUri=https://v1.vault.azure.net/keys/db)",
        "@Microsoft.KeyVault(SecretUri=http://v1.vault.azure.net/secrets/db)",
        "@Microsoft.KeyVault(VaultName=v1)",
        "@Microsoft.KeyVault(SecretName=db)",
        "@Microsoft.AppConfiguration(Endpoint=https://x; Key=y)",
        "x @Microsoft.KeyVault(VaultName=v1;SecretName=db)",
      })
  void what_is_none_is_none(String text) {
    assertThat(VaultReference.of(text)).isEmpty();
  }

  @Test
  void another_version_is_written_in_the_same_form() {
    String other = "0".repeat(32);
    assertThat(reference(
                " @Microsoft.KeyVault(VaultName=v1;SecretName=db;SecretVersion=" + VERSION + ") ")
            .withVersion(other))
        .isEqualTo(" @Microsoft.KeyVault(VaultName=v1;SecretName=db;SecretVersion=" + other + ") ");
    assertThat(reference("@Microsoft.KeyVault(SecretUri=https://v1.vault.azure.net/secrets/db/"
                + VERSION + "/)")
            .withVersion(other))
        .isEqualTo(
            "@Microsoft.KeyVault(SecretUri=https://v1.vault.azure.net/secrets/db/" + other + "/)");
  }

  @Test
  void a_reference_to_the_newest_version_is_one() {
    VaultReference reference =
        reference(VaultReference.toNewest("https://v1.vault.azure.net:8443", "db"));
    assertThat(reference.version()).isEmpty();
    assertThat(reference.isIn("https://v1.vault.azure.net:8443")).isTrue();
    assertThat(reference.isIn("https://v1.vault.azure.net")).isFalse();
  }
}
