package dev.rekey.simulator;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The faults of a simulator. Thread-safe. Rules are tried in the order in which they were added; the
 * first that acts on a request wins, and every rule counts its own matches.
 */
public final class Faults {
  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private int made;
  private long released;
  private boolean proceed;

  Faults() {}

  /**
   * How far a fault has come.
   *
   * @param fault the rule
   * @param matched the requests that matched it
   * @param hits the requests that it has acted on; those held after count once they are applied
   * @param holding the requests that it holds now
   */
  public record Progress(Fault fault, int matched, int hits, int holding) {}

  private static final class Rule {
    private final Fault fault;
    private final Pattern path;
    private int matched;
    private int taken;
    private int hits;
    private int holding;

    Rule(Fault fault) {
      this.fault = fault;
      this.path = Pattern.compile(fault.path(), Pattern.CASE_INSENSITIVE);
    }

    boolean matches(Call call) {
      return (fault.service().isEmpty() || fault.service().equalsIgnoreCase(call.service()))
          && (fault.method().isEmpty() || fault.method().equals(call.method()))
          && path.matcher(call.rawPath()).matches();
    }

    Progress progress() {
      return new Progress(fault, matched, hits, holding);
    }
  }

  /**
   * Adds a rule and returns its id: that of the fault, or a new one.
   *
   * @throws IllegalArgumentException if a rule of this id is there already
   */
  public synchronized String add(Fault fault) {
    String id = fault.id().isEmpty() ? "fault-" + ++made : fault.id();
    if (rules.putIfAbsent(id, new Rule(fault.named(id))) != null) {
      throw new IllegalArgumentException("There is a fault named " + id + " already");
    }
    return id;
  }

  /** Removes all rules. Requests that are held stay so until they are released. */
  public synchronized void clear() {
    rules.clear();
  }

  /** How far each fault has come, in the order in which they were added. */
  public synchronized List<Progress> progress() {
    List<Progress> all = new ArrayList<>();
    rules.values().forEach(rule -> all.add(rule.progress()));
    return all;
  }

  /** How far one fault has come; empty if there is none of this id. */
  public synchronized Optional<Progress> progress(String id) {
    return Optional.ofNullable(rules.get(id)).map(Rule::progress);
  }

  /**
   * Lets held requests go: those held after get their answer; those held before are dropped, never
   * applied, because their callers may be long dead.
   */
  public void release() {
    free(false);
  }

  /** Lets held requests go, those held before as if nothing had happened. */
  public void proceed() {
    free(true);
  }

  private synchronized void free(boolean apply) {
    released++;
    proceed = apply;
    notifyAll();
  }

  /**
   * Waits until a fault has acted on at least {@code hits} requests.
   *
   * @return whether it has, within the time
   * @throws InterruptedException if interrupted
   */
  public synchronized boolean awaitHits(String id, int hits, Duration time)
      throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (progress(id).map(Progress::hits).orElse(0) < hits) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  /** The fault that is to act on this request, if any; counts matches. */
  synchronized Optional<Fault> strike(Call call) {
    Optional<Fault> acting = Optional.empty();
    for (Rule rule : rules.values()) {
      if (rule.matches(call)) {
        rule.matched++;
        Fault fault = rule.fault;
        boolean acts =
            rule.matched >= fault.nth() && (fault.times() == 0 || rule.taken < fault.times());
        if (acts && acting.isEmpty()) {
          rule.taken++;
          acting = Optional.of(fault);
        }
      }
    }
    return acting;
  }

  /** Counts a hit: the fault has done to a request what it does. */
  synchronized void hit(Fault fault) {
    Rule rule = rules.get(fault.id());
    if (rule != null) {
      rule.hits++;
      notifyAll();
    }
  }

  /** Holds the calling request until the next release; returns whether it may still be applied. */
  synchronized boolean hold(Fault fault) {
    Rule rule = rules.get(fault.id());
    if (rule != null) {
      rule.holding++;
    }
    // Only now, so that whoever waits for the hit of a HOLD_AFTER finds the change applied.
    hit(fault);
    long before = released;
    try {
      while (released == before) {
        wait();
      }
      return proceed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      if (rule != null) {
        rule.holding--;
      }
    }
  }
}
