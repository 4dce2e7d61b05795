package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.Pause;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.Rewriter;
import dev.rekey.rotation.RotationException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/**
 * The secrets of a vault that hold a credential inside a longer value, such as a connection string, as
 * dependents: whoever follows such a secret would be left with a dead one.
 *
 * <p>A secret that is the credential itself is the {@link KeyVaultStore}'s. Only the newest version
 * counts: it is what followers get. The secret of a certificate is left alone. Thread-safe.
 */
public final class VaultSecrets implements DependentFinder {
  private final VaultCalls calls;
  private final Rewriter rewriter;

  private VaultSecrets(VaultCalls calls, Rewriter rewriter) {
    this.calls = calls;
    this.rewriter = rewriter;
  }

  /**
   * Returns the secrets of the vault that a client talks to.
   *
   * @param detector finds credentials in values; it fingerprints with the rotation's key
   */
  public static VaultSecrets in(SecretClient client, Detector detector) {
    return new VaultSecrets(
        new VaultCalls(client, new VaultThrottle(Clock.systemUTC(), Pause.SLEEP)),
        new Rewriter(detector));
  }

  @Override
  public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
    List<Dependent> using = new ArrayList<>();
    try {
      for (SecretProperties secret : calls.secrets()) {
        VaultSecret dependent = named(secret.getName());
        if (!VaultCalls.isManaged(secret) && dependent.embeds(fingerprint)) {
          using.add(dependent);
        }
      }
      return using;
    } catch (RuntimeException failed) {
      throw Failures.ofVault("reading the secrets", calls.address(), failed);
    }
  }

  @Override
  public PlannedCall describeFind() {
    String vault = calls.address();
    return PlannedCall.of("GET " + vault + "/secrets, and the newest version of each")
        .needingData(KeyVaultStore.READ_METADATA, vault)
        .needingData(KeyVaultStore.GET_SECRET, vault);
  }

  @Override
  public Dependent dependent(String id) throws RotationException {
    String prefix = VaultSecret.prefix(calls);
    String name = id.startsWith(prefix) ? id.substring(prefix.length()) : "";
    if (!name.matches("[0-9a-zA-Z-]{1,127}")) {
      throw new RotationException("not the id of a secret in " + calls.address());
    }
    try {
      calls.get(name);
    } catch (HttpResponseException failed) {
      throw Failures.ofVault("reading secret " + name, calls.address(), failed);
    }
    return named(name);
  }

  private VaultSecret named(String name) {
    return new VaultSecret(calls, rewriter, name);
  }
}
