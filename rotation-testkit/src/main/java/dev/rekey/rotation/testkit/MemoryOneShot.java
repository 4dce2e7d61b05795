package dev.rekey.rotation.testkit;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Issued;
import dev.rekey.rotation.OneShotIssuer;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.ProbeAnswer;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.Snapshot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** An issuer that makes a slot for each value and tells it once, in memory. */
class MemoryOneShot implements OneShotIssuer {
  private final FingerprintKey key;
  private final Values values;
  private final Map<String, Made> slots = new TreeMap<>();
  private int made;

  /** A value, and for whom it was made. */
  private record Made(String text, Optional<AttemptId> attempt) {}

  MemoryOneShot(FingerprintKey key, Values values) {
    this.key = key;
    this.values = values;
    slots.put("foreign", new Made(values.text(), Optional.empty()));
  }

  @Override
  public String id() {
    return "applications/memory";
  }

  @Override
  public String label() {
    return "application memory";
  }

  @Override
  public synchronized Snapshot snapshot() throws RotationException {
    Map<String, Snapshot.Slot> shown = new TreeMap<>();
    slots
        .keySet()
        .forEach(
            name -> shown.put(name, new Snapshot.Slot(name, Optional.empty(), Optional.empty())));
    return Snapshot.of(shown);
  }

  @Override
  public synchronized Issued issue(AttemptId attempt) throws RotationException {
    String text = values.text();
    String slot = "made" + ++made;
    slots.put(slot, new Made(text, Optional.of(attempt)));
    return new Issued(slot, Values.fingerprint(key, text), Secret.of(text));
  }

  @Override
  public synchronized List<String> issuedBy(AttemptId attempt) throws RotationException {
    return slots.entrySet().stream()
        .filter(slot -> slot.getValue().attempt().filter(attempt::equals).isPresent())
        .map(Map.Entry::getKey)
        .toList();
  }

  @Override
  public synchronized void revoke(String slot, AttemptId attempt) throws RotationException {
    if (slots.remove(slot) == null) {
      throw new RotationException(label() + " has no slot " + slot);
    }
  }

  @Override
  public synchronized List<ProbeAnswer> probe(String slot, Secret value)
      throws RotationException, InterruptedException {
    String text = Values.text(value);
    return List.of(
        slots.values().stream().anyMatch(one -> one.text().equals(text))
            ? new ProbeAnswer.Accepted("memory", "200")
            : new ProbeAnswer.Refused("memory", "401 WrongSecret"));
  }

  @Override
  public PlannedCall describeIssue() {
    return PlannedCall.of("add a secret");
  }

  @Override
  public PlannedCall describeRevoke(String slot) {
    return PlannedCall.of("remove the secret " + slot);
  }

  @Override
  public String toString() {
    return label();
  }
}
