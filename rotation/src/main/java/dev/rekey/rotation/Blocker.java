package dev.rekey.rotation;

import java.util.Objects;

/**
 * Why a plan can't be approved, and how that can be mended.
 *
 * @param kind what kind of obstacle
 * @param problem what is wrong, and where
 * @param fix what to do
 */
public record Blocker(Kind kind, String problem, String fix) {
  /** The kinds of obstacle. */
  public enum Kind {
    /** No issuer that can be asked holds the credential: it is dead already, or made elsewhere. */
    NO_ISSUER,
    /** Another plan of the same issuer goes first. */
    WAITS_FOR_ANOTHER,
    /** The issuer has no second slot to move dependents to. */
    NO_STANDBY,
    /** Somebody whom we can't move uses the standby slot, and regenerating it would break that. */
    STANDBY_IN_USE,
    /** The store holds the exposed value under several names that somebody may follow. */
    STORED_UNDER_SEVERAL_NAMES,
    /** The store would refuse the new value: a firewall, a missing permission, another tenant. */
    STORE_REFUSES,
    /** The name was deleted in the store and is not free yet. */
    NAME_DELETED,
    /** The name belongs to something that writes its values itself, such as a certificate. */
    NAME_MANAGED,
    /** A lock stops a call that the plan makes. */
    LOCKED,
    /** Something denies a call that the plan makes to whoever makes it, whatever their roles. */
    DENIED,
    /** Whoever plans lacks a permission that a call of the plan needs. */
    NOT_PERMITTED,
    /** A policy of the organisation refuses what the plan would write. */
    DISALLOWED,
    /** A dependent that has to get the new value from the store can't. */
    STORE_OUT_OF_REACH,
    /** A dependent takes the value from the store, and the name that changes with it from elsewhere. */
    FOLLOWS_WITHOUT_NAME,
    /** Something that the plan rests on could not be read. */
    UNREADABLE
  }

  /** Checks that nothing is null. */
  public Blocker {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(fix, "fix");
  }

  /** Returns why something that a plan rests on could not be read. */
  static Blocker of(RotationException failed) {
    return failed
        .blocker()
        .map(known -> new Blocker(known.kind(), failed.problem(), known.fix()))
        .orElseGet(() -> new Blocker(
            Kind.UNREADABLE,
            failed.problem(),
            "Grant what is missing or wait until it answers, and plan again."));
  }

  /** Returns one line. */
  @Override
  public String toString() {
    return kind + ": " + problem + ". " + fix;
  }
}
