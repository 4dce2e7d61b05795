package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.Rewriter;
import dev.rekey.rotation.RotationException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A secret that holds a credential inside a longer value; it is moved by a version in its shape. */
final class VaultSecret implements Dependent {
  private final VaultCalls calls;
  private final Rewriter rewriter;
  private final String name;

  VaultSecret(VaultCalls calls, Rewriter rewriter, String name) {
    this.calls = calls;
    this.rewriter = rewriter;
    this.name = name;
  }

  static String prefix(VaultCalls calls) {
    return calls.address() + "/secrets/";
  }

  @Override
  public String id() {
    return prefix(calls) + name;
  }

  @Override
  public String label() {
    return "vault secret " + name;
  }

  /** Whether a longer value holds the credential; one that is the credential itself does not. */
  boolean embeds(Fingerprint fingerprint) {
    Optional<KeyVaultSecret> newest = newest();
    return newest.isPresent()
        && !rewriter.isWhole(newest.get().getValue(), fingerprint)
        && rewriter.fingerprints(newest.get().getValue()).contains(fingerprint);
  }

  @Override
  public Set<Fingerprint> observe() throws RotationException {
    try {
      return newest().map(secret -> rewriter.fingerprints(secret.getValue())).orElse(Set.of());
    } catch (RuntimeException failed) {
      throw Failures.ofVault("reading secret " + name, calls.address(), failed);
    }
  }

  @Override
  public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
    try {
      Optional<KeyVaultSecret> newest = newest();
      if (newest.isEmpty()) {
        return;
      }
      Optional<String> replaced = rewriter.replace(newest.get().getValue(), replacement);
      if (replaced.isPresent()) {
        SecretProperties before = newest.get().getProperties();
        if (VaultCalls.isManaged(before)) {
          throw VaultException.of(
              "writing secret " + name, calls.address(), VaultRefusal.CERTIFICATE);
        }
        Map<String, String> tags =
            new HashMap<>(before.getTags() == null ? Map.of() : before.getTags());
        tags.put(KeyVaultStore.ATTEMPT, attempt.toString());
        calls.set(new KeyVaultSecret(name, replaced.get())
            .setProperties(new SecretProperties()
                .setContentType(before.getContentType())
                .setExpiresOn(before.getExpiresOn())
                .setNotBefore(before.getNotBefore())
                .setTags(tags)));
      }
    } catch (RuntimeException failed) {
      throw Failures.ofVault("writing secret " + name, calls.address(), failed);
    }
  }

  @Override
  public void verify(Fingerprint expected) throws RotationException {
    if (!observe().contains(expected)) {
      throw new RotationException(label() + " does not hold the expected credential: " + id());
    }
  }

  @Override
  public PlannedCall describeAdopt() {
    String vault = calls.address();
    return PlannedCall.of("PUT " + id() + " (the same text with the new value in it)")
        .withAz(KeyVaultStore.putCommand(vault, name))
        .needingData(KeyVaultStore.GET_SECRET, vault)
        .needingData(KeyVaultStore.SET_SECRET, vault)
        .withEffect("Whoever follows the newest version of " + name + " in " + vault
            + " gets the text with the new value.");
  }

  /** What followers get; a secret that is disabled or gone gives nobody anything. */
  private Optional<KeyVaultSecret> newest() {
    try {
      return Optional.of(calls.get(name)).filter(secret -> secret.getValue() != null);
    } catch (HttpResponseException refused) {
      return switch (VaultRefusal.of(refused)) {
        case DISABLED, NOT_FOUND -> Optional.empty();
        default -> throw refused;
      };
    }
  }
}
