package dev.rekey.detect.scan;

import dev.rekey.detect.Finding;
import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.AssetContext;
import dev.rekey.detect.exposure.Exposure;
import dev.rekey.detect.exposure.Sighting;
import dev.rekey.detect.exposure.Weights;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Keeps what scans find, as exposures: one for each credential, with all its places. It keeps no value.
 *
 * <p>One inventory may listen to several scans, one after another, if they fingerprint under one key.
 * Memory grows with the findings. Not thread-safe.
 */
public final class Inventory implements ScanListener {
  private static final AssetContext NOT_STARTED =
      AssetContext.unknown("the scan did not say what surrounds it");

  private final Map<Fingerprint, List<Sighting>> sightings = new LinkedHashMap<>();
  private AssetContext context = NOT_STARTED;

  private final Weights weights;
  private final Clock clock;

  /** Makes an empty inventory that ranks by {@link Weights#DEFAULT} and the system's clock. */
  public Inventory() {
    this(Weights.DEFAULT, Clock.systemUTC());
  }

  /** Makes an empty inventory. */
  public Inventory(Weights weights, Clock clock) {
    this.weights = Objects.requireNonNull(weights, "weights");
    this.clock = Objects.requireNonNull(clock, "clock");
  }

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

  /**
   * Returns the exposures, the most urgent first.
   *
   * <p>What is a part of another credential, and of that one's nothing, is its companion and no
   * exposure of its own: a key's id, wherever the key was found beside it.
   */
  public List<Exposure> ranked() {
    Instant now = clock.instant();
    Map<Fingerprint, Set<Fingerprint>> owners = owners();
    Map<Fingerprint, List<Sighting>> companions = new HashMap<>();
    owners.forEach((part, its) -> its.forEach(owner -> companions
        .computeIfAbsent(owner, fingerprint -> new ArrayList<>())
        .addAll(sightings.getOrDefault(part, List.of()))));
    return sightings.entrySet().stream()
        .filter(entry -> !owners.containsKey(entry.getKey()))
        .map(entry -> Exposure.of(
            entry.getValue(), companions.getOrDefault(entry.getKey(), List.of()), weights, now))
        .sorted(Exposure.MOST_URGENT_FIRST)
        .toList();
  }

  /** For each value that was found, and found to be a part: the values that it is a part of. */
  private Map<Fingerprint, Set<Fingerprint>> owners() {
    Map<Fingerprint, Set<Fingerprint>> owners = new HashMap<>();
    sightings.forEach((owner, its) -> its.stream()
        .flatMap(sighting -> sighting.finding().parts().values().stream())
        .filter(part -> !part.equals(owner) && sightings.containsKey(part) && !hasParts(part))
        .forEach(
            part -> owners.computeIfAbsent(part, fingerprint -> new HashSet<>()).add(owner)));
    return owners;
  }

  /** What has found parts itself is the head of a credential, whatever else names it. */
  private boolean hasParts(Fingerprint fingerprint) {
    return sightings.getOrDefault(fingerprint, List.of()).stream()
        .flatMap(sighting -> sighting.finding().parts().values().stream())
        .anyMatch(sightings::containsKey);
  }

  /** Returns the findings of all exposures, in the order of {@link #ranked}, each once. */
  public List<Finding> findings() {
    return ranked().stream()
        .flatMap(exposure -> exposure.all().stream())
        .distinct()
        .map(Sighting::finding)
        .toList();
  }
}
