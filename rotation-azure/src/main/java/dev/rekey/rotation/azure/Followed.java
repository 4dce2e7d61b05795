package dev.rekey.rotation.azure;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.Rewriter;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretStore;
import dev.rekey.rotation.StoredVersion;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The vault that references of apps are followed into. */
final class Followed {
  private final SecretStore store;
  private final Rewriter rewriter;
  private final Optional<String> harmless;

  /** Takes the name of a harmless secret, too, where values are to become references. */
  Followed(SecretStore store, Rewriter rewriter, Optional<String> harmless) {
    this.store = store;
    this.rewriter = rewriter;
    this.harmless = harmless;
  }

  SecretStore store() {
    return store;
  }

  /** Returns the secret whose reference proves that an app can read here, if values become ones. */
  Optional<String> harmless() {
    return harmless;
  }

  String address() {
    return store.id();
  }

  /** Returns the reference that a setting is, if it refers to this vault. */
  Optional<VaultReference> reference(String setting) {
    return VaultReference.of(setting).filter(reference -> reference.isIn(store.id()));
  }

  /** Returns everything in a version that may be a credential. */
  Set<Fingerprint> held(String name, String version) throws RotationException {
    try (Secret value = store.read(new StoredVersion(name, version, true, false))) {
      return value.reveal(characters -> rewriter.fingerprints(new String(characters)));
    }
  }

  /** Returns the versions that are a value, and can be read. */
  List<StoredVersion> holding(Fingerprint fingerprint) throws RotationException {
    return store.holding(fingerprint).stream().filter(StoredVersion::enabled).toList();
  }

  /** Returns the version of a name that is a value, the newest if there are several. */
  Optional<String> version(String name, Fingerprint fingerprint) throws RotationException {
    return holding(fingerprint).stream()
        .filter(version -> version.name().equalsIgnoreCase(name))
        .max(Comparator.comparing(StoredVersion::newest))
        .map(StoredVersion::version);
  }

  /** Returns a name whose newest version is a value. */
  Optional<String> newestName(Fingerprint fingerprint) throws RotationException {
    return holding(fingerprint).stream()
        .filter(StoredVersion::newest)
        .map(StoredVersion::name)
        .findFirst();
  }
}
