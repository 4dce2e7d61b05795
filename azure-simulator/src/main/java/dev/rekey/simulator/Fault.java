package dev.rekey.simulator;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A rule that makes a request go wrong. Immutable; make one by {@link #on} and an effect: {@code
 * Fault.on("POST", ".+/regenerateKey").holdAfter().nth(2)}.
 *
 * <p>A malformed answer is {@code status(200, body)} with the body that it is to have: JSON that ends too
 * soon, an array in place of an object, a {@code nextLink} to another host, a property of megabytes; with
 * {@code times(0)} a {@code nextLink} to itself, a circle without end. {@code cutAfter()} is a connection
 * that breaks within the true answer.
 *
 * @param id the name under which hits are counted
 * @param service the stand-in it is for ({@code cloud}, {@code vault:NAME}, {@code blob:NAME}, {@code
 *     messaging:NAME}, {@code logs:NAME}, {@code configuration:NAME}, {@code synapse:NAME}); empty is any
 * @param method the HTTP method; empty is any
 * @param path a regular expression that the whole path must match, letter case aside; the query is
 *     not part of it
 * @param nth the first match that it acts on, from 1
 * @param times on how many matches it acts; 0 is without end
 * @param effect what happens
 * @param status for {@link Effect#STATUS}: the status
 * @param headers for {@link Effect#STATUS}: the headers, for example {@code Retry-After}
 * @param body for {@link Effect#STATUS}: the body
 * @param delayMillis for {@link Effect#DELAY}: how long
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Fault(
    String id,
    String service,
    String method,
    String path,
    int nth,
    int times,
    Effect effect,
    int status,
    Map<String, String> headers,
    String body,
    long delayMillis) {

  /** What a fault does. */
  public enum Effect {
    /** Nothing is applied; the request hangs until it is released. */
    HOLD_BEFORE,
    /** The change is applied; the answer hangs until it is released. */
    HOLD_AFTER,
    /** Nothing is applied; the given answer is sent. */
    STATUS,
    /** Nothing is applied; the connection is closed. */
    DROP_BEFORE,
    /** The change is applied; the connection is closed without an answer. */
    DROP_AFTER,
    /** The change is applied; half of the answer's body is sent, and then the connection is closed. */
    CUT_AFTER,
    /** The request is handled late. */
    DELAY
  }

  /** Checks the rule; absent parts get their defaults. */
  public Fault {
    id = Copies.text(id);
    service = Copies.text(service);
    method = Copies.text(method).toUpperCase(Locale.ROOT);
    path = Copies.text(path).isEmpty() ? ".*" : path;
    headers = Copies.map(headers);
    body = Copies.text(body);
    if (effect == null) {
      throw new IllegalArgumentException("A fault needs an effect");
    }
    nth = nth == 0 ? 1 : nth;
    if (nth < 1 || times < 0 || delayMillis < 0) {
      throw new IllegalArgumentException("nth, times and delayMillis cannot be negative");
    }
    if (effect == Effect.STATUS && (status < 200 || status > 599)) {
      throw new IllegalArgumentException("A STATUS fault needs a status from 200 to 599");
    }
    try {
      Pattern.compile(path);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("The path of a fault is not a regular expression", e);
    }
  }

  /** Begins a fault for a method (empty: any) and a path; it acts once, on the first match. */
  public static Match on(String method, String path) {
    return new Match(method, path);
  }

  /** A fault that lacks its effect. */
  public static final class Match {
    private final String method;
    private final String path;

    private Match(String method, String path) {
      this.method = method;
      this.path = path;
    }

    private Fault with(Effect effect, int status, String body, long delayMillis) {
      return new Fault("", "", method, path, 1, 1, effect, status, Map.of(), body, delayMillis);
    }

    /** Returns a fault of {@link Effect#HOLD_BEFORE}. */
    public Fault holdBefore() {
      return with(Effect.HOLD_BEFORE, 0, "", 0);
    }

    /** Returns a fault of {@link Effect#HOLD_AFTER}. */
    public Fault holdAfter() {
      return with(Effect.HOLD_AFTER, 0, "", 0);
    }

    /** Returns a fault of {@link Effect#DROP_BEFORE}. */
    public Fault dropBefore() {
      return with(Effect.DROP_BEFORE, 0, "", 0);
    }

    /** Returns a fault of {@link Effect#DROP_AFTER}. */
    public Fault dropAfter() {
      return with(Effect.DROP_AFTER, 0, "", 0);
    }

    /** Returns a fault of {@link Effect#CUT_AFTER}. */
    public Fault cutAfter() {
      return with(Effect.CUT_AFTER, 0, "", 0);
    }

    /** Returns a fault of {@link Effect#STATUS} with a JSON body. */
    public Fault status(int status, String body) {
      return with(Effect.STATUS, status, body, 0);
    }

    /** Returns a fault of {@link Effect#DELAY}. */
    public Fault delay(Duration time) {
      return with(Effect.DELAY, 0, "", time.toMillis());
    }
  }

  /** Returns this fault under a name of the caller's. */
  public Fault named(String newId) {
    return new Fault(
        newId, service, method, path, nth, times, effect, status, headers, body, delayMillis);
  }

  /** Returns this fault for one stand-in only. */
  public Fault at(String newService) {
    return new Fault(
        id, newService, method, path, nth, times, effect, status, headers, body, delayMillis);
  }

  /** Returns this fault acting from the nth match on. */
  public Fault nth(int newNth) {
    return new Fault(
        id, service, method, path, newNth, times, effect, status, headers, body, delayMillis);
  }

  /** Returns this fault acting on that many matches; 0 is without end. */
  public Fault times(int newTimes) {
    return new Fault(
        id, service, method, path, nth, newTimes, effect, status, headers, body, delayMillis);
  }

  /** Returns this fault with one more header in its answer. */
  public Fault header(String name, String value) {
    return new Fault(
        id,
        service,
        method,
        path,
        nth,
        times,
        effect,
        status,
        Copies.plus(headers, name, value),
        body,
        delayMillis);
  }
}
