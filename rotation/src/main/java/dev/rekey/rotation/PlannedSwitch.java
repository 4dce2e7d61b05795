package dev.rekey.rotation;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A kill switch as a plan tells of it: what it would break, and whether there is a way back.
 *
 * @param id its id
 * @param label what it turns off, for people
 * @param on whether it was turned on when that was planned
 * @param breaks what stops working when it is turned on, in sentences
 * @param turnOn the call that turns it on
 * @param toTurnOn what would keep it from that
 * @param turnOff the call that turns it off again; empty where that can't be done
 * @param toTurnOff what would keep it from that
 */
public record PlannedSwitch(
    String id,
    String label,
    boolean on,
    List<String> breaks,
    PlannedCall turnOn,
    Obstacles toTurnOn,
    Optional<PlannedCall> turnOff,
    Obstacles toTurnOff) {
  /** Copies the list. */
  public PlannedSwitch {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(label, "label");
    breaks = List.copyOf(breaks);
    Objects.requireNonNull(turnOn, "turnOn");
    Objects.requireNonNull(toTurnOn, "toTurnOn");
    Objects.requireNonNull(turnOff, "turnOff");
    Objects.requireNonNull(toTurnOff, "toTurnOff");
  }

  /** Returns what a switch is like now; what can't be looked at is unknown. */
  static PlannedSwitch of(KillSwitch killSwitch, List<String> users) {
    boolean on = false;
    Obstacles toTurnOn = killSwitch.obstacles();
    try {
      on = killSwitch.isOn();
    } catch (RotationException unreadable) {
      toTurnOn = toTurnOn.and(Obstacles.unknown(
          "Whether " + killSwitch.label() + " are turned off now: " + unreadable.problem()));
    }
    List<String> breaks = new ArrayList<>(killSwitch.breaks());
    users.forEach(user -> breaks.add(user + " is refused until it is turned off again."));
    return new PlannedSwitch(
        killSwitch.id(),
        killSwitch.label(),
        on,
        breaks,
        killSwitch.describeTurnOn(),
        toTurnOn,
        killSwitch.describeTurnOff(),
        killSwitch.obstaclesToTurnOff());
  }

  /** Returns whether there is a way back, as far as that is known. */
  public boolean canBeUndone() {
    return turnOff.isPresent() && toTurnOff.blockers().isEmpty();
  }
}
