package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** Asks a dependent over HTTP whether it is healthy. */
final class HttpHealthCheck implements HealthCheck {
  private final HttpClient http;
  private final Function<Dependent, Optional<URI>> address;
  private final int times;
  private final Duration timeout;

  HttpHealthCheck(
      HttpClient http, Function<Dependent, Optional<URI>> address, int times, Duration timeout) {
    if (times < 1 || timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException(
          "a health check by HTTP asks at least once, with a positive timeout");
    }
    this.http = http;
    this.address = address;
    this.times = times;
    this.timeout = timeout;
  }

  @Override
  public Optional<ProofOfUse> check(Dependent dependent, Fingerprint expected)
      throws RotationException, InterruptedException {
    Optional<URI> where = address.apply(dependent);
    if (where.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < times; i++) {
      int status = ask(dependent, where.get());
      if (status < 200 || status > 299) {
        throw new RotationException(
            dependent.label() + " answers its health check with " + status + ": look at its log");
      }
    }
    return Optional.of(ProofOfUse.HEALTHY);
  }

  private int ask(Dependent dependent, URI where) throws RotationException, InterruptedException {
    HttpRequest request;
    try {
      String scheme = String.valueOf(where.getScheme()).toLowerCase(Locale.ROOT);
      if (!scheme.equals("https") && !scheme.equals("http")) {
        throw new IllegalArgumentException("no HTTP");
      }
      request = HttpRequest.newBuilder(where).timeout(timeout).GET().build();
    } catch (IllegalArgumentException malformed) {
      throw new RotationException(
          "the address of the health check of " + dependent.label() + " is none of HTTP");
    }
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException unreachable) {
      // Not its message, and not the address: a query may hold a key.
      throw new RotationException(dependent.label() + " does not answer its health check: "
          + unreachable.getClass().getSimpleName());
    }
  }
}
