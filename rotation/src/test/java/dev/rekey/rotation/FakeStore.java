package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A vault: versions of names, of which a disabled one can't be read. */
final class FakeStore implements SecretStore {
  private final FakeWorld world;

  FakeStore(FakeWorld world) {
    this.world = world;
  }

  @Override
  public String id() {
    return "vault";
  }

  @Override
  public String nameFor(SecretIssuer issuer) {
    return "rekey-acme";
  }

  private static StoredVersion shown(FakeWorld.State seen, FakeWorld.Version version) {
    boolean newest = seen.newest(version.name()).orElseThrow().id().equals(version.id());
    return new StoredVersion(version.name(), version.id(), version.enabled(), newest);
  }

  @Override
  public StoredVersion put(Secret value, SecretMetadata metadata, AttemptId attempt)
      throws RotationException {
    return world.call("store.put", seen -> {
      String text = value.reveal(String::new);
      FakeWorld.Version version = new FakeWorld.Version(
          metadata.name(),
          "v" + (world.state.versions().size() + 1),
          text,
          true,
          attempt.toString());
      world.change("put " + attempt.step(), () -> world.state.versions().add(version));
      return shown(world.state, version);
    });
  }

  @Override
  public Optional<StoredVersion> find(String name, AttemptId attempt) throws RotationException {
    return world.call(
        "store.find",
        seen -> seen.versions().stream()
            .filter(v -> v.name().equals(name) && v.attempt().equals(attempt.toString()))
            .findFirst()
            .map(v -> shown(seen, v)));
  }

  @Override
  public List<StoredVersion> holding(Fingerprint fingerprint) throws RotationException {
    return world.call("store.holding", seen -> {
      List<StoredVersion> holding = new ArrayList<>();
      for (FakeWorld.Version version : seen.versions()) {
        if (world.fingerprint(version.value()).equals(fingerprint)) {
          holding.add(shown(seen, version));
        }
      }
      return holding;
    });
  }

  @Override
  public Secret read(StoredVersion version) throws RotationException {
    return world.call("store.read", seen -> {
      FakeWorld.Version found = seen.versions().stream()
          .filter(v -> v.id().equals(version.version()))
          .findFirst()
          .orElseThrow();
      if (!found.enabled()) {
        throw new RotationException("403: version " + version + " is disabled");
      }
      return Secret.of(found.value());
    });
  }

  @Override
  public void disable(StoredVersion version, AttemptId attempt) throws RotationException {
    world.call("store.disable", seen -> {
      world.change(
          "disable " + version,
          () -> world
              .state
              .versions()
              .replaceAll(v -> v.id().equals(version.version())
                  ? new FakeWorld.Version(v.name(), v.id(), v.value(), false, v.attempt())
                  : v));
      return "";
    });
  }

  @Override
  public Obstacles obstacles(String name) {
    return world.obstacles.getOrDefault("store", Obstacles.NONE);
  }

  @Override
  public PlannedCall describePut(String name) {
    return PlannedCall.of("PUT " + name).needingData("Vaults/secrets/set", "https://vault");
  }

  @Override
  public PlannedCall describeDisable(StoredVersion version) {
    return PlannedCall.of("PATCH " + version);
  }
}
