package dev.rekey.rotation.testkit;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.RotationException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Dependents with one value each, in memory. */
final class MemoryDependents implements DependentFinder {
  private final FingerprintKey key;
  private final Map<String, String> held = new TreeMap<>();

  MemoryDependents(FingerprintKey key, String value) {
    this.key = key;
    held.put("shop", value);
    held.put("till", value);
  }

  @Override
  public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
    return held.keySet().stream()
        .map(One::new)
        .filter(one -> one.observe().contains(fingerprint))
        .map(Dependent.class::cast)
        .toList();
  }

  @Override
  public Dependent dependent(String id) throws RotationException {
    if (!held.containsKey(id)) {
      throw new RotationException("there is no app " + id);
    }
    return new One(id);
  }

  /** One of them. */
  private final class One implements Dependent {
    private final String id;

    One(String id) {
      this.id = id;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public String label() {
      return "app " + id;
    }

    @Override
    public Set<Fingerprint> observe() {
      return Set.of(Values.fingerprint(key, held.getOrDefault(id, "")));
    }

    @Override
    public void adopt(Replacement replacement, AttemptId attempt) {
      if (observe().contains(replacement.from())) {
        held.put(id, Values.text(replacement.to()));
      }
    }

    @Override
    public void verify(Fingerprint expected) throws RotationException {
      if (!observe().contains(expected)) {
        throw new RotationException(label() + " is not configured with the expected value");
      }
    }

    @Override
    public PlannedCall describeAdopt() {
      return PlannedCall.of("write " + id);
    }
  }
}
