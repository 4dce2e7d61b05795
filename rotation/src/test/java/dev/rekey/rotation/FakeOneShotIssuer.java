package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An issuer that makes a slot for each value and shows none: {@code key1} holds the exposed one, and
 * {@code key2} another team's.
 */
final class FakeOneShotIssuer implements OneShotIssuer {
  private final FakeWorld world;
  private final Map<String, String> madeBy = new HashMap<>();
  private int made;

  FakeOneShotIssuer(FakeWorld world) {
    this.world = world;
  }

  @Override
  public String id() {
    return "applications/acme";
  }

  @Override
  public String label() {
    return "application acme";
  }

  @Override
  public Snapshot snapshot() throws RotationException {
    return world.call("issuer.snapshot", seen -> {
      boolean stale = world.staleSnapshots > 0;
      world.staleSnapshots -= stale ? 1 : 0;
      Map<String, Snapshot.Slot> slots = new TreeMap<>();
      (stale ? world.before : seen)
          .slots()
          .forEach((name, value) -> slots.put(
              name, new Snapshot.Slot(name, Optional.empty(), Optional.of(value.issuedAt()))));
      return Snapshot.of(slots);
    });
  }

  @Override
  public Issued issue(AttemptId attempt) throws RotationException {
    String slot = "made" + made++;
    String text = world.call("issuer.issue", seen -> {
      String value = world.newValue();
      madeBy.put(slot, attempt.toString());
      world.change("add " + attempt.step(), () -> {
        world.young.put(value, world.probesUntilNewLives);
        world.state.slots().put(slot, new FakeWorld.Value(value, world.now[0].plusSeconds(3600)));
      });
      return value;
    });
    return new Issued(slot, world.fingerprint(text), Secret.of(text));
  }

  @Override
  public List<String> issuedBy(AttemptId attempt) throws RotationException {
    return world.call(
        "issuer.issuedBy",
        seen -> seen.slots().keySet().stream()
            .filter(slot -> attempt.toString().equals(madeBy.get(slot)))
            .toList());
  }

  @Override
  public void revoke(String slot, AttemptId attempt) throws RotationException {
    world.call("issuer.revoke", seen -> {
      if (!world.state.slots().containsKey(slot)) {
        throw new RotationException("there is no " + slot);
      }
      assertThat(slot).as("seed %d: another team's", world.seed).isNotEqualTo("key2");
      String value = world.value(slot);
      world
          .state
          .apps()
          .forEach((id, settings) -> assertThat(settings.toString())
              .as("seed %d: %s when %s is revoked", world.seed, id, slot)
              .doesNotContain(value));
      world.change("remove " + slot + " " + attempt.step(), () -> {
        world.lingering.put(value, world.probesUntilOldDies);
        world.state.slots().remove(slot);
      });
      return "";
    });
  }

  @Override
  public List<ProbeAnswer> probe(String slot, Secret value) throws RotationException {
    return world.call(
        "issuer.probe", seen -> List.of(world.answer("token", seen, value.reveal(String::new))));
  }

  @Override
  public PlannedCall describeIssue() {
    return PlannedCall.of("POST add");
  }

  @Override
  public PlannedCall describeRevoke(String slot) {
    return PlannedCall.of("POST remove " + slot);
  }

  /** Finds it only by the value. */
  IssuerFinder finder() {
    return new IssuerFinder() {
      @Override
      public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
          throws RotationException {
        return world.call("issuers.findIssuing", seen -> {
          String text = value
              .orElseThrow(() -> new RotationException("it can't be told without the value"))
              .reveal(String::new);
          return seen.slots().entrySet().stream()
              .filter(slot -> slot.getValue().text().equals(text))
              .map(slot -> new Holding(FakeOneShotIssuer.this, slot.getKey()))
              .findFirst();
        });
      }

      @Override
      public SecretIssuer issuer(String id) throws RotationException {
        return world.call("issuers.issuer", seen -> FakeOneShotIssuer.this);
      }
    };
  }
}
