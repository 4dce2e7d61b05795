package dev.rekey.rotation.azure.kill;

import dev.rekey.simulator.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** A point at which a rotator is killed. */
sealed interface Kill {
  /** With a request on its way: it has not arrived, or was applied and its answer is not back. */
  record AtRequest(Fault fault) implements Kill {
    @Override
    public String toString() {
      return (fault.effect() == Fault.Effect.HOLD_BEFORE ? "before " : "after ")
          + (fault.method().isEmpty() ? "any request" : fault.method() + " " + fault.path())
          + " #" + fault.nth();
    }
  }

  /** So long after it has written so many entries in the journal, wherever it is then. */
  record AtMoment(int entries, Duration after) implements Kill {
    @Override
    public String toString() {
      return after.toMillis() + " ms after entry " + entries;
    }
  }

  /** A call that changes something, and how many of them a whole rotation makes. */
  record Change(String method, String path, int times) {}

  /** The calls of a whole rotation, in an {@link Estate}. */
  List<Change> CHANGES = List.of(
      new Change("POST", ".+/regenerateKeys?", 2),
      new Change("PUT", ".+/config/(appsettings|connectionstrings)", 6),
      new Change("PUT", "/secrets/.+", 2),
      new Change("PATCH", "/secrets/.+", 1));

  /** About how many requests a whole rotation makes, and how many entries it writes. */
  int REQUESTS = 180;

  int ENTRIES = 22;

  /** About the longest time from one entry to the next. */
  int PAUSE_MILLIS = 400;

  /** Half around calls that change something; the others around any request, or at any moment. */
  static Kill random(Random random) {
    return switch (random.nextInt(4)) {
      case 0, 1 -> {
        // Each kind alike, since most calls are those that write settings.
        Change change = CHANGES.get(random.nextInt(CHANGES.size()));
        yield request(
            random, Fault.on(change.method(), change.path()), 1 + random.nextInt(change.times()));
      }
      case 2 -> request(random, Fault.on("", Cloud.ROTATORS), 1 + random.nextInt(REQUESTS));
      default ->
        new AtMoment(random.nextInt(ENTRIES), Duration.ofMillis(random.nextInt(PAUSE_MILLIS)));
    };
  }

  private static Kill request(Random random, Fault.Match match, int nth) {
    Fault fault = random.nextBoolean() ? match.holdBefore() : match.holdAfter();
    return new AtRequest(fault.named("kill").nth(nth));
  }
}
