package dev.rekey.rotation.azure.kill;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;

/**
 * What the dependents do all day: every ten milliseconds each of them takes the key that it is
 * configured with at that moment, and makes a request with it.
 *
 * <p>A key may be replaced between these two: an app would have been restarted with its new settings. So
 * after a refusal the configuration is read once more, and only if it still says the refused key, the
 * dependent was left with a dead one.
 */
final class Traffic implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(10);

  /** A dependent was refused with the key that it is configured with. */
  record Refusal(Instant at, String user, String evidence) {}

  /** Reads what a dependent is configured with now. */
  private interface Configuration {
    Set<String> keys(Connections connections) throws IOException;
  }

  private final Cloud cloud;
  private final Estate estate;
  private final URI endpoint;
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, Pace> paces = new TreeMap<>();
  private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final long began = System.nanoTime();
  private volatile boolean open = true;

  /** How often one dependent used its key. Written by its thread. */
  private static final class Pace {
    private volatile long uses;
    private volatile long overtaken;
    private volatile long longestGapNanos;
  }

  private Traffic(Cloud cloud, Estate estate, URI endpoint) {
    this.cloud = cloud;
    this.estate = estate;
    this.endpoint = endpoint;
  }

  static Traffic begin(Cloud cloud, Estate estate) throws IOException, InterruptedException {
    Traffic traffic = new Traffic(cloud, estate, estate.endpoint(cloud));
    traffic.user(
        "web app shop-web",
        connections -> traffic.app(connections, "shop-web", "appsettings", "connectionstrings"));
    traffic.user(
        "web app shop-worker",
        connections -> traffic.app(connections, "shop-worker", "appsettings", "connectionstrings"));
    traffic.user(
        "web app nightly", connections -> traffic.app(connections, "nightly", "appsettings"));
    for (String secret : List.of(Estate.KEY_SECRET, Estate.TEXT_SECRET)) {
      traffic.user(
          "follower of " + secret,
          connections -> Set.of(Estate.keyIn(
              json(connections, cloud.vaultRequest(secret)).path("value").asText())));
    }
    traffic.threads.forEach(Thread::start);
    return traffic;
  }

  private void user(String name, Configuration configuration) {
    Pace pace = new Pace();
    paces.put(name, pace);
    Thread thread = new Thread(() -> work(name, configuration, pace), name);
    thread.setDaemon(true);
    threads.add(thread);
  }

  private Set<String> app(Connections connections, String name, String... groups)
      throws IOException {
    Set<String> keys = new LinkedHashSet<>();
    for (String group : groups) {
      for (JsonNode setting :
          json(connections, cloud.settingsRequest(name, group)).path("properties")) {
        String value = setting.isObject() ? setting.path("value").asText() : setting.asText();
        String key = Estate.keyIn(value);
        if (!key.isEmpty()) {
          keys.add(key);
        }
      }
    }
    return keys;
  }

  private static JsonNode json(Connections connections, HttpRequest request) throws IOException {
    Connections.Answer answer = connections.send(request);
    if (answer.status() != 200) {
      throw new IOException("its configuration can't be read: " + answer.status());
    }
    return Cloud.JSON.readTree(answer.body());
  }

  private void work(String name, Configuration configuration, Pace pace) {
    try (Connections connections = cloud.connections()) {
      work(name, configuration, pace, connections);
    } catch (IOException leftOpen) {
      // They end with the simulator at the latest.
    }
  }

  private void work(String name, Configuration configuration, Pace pace, Connections connections) {
    long next = System.nanoTime();
    long last = next;
    while (open) {
      try {
        use(name, configuration, pace, connections);
      } catch (IOException | RuntimeException failed) {
        if (open) {
          failures.add(Instant.now() + " " + name + ": " + failed);
        }
      }
      long now = System.nanoTime();
      pace.longestGapNanos = Math.max(pace.longestGapNanos, now - last);
      last = now;
      next = Math.max(next + PERIOD.toNanos(), now); // What was missed is not made up for.
      LockSupport.parkNanos(next - now);
    }
  }

  private void use(String name, Configuration configuration, Pace pace, Connections connections)
      throws IOException {
    Set<String> keys = configuration.keys(connections);
    if (keys.isEmpty() || keys.contains("")) {
      failures.add(Instant.now() + " " + name + " is configured with no key");
    }
    for (String key : keys) {
      Connections.Answer answer = connections.send(estate.use(endpoint, key));
      pace.uses++;
      if (answer.status() != 200) {
        if (configuration.keys(connections).contains(key)) {
          String kind = estate.isDeath(answer.status(), answer.body()) ? "wrong key" : "other";
          refusals.add(new Refusal(Instant.now(), name, answer.status() + ", " + kind));
        } else {
          pace.overtaken++;
        }
      }
    }
  }

  List<Refusal> refusals() {
    return List.copyOf(refusals);
  }

  /** What kept a dependent from being tried at all. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  long uses() {
    return paces.values().stream().mapToLong(pace -> pace.uses).sum();
  }

  /** Refusals of a key that had been replaced by the time of the answer. */
  long overtaken() {
    return paces.values().stream().mapToLong(pace -> pace.overtaken).sum();
  }

  /** Of the dependent that was slowest, how often it used its key in a second, on average. */
  double slowest() {
    double seconds = (System.nanoTime() - began) / 1e9;
    return paces.values().stream().mapToLong(pace -> pace.uses).min().orElse(0) / seconds;
  }

  /** The longest time in which a dependent did not use its key. */
  Duration longestGap() {
    return Duration.ofNanos(
        paces.values().stream().mapToLong(pace -> pace.longestGapNanos).max().orElse(0));
  }

  int users() {
    return paces.size();
  }

  @Override
  public void close() {
    open = false;
    threads.forEach(Thread::interrupt);
  }
}
