package dev.rekey.rotation.testkit;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SlotIssuer;
import dev.rekey.rotation.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/** An issuer with two slots, in memory. */
class MemorySlots implements SlotIssuer {
  private final FingerprintKey key;
  private final Supplier<String> values;
  private final Map<String, String> slots = new TreeMap<>();

  MemorySlots(FingerprintKey key, Values values) {
    this(key, values::text);
  }

  MemorySlots(FingerprintKey key, Supplier<String> values) {
    this.key = key;
    this.values = values;
    slots.put("key1", values.get());
    slots.put("key2", values.get());
  }

  @Override
  public String id() {
    return "accounts/memory";
  }

  @Override
  public String label() {
    return "account memory";
  }

  @Override
  public synchronized Snapshot snapshot() throws RotationException {
    Map<String, Snapshot.Slot> shown = new TreeMap<>();
    slots.forEach((name, text) ->
        shown.put(name, new Snapshot.Slot(Values.fingerprint(key, text), Optional.empty())));
    return Snapshot.of(shown);
  }

  @Override
  public synchronized Optional<Secret> read(String slot) throws RotationException {
    return Optional.of(Secret.of(text(slot)));
  }

  @Override
  public synchronized Issued issue(String slot, AttemptId attempt) throws RotationException {
    text(slot);
    String text = values.get();
    slots.put(slot, text);
    return new Issued(slot, Values.fingerprint(key, text), Secret.of(text));
  }

  @Override
  public void revoke(String slot, AttemptId attempt) throws RotationException {
    issue(slot, attempt).close();
  }

  @Override
  public synchronized List<ProbeAnswer> probe(String slot, Secret value)
      throws RotationException, InterruptedException {
    return List.of(
        slots.containsValue(Values.text(value))
            ? new ProbeAnswer.Accepted("memory", "200")
            : new ProbeAnswer.Refused("memory", "403 WrongKey"));
  }

  @Override
  public PlannedCall describeIssue(String slot) {
    return PlannedCall.of("regenerate " + slot);
  }

  @Override
  public PlannedCall describeRevoke(String slot) {
    return describeIssue(slot);
  }

  private String text(String slot) throws RotationException {
    String text = slots.get(slot);
    if (text == null) {
      throw new RotationException(label() + " has no slot " + slot);
    }
    return text;
  }

  @Override
  public String toString() {
    return label();
  }
}
