package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A store in memory: for tests, and for those who have no vault and hand the new value on themselves.
 *
 * <p>It keeps copies and wipes them: a version's when it is disabled, all when it is closed. What it
 * holds is gone with the process, so that a run that was cut off can't be resumed by another.
 *
 * <p>Thread-safe.
 */
public final class MemoryStore implements SecretStore, AutoCloseable {
  private final String id;
  private final FingerprintKey fingerprints;
  private final Map<String, List<Version>> names = new TreeMap<>();
  private int made;
  private boolean closed;

  /** One value; one that is disabled is wiped. */
  private static final class Version {
    private final String id;
    private final Secret value;
    private final Fingerprint fingerprint;
    private final String attempt;
    private final String issuer;
    private boolean enabled = true;

    private Version(
        String id, Secret value, Fingerprint fingerprint, String attempt, String issuer) {
      this.id = id;
      this.value = value;
      this.fingerprint = fingerprint;
      this.attempt = attempt;
      this.issuer = issuer;
    }

    private void disable() {
      enabled = false;
      value.close();
    }
  }

  private MemoryStore(String id, FingerprintKey fingerprints) {
    this.id = id;
    this.fingerprints = fingerprints;
  }

  /**
   * Returns an empty store.
   *
   * @param name what it is called; its id is {@code memory:NAME}
   * @param fingerprints the key under which the rotation's fingerprints are made
   */
  public static MemoryStore named(String name, FingerprintKey fingerprints) {
    return new MemoryStore(
        "memory:" + Objects.requireNonNull(name, "name"),
        Objects.requireNonNull(fingerprints, "fingerprints"));
  }

  @Override
  public String id() {
    return id;
  }

  /**
   * Puts a value that no run made: what was there before, or what somebody else puts beside.
   *
   * @throws RotationException if the store is closed
   */
  public synchronized StoredVersion add(String name, Secret value) throws RotationException {
    return add(name, value, "", "");
  }

  /**
   * Returns the version that whoever follows a name gets.
   *
   * @throws RotationException if the store is closed
   */
  public synchronized Optional<StoredVersion> newest(String name) throws RotationException {
    List<Version> versions = versions(name);
    return versions.isEmpty()
        ? Optional.empty()
        : Optional.of(shown(name, versions.get(versions.size() - 1)));
  }

  @Override
  public synchronized String nameFor(SecretIssuer issuer) throws RotationException {
    String words = issuer
        .label()
        .toLowerCase(Locale.ROOT)
        .replaceAll("[^0-9a-z]+", "-")
        .replaceAll("^-|-$", "");
    String name = words.isEmpty() ? "credential" : words;
    String candidate = name;
    for (int number = 2; !isFor(candidate, issuer); number++) {
      candidate = name + "-" + number;
    }
    return candidate;
  }

  /** A name that nobody uses, or under which we put this issuer's value before. */
  private boolean isFor(String name, SecretIssuer issuer) throws RotationException {
    List<Version> versions = versions(name);
    return versions.isEmpty() || versions.get(versions.size() - 1).issuer.equals(issuer.id());
  }

  @Override
  public synchronized StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
      throws RotationException {
    StoredVersion stored = add(metadata.name(), value, attempt.toString(), metadata.issuer());
    for (Version twin : versions(metadata.name())) {
      if (twin.attempt.equals(attempt.toString()) && !twin.id.equals(stored.version())) {
        twin.disable();
      }
    }
    return stored;
  }

  private StoredVersion add(String name, Secret value, String attempt, String issuer)
      throws RotationException {
    List<Version> versions = versions(name);
    Version version =
        new Version("v" + ++made, value.copy(), fingerprints.fingerprint(value), attempt, issuer);
    versions.add(version);
    names.put(name, versions);
    return shown(name, version);
  }

  @Override
  public synchronized Optional<StoredVersion> find(String name, AttemptId attempt)
      throws RotationException {
    List<Version> versions = versions(name);
    for (int i = versions.size() - 1; i >= 0; i--) {
      if (versions.get(i).attempt.equals(attempt.toString())) {
        return Optional.of(shown(name, versions.get(i)));
      }
    }
    return Optional.empty();
  }

  @Override
  public synchronized List<StoredVersion> holding(Fingerprint fingerprint)
      throws RotationException {
    checkOpen();
    List<StoredVersion> holding = new ArrayList<>();
    names.forEach((name, versions) -> versions.stream()
        .filter(version -> version.enabled && version.fingerprint.equals(fingerprint))
        .forEach(version -> holding.add(shown(name, version))));
    return holding;
  }

  @Override
  public synchronized Secret read(StoredVersion version) throws RotationException {
    Version found = version(version);
    if (!found.enabled) {
      throw new RotationException(
          "version " + version + " in " + id + " is disabled and its value wiped");
    }
    return found.value.copy();
  }

  @Override
  public synchronized void disable(StoredVersion version, AttemptId attempt)
      throws RotationException {
    Version found = version(version);
    if (!found.enabled) {
      return;
    }
    if (shown(version.name(), found).newest()) {
      throw new RotationException("version " + version + " in " + id
          + " is the newest of its name, and whoever follows it would be refused: put a newer one"
          + " first");
    }
    found.disable();
  }

  @Override
  public PlannedCall describePut(String name) {
    return PlannedCall.of("put " + name + " into " + id)
        .withEffect(
            "Whoever follows the newest version of " + name + " in " + id + " gets the new value.");
  }

  @Override
  public PlannedCall describeDisable(StoredVersion version) {
    return PlannedCall.of("disable " + version + " in " + id + " and wipe its value")
        .withEffect("Whoever asks for this version of " + version.name() + " is refused.");
  }

  /** Wipes all values; the store refuses everything from then on. Closing again does nothing. */
  @Override
  public synchronized void close() {
    closed = true;
    names.values().forEach(versions -> versions.forEach(version -> version.value.close()));
    names.clear();
  }

  private Version version(StoredVersion version) throws RotationException {
    return versions(version.name()).stream()
        .filter(found -> found.id.equals(version.version()))
        .findFirst()
        .orElseThrow(() -> new RotationException(id + " has no version " + version));
  }

  private List<Version> versions(String name) throws RotationException {
    checkOpen();
    return names.getOrDefault(name, new ArrayList<>());
  }

  private void checkOpen() throws RotationException {
    if (closed) {
      throw new RotationException(id + " is closed and its values wiped; open another one");
    }
  }

  private StoredVersion shown(String name, Version version) {
    List<Version> versions = names.getOrDefault(name, List.of());
    boolean newest = versions.get(versions.size() - 1).id.equals(version.id);
    return new StoredVersion(name, version.id, version.enabled, newest);
  }

  /** Returns its id and how many names it has; no name and no value. */
  @Override
  public synchronized String toString() {
    return "MemoryStore[" + id + ", names=" + names.size() + "]";
  }
}
