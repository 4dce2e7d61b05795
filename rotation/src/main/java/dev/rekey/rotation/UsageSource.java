package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/** Tells whether a credential has been used, from logs or metrics. */
@FunctionalInterface
public interface UsageSource {
  /** A source that knows nothing. */
  UsageSource NONE =
      (issuer, slot, value, since) -> new Usage.Unknown("no usage source is connected");

  /** Returns the uses of a slot's value since a moment, as far as they are known. */
  Usage usesOf(SecretIssuer issuer, String slot, Fingerprint value, Instant since)
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
  }
}
