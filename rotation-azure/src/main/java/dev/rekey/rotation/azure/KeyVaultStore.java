package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.security.keyvault.secrets.SecretClient;
import com.azure.security.keyvault.secrets.models.KeyVaultSecret;
import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import dev.rekey.rotation.SecretMetadata;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.StoredVersion;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A key vault.
 *
 * <p>A value and its tags are written in one request, and the tag with the attempt's id is how a
 * version is recognised after a crash: Key Vault itself would make a second one. So would the client,
 * which sends a write again whose answer was lost; the earlier of two such twins is disabled. Its
 * {@code retryOptions} also say how long a vault that can't be reached is tried. Versions are
 * disabled one by one; the name in use is never deleted. Tags can be read by whoever may list, so they
 * hold ids and fingerprints only.
 *
 * <p>Thread-safe.
 */
public final class KeyVaultStore implements SecretStore {
  private static final Logger LOG = LoggerFactory.getLogger(KeyVaultStore.class);
  /** The tag that says which attempt put a version. */
  static final String ATTEMPT = "rekey-attempt";

  static final String READ_METADATA = "Microsoft.KeyVault/vaults/secrets/readMetadata/action";
  static final String GET_SECRET = "Microsoft.KeyVault/vaults/secrets/getSecret/action";
  static final String SET_SECRET = "Microsoft.KeyVault/vaults/secrets/setSecret/action";
  private static final String UPDATE = "Microsoft.KeyVault/vaults/secrets/update/action";

