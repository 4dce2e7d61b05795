package dev.rekey.rotation.azure;

import com.azure.core.exception.HttpResponseException;
import com.azure.core.http.HttpHeaderName;
import dev.rekey.rotation.Pause;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Waits for a vault: before creates, so that there are not too many of them, and where it is busy.
 *
 * <p>A vault takes 300 new secrets in ten seconds, of all who write to it; this counts its own. See
 * Key Vault's service limits and throttling guidance. Thread-safe.
 */
final class VaultThrottle {
  static final int MOST_CREATES = 300;

  /** Ten seconds, and one because what was sent in time may arrive a little later. */
  static final Duration WINDOW = Duration.ofSeconds(11);

  /** As the guidance says: 1, 2, 4, 8 and 16 seconds. */
  private static final int MOST_PAUSES = 5;

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final Clock clock;
  private final Pause pause;
  private final Deque<Instant> creates = new ArrayDeque<>();
  private Instant seen = Instant.MIN;

  VaultThrottle(Clock clock, Pause pause) {
    this.clock = clock;
    this.pause = pause;
  }

  /** Returns when one more secret may be created. */
  void beforeCreate() {
    Duration wait = reserve();
    if (!wait.isZero()) {
      await(wait);
    }
  }

  private synchronized Duration reserve() {
    Instant now = clock.instant();
    if (now.isBefore(seen)) {
      creates.clear(); // The clock was set back: what it said before means nothing now.
    }
    seen = now;
    Instant turn = now;
    if (creates.size() >= MOST_CREATES) {
      Instant free = creates.removeFirst().plus(WINDOW);
      turn = free.isAfter(now) ? free : now;
    }
    creates.addLast(turn);
    return Duration.between(now, turn);
  }

  /** Makes a call that may be made again, until the vault is not too busy for it. */
  <T> T patiently(Supplier<T> call) {
    for (int pauses = 0; ; pauses++) {
      try {
        return call.get();
      } catch (HttpResponseException failed) {
        Optional<Duration> wait = waitAfter(failed, pauses);
        if (wait.isEmpty()) {
          throw failed;
        }
        await(wait.get());
      }
    }
  }

  /** How long to wait before a call is made again; empty where it is not to be. */
  Optional<Duration> waitAfter(HttpResponseException failed, int pauses) {
    if (VaultRefusal.of(failed) != VaultRefusal.BUSY || pauses >= MOST_PAUSES) {
      return Optional.empty();
    }
    return Optional.of(asked(failed).orElse(FIRST_PAUSE.multipliedBy(1L << pauses)))
        .filter(wait -> wait.compareTo(LONGEST_PAUSE) <= 0);
  }

  /** Says how long the vault asks to be left alone, where it does. */
  String askedIn(HttpResponseException failed) {
    return asked(failed).map(wait -> ", in " + wait.toSeconds() + " seconds").orElse("");
  }

  private Optional<Duration> asked(HttpResponseException failed) {
    String after = failed.getResponse().getHeaderValue(HttpHeaderName.RETRY_AFTER);
    if (after == null) {
      return Optional.empty();
    }
    if (after.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(after)));
    }
    try {
      Instant until = DateTimeFormatter.RFC_1123_DATE_TIME.parse(after, Instant::from);
      Duration wait = Duration.between(clock.instant(), until);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeException malformed) {
      return Optional.empty();
    }
  }

  void await(Duration wait) {
    try {
      pause.pause(wait);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the vault", interrupted);
    }
  }
}
