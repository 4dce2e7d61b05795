package dev.rekey.rotation.testkit;

import dev.rekey.detect.Detector;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.RuleSet;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.Dependent;
import dev.rekey.rotation.DependentFinder;
import dev.rekey.rotation.PlannedCall;
import dev.rekey.rotation.Replacement;
import dev.rekey.rotation.Rewriter;
import dev.rekey.rotation.RotationException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** One application with settings, in memory. */
class Settings implements DependentFinder, Dependent {
  static final FingerprintKey KEY = FingerprintKey.random();
  static final Rewriter REWRITER =
      new Rewriter(Detector.builder(RuleSet.empty()).fingerprintKey(KEY).build());

  final Map<String, String> settings = new TreeMap<>();

  /** Sets everything, as somebody else does. */
  void configure(Secret value) {
    String text = Values.text(value);
    settings.put("COLOUR", "blue; $1 \\ % \"quoted\"");
    settings.put("CONNECTION", "Name=acme;Key=" + text + ";Suffix=net");
    settings.put("KEY", text);
    settings.put("OTHER", "c29tZWJvZHkgZWxzZSdzIHZhbHVlIGhlcmU=");
  }

  @Override
  public List<Dependent> findUsing(Fingerprint fingerprint) throws RotationException {
    return observe().contains(fingerprint) ? List.of(this) : List.of();
  }

  @Override
  public Dependent dependent(String id) throws RotationException {
    if (!id.equals(id())) {
      throw new RotationException("there is no " + id);
    }
    return this;
  }

  @Override
  public String id() {
    return "apps/shop";
  }

  @Override
  public String label() {
    return "app shop";
  }

  @Override
  public Set<Fingerprint> observe() throws RotationException {
    Set<Fingerprint> held = new HashSet<>();
    settings.values().forEach(text -> held.addAll(REWRITER.fingerprints(text)));
    return held;
  }

  @Override
  public void adopt(Replacement replacement, AttemptId attempt) throws RotationException {
    settings.putAll(REWRITER.replaceAll(settings, replacement));
  }

  @Override
  public void verify(Fingerprint expected) throws RotationException {
    if (!observe().contains(expected)) {
      throw new RotationException(label() + " is not configured with the expected value");
    }
  }

  @Override
  public PlannedCall describeAdopt() {
    return PlannedCall.of("write " + id());
  }

  @Override
  public String toString() {
    return label();
  }
}
