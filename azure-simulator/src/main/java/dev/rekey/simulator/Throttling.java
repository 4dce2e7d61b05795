package dev.rekey.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;

/**
 * How many requests Resource Manager takes before it answers 429. Immutable. Time is that of the
 * simulator's clock.
 *
 * <p>There is one bucket for each subscription, principal and kind of operation, one for each principal
 * and kind of operation at the tenant, and of the {@link Limits#PUBLISHED} ones another for each
 * subscription and kind of operation, fifteen times as large, in which all principals share.
 *
 * @param limits which limits hold; {@link Limits#NONE} if absent
 * @param factor by how much they are larger, and are filled faster, than published; 1 if absent
 * @param unlimitedGraph whether Resource Graph takes more than 15 queries in five seconds
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Throttling(Limits limits, double factor, boolean unlimitedGraph) {
  /** The limits that are known. */
  public enum Limits {
    /** All buckets stay full. */
    NONE,
    /** Those of the public cloud since 2024: reads 250 and 25 a second, writes and deletes 200 and 10. */
    PUBLISHED,
    /** Those of other clouds: 12,000 reads, 1,200 writes and 15,000 deletes an hour. */
    HOURLY
  }

  /**
   * One bucket.
   *
   * @param size how many requests a full one is good for
   * @param refill how many come back in each period
   */
  record Limit(int size, int refill, Duration period) {}

  /** Checks the factor; absent parts get their defaults. */
  public Throttling {
    limits = limits == null ? Limits.NONE : limits;
    factor = checked(factor == 0 ? 1 : factor);
  }

  private static double checked(double factor) {
    if (!(factor >= 0.01 && factor <= 10_000)) {
      throw new IllegalArgumentException("The factor must be from 0.01 to 10000");
    }
    return factor;
  }

  /** Returns no throttling but Resource Graph's own. */
  public static Throttling none() {
    return new Throttling(Limits.NONE, 1, false);
  }

  /** Returns the limits of the public cloud, as published since 2024. */
  public static Throttling published() {
    return new Throttling(Limits.PUBLISHED, 1, false);
  }

  /** Returns the limits of the other clouds, which count by the hour. */
  public static Throttling hourly() {
    return new Throttling(Limits.HOURLY, 1, false);
  }

  /** Returns these limits so many times as large, and filled so many times as fast. */
  public Throttling times(double more) {
    return new Throttling(limits, checked(factor * more), unlimitedGraph);
  }

  /** Returns these limits with a Resource Graph that takes any number of queries. */
  public Throttling withoutGraphQuota() {
    return new Throttling(limits, factor, true);
  }

  Limit limit(Counter counter) {
    if (limits == Limits.HOURLY) {
      int size = scaled(
          switch (counter) {
            case READS, RESOURCE_REQUESTS -> 12_000;
            case WRITES -> 1_200;
            case DELETES -> 15_000;
          });
      return new Limit(size, size, Duration.ofHours(1));
    }
    return switch (counter) {
      case READS -> bucket(250, 25);
      case WRITES, DELETES -> bucket(200, 10);
      case RESOURCE_REQUESTS -> bucket(12_000, 40);
    };
  }

  private Limit bucket(int size, double perSecond) {
    return new Limit(scaled(size), 1, Duration.ofNanos(Math.round(1e9 / (perSecond * factor))));
  }

  private int scaled(int size) {
    return (int) Math.max(1, Math.round(size * factor));
  }
}
