package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Secret;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An issuer with two slots, that tells times by its own clock, an hour fast. */
final class FakeIssuer implements SlotIssuer {
  private final FakeWorld world;

  FakeIssuer(FakeWorld world) {
    this.world = world;
  }

  @Override
  public String id() {
    return "accounts/acme";
  }

  @Override
  public String label() {
    return "account acme";
  }

  @Override
  public void endSessions(String slot, AttemptId attempt) throws RotationException {
    world.call("issuer.endSessions", seen -> "");
  }

  @Override
  public Map<String, String> beside(String from, String to) {
    return Map.copyOf(world.beside);
  }

  Snapshot held(FakeWorld.State seen) {
    Map<String, Snapshot.Slot> slots = new TreeMap<>();
    seen.slots()
        .forEach((name, value) -> slots.put(
            name,
            new Snapshot.Slot(world.fingerprint(value.text()), Optional.of(value.issuedAt()))));
    return Snapshot.of(slots);
  }

  @Override
  public Snapshot snapshot() throws RotationException {
    return world.call("issuer.snapshot", seen -> {
      boolean stale = world.staleSnapshots > 0;
      world.staleSnapshots -= stale ? 1 : 0;
      return held(stale ? world.before : seen);
    });
  }

  @Override
  public Optional<Secret> read(String slot) throws RotationException {
    return Optional.of(
        world.call("issuer.read", seen -> Secret.of(seen.slots().get(slot).text())));
  }

  @Override
  public Issued issue(String slot, AttemptId attempt) throws RotationException {
    String text = world.call("issuer.issue", seen -> regenerate(slot, attempt));
    return new Issued(slot, world.fingerprint(text), Secret.of(text));
  }

  @Override
  public void revoke(String slot, AttemptId attempt) throws RotationException {
    world.call("issuer.revoke", seen -> {
      // I2: nobody known holds what dies here.
      world
          .state
          .apps()
          .forEach((id, settings) -> assertThat(settings.toString())
              .as("seed %d: %s when %s is revoked", world.seed, id, slot)
              .doesNotContain(world.value(slot)));
      regenerate(slot, attempt);
      return "";
    });
  }

  private String regenerate(String slot, AttemptId attempt) {
    String value = world.newValue();
    world.change("regenerate " + slot + " " + attempt.step(), () -> {
      String old = world.value(slot);
      world.lingering.put(old, world.probesUntilOldDies);
      world.young.put(value, world.probesUntilNewLives);
      world.state.slots().put(slot, new FakeWorld.Value(value, world.now[0].plusSeconds(3600)));
    });
    return value;
  }

  @Override
  public List<ProbeAnswer> probe(String slot, Secret value) throws RotationException {
    return world.call("issuer.probe", seen -> {
      String text = value.reveal(String::new);
      return List.of(world.answer("blob", seen, text), world.answer("queue", seen, text));
    });
  }

  @Override
  public Obstacles obstacles() {
    return world.obstacles.getOrDefault("issuer", Obstacles.NONE);
  }

  @Override
  public List<KillSwitch> killSwitches() {
    return world.hasSwitch ? List.of(new FakeSwitch(world)) : List.of();
  }

  @Override
  public Optional<Keyless> keyless() {
    return world.hasSwitch || !world.withIdentity.isEmpty()
        ? Optional.of(new Keyless("a managed identity", List.of("Acme Reader"), "accounts/acme"))
        : Optional.empty();
  }

  @Override
  public PlannedCall describeIssue(String slot) {
    return PlannedCall.of("POST regenerate " + slot)
        .withAz("az acme renew " + slot)
        .needing("Acme/accounts/renew/action", "/subscriptions/s1/resourceGroups/g1/acme")
        .withEffect("What " + slot + " signed dies with it.");
  }

  @Override
  public PlannedCall describeRevoke(String slot) {
    return describeIssue(slot);
  }
}
