package dev.rekey.rotation.testkit;

import java.util.Optional;

/**
 * What goes wrong at a call of the component under test.
 *
 * @param kind how
 * @param trouble what its author arranges, if it is of that kind
 */
record Fault(Kind kind, Optional<Trouble> trouble) {
  /** How a call goes wrong. */
  enum Kind {
    /** It fails, and was never made. */
    FAILS_BEFORE,
    /** It fails, and took effect: an answer that was lost. */
    FAILS_AFTER,
    /** The process dies before it is made. */
    DIES_BEFORE,
    /** The process dies when it has taken effect. */
    DIES_AFTER,
    /** It is made on a thread that was interrupted. */
    INTERRUPTED,
    /** It hangs, and was never made. */
    HANGS_BEFORE,
    /** It took effect, and hangs. */
    HANGS_AFTER,
    /** What the author of the component arranges. */
    TROUBLE
  }

  static Fault of(Kind kind) {
    return new Fault(kind, Optional.empty());
  }

  static Fault of(Trouble trouble) {
    return new Fault(Kind.TROUBLE, Optional.of(trouble));
  }

  /** Whether the rotation must be completed all the same, when it is taken up again. */
  boolean costsNothing() {
    return switch (kind) {
      case DIES_BEFORE, DIES_AFTER, INTERRUPTED, HANGS_BEFORE, HANGS_AFTER -> true;
      case FAILS_BEFORE, FAILS_AFTER, TROUBLE -> false;
    };
  }

  @Override
  public String toString() {
    return trouble.map(Trouble::name).orElse(kind.name());
  }
}
