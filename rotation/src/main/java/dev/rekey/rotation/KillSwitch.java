package dev.rekey.rotation;

import java.util.List;
import java.util.Optional;

/**
 * A switch at an issuer by which all credentials of one kind open nothing any more, the exposed one
 * among them, and those of dependents as well: an emergency step, whose outage is accepted. While it is
 * turned on nothing is dead: where it can be turned off again, the same credentials open again.
 *
 * <p>Implementations are thread-safe.
 */
public interface KillSwitch {
  /** Returns the id by which it is found again among its issuer's: a resource id and a property. */
  String id();

  /** Returns what it turns off, for people: "shared keys of storage account acme". */
  String label();

  /** Returns whether it is turned on now; changes nothing. */
  boolean isOn() throws RotationException;

  /**
   * Turns it on: its credentials open nothing from now on. A failure leaves open whether it took
   * effect. Observing twin: {@link #isOn}.
   */
  void turnOn(AttemptId attempt) throws RotationException;

  /**
   * Turns it off: what it kept from opening opens again. A failure leaves open whether it took effect.
   * Observing twin: {@link #isOn}.
   *
   * @throws RotationException also where that can't be done
   */
  void turnOff(AttemptId attempt) throws RotationException;

  /**
   * Returns whether an endpoint refused because of this switch, by its exact code: such an answer says
   * nothing about the credential, and is no {@link ProbeAnswer.Refused}.
   */
  boolean isRefusal(ProbeAnswer answer);

  /** Returns the call that {@link #turnOn} would make, for the plan. */
  PlannedCall describeTurnOn();

  /** Returns the call that {@link #turnOff} would make; empty where it can't be turned off again. */
  Optional<PlannedCall> describeTurnOff();

  /** Returns what stops working when it is turned on, in sentences, whoever uses it. */
  List<String> breaks();

  /**
   * Returns what would keep it from being turned on; changes nothing, and never throws for a state of
   * the world.
   */
  default Obstacles obstacles() {
    return Obstacles.NONE;
  }

  /** Returns what would keep it from being turned off again, in the same way. */
  default Obstacles obstaclesToTurnOff() {
    return Obstacles.NONE;
  }
}
