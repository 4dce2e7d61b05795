package dev.rekey.simulator;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;

/** What a {@link Chance} does to requests, and to which it did so. Thread-safe. */
final class Trouble {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Chance chance;
  private final Clock clock;
  private final Map<Long, Integer> asked = new HashMap<>();
  private final Set<Chance.Refused> refused = new LinkedHashSet<>();

  Trouble(Chance chance, Clock clock) {
    this.chance = chance;
    this.clock = clock;
  }

  /** Comes before a request is handled: waits if it is slow, and fails it if it fails. */
  Optional<Reply> before(Call call) {
    if (chance.slow() == 0 && chance.serverErrors() == 0) {
      return Optional.empty();
    }
    String what = call.service() + " " + call.method() + " "
        + call.rawPath().toLowerCase(Locale.ROOT) + "?" + call.rawQuery();
    String which = what + " " + count(what);
    if (hits("slow " + which, chance.slow())) {
      pause();
    }
    return hits("error " + which, chance.serverErrors())
        ? Optional.of(serverError(call, which))
        : Optional.empty();
  }

  private synchronized int count(String what) {
    return asked.merge(hash(what), 1, Integer::sum);
  }

  private boolean hits(String what, double share) {
    return share > 0 && new SplittableRandom(hash(what)).nextDouble() < share;
  }

  /** FNV-1a: the same in each run and on each machine. */
  private long hash(String what) {
    long hash = 0xcbf29ce484222325L ^ chance.seed();
    for (int i = 0; i < what.length(); i++) {
      hash = (hash ^ what.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  private void pause() {
    try {
      Thread.sleep(chance.slowMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Reply serverError(Call call, String which) {
    if (call.service().startsWith("blob:")) {
      String code = "InternalError";
      return Reply.xml(
              500,
              "\ufeff<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code
                  + "</Code><Message>Server encountered an internal error. Please try again after"
                  + " some time.</Message></Error>")
          .with("x-ms-error-code", code);
    }
    List<String> path = call.segments();
    String subscription =
        path.size() > 1 && path.get(0).equalsIgnoreCase("subscriptions") ? path.get(1) : "";
    String id = new UUID(hash(which), hash("id " + which)).toString();
    return Reply.json(
        500,
        Json.error(
            "InternalServerError",
            "Encountered internal server error. Diagnostic information: timestamp '"
                + STAMP.format(clock.instant()) + "', subscription id '" + subscription
                + "', tracking id '" + id + "', request correlation id '" + id + "'."));
  }

  /** Whether this read below a resource is refused; remembers it if it is. */
  boolean refuses(Call call, String action) {
    boolean refuses = Counter.onlyReads(call)
        && hits("refusal " + call.rawPath().toLowerCase(Locale.ROOT), chance.refusals());
    if (refuses) {
      synchronized (this) {
        refused.add(new Chance.Refused(call.rawPath(), action));
      }
    }
    return refuses;
  }

  /** The reads that were refused so far, each once. */
  synchronized List<Chance.Refused> refused() {
    return List.copyOf(refused);
  }
}
