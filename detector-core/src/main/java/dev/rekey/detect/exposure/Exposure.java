package dev.rekey.detect.exposure;

import dev.rekey.detect.Place;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * One credential that stands where it should not, with all the places, and how urgent that is.
 *
 * @param credential what is exposed
 * @param sightings where, each once, in the order of their addresses and of their starts in them
 * @param companions where something that belongs to the credential was itself found, such as the id
 *     of a key: no exposure of its own
 * @param priority how urgent it is
 */
public record Exposure(
    Credential credential, List<Sighting> sightings, List<Sighting> companions, Priority priority) {
  /** The most urgent first; ties by the first place, so that the order is the same each time. */
  public static final Comparator<Exposure> MOST_URGENT_FIRST = Comparator.comparing(
          Exposure::priority, Comparator.reverseOrder())
      .thenComparing(exposure -> exposure.sightings().get(0).address())
      .thenComparing(exposure -> exposure.sightings().get(0).start())
      .thenComparing(exposure -> exposure.credential().fingerprint().hex());

  /**
   * Checks that nothing is null, and copies and orders the lists.
   *
   * @throws IllegalArgumentException if there is no sighting
   */
  public Exposure {
    Objects.requireNonNull(credential, "credential");
    Objects.requireNonNull(priority, "priority");
    sightings = ordered(sightings);
    companions = ordered(companions);
    if (sightings.isEmpty()) {
      throw new IllegalArgumentException("an exposure has at least one sighting");
    }
  }

  /**
   * Returns the exposure of one credential, without companions.
   *
   * @throws IllegalArgumentException if there is no sighting, or their fingerprints differ
   */
  public static Exposure of(List<Sighting> sightings) {
    return of(sightings, List.of());
  }

  /**
   * Returns the exposure of one credential.
   *
   * @throws IllegalArgumentException if there is no sighting, or their fingerprints differ
   */
  public static Exposure of(List<Sighting> sightings, List<Sighting> companions) {
    return of(sightings, companions, Weights.DEFAULT, Instant.now());
  }

  /**
   * Returns the exposure of one credential, ranked by weights at a moment: what has expired by then can
   * do no harm.
   *
   * @throws IllegalArgumentException if there is no sighting, or their fingerprints differ
   */
  public static Exposure of(
      List<Sighting> sightings, List<Sighting> companions, Weights weights, Instant now) {
    // Ordered first: where two findings are equally sure, the first place decides.
    List<Sighting> ordered = ordered(sightings);
    Credential credential =
        Credential.of(ordered.stream().map(Sighting::finding).toList());
    return new Exposure(
        credential, ordered, companions, Priority.of(credential, ordered, weights, now));
  }

  private static List<Sighting> ordered(List<Sighting> sightings) {
    return sightings.stream().distinct().sorted(Sighting.BY_PLACE).toList();
  }

  /** Returns the sightings of the credential, then those of its companions. */
  public List<Sighting> all() {
    return Stream.concat(sightings.stream(), companions.stream()).toList();
  }

  /** Returns the places where it was found, each once, in order. */
  public List<Place> places() {
    return sightings.stream()
        .map(sighting -> sighting.finding().place())
        .distinct()
        .toList();
  }
}