  private static final String FINGERPRINT = "rekey-fingerprint";
  private static final String ISSUER = "rekey-issuer";
  private static final String SLOT = "rekey-slot";
  private static final String SUPERSEDES = "rekey-supersedes";
  private static final String RETIRED = "rekey-retired";
  private static final String DISABLED = "SecretDisabled";
  private static final int LONGEST_TAG = 256;
  private static final int MOST_TAGS = 15;
  private static final int LONGEST_NAME = 127;
  private static final int MOST_NAMES = 20;

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
    return address(client);
  }

  /** Returns the address of the vault that a client talks to. */
  static String address(SecretClient client) {
    String url = client.getVaultUrl();
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  @Override
  public String nameFor(SecretIssuer issuer) throws RotationException {
    String name = nameOf(issuer.label());
    try {
      for (int number = 1; number <= MOST_NAMES; number++) {
        String candidate = number == 1 ? name : numbered(name, number);
        if (isFor(candidate, issuer)) {
          return candidate;
        }
      }
    } catch (RuntimeException failed) {
      throw Failures.ofVault("looking for a free name like " + name, id(), failed);
    }
    throw new RotationException(
        id() + " has other secrets under " + name + " and the names numbered like it; rename one");
  }

  /** A name that nobody uses, or under which we put this issuer's value before. */
  private boolean isFor(String name, SecretIssuer issuer) {
    try {
      return issuer.id().equals(tags(client.getSecret(name).getProperties()).get(ISSUER));
    } catch (HttpResponseException refused) {
      if (isAbsent(refused)) {
        return true;
      }
      if (Failures.code(refused).equals(DISABLED)) {
        return false;
      }
      throw refused;
    }
  }

  private static String numbered(String name, int number) {
    String suffix = "-" + number;
    return name.substring(0, Math.min(name.length(), LONGEST_NAME - suffix.length())) + suffix;
  }

  /** A name that Key Vault takes: 1 to 127 letters, digits and hyphens. */
  static String nameOf(String label) {
    String words =
        label.toLowerCase(Locale.ROOT).replaceAll("[^0-9a-z]+", "-").replaceAll("^-|-$", "");
    String name = words.isEmpty() ? "credential" : words;
    return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
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
    String version;
    try {
      KeyVaultSecret put =
          client.setSecret(new KeyVaultSecret(metadata.name(), value.reveal(String::new))
              .setProperties(new SecretProperties().setTags(tags)));
      version = put.getProperties().getVersion();
    } catch (RuntimeException failed) {
      throw Failures.ofVault("putting secret " + metadata.name(), id(), failed);
    }
    StoredVersion stored = new StoredVersion(metadata.name(), version, true, true);
    try {
      disableTwins(stored, attempt);
    } catch (RotationException untidy) {
      // The value is stored; a twin holds the same one, and is retired together with it.
      LOG.warn("{}: whether {} has a twin is not known: {}", id(), stored, untidy.problem());
    }
    return stored;
  }

  private void disableTwins(StoredVersion stored, AttemptId attempt) throws RotationException {
    List<StoredVersion> twins = new ArrayList<>();
    try {
      for (SecretProperties version : client.listPropertiesOfSecretVersions(stored.name())) {
        if (isOf(attempt, version)
            && isEnabled(version)
            && !version.getVersion().equals(stored.version())) {
          twins.add(stored(version, stored.version()));
        }
      }
    } catch (RuntimeException failed) {
      throw Failures.ofVault("listing the versions of secret " + stored.name(), id(), failed);
    }
    for (StoredVersion twin : twins) {
      LOG.warn("{}: disabling {}: the client wrote it twice", id(), twin);
      disable(twin, attempt);
    }
  }

  @Override
  public Optional<StoredVersion> find(String name, AttemptId attempt) throws RotationException {
    try {
      String newest = newest(name);
      return client.listPropertiesOfSecretVersions(name).stream()
          .filter(version -> isOf(attempt, version))
          .max(Comparator.<SecretProperties, Boolean>comparing(
                  version -> version.getVersion().equals(newest))
              .thenComparing(KeyVaultStore::isEnabled)
              .thenComparing(KeyVaultStore::createdOn))
          .map(version -> stored(version, newest));
    } catch (RuntimeException failed) {
      if (isAbsent(failed)) {
        return Optional.empty();
      }
      throw Failures.ofVault("listing the versions of secret " + name, id(), failed);
    }
  }

  @Override
  public List<StoredVersion> holding(Fingerprint fingerprint) throws RotationException {
    List<StoredVersion> holding = new ArrayList<>();
    try {
      for (SecretProperties secret : client.listPropertiesOfSecrets()) {
        holding(secret.getName(), fingerprint, holding);
      }
      return holding;
    } catch (RuntimeException failed) {
      throw Failures.ofVault("reading the secrets", id(), failed);
    }
  }

  private void holding(String name, Fingerprint fingerprint, List<StoredVersion> holding) {
    try {
      String newest = newest(name);
      for (SecretProperties version : client.listPropertiesOfSecretVersions(name)) {
        if (isEnabled(version) && holds(version, fingerprint)) {
          holding.add(stored(version, newest));
        }
      }
    } catch (HttpResponseException failed) {
      if (!isAbsent(failed)) { // Else deleted since it was listed.
        throw failed;
      }
    }
  }

  @Override
  public Secret read(StoredVersion version) throws RotationException {
    try {
      return Secret.of(text(client.getSecret(version.name(), version.version())));
    } catch (RuntimeException failed) {
      throw Failures.ofVault("reading version " + version, id(), failed);
    }
  }

  @Override
  public void disable(StoredVersion version, AttemptId attempt) throws RotationException {
    try {
      for (SecretProperties properties : client.listPropertiesOfSecretVersions(version.name())) {
        if (properties.getVersion().equals(version.version())) {
          if (isEnabled(properties)) {
            Map<String, String> tags = new HashMap<>(tags(properties));
            if (tags.size() < MOST_TAGS) {
              tags.put(RETIRED, attempt.toString());
            }
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
  public PlannedCall describePut(String name) {
    return PlannedCall.of("PUT " + id() + "/secrets/" + name)
        .withAz(putCommand(id(), name))
        .needingData(READ_METADATA, id())
        .needingData(GET_SECRET, id())
        .needingData(SET_SECRET, id())
        .withEffect("Whoever follows the newest version of " + name + " in " + id()
            + " gets the new value.");
  }

  /** The command that puts what a file holds; a value is nothing for a command line. */
  static String putCommand(String vault, String name) {
    return Az.command(
        "keyvault",
        "secret",
        "set",
        "--vault-name",
        vault.replaceFirst("^https://([^.:/]+).*", "$1"),
        "--name",
        name,
        "--file",
        "new-value.txt",
        "--encoding",
        "utf-8");
  }

  @Override
  public PlannedCall describeDisable(StoredVersion version) {
    String url = id() + "/secrets/" + version;
    return PlannedCall.of("PATCH " + url + " {\"attributes\":{\"enabled\":false}}")
        .withAz(
            Az.command("keyvault", "secret", "set-attributes", "--id", url, "--enabled", "false"))
        .needingData(READ_METADATA, id())
        .needingData(UPDATE, id())
        .withEffect("Whoever asks for this version of " + version.name() + " is refused.");
  }

  private boolean holds(SecretProperties version, Fingerprint fingerprint) {
    // Not by our tag: whoever may write tags could hide a version with it.
    try (Secret value =
        Secret.of(text(client.getSecret(version.getName(), version.getVersion())))) {
      return fingerprints.fingerprint(value).equals(fingerprint);
    } catch (HttpResponseException refused) {
      if (Failures.code(refused).equals(DISABLED)) {
        return false; // Disabled since it was listed.
      }
      throw refused;
    }
  }

  private static String text(KeyVaultSecret secret) {
    return secret.getValue() == null ? "" : secret.getValue();
  }

  /** By Key Vault's own word: a wrong address answers 404 too. */
  private static boolean isAbsent(RuntimeException failed) {
    return failed instanceof HttpResponseException refused
        && Failures.code(refused).equals("SecretNotFound");
  }

  /** The version that whoever follows the name gets, or an empty text where that one is disabled. */
  private String newest(String name) {
    try {
      return client.getSecret(name).getProperties().getVersion();
    } catch (HttpResponseException refused) {
      if (Failures.code(refused).equals(DISABLED)) {
        return "";
      }
      throw refused;
    }
  }

  private static StoredVersion stored(SecretProperties version, String newest) {
    return new StoredVersion(
        version.getName(),
        version.getVersion(),
        isEnabled(version),
        version.getVersion().equals(newest));
  }

  private static boolean isOf(AttemptId attempt, SecretProperties version) {
    return attempt.toString().equals(tags(version).get(ATTEMPT));
  }

  /** What says nothing is taken to be readable, so that nothing is overlooked. */
  private static boolean isEnabled(SecretProperties version) {
    return !Boolean.FALSE.equals(version.isEnabled());
  }

  private static OffsetDateTime createdOn(SecretProperties version) {
    return version.getCreatedOn() == null ? OffsetDateTime.MIN : version.getCreatedOn();
  }

  private static Map<String, String> tags(SecretProperties version) {
    return version.getTags() == null ? Map.of() : version.getTags();
  }
}
