package dev.rekey.detect.scan;

import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps what scans find, as exposures: one for each value, with all its places. It keeps no value.
 *
 * <p>One inventory may listen to several scans, one after another, if they fingerprint under one key.
 * Memory grows with the findings. Not thread-safe.
 */
public final class Inventory implements ScanListener {
  private static final AssetContext NOT_STARTED =
      AssetContext.unknown("the scan did not say what surrounds it");

  private final Map<Fingerprint, List<Sighting>> sightings = new LinkedHashMap<>();
  private AssetContext context = NOT_STARTED;

  /** Makes an empty inventory. */
  public Inventory() {}

  @Override
  public void started(String address, AssetContext surroundings) {
    context = surroundings;
  }

  @Override
  public void found(Finding finding, Secret secret) {
    sightings
        .computeIfAbsent(finding.fingerprint(), fingerprint -> new ArrayList<>())
        .add(new Sighting(finding, context));
  }

  @Override
  public void finished(String address, Outcome outcome) {
    context = NOT_STARTED;
  }

  /** Returns the exposures, the most urgent first. */
  public List<Exposure> ranked() {
    return sightings.values().stream()
        .map(Exposure::of)
        .sorted(Exposure.MOST_URGENT_FIRST)
        .toList();
  }

  /** Returns the findings of all exposures, in the order of {@link #ranked}. */
  public List<Finding> findings() {
    return ranked().stream()
        .flatMap(exposure -> exposure.sightings().stream())
        .map(Sighting::finding)
        .toList();
  }
}
