package dev.rekey.detect.exposure;

import dev.rekey.detect.Place;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * One credential that stands where it should not, with all the places, and how urgent that is.
 *
 * @param credential what is exposed
 * @param sightings where, in the order in which they were found
 * @param priority how urgent it is
 */
public record Exposure(Credential credential, List<Sighting> sightings, Priority priority) {
  /** The most urgent first; ties by the first place, so that the order is the same each time. */
  public static final Comparator<Exposure> MOST_URGENT_FIRST = Comparator.comparing(
          Exposure::priority, Comparator.reverseOrder())
      .thenComparing(exposure -> exposure.places().get(0).address())
      .thenComparing(exposure -> exposure.places().get(0).location().start())
      .thenComparing(exposure -> exposure.credential().fingerprint().hex());

  /** Checks that nothing is null and copies the sightings. */
  public Exposure {
    Objects.requireNonNull(credential, "credential");
    Objects.requireNonNull(priority, "priority");
    sightings = List.copyOf(sightings);
  }

  /**
   * Returns the exposure of one credential.
   *
   * @throws IllegalArgumentException if there is no sighting, or their fingerprints differ
   */
  public static Exposure of(List<Sighting> sightings) {
    Credential credential =
        Credential.of(sightings.stream().map(Sighting::finding).toList());
    return new Exposure(credential, sightings, Priority.of(credential, sightings));
  }

  /** Returns the places where it was found. */
  public List<Place> places() {
    return sightings.stream().map(sighting -> sighting.finding().place()).toList();
  }
}
