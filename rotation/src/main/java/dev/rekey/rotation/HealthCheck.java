package dev.rekey.rotation;

import dev.rekey.detect.Fingerprint;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Finds out whether a dependent works, beyond its configuration.
 *
 * <p>It is asked before anything is changed, when the dependent has been moved, before the exposed value
 * is revoked and after that. Implementations are thread-safe and change nothing.
 */
@FunctionalInterface
public interface HealthCheck {
  /**
   * Checks a dependent that is configured with a value.
   *
   * @return how far it is known that the dependent works with it; empty where this check knows nothing
   *     about the dependent
   * @throws RotationException if the dependent does not work: the message says what is wrong. Right
   *     after it was moved it is asked again for as long as the policy has time
   */
  Optional<ProofOfUse> check(Dependent dependent, Fingerprint expected)
      throws RotationException, InterruptedException;

  /**
   * Returns the check by HTTP: {@code GET} answers with a status from 200 to 299 several times in a row.
   * Redirects are not followed, and no answer is read: it may hold anything.
   *
   * @param http carries the requests
   * @param address where a dependent tells its health, over TLS or not; empty where it does not
   * @param times how many answers in a row, each of which another of its instances may give
   * @param timeout how long one answer may take
   * @throws IllegalArgumentException if the times or the timeout are not positive
   */
  static HealthCheck http(
      HttpClient http, Function<Dependent, Optional<URI>> address, int times, Duration timeout) {
    return new HttpHealthCheck(http, address, times, timeout);
  }
}
