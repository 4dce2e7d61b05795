package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.exception.ResourceNotFoundException;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.SecretMetadata;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.StoredVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A key vault.
 *
 * <p>A value and its tags are written in one request, and the tag with the attempt's id is how a
 * version is recognised after a crash: Key Vault itself would make a second one. Versions are
 * disabled one by one; the name in use is never deleted. Tags can be read by whoever may list, so they
 * hold ids and fingerprints only.
 *
 * <p>Thread-safe.
 */
public final class KeyVaultStore implements SecretStore {
  private static final String ATTEMPT = "rekey-attempt";
  private static final String FINGERPRINT = "rekey-fingerprint";
  private static final String ISSUER = "rekey-issuer";
  private static final String SLOT = "rekey-slot";
  private static final String SUPERSEDES = "rekey-supersedes";
  private static final String RETIRED = "rekey-retired";
  private static final int LONGEST_TAG = 256;
  private static final int LONGEST_NAME = 127;

  private final SecretClient client;
  private final FingerprintKey fingerprints;

  private KeyVaultStore(SecretClient client, FingerprintKey fingerprints) {
    this.client = client;
    this.fingerprints = fingerprints;
  }

  /**
   * Returns the vault that a client talks to.
   *
   * @param fingerprints the key under which the rotation's fingerprints are made
   */
  public static KeyVaultStore of(SecretClient client, FingerprintKey fingerprints) {
    return new KeyVaultStore(client, fingerprints);
  }

  @Override
  public String id() {
    String url = client.getVaultUrl();
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  @Override
  public String nameFor(SecretIssuer issuer) {
    String words = issuer
        .label()
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^0-9a-z]+", "-")
        .replaceAll("^-|-$", "");
    return words.length() <= LONGEST_NAME ? words : words.substring(0, LONGEST_NAME);
  }

  @Override
  public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
      throws RotationException {
    Map<String, String> tags = new HashMap<>();
    tags.put(ATTEMPT, attempt.toString());
    tags.put(FINGERPRINT, metadata.fingerprint().toString());
    tags.put(SUPERSEDES, metadata.supersedes().toString());
    tags.put(SLOT, metadata.slot());
    if (metadata.issuer().length() <= LONGEST_TAG) {
      tags.put(ISSUER, metadata.issuer());
    }
    try {
      KeyVaultSecret put =
          client.setSecret(new KeyVaultSecret(metadata.name(), value.reveal(String::new))
              .setProperties(new SecretProperties().setTags(tags)));
      return new StoredVersion(metadata.name(), put.getProperties().getVersion(), true, true);
    } catch (RuntimeException failed) {
      throw Failures.ofVault("putting secret " + metadata.name(), id(), failed);
    }
  }

  @Override
  public Optional<StoredVersion> find(String name, AttemptId attempt) throws RotationException {
    try {
      String newest = newest(name);
      for (SecretProperties version : client.listPropertiesOfSecretVersions(name)) {
        if (attempt.toString().equals(tag(version, ATTEMPT))) {
          return Optional.of(stored(version, newest));
        }
      }
      return Optional.empty();
    } catch (ResourceNotFoundException absent) {
      return Optional.empty();
    } catch (RuntimeException failed) {
      throw Failures.ofVault("listing the versions of secret " + name, id(), failed);
    }
  }

  @Override
  public List<StoredVersion> holding(Fingerprint fingerprint) throws RotationException {
    List<StoredVersion> holding = new ArrayList<>();
    try {
      for (SecretProperties secret : client.listPropertiesOfSecrets()) {
        String name = secret.getName();
        String newest = newest(name);
        for (SecretProperties version : client.listPropertiesOfSecretVersions(name)) {
          if (version.isEnabled() && holds(version, fingerprint)) {
            holding.add(stored(version, newest));
          }
        }
      }
      return holding;
    } catch (RuntimeException failed) {
      throw Failures.ofVault("reading the secrets", id(), failed);
    }
  }

  @Override
  public Secret read(StoredVersion version) throws RotationException {
    try {
      return Secret.of(client.getSecret(version.name(), version.version()).getValue());
    } catch (RuntimeException failed) {
      throw Failures.ofVault("reading version " + version, id(), failed);
    }
  }

  @Override
  public void disable(StoredVersion version, AttemptId attempt) throws RotationException {
    try {
      for (SecretProperties properties : client.listPropertiesOfSecretVersions(version.name())) {
        if (properties.getVersion().equals(version.version())) {
          if (properties.isEnabled()) {
            Map<String, String> tags = new HashMap<>(tags(properties));
            tags.put(RETIRED, attempt.toString());
            client.updateSecretProperties(properties.setEnabled(false).setTags(tags));
          }
          return;
        }
      }
    } catch (RuntimeException failed) {
      throw Failures.ofVault("disabling version " + version, id(), failed);
    }
    throw new RotationException(id() + " has no version " + version + " any more");
  }

  @Override
  public String describePut(String name) {
    return "PUT " + id() + "/secrets/" + name;
  }

  @Override
  public String describeDisable(StoredVersion version) {
    return "PATCH " + id() + "/secrets/" + version + " {\"attributes\":{\"enabled\":false}}";
  }

  private boolean holds(SecretProperties version, Fingerprint fingerprint) {
    // Not by our tag: whoever may write tags could hide a version with it.
    String text = client.getSecret(version.getName(), version.getVersion()).getValue();
    try (Secret value = Secret.of(text == null ? "" : text)) {
      return fingerprints.fingerprint(value).equals(fingerprint);
    }
  }

  /** The version that whoever follows the name gets, or an empty text where that one is disabled. */
  private String newest(String name) {
    try {
      return client.getSecret(name).getProperties().getVersion();
    } catch (HttpResponseException refused) {
      if (Failures.code(refused).equals("SecretDisabled")) {
        return "";
      }
      throw refused;
    }
  }

  private static StoredVersion stored(SecretProperties version, String newest) {
    return new StoredVersion(
        version.getName(),
        version.getVersion(),
        version.isEnabled(),
        version.getVersion().equals(newest));
  }

  private static String tag(SecretProperties version, String name) {
    return tags(version).getOrDefault(name, "");
  }

  private static Map<String, String> tags(SecretProperties version) {
    return version.getTags() == null ? Map.of() : version.getTags();
  }
}
