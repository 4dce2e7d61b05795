package dev.rekey.detect.exposure;

import dev.rekey.detect.Checksum;
import dev.rekey.detect.Severity;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * How urgent an exposure is, from 0 to 100, and why: production first, high privilege first, public
 * first, as far as the value is likely a secret at all.
 *
 * @param score the sum of the factors' points
 * @param factors what was counted, all of it
 */
public record Priority(int score, List<Factor> factors) implements Comparable<Priority> {
  private static final int PRODUCTION = 30;
  private static final int PRIVILEGE = 30;
  private static final int PUBLIC = 20;
  private static final int READABLE = 5;
  private static final int GENUINE = 15;

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

  /** Returns the priority of a credential that was seen at these places. */
  static Priority of(Credential credential, List<Sighting> sightings) {
    List<Factor> factors = new ArrayList<>();
    factors.add(worst("production", PRODUCTION, sightings, AssetContext::production));
    factors.add(new Factor(
        "privilege",
        PRIVILEGE * privilege(credential.severity()) / 100,
        credential.severity() + ": " + credential.label()));
    factors.add(worst("public", PUBLIC, sightings, AssetContext::publiclyReachable));
    factors.add(worst("readable", READABLE, sightings, AssetContext::widelyReadable));
    factors.add(new Factor(
        "genuine",
        (int) Math.round(GENUINE * credential.confidence()),
        credential.checksum() == Checksum.NONE
            ? "confidence " + credential.confidence()
            : "its checksum is " + credential.checksum()));
    return new Priority(factors.stream().mapToInt(Factor::points).sum(), factors);
  }

  /** The worst answer of all places counts: yes, then unknown, then no. */
  private static Factor worst(
      String name, int points, List<Sighting> sightings, Function<AssetContext, Signal> question) {
    Signal worst = Signal.worst(
        sightings.stream().map(sighting -> question.apply(sighting.context())).toList());
    String reason = worst.answer() == Signal.Answer.UNKNOWN
        ? "unknown, counts as yes: " + worst.reason()
        : worst.answer() + ": " + worst.reason();
    return new Factor(name, worst.countsAsYes() ? points : 0, reason);
  }

  /** The share of the points, in percent. */
  private static int privilege(Severity severity) {
    return switch (severity) {
      case LOW -> 25;
      case MEDIUM -> 50;
      case HIGH -> 75;
      case CRITICAL -> 100;
    };
  }

  /** Compares by score; the more urgent is greater. */
  @Override
  public int compareTo(Priority other) {
    return Integer.compare(score, other.score);
  }
}
