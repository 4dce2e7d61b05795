package dev.rekey.rotation.testkit;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An issuer with two slots whose values are told once and not shown, whose times are coarse, and whose
 * clock is moved by the test keeps the contract.
 */
class TellsOnceTest extends SlotIssuerContract {
  private final FingerprintKey key = FingerprintKey.random();
  private Instant now = Instant.parse("2025-05-05T05:05:05Z");
  private final TellsOnce issuer = new TellsOnce();

  /** Shows when a value was made, to the second, and no more. */
  private final class TellsOnce extends MemorySlots {
    private final Map<String, Integer> makings = new HashMap<>();
    private final Map<String, Instant> times = new HashMap<>();

    TellsOnce() {
      super(key, new Values());
    }

    @Override
    public synchronized Snapshot snapshot() {
      Map<String, Snapshot.Slot> slots = new HashMap<>();
      for (String slot : new String[] {"key1", "key2"}) {
        slots.put(
            slot,
            new Snapshot.Slot(
                slot + "." + makings.getOrDefault(slot, 0),
                Optional.empty(),
                Optional.of(times.getOrDefault(slot, Instant.EPOCH))));
      }
      return Snapshot.of(slots);
    }

    @Override
    public synchronized Optional<Secret> read(String slot) {
      return Optional.empty();
    }

    @Override
    public synchronized Issued issue(String slot, AttemptId attempt) throws RotationException {
      Issued made = super.issue(slot, attempt);
      makings.merge(slot, 1, Integer::sum);
      times.put(slot, now);
      return made;
    }
  }

  @Override
  protected SlotIssuer issuer() {
    return issuer;
  }

  @Override
  protected FingerprintKey fingerprints() {
    return key;
  }

  @Override
  protected void pass(Duration time) {
    now = now.plusSeconds(time.toSeconds());
  }
}
