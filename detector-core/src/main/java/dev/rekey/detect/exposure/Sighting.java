package dev.rekey.detect.exposure;

import dev.rekey.detect.Finding;
import java.util.Comparator;
import java.util.Objects;

/**
 * A finding and what surrounds it.
 *
 * @param finding the finding
 * @param context what surrounds its content
 */
public record Sighting(Finding finding, AssetContext context) {
  /** By place and rule, so that the order is the same however the contents were scanned. */
  static final Comparator<Sighting> BY_PLACE = Comparator.comparing(Sighting::address)
      .thenComparing(Sighting::start)
      .thenComparing(sighting -> sighting.finding().place().name())
      .thenComparing(sighting -> sighting.finding().rule());

  /** Checks that nothing is null. */
  public Sighting {
    Objects.requireNonNull(finding, "finding");
    Objects.requireNonNull(context, "context");
  }

  String address() {
    return finding.place().address();
  }

  long start() {
    return finding.place().location().start();
  }
}
