package dev.rekey.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;

/**
 * Trouble that comes by chance, and by the same chance again for the same seed. Immutable: {@code
 * Chance.seeded(7).serverErrors(0.01).refusals(0.05)}.
 *
 * <p>Server errors and slowness come to Resource Manager, Resource Graph and the data planes, and to no
 * request for a token or to Microsoft Graph. They depend on the seed, the method, the path with its query,
 * and on how often this was asked, so that a repetition may succeed. Whether a read is refused depends
 * on the seed and the path, so that it stays refused; {@link Simulator#refused()} lists those that were.
 *
 * @param seed by which all is decided
 * @param serverErrors the share of requests that are answered 500, from 0 to 1
 * @param refusals the share of the reads of Resource Manager below a resource that are answered 403
 *     {@code AuthorizationFailed}, from 0 to 1: of {@code …/sites/app1/config/web}, never of {@code
 *     …/sites/app1}, of a list of resources, or of Resource Graph
 * @param slow the share of requests that are answered late, from 0 to 1
 * @param slowMillis how late
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Chance(
    long seed, double serverErrors, double refusals, double slow, long slowMillis) {
  /**
   * A read that was refused by chance.
   *
   * @param path the path, without its query
   * @param action the permission that was said to be missing
   */
  public record Refused(String path, String action) {}

  /** Checks the shares. */
  public Chance {
    for (double share : new double[] {serverErrors, refusals, slow}) {
      if (!(share >= 0 && share <= 1)) {
        throw new IllegalArgumentException("A share must be from 0 to 1");
      }
    }
    if (slowMillis < 0) {
      throw new IllegalArgumentException("slowMillis cannot be negative");
    }
  }

  /** Returns a chance of nothing yet. */
  public static Chance seeded(long seed) {
    return new Chance(seed, 0, 0, 0, 0);
  }

  /** Returns this chance with that share of requests answered 500. */
  public Chance serverErrors(double share) {
    return new Chance(seed, share, refusals, slow, slowMillis);
  }

  /** Returns this chance with that share of reads below a resource refused. */
  public Chance refusals(double share) {
    return new Chance(seed, serverErrors, share, slow, slowMillis);
  }

  /** Returns this chance with that share of requests answered so late. */
  public Chance slow(double share, Duration time) {
    return new Chance(seed, serverErrors, refusals, share, time.toMillis());
  }
}
