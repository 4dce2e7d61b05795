package dev.rekey.rotation;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Tells whether a credential has been used, from logs or metrics. */
@FunctionalInterface
public interface UsageSource {
  /** A source that knows nothing. */
  UsageSource NONE =
      (issuer, slot, held, since) -> new Usage.Unknown("no usage source is connected");

  /**
   * Returns a source that asks several, each time all of them, so that a use counts whichever of them
   * saw it.
   *
   * <p>Those that say {@link Usage.Unknown} are passed over while another knows. Where one says {@link
   * Usage.Later}, that is the answer, with the latest of these times: nothing is concluded before all
   * that will know are heard. Else the counts are added up, and a use that two sources saw counts twice;
   * callers are named once. Where all say that they don't know, the reasons are joined. A source that
   * fails is a failure.
   */
  static UsageSource of(UsageSource... sources) {
    return new JoinedUsage(List.of(sources));
  }

  /** Returns the uses of what a slot holds since a moment, as far as they are known. */
  Usage usesOf(SecretIssuer issuer, String slot, Snapshot.Slot held, Instant since)
      throws RotationException;

  /** How often a credential was used. */
  sealed interface Usage {
    /**
     * It is known.
     *
     * @param count how often
     * @param callers by whom
     */
    record Counted(long count, List<String> callers) implements Usage {
      /** Copies the callers. */
      public Counted {
        callers = List.copyOf(callers);
      }
    }

    /**
     * It is not known.
     *
     * @param why in words
     */
    record Unknown(String why) implements Usage {
      /** Checks that nothing is null. */
      public Unknown {
        Objects.requireNonNull(why, "why");
      }
    }

    /**
     * It is not known yet, and will be: a log takes a while to arrive. A gate asks again then, for a
     * day at most; after that it is unknown.
     *
     * @param why in words
     * @param until when to ask again
     */
    record Later(String why, Instant until) implements Usage {
      /** Checks that nothing is null. */
      public Later {
        Objects.requireNonNull(why, "why");
        Objects.requireNonNull(until, "until");
      }
    }
  }
}
