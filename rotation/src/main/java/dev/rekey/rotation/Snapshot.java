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
   * @param fingerprint the identity of the value
   * @param issuedAt when the issuer made it, by the issuer's own clock, where it says
   */
  public record Slot(Fingerprint fingerprint, Optional<Instant> issuedAt) {
    /** Checks that nothing is null. */
    public Slot {
      Objects.requireNonNull(fingerprint, "fingerprint");
      Objects.requireNonNull(issuedAt, "issuedAt");
    }
  }

  /** Returns what a slot holds. */
  public Optional<Slot> slot(String name) {
    return Optional.ofNullable(slots.get(name));
  }

  /** Returns the slot that holds a value. */
  public Optional<String> holding(Fingerprint fingerprint) {
    return slots.entrySet().stream()
        .filter(slot -> slot.getValue().fingerprint().equals(fingerprint))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
