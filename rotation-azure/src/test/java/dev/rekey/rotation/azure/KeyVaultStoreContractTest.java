package dev.rekey.rotation.azure;

import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.SecretClientBuilder;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.testkit.SecretStoreContract;
import dev.rekey.rotation.testkit.Trouble;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.Resource.Vault;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** Key Vault keeps the contract of a store, in all the trouble that a network makes. */
class KeyVaultStoreContractTest extends SecretStoreContract {
  private static final String CHANGES = "/secrets/contract-name.*";
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(3);

  private final Lab lab = Lab.of(Vault.named("vault1"));
  private final SecretStore store = lab.store(impatient()).build();

  /** A client that gives up soon and tries nothing again. */
  private SecretClient impatient() {
    return new SecretClientBuilder()
        .vaultUrl(lab.azure.vault("vault1").toString())
        .credential(lab.credential(Lab.OWNER, Lab.TENANT))
        .httpClient(new JdkHttpClientBuilder(
                java.net.http.HttpClient.newBuilder().sslContext(lab.azure.trust()))
            .responseTimeout(LONG_ENOUGH)
            .build())
        .retryOptions(Lab.ONCE)
        .disableChallengeResourceVerification() // The simulated vault's host is localhost.
        .buildClient();
  }

  @AfterEach
  void stop() {
    lab.close();
  }

  /** A rotation takes dozens of requests: a sample, and by this property all. */
  @Override
  protected int every() {
    return Integer.getInteger("rekey.testkit.every", 8);
  }

  @Override
  protected SecretStore store() {
    return store;
  }

  @Override
  protected SecretStore reopened() {
    return lab.store();
  }

  @Override
  protected FingerprintKey fingerprints() {
    return Lab.FINGERPRINTS;
  }

  @Override
  protected void putByOthers(String name, Secret value) {
    lab.vault().setSecret(name, Lab.text(value));
  }

  @Override
  protected List<Trouble> troubles() {
    return List.of(
        trouble("lost request", change().dropBefore(), change("PATCH").dropBefore()),
        trouble("lost answer", change().dropAfter(), change("PATCH").dropAfter()),
        trouble("late answer", change().holdAfter(), change("PATCH").holdAfter()),
        trouble("busy", change().status(429, "{}"), change("PATCH").status(429, "{}")),
        trouble("outage", change().status(503, "{}"), change("PATCH").status(503, "{}")),
        trouble("refusal", change().status(403, "{}"), change("PATCH").status(403, "{}")));
  }

  private static Fault.Match change() {
    return change("PUT");
  }

  private static Fault.Match change(String method) {
    return Fault.on(method, CHANGES);
  }

  private Trouble trouble(String name, Fault put, Fault patch) {
    return new Trouble(
        name,
        () -> {
          lab.azure.faults().add(put);
          lab.azure.faults().add(patch);
        },
        () -> {
          lab.azure.faults().clear();
          lab.azure.faults().release();
        });
  }
}
