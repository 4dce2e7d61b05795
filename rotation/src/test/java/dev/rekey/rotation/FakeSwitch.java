package dev.rekey.rotation;

import java.util.List;
import java.util.Optional;

/** A switch that keeps every key of a {@link FakeWorld} from opening anything. */
final class FakeSwitch implements KillSwitch {
  static final String ID = "accounts/acme#keys";

  private final FakeWorld world;

  FakeSwitch(FakeWorld world) {
    this.world = world;
  }

  @Override
  public String id() {
    return ID;
  }

  @Override
  public String label() {
    return "keys of account acme";
  }

  @Override
  public boolean isOn() throws RotationException {
    return world.call("switch.isOn", seen -> world.keysOff);
  }

  @Override
  public void turnOn(AttemptId attempt) throws RotationException {
    world.call("switch.turnOn", seen -> {
      world.change("turn on " + attempt.step(), () -> world.keysOff = true);
      return "";
    });
  }

  @Override
  public void turnOff(AttemptId attempt) throws RotationException {
    world.call("switch.turnOff", seen -> {
      world.change("turn off " + attempt.step(), () -> world.keysOff = false);
      return "";
    });
  }

  @Override
  public boolean isRefusal(ProbeAnswer answer) {
    return answer.evidence().contains("KeyBasedAuthenticationNotPermitted");
  }

  @Override
  public PlannedCall describeTurnOn() {
    return PlannedCall.of("PATCH acme {keys: off}");
  }

  @Override
  public Optional<PlannedCall> describeTurnOff() {
    return world.switchIsFinal
        ? Optional.empty()
        : Optional.of(PlannedCall.of("PATCH acme {keys: on}"));
  }

  @Override
  public Obstacles obstacles() {
    return world.obstacles.getOrDefault("switch", Obstacles.NONE);
  }

  @Override
  public List<String> breaks() {
    return List.of("Whoever has a key of account acme is refused.");
  }
}
