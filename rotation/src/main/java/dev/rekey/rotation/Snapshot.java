package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What an issuer's slots held at one moment.
 *
 * @param slots for each slot by its name, what it holds
 */
public record Snapshot(SortedMap<String, Slot> slots) {
  /** Copies the slots. */
  public Snapshot {
    slots = Collections.unmodifiableSortedMap(new TreeMap<>(slots));
  }

  /** Returns the snapshot of these slots. */
  public static Snapshot of(Map<String, Slot> slots) {
    return new Snapshot(new TreeMap<>(slots));
  }

  /**
   * What a slot holds.
   *
   * @param identity what tells this value from those that the slot held before and will hold: another
   *     value, another identity. Empty where the slot is vacant
   * @param fingerprint the identity of the value itself, where the issuer shows that
   * @param issuedAt when the issuer made it, by the issuer's own clock, where it says
   */
  public record Slot(
      String identity, Optional<Fingerprint> fingerprint, Optional<Instant> issuedAt) {
    /** A slot without a value, which opens nothing. */
    public static final Slot VACANT = new Slot("", Optional.empty(), Optional.empty());

    /** Checks that nothing is null. */
    public Slot {
      Objects.requireNonNull(identity, "identity");
      Objects.requireNonNull(fingerprint, "fingerprint");
      Objects.requireNonNull(issuedAt, "issuedAt");
    }

    /** Makes a slot whose value the issuer shows. */
    public Slot(Fingerprint fingerprint, Optional<Instant> issuedAt) {
      this(fingerprint.toString(), Optional.of(fingerprint), issuedAt);
    }

    /** Returns whether it holds no value. */
    public boolean isVacant() {
      return identity.isEmpty();
    }
  }

  /** Returns what a slot holds. */
  public Optional<Slot> slot(String name) {
    return Optional.ofNullable(slots.get(name));
  }

  /** Returns the slot that shows a value. */
  public Optional<String> holding(Fingerprint fingerprint) {
    return slots.entrySet().stream()
        .filter(
            slot -> slot.getValue().fingerprint().filter(fingerprint::equals).isPresent())
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
