package dev.rekey.azure;

import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * Spaces the calls of one caller to ARM so that ARM need not refuse them: a token bucket for each
 * subscription and kind of operation, filled as {@link ArmLimits} says and corrected by what ARM's
 * answers say is left. Thread-safe.
 *
 * <p>Of lists by POST some are counted as writes and some on a counter of the provider; which, only
 * the answer's header tells. Until one has come, they are taken for writes, the narrower of the two.
 */
final class Pace {
  private static final HttpHeaderName READS =
      HttpHeaderName.fromString("x-ms-ratelimit-remaining-subscription-reads");
  private static final HttpHeaderName TENANT_READS =
      HttpHeaderName.fromString("x-ms-ratelimit-remaining-tenant-reads");
  private static final HttpHeaderName WRITES =
      HttpHeaderName.fromString("x-ms-ratelimit-remaining-subscription-writes");
  private static final HttpHeaderName RESOURCE_REQUESTS =
      HttpHeaderName.fromString("x-ms-ratelimit-remaining-subscription-resource-requests");

  /** The provider's counter: what recordings show; how fast it is refilled is published nowhere. */
  private static final int REQUESTS = 12_000;

  private static final double REQUESTS_PER_SECOND = 10;
  private static final double NANOS = 1e9;

  private final ArmLimits limits;
  private final LongSupplier nanos;
  private final Map<String, Bucket> buckets = new HashMap<>();
  private final Map<String, Counter> counters = new HashMap<>();

  private enum Counter {
    READS,
    WRITES,
    REQUESTS
  }

  Pace(ArmLimits limits, LongSupplier nanos) {
    this.limits = limits;
    this.nanos = nanos;
  }

  /** Returns the pace of calls that nobody is known to count. */
  static Pace free() {
    return new Pace(ArmLimits.NONE, () -> 0);
  }

  /** What is left of an allowance. */
  private static final class Bucket {
    private final double perNano;
    private double most;
    private double left;
    private long at;
    private long closedUntil;

    Bucket(double most, double perSecond, long now) {
      this.most = most;
      this.left = most;
      this.perNano = perSecond / NANOS;
      this.at = now;
      this.closedUntil = now;
    }

    /** Takes one, which may have to be waited for; returns for how many nanoseconds. */
    long take(long now) {
      refill(now);
      left -= 1;
      long debt = left >= 0 ? 0 : (long) Math.ceil(-left / perNano);
      return Math.max(debt, closedUntil - now);
    }

    void refill(long now) {
      left = Math.min(most, left + (double) (now - at) * perNano);
      at = now;
    }

    /** Others of the same name may have called too, and the allowance may be larger than published. */
    void correct(long remaining, long now) {
      refill(now);
      if (remaining > most) {
        most = (double) remaining;
        left = (double) remaining;
      } else {
        left = Math.min(left, (double) remaining);
      }
    }
  }

  /** Takes a call from its allowance and returns for how long it has to wait first. */
  synchronized Duration take(HttpMethod method, String path) {
    return Duration.ofNanos(bucket(path, counter(method, path)).take(nanos.getAsLong()));
  }

  /** Learns from an answer. */
  synchronized void learn(HttpMethod method, String path, Answer answer) {
    remaining(answer, RESOURCE_REQUESTS)
        .ifPresent(left -> corrected(method, path, Counter.REQUESTS, left));
    remaining(answer, WRITES).ifPresent(left -> corrected(method, path, Counter.WRITES, left));
    remaining(answer, READS).ifPresent(left -> corrected(method, path, Counter.READS, left));
    remaining(answer, TENANT_READS).ifPresent(left -> corrected(method, path, Counter.READS, left));
    if (answer.status() == 429) {
      long now = nanos.getAsLong();
      Bucket bucket = bucket(path, counter(method, path));
      answer
          .retryAfter()
          .ifPresent(
              after -> bucket.closedUntil = Math.max(bucket.closedUntil, now + after.toNanos()));
    }
  }

  private void corrected(HttpMethod method, String path, Counter counter, long left) {
    if (method == HttpMethod.POST) {
      counters.put(operation(path), counter);
    }
    bucket(path, counter).correct(left, nanos.getAsLong());
  }

  private static OptionalLong remaining(Answer answer, HttpHeaderName header) {
    String value = answer.headers().getValue(header);
    return value != null && value.matches("[0-9]{1,9}")
        ? OptionalLong.of(Long.parseLong(value))
        : OptionalLong.empty();
  }

  private Counter counter(HttpMethod method, String path) {
    if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
      return Counter.READS;
    }
    return counters.getOrDefault(operation(path), Counter.WRITES);
  }

  private Bucket bucket(String path, Counter counter) {
    return buckets.computeIfAbsent(subscription(path) + ' ' + counter, key -> {
      long now = nanos.getAsLong();
      return switch (counter) {
        case READS -> new Bucket(limits.reads(), limits.readsPerSecond(), now);
        case WRITES -> new Bucket(limits.writes(), limits.writesPerSecond(), now);
        case REQUESTS ->
          new Bucket(
              Math.max(REQUESTS, limits.writes()),
              Math.max(REQUESTS_PER_SECOND, limits.writesPerSecond()),
              now);
      };
    });
  }

  private static String subscription(String path) {
    String[] parts = path.split("/", 4);
    return parts.length > 2 && parts[1].equalsIgnoreCase("subscriptions")
        ? parts[2].toLowerCase(Locale.ROOT)
        : "";
  }

  /** The path without names: {@code microsoft.web/sites/config/list}. */
  private static String operation(String path) {
    int at = path.toLowerCase(Locale.ROOT).lastIndexOf("/providers/");
    String[] parts =
        (at < 0 ? path : path.substring(at + 11)).toLowerCase(Locale.ROOT).split("/", -1);
    StringBuilder operation = new StringBuilder(parts[0]);
    for (int i = 1; i < parts.length; i += 2) {
      operation.append('/').append(parts[i]);
    }
    return operation.toString();
  }
}
