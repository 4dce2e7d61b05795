package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.canary.Canary;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretMetadata;
import dev.rekey.rotation.StoredVersion;
import dev.rekey.simulator.Resource.StorageAccount;
import dev.rekey.simulator.Resource.Vault;
import dev.rekey.simulator.SecretPolicy;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;

/**
 * What tests of the store share: two vaults, and a client that tries twice more, ten milliseconds
 * apart: {@link Lab#QUICK}.
 */
abstract class VaultBench {
  static final String NAME = "storage-account-acct1";
  static final String VALUE = value(1);
  static final AttemptId RETIRE = new AttemptId("run-1", "retire.0");
  static final String OTHER_TENANT = "00000000-0000-0000-0000-000000000901";
  static final Duration QUICKLY = Duration.ofSeconds(8);

  final Lab lab = Lab.of(
      List.of(
          "Microsoft.KeyVault/vaults/secrets/getSecret/action",
          "Microsoft.KeyVault/vaults/secrets/setSecret/action",
          "Microsoft.KeyVault/vaults/secrets/readMetadata/action"),
      StorageAccount.named("acct1").withoutDataPlane(),
      Vault.named("vault1").secret("other", "something else"),
      Vault.named("closed").property("publicNetworkAccess", "Disabled"),
      Vault.named("certified").certificate("web").secret("plain", "something"),
      Vault.named("named").certificate(NAME),
      Vault.named("policed").property("enableRbacAuthorization", false),
      Vault.named("governed").denying(SecretPolicy.CONTENT_TYPE).denying(SecretPolicy.NINETY_DAYS),
      Vault.named("slow").deletionUses(2).secret(NAME, "what was there"),
      Vault.named("foreign").property("tenantId", OTHER_TENANT));
  final KeyVaultStore store = lab.store();

  @AfterEach
  void stop() {
    lab.close();
  }

  static String value(long seed) {
    byte[] bytes = new byte[64];
    new Random(seed).nextBytes(bytes);
    return Base64.getEncoder().encodeToString(bytes);
  }

  static SecretMetadata metadata(String name) {
    return new SecretMetadata(
        name,
        Lab.fingerprint(VALUE),
        Lab.account("acct1"),
        "key2",
        Lab.fingerprint("what it replaces"));
  }

  static StoredVersion put(KeyVaultStore into, String name, AttemptId attempt)
      throws RotationException {
    try (Secret secret = Secret.of(VALUE)) {
      return into.put(secret, metadata(name), attempt);
    }
  }

  StoredVersion put(AttemptId attempt) throws RotationException {
    return put(store, NAME, attempt);
  }

  /** As {@link #assertFails}, and for this reason. */
  static void assertRefused(VaultRefusal refusal, ThrowingCallable call, String... words) {
    assertThat(failure(call, words))
        .isInstanceOfSatisfying(
            VaultException.class, failed -> assertThat(failed.refusal()).isEqualTo(refusal));
  }

  List<SecretProperties> versions(String name) {
    List<SecretProperties> versions = new ArrayList<>();
    lab.vault().listPropertiesOfSecretVersions(name).forEach(versions::add);
    return versions;
  }

  /** What fails here fails quickly, with these words, and without the value anywhere. */
  static void assertFails(ThrowingCallable call, String... words) {
    assertThat(failure(call, words)).isNotNull();
  }

  private static Throwable failure(ThrowingCallable call, String... words) {
    long start = System.nanoTime();
    Throwable failed = catchThrowable(call);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(QUICKLY);
    assertThat(failed).isInstanceOf(RotationException.class);
    StringWriter trace = new StringWriter();
    failed.printStackTrace(new PrintWriter(trace));
    Canary.assertAbsent(trace.toString(), VALUE, "a stack trace");
    for (String word : words) {
      assertThat(failed.getMessage()).contains(word);
    }
    return failed;
  }
}
