package dev.rekey.rotation;

/** Something that can't be known or avoided, which an approval must accept by name. */
public enum Risk {
  /** Nothing tells whether anybody unknown uses a slot that is about to be regenerated. */
  USE_UNKNOWN("somebody unknown may use a key that is regenerated"),
  /** Somebody unknown is known to use it. */
  USE_NON_ZERO("somebody uses a key that is regenerated"),
  /** The old credential can open nothing new, but sessions opened with it may live on. */
  DEAD_FOR_NEW("sessions opened with the old credential may live on"),
  /** Only the issuer says that the old credential is dead: it could not be tried. */
  DEAD_BY_ISSUER_ONLY("the old credential's death is known from its issuer only"),
  /** Dependents are without a working credential for the time that the plan states. */
  GAP("dependents are without a working credential for a while"),
  /** A kill switch cuts off whoever uses a credential of the issuer; never a risk of a rotation. */
  CONTAINMENT_BREAKS("a kill switch cuts off everybody who uses a credential of its issuer"),
  /** A kill switch that is turned off lets the exposed credential open again. */
  EXPOSED_AGAIN("the exposed credential opens again when a kill switch is turned off");

  private final String meaning;

  Risk(String meaning) {
    this.meaning = meaning;
  }

  /** Returns what it means, as part of a sentence. */
  public String meaning() {
    return meaning;
  }
}
