package dev.rekey.rotation.postgres;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Versions of secrets in memory, which outlive the rotator that dies. */
final class TestStore implements SecretStore {
  private record Version(String name, String id, String value, String attempt) {}

  private final FingerprintKey key;
  private final List<Version> versions = new ArrayList<>();
  private final List<String> disabled = new ArrayList<>();

  TestStore(FingerprintKey key) {
    this.key = key;
  }

  /** Returns every value that was ever put. */
  List<String> values() {
    return versions.stream().map(Version::value).distinct().toList();
  }

  @Override
  public String id() {
    return "memory";
  }

  @Override
  public String nameFor(SecretIssuer issuer) {
    return "rekey-database";
  }

  private StoredVersion shown(Version version) {
    boolean newest = versions.stream()
        .filter(other -> other.name().equals(version.name()))
        .reduce((older, newer) -> newer)
        .filter(version::equals)
        .isPresent();
    return new StoredVersion(
        version.name(), version.id(), !disabled.contains(version.id()), newest);
  }

  @Override
  public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt) {
    Version version = new Version(
        metadata.name(), "v" + versions.size(), value.reveal(String::new), attempt.toString());
    versions.add(version);
    return shown(version);
  }

  @Override
  public Optional<StoredVersion> find(String name, AttemptId attempt) {
    return versions.stream()
        .filter(version -> version.attempt().equals(attempt.toString()))
        .findFirst()
        .map(this::shown);
  }

  @Override
  public List<StoredVersion> holding(Fingerprint fingerprint) {
    return versions.stream()
        .filter(version -> {
          try (Secret secret = Secret.of(version.value())) {
            return key.fingerprint(secret).equals(fingerprint);
          }
        })
        .map(this::shown)
        .toList();
  }

  @Override
  public Secret read(StoredVersion stored) throws RotationException {
    return versions.stream()
        .filter(version -> version.id().equals(stored.version()))
        .filter(version -> !disabled.contains(version.id()))
        .findFirst()
        .map(version -> Secret.of(version.value()))
        .orElseThrow(() -> new RotationException(stored + " can't be read"));
  }

  @Override
  public void disable(StoredVersion version, AttemptId attempt) {
    disabled.add(version.version());
  }

  @Override
  public PlannedCall describePut(String name) {
    return PlannedCall.of("put " + name);
  }

  @Override
  public PlannedCall describeDisable(StoredVersion version) {
    return PlannedCall.of("disable " + version);
  }
}
