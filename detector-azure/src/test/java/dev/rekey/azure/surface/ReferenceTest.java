package dev.rekey.azure.surface;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/db)",
        " @Microsoft.KeyVault(VaultName=v;SecretName=s) ",
        "@Microsoft.AppConfiguration(Endpoint=https://c.azconfig.io; Key=k)",
        "[parameters('password')]",
        "[variables('x')]",
        "{{backend-password}}",
        "$(DB_PASSWORD)",
        "@parameters('token')",
        "@{parameters('token')}",
        "@pipeline().parameters.key",
        "**********"
      })
  void what_says_where_a_secret_is_or_hides_it_is_a_reference(String value) {
    assertThat(Reference.isOne(value)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "**",
        "password",
        "see @Microsoft.KeyVault(SecretUri=https://v/secrets/db)",
        "[concat('Server=x;Password=', 'literal')]",
        "{{a}} {{b}}",
        "$(A)$(B)",
        "Server=x;Password={{p}}",
        "***x***"
      })
  void what_holds_anything_else_is_scanned(String value) {
    assertThat(Reference.isOne(value)).isFalse();
  }
}
