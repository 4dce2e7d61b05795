package dev.rekey.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * An application and its service principal in the directory, with all that they were: a replica that
 * lags sees them as they were at a moment that is past.
 */
final class Registration {
  private final Application from;
  private final Instant created;
  private final List<Password> passwords = new ArrayList<>();
  private final TreeMap<Instant, Boolean> enabled = new TreeMap<>();

  /** Which of the two objects holds a secret. */
  enum Holder {
    APPLICATION,
    PRINCIPAL
  }

  /** A secret, and when it was added and removed. */
  static final class Password {
    private final Holder holder;
    private final String keyId;
    private final Optional<String> displayName;
    private final String text;
    private final Instant starts;
    private final Instant ends;
    private final Instant added;
    private Instant removed = Instant.MAX;

    Password(
        Holder holder,
        String keyId,
        Optional<String> displayName,
        String text,
        Instant starts,
        Instant ends,
        Instant added) {
      this.holder = holder;
      this.keyId = keyId;
      this.displayName = displayName;
      this.text = text;
      this.starts = starts;
      this.ends = ends;
      this.added = added;
    }

    String keyId() {
      return keyId;
    }

    Optional<String> displayName() {
      return displayName;
    }

    String text() {
      return text;
    }

    Instant starts() {
      return starts;
    }

    Instant ends() {
      return ends;
    }

    void remove(Instant now) {
      removed = now;
    }

    private boolean isThere(Instant then) {
      return !added.isAfter(then) && removed.isAfter(then);
    }
  }

  Registration(Application from, Instant created) {
    this.from = from;
    this.created = created;
    enabled.put(Instant.MIN, true);
  }

  Application from() {
    return from;
  }

  Instant created() {
    return created;
  }

  void add(Password password) {
    passwords.add(password);
  }

  /** The secrets of both objects, as seen at a moment. */
  List<Password> passwords(Instant then) {
    return passwords.stream().filter(password -> password.isThere(then)).toList();
  }

  /** The secrets of one of the objects, as seen at a moment. */
  List<Password> passwords(Holder holder, Instant then) {
    return passwords(then).stream()
        .filter(password -> password.holder == holder)
        .toList();
  }

  boolean enabled(Instant then) {
    return enabled.floorEntry(then).getValue();
  }

  void enable(boolean allowed, Instant now) {
    enabled.put(now, allowed);
  }
}
