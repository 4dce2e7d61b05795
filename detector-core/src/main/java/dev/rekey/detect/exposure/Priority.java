package dev.rekey.detect.exposure;

import dev.rekey.detect.Checksum;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * How urgent an exposure is, from 0 to 100, and why: production first, high privilege first, public
 * first, as far as the value is likely a secret at all. {@link Weights} say how much each counts.
 *
 * @param score the sum of the factors' points
 * @param factors what was counted, all of it
 */
public record Priority(int score, List<Factor> factors) implements Comparable<Priority> {
  /** Copies the factors. */
  public Priority {
    factors = List.copyOf(factors);
  }

  /**
   * Something that was counted.
   *
   * @param name what
   * @param points what it added
   * @param reason why, in words
   */
  public record Factor(String name, int points, String reason) {
    /** Checks that nothing is null. */
    public Factor {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /** Returns the priority, at a moment, of a credential that was seen at these places. */
  static Priority of(
      Credential credential, List<Sighting> sightings, Weights weights, Instant now) {
    Privilege privilege = Privilege.of(credential, now);
    Points points = new Points(weights, privilege.percent() == 0);
    List<Factor> factors = List.of(
        points.worst("production", weights.production(), sightings, AssetContext::production),
        points.share("privilege", weights.privilege(), privilege.percent(), privilege.reason()),
        points.worst(
            "public", weights.publiclyReachable(), sightings, AssetContext::publiclyReachable),
        points.worst("readable", weights.readable(), sightings, AssetContext::widelyReadable),
        points.share(
            "genuine",
            weights.genuine(),
            (int) Math.round(100 * credential.confidence()),
            credential.checksum() == Checksum.NONE
                ? "confidence " + credential.confidence()
                : "its checksum is " + credential.checksum()),
        points.answer("age", weights.age(), Privilege.old(credential, now)));
    return new Priority(factors.stream().mapToInt(Factor::points).sum(), factors);
  }

  /** Turns weights into points that add up to a hundred at most. */
  private static final class Points {
    private final int sum;
    private final boolean expired;
    private int spent;
    private int given;

    /** @param expired whether the credential opens nothing any more, wherever it stands */
    Points(Weights weights, boolean expired) {
      this.sum = weights.sum();
      this.expired = expired;
    }

    /** The points of the next weight: rounded so that those of all weights together are a hundred. */
    private int of(int weight) {
      spent += weight;
      int points = Math.round(spent * 100f / sum) - given;
      given += points;
      return points;
    }

    Factor share(String name, int weight, int percent, String reason) {
      return new Factor(name, Math.round(of(weight) * percent / 100f), reason);
    }

    Factor answer(String name, int weight, Signal signal) {
      String reason = signal.answer() == Signal.Answer.UNKNOWN
          ? "unknown, counts as yes: " + signal.reason()
          : signal.answer() + ": " + signal.reason();
      return expired
          ? share(name, weight, 0, "counts nothing, since it has expired; " + reason)
          : share(name, weight, signal.countsAsYes() ? 100 : 0, reason);
    }

    /** The worst answer of all places counts: yes, then unknown, then no. */
    Factor worst(
        String name,
        int weight,
        List<Sighting> sightings,
        Function<AssetContext, Signal> question) {
      return answer(
          name,
          weight,
          Signal.worst(sightings.stream()
              .map(sighting -> question.apply(sighting.context()))
              .toList()));
    }
  }

  /** Compares by score; the more urgent is greater. */
  @Override
  public int compareTo(Priority other) {
    return Integer.compare(score, other.score);
  }
}
