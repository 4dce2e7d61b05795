package dev.rekey.detect.exposure;

import dev.rekey.detect.Finding;
import java.util.Objects;

/**
 * A finding and what surrounds it.
 *
 * @param finding the finding
 * @param context what surrounds its content
 */
public record Sighting(Finding finding, AssetContext context) {
  /** Checks that nothing is null. */
  public Sighting {
    Objects.requireNonNull(finding, "finding");
    Objects.requireNonNull(context, "context");
  }
}
