package dev.rekey.detect.scan;

import dev.rekey.detect.Finding;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A listener that keeps what it is told, in order. */
final class Recorder implements ScanListener {
  final List<String> events = new ArrayList<>();
  final List<Finding> findings = new ArrayList<>();
  final List<String> values = new ArrayList<>();
  final Map<String, Outcome> outcomes = new LinkedHashMap<>();

  @Override
  public void found(Finding finding, Secret secret) {
    events.add("found " + finding.place().address());
    findings.add(finding);
    values.add(secret.reveal(String::new));
  }

  @Override
  public void started(String address, AssetContext context) {
    events.add("started " + address);
  }

  @Override
  public void finished(String address, Outcome outcome) {
    events.add("finished " + address);
    outcomes.put(address, outcome);
  }
}
