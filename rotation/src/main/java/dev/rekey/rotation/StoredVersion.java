package dev.rekey.rotation;

import java.util.Objects;

/**
 * One version of a secret in a store.
 *
 * @param name the name of the secret
 * @param version the version's id
 * @param enabled whether it can be read
 * @param newest whether whoever follows the name gets this version
 */
public record StoredVersion(String name, String version, boolean enabled, boolean newest) {
  /** Checks that nothing is null. */
  public StoredVersion {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
  }

  /** Returns {@code name/version}. */
  @Override
  public String toString() {
    return name + "/" + version;
  }
}
