package dev.rekey.simulator;

import java.util.ArrayList;
import java.util.List;

/** What was asked of the simulator, and when last. Thread-safe. */
final class RequestLog {
  private final List<RecordedRequest> requests = new ArrayList<>();
  private long last = System.nanoTime();

  synchronized void started() {
    last = System.nanoTime();
  }

  synchronized void add(Call call, int status) {
    last = System.nanoTime();
    String query = call.rawQuery().replaceAll("(?i)(^|&)(sig|code)=[^&]*", "$1$2=REDACTED");
    requests.add(new RecordedRequest(
        call.service(),
        call.method(),
        call.rawPath() + (query.isEmpty() ? "" : "?" + query),
        status));
  }

  synchronized List<RecordedRequest> all() {
    return List.copyOf(requests);
  }

  /** Nanoseconds since the last request came or was answered. */
  synchronized long idleNanos() {
    return System.nanoTime() - last;
  }
}
