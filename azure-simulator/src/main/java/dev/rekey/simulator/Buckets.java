package dev.rekey.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is left of ARM's limits. Guarded by the {@link World}'s lock. */
final class Buckets {
  /** How many times a principal's limit all principals of a subscription have together. */
  private static final int ALL = 15;

  private static final String TENANT = "tenant";

  private final Throttling throttling;
  private final Clock clock;
  private final Map<String, Bucket> buckets = new HashMap<>();

  private static final class Bucket {
    private final int size;
    private final Throttling.Limit limit;
    private int left;
    private Instant filled;

    Bucket(Throttling.Limit limit, int times, Instant now) {
      this.size = limit.size() * times;
      this.limit = new Throttling.Limit(size, limit.refill() * times, limit.period());
      this.left = size;
      this.filled = now;
    }

    void fill(Instant now) {
      long periods = Duration.between(filled, now).dividedBy(limit.period());
      if (periods > 0) {
        left = (int) Math.min(size, left + periods * limit.refill());
        filled = filled.plus(limit.period().multipliedBy(periods));
      }
    }

    long secondsToNext(Instant now) {
      Duration wait = Duration.between(now, filled.plus(limit.period()));
      return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    }
  }

  Buckets(Throttling throttling, Clock clock) {
    this.throttling = throttling;
    this.clock = clock;
  }

  /** Refuses a call if there is nothing left for it: before it changes anything. */
  void check(Call call, Scenario.Client client, Counter counter) {
    if (unlimited()) {
      return;
    }
    Instant now = clock.instant();
    for (Bucket bucket : charged(call, client, counter, now)) {
      bucket.fill(now);
      if (bucket.left < 1) {
        throw refusal(call, client, counter, bucket.secondsToNext(now));
      }
    }
  }

  /** Takes one request from the buckets, or refuses it. */
  void charge(Call call, Scenario.Client client, Counter counter) {
    check(call, client, counter);
    if (!unlimited()) {
      charged(call, client, counter, clock.instant()).forEach(bucket -> bucket.left--);
    }
  }

  private boolean unlimited() {
    return throttling.limits() == Throttling.Limits.NONE;
  }

  private List<Bucket> charged(Call call, Scenario.Client client, Counter counter, Instant now) {
    Bucket own = own(call, client, counter, now);
    return hasGlobal(call, counter) ? List.of(own, global(call, counter, now)) : List.of(own);
  }

  private static Refusal refusal(Call call, Scenario.Client client, Counter counter, long seconds) {
    String subscription = subscription(call);
    boolean tenant = subscription.equals(TENANT);
    String whose = tenant ? "tenant" : "subscription '" + subscription + "'";
    Refusal refusal = ArmProblem.gateway(
        429,
        tenant ? "TenantRequestsThrottled" : "SubscriptionRequestsThrottled",
        "Number of '" + counter.word() + "' requests for " + whose + " actor '"
            + World.objectId(client) + "' exceeded. Please try again after '" + seconds
            + "' seconds after additional tokens are available. Refer to"
            + " https://aka.ms/arm-throttling for additional information.");
    return new Refusal(refusal.reply().with("Retry-After", Long.toString(seconds)));
  }

  /** Adds the headers that say what is left. */
  Reply counted(Reply reply, Call call, Scenario.Client client, Counter counter) {
    Instant now = clock.instant();
    boolean tenant = subscription(call).equals(TENANT);
    String start = "x-ms-ratelimit-remaining-" + (tenant ? "tenant-" : "subscription-");
    int left = left(own(call, client, counter, now), now);
    Reply counted = reply.with(start + counter.header(), Integer.toString(left));
    return hasGlobal(call, counter)
        ? counted.with(
            start + "global-" + counter.header(),
            Integer.toString(left(global(call, counter, now), now)))
        : counted;
  }

  /** Without limits, the numbers are those of the first request. */
  private int left(Bucket bucket, Instant now) {
    bucket.fill(now);
    return unlimited() ? bucket.size - 1 : bucket.left;
  }

  private boolean hasGlobal(Call call, Counter counter) {
    return throttling.limits() != Throttling.Limits.HOURLY
        && counter != Counter.RESOURCE_REQUESTS
        && !subscription(call).equals(TENANT);
  }

  private Bucket own(Call call, Scenario.Client client, Counter counter, Instant now) {
    return buckets.computeIfAbsent(
        subscription(call) + " " + client.id() + " " + counter,
        unused -> new Bucket(throttling.limit(counter), 1, now));
  }

  private Bucket global(Call call, Counter counter, Instant now) {
    return buckets.computeIfAbsent(
        subscription(call) + " " + counter,
        unused -> new Bucket(throttling.limit(counter), ALL, now));
  }

  private static String subscription(Call call) {
    List<String> path = call.segments();
    return path.size() > 1 && path.get(0).equalsIgnoreCase("subscriptions")
        ? path.get(1).toLowerCase(Locale.ROOT)
        : TENANT;
  }
}
