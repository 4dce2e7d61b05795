package dev.rekey.simulator;

import static dev.rekey.simulator.Names.CLIENT;
import static dev.rekey.simulator.Names.SUB;
import static dev.rekey.simulator.Names.TENANT;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.Scenario.ResourceGroup;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a vault refuses by its own nature: certificates, access policies, Azure Policy, deletion. */
class VaultTest {

  private static final String OTHER_TENANT = "00000000-0000-0000-0000-000000000901";

  private static final String V = "?api-version=2025-07-01";

  private final Hands clock = new Hands(Instant.parse("2026-11-24T12:00:00Z"));
  private final Simulator simulator = Simulator.of(Scenario.tenant(TENANT)
          .client(CLIENT)
          .subscription(
              SUB,
              ResourceGroup.of(
                  "rg1",
                  Vault.named("plain").deletionUses(2),
                  Vault.named("certified").certificate("web"),
                  Vault.named("dated")
                      .denying(SecretPolicy.EXPIRY)
                      .denying(SecretPolicy.CONTENT_TYPE)
                      .denying(SecretPolicy.NINETY_DAYS),
                  Vault.named("policed")
                      .property("enableRbacAuthorization", false)
                      .property("accessPolicies", policies("get", "list"))
                      .secret("a", "v"),
                  Vault.named("foreign").property("tenantId", OTHER_TENANT)))
          .build())
      .clock(clock)
      .random(new Random(20261124))
      .start();
  private final Wire wire = new Wire(simulator.cloud(), simulator.trust());
  private final String token = wire.token(CLIENT, simulator.clientSecret(CLIENT), Wire.VAULT);

  @AfterEach
  void stop() {
    simulator.close();
  }

  private static List<Map<String, Object>> policies(String... permissions) {
    return List.of(Map.of(
        "tenantId",
        TENANT,
        "objectId",
        Scenario.Client.objectId(CLIENT),
        "permissions",
        Map.of("secrets", List.of(permissions))));
  }

  private Wire.Answer call(String vault, String method, String path, String body) {
    return wire.call(token, method, simulator.vault(vault).resolve(path + V), body);
  }

  private static void refused(Wire.Answer answer, int status, String inner) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    assertThat(answer.json().at("/error/innererror/code").asText()).isEqualTo(inner);
  }

  @Test
  void a_certificate_s_secret_can_be_read_and_not_changed() {
    JsonNode read = call("certified", "GET", "/secrets/web", "").json();
    assertThat(read.path("managed").asBoolean()).isTrue();
    assertThat(read.path("kid").asText())
        .startsWith(simulator.vault("certified") + "keys/web/")
        .endsWith(read.path("id").asText().replaceAll(".*/", ""));
    assertThat(read.path("contentType").asText()).isEqualTo("application/x-pkcs12");
    JsonNode listed = call("certified", "GET", "/secrets", "").json().at("/value/0");
    assertThat(listed.path("managed").asBoolean()).isTrue();
    assertThat(listed.has("kid")).isFalse();
    String version = read.path("id").asText().replaceAll(".*/", "");
    String off = "{\"attributes\":{\"enabled\":false}}";
    refused(
        call("certified", "PUT", "/secrets/web", "{\"value\":\"v\"}"),
        403,
        "SecretManagedByKeyVault");
    refused(
        call("certified", "PATCH", "/secrets/web/" + version, off), 403, "SecretManagedByKeyVault");
    refused(call("certified", "DELETE", "/secrets/web", ""), 403, "SecretManagedByKeyVault");
    assertThat(call("plain", "PUT", "/secrets/a", "{\"value\":\"v\"}").json().has("managed"))
        .isFalse();
  }

  @Test
  void an_access_policy_allows_what_it_names() {
    assertThat(call("policed", "GET", "/secrets/a", "").status()).isEqualTo(200);
    assertThat(call("policed", "GET", "/secrets", "").status()).isEqualTo(200);
    assertThat(call("policed", "GET", "/deletedsecrets/b", "").status()).isEqualTo(404);
    Wire.Answer put = call("policed", "PUT", "/secrets/a", "{\"value\":\"w\"}");
    refused(put, 403, "ForbiddenByPolicy");
    assertThat(put.json().at("/error/message").asText())
        .contains("does not have secrets set permission on key vault 'policed;location=");
    refused(call("policed", "DELETE", "/secrets/a", ""), 403, "ForbiddenByPolicy");
  }

  @Test
  void azure_policy_denies_a_secret_that_is_not_as_it_should_be() {
    long now = clock.instant().getEpochSecond();
    long days = 86_400;
    for (String body : List.of(
        "{\"value\":\"v\"}",
        "{\"value\":\"v\",\"contentType\":\"text/plain\"}",
        "{\"value\":\"v\",\"contentType\":\"\",\"attributes\":{\"exp\":" + (now + days) + "}}",
        "{\"value\":\"v\",\"attributes\":{\"exp\":" + (now + days) + "}}",
        "{\"value\":\"v\",\"contentType\":\"text/plain\",\"attributes\":{\"exp\":"
            + (now + 91 * days) + "}}")) {
      Wire.Answer put = call("dated", "PUT", "/secrets/a", body);
      refused(put, 403, "ForbiddenByGovernancePolicy");
      assertThat(put.json().at("/error/message").asText())
          .startsWith("Secret 'a' was disallowed by policy.");
    }
    assertThat(call(
                "dated",
                "PUT",
                "/secrets/a",
                "{\"value\":\"v\",\"contentType\":\"text/plain\",\"attributes\":{\"exp\":"
                    + (now + 90 * days) + "}}")
            .status())
        .isEqualTo(200);
  }

  @Test
  void a_secret_is_being_deleted_before_it_is_deleted() {
    call("plain", "PUT", "/secrets/a", "{\"value\":\"v\"}");
    assertThat(call("plain", "DELETE", "/secrets/a", "").status()).isEqualTo(200);
    refused(call("plain", "PUT", "/secrets/a", "{\"value\":\"w\"}"), 409, "ObjectIsBeingDeleted");
    assertThat(call("plain", "GET", "/deletedsecrets/a", "").status()).isEqualTo(404);
    assertThat(call("plain", "GET", "/deletedsecrets/a", "").status()).isEqualTo(200);
    refused(
        call("plain", "PUT", "/secrets/a", "{\"value\":\"w\"}"),
        409,
        "ObjectIsDeletedButRecoverable");
  }

  @Test
  void a_vault_of_another_tenant_says_whose_it_is() {
    Wire.Answer answer = call("foreign", "GET", "/secrets/a", "");
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.json().at("/error/message").asText())
        .isEqualTo("AKV10032: Invalid issuer. Expected one of https://sts.windows.net/"
            + OTHER_TENANT + "/, found https://sts.windows.net/" + TENANT + "/.");
    assertThat(answer.header("WWW-Authenticate")).contains("/" + OTHER_TENANT + "\"");
  }

  @Test
  void more_than_300_versions_in_ten_seconds_are_too_many() {
    for (int i = 0; i < 300; i++) {
      assertThat(call("plain", "PUT", "/secrets/a", "{\"value\":\"v\"}").status())
          .isEqualTo(200);
    }
    Wire.Answer tooMany = call("plain", "PUT", "/secrets/a", "{\"value\":\"v\"}");
    assertThat(tooMany.status()).isEqualTo(429);
    assertThat(tooMany.error()).isEqualTo("Throttled");
    clock.move(Duration.ofSeconds(10));
    assertThat(call("plain", "PUT", "/secrets/a", "{\"value\":\"v\"}").status()).isEqualTo(200);
  }
}
