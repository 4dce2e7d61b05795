package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Secret;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** An issuer with two slots, that tells times by its own clock, an hour fast. */
final class FakeIssuer implements SecretIssuer {
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

  Snapshot held(FakeWorld.State seen) {
    Map<String, Snapshot.Slot> slots = new TreeMap<>();
    seen.slots()
        .forEach((name, value) -> slots.put(
            name,
            new Snapshot.Slot(
                world.fingerprint(value.text()), java.util.Optional.of(value.issuedAt()))));
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
  public Secret read(String slot) throws RotationException {
    return world.call("issuer.read", seen -> Secret.of(seen.slots().get(slot).text()));
  }

  @Override
  public Secret issue(String slot, AttemptId attempt) throws RotationException {
    return world.call("issuer.issue", seen -> Secret.of(regenerate(slot, attempt)));
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
  public List<ProbeAnswer> probe(Secret value) throws RotationException {
    return world.call("issuer.probe", seen -> {
      String text = value.reveal(String::new);
      return List.of(answer("blob", seen, text), answer("queue", seen, text));
    });
  }

  private ProbeAnswer answer(String endpoint, FakeWorld.State seen, String text) {
    if (world.endpointsUnclear) {
      return new ProbeAnswer.Unclear(endpoint, "403 AuthorizationFailure");
    }
    boolean held = seen.slots().values().stream().anyMatch(v -> v.text().equals(text));
    Map<String, Integer> delays = held ? world.young : world.lingering;
    int left = delays.getOrDefault(text, 0);
    delays.put(text, Math.max(0, left - 1));
    return held == (left <= 0)
        ? new ProbeAnswer.Accepted(endpoint, "200")
        : new ProbeAnswer.Refused(endpoint, "403 AuthenticationFailed");
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
