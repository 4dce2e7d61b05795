package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Creates take their turn: never more than 300 in any ten seconds. */
class VaultThrottleTest {
  private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

  private final Hands clock = new Hands();
  private final List<Duration> pauses = new ArrayList<>();
  private final VaultThrottle throttle = new VaultThrottle(clock, this::pause);

  /** A clock that stands still until somebody waits, or it is moved. */
  private static final class Hands extends Clock {
    private Instant now = START;

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public synchronized Instant instant() {
      return now;
    }

    private synchronized void move(Duration by) {
      now = now.plus(by);
    }
  }

  private synchronized void pause(Duration time) {
    pauses.add(time);
    clock.move(time);
  }

  @Test
  void no_ten_seconds_have_more_than_300_creates() {
    List<Instant> creates = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      throttle.beforeCreate();
      creates.add(clock.instant());
      clock.move(Duration.ofMillis(i % 7));
    }
    for (int i = 300; i < creates.size(); i++) {
      assertThat(Duration.between(creates.get(i - 300), creates.get(i)))
          .as("creates %d and %d", i - 300, i)
          .isGreaterThan(Duration.ofSeconds(10));
    }
    // And it waits no longer than it must: 1,000 are three waits.
    assertThat(Duration.between(START, clock.instant())).isLessThan(Duration.ofSeconds(36));
  }

  @Test
  void those_who_come_slowly_never_wait() {
    for (int i = 0; i < 1_000; i++) {
      throttle.beforeCreate();
      clock.move(Duration.ofMillis(40));
    }
    assertThat(pauses).isEmpty();
  }

  @Test
  void those_who_come_at_once_each_get_a_turn() throws Exception {
    List<Duration> waits = new ArrayList<>();
    VaultThrottle standing = new VaultThrottle(Clock.fixed(START, ZoneOffset.UTC), wait -> {
      synchronized (waits) {
        waits.add(wait);
      }
    });
    ExecutorService writers = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Boolean>> creates = new ArrayList<>();
      for (int i = 0; i < 900; i++) {
        creates.add(() -> {
          standing.beforeCreate();
          return true;
        });
      }
      for (Future<Boolean> create : writers.invokeAll(creates)) {
        assertThat(create.get()).isTrue();
      }
    } finally {
      writers.shutdownNow();
    }
    assertThat(waits).filteredOn(VaultThrottle.WINDOW::equals).hasSize(300);
    assertThat(waits).filteredOn(VaultThrottle.WINDOW.multipliedBy(2)::equals).hasSize(300);
    assertThat(waits).hasSize(600);
  }

  @Test
  void a_clock_that_is_set_back_makes_nobody_wait_for_hours() {
    for (int i = 0; i < 300; i++) {
      throttle.beforeCreate();
    }
    clock.move(Duration.ofHours(-3));
    throttle.beforeCreate();
    assertThat(pauses).isEmpty();
  }
}
