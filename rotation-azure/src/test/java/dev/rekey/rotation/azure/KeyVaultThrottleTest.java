package dev.rekey.rotation.azure;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.security.keyvault.secrets.models.SecretProperties;
import dev.rekey.rotation.AttemptId;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.StoredVersion;
import dev.rekey.simulator.Fault;
import dev.rekey.simulator.RecordedRequest;
import dev.rekey.simulator.Resource.Vault;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A vault that is too busy is waited for; what may have been done is looked for, never repeated. */
class KeyVaultThrottleTest extends VaultBench {
  private static final String THROTTLED =
      "{\"error\":{\"code\":\"Throttled\",\"message\":\"Request was not processed because too many"
          + " requests were received. Reason: VaultRequestTypeLimitReached\"}}";

  private final KeyVaultStore once = lab.onceIn("vault1").build();

  private void busy(Fault.Match requests, int times, String... retryAfter) {
    Fault fault = requests.status(429, THROTTLED).times(times);
    for (String value : retryAfter) {
      fault = fault.header("Retry-After", value);
    }
    lab.azure.faults().add(fault);
  }

  private static List<Duration> seconds(int... seconds) {
    return IntStream.of(seconds).mapToObj(Duration::ofSeconds).toList();
  }

  /** The sets that the vault took, and those that it refused as too many. */
  private List<Integer> sets() {
    return lab.requests("PUT", "/secrets/.*").stream()
        .map(RecordedRequest::status)
        .filter(status -> status != 401)
        .toList();
  }

  // Reads.

  @Test
  void a_read_waits_as_long_as_the_vault_asks() throws RotationException {
    once.find(NAME, Lab.ATTEMPT);
    busy(Fault.on("GET", "/secrets.*"), 2, "7");
    assertThat(once.holding(Lab.fingerprint("something else"))).hasSize(1);
    assertThat(lab.pauses).isEqualTo(seconds(7, 7));
  }

  @Test
  void a_read_waits_until_the_date_that_the_vault_names() throws RotationException {
    Instant now = Instant.parse("2026-11-24T12:00:00Z");
    KeyVaultStore dated =
        lab.onceIn("vault1").clock(Clock.fixed(now, ZoneOffset.UTC)).build();
    dated.find(NAME, Lab.ATTEMPT);
    busy(
        Fault.on("GET", "/secrets.*"),
        1,
        DateTimeFormatter.RFC_1123_DATE_TIME.format(now.plusSeconds(9).atOffset(ZoneOffset.UTC)));
    dated.find(NAME, Lab.ATTEMPT);
    assertThat(lab.pauses).isEqualTo(seconds(9));
  }

  @Test
  void a_read_waits_longer_each_time_where_the_vault_does_not_say() {
    busy(Fault.on("", "/secrets.*"), 0);
    assertRefused(
        VaultRefusal.BUSY,
        () -> once.holding(Lab.fingerprint(VALUE)),
        "429 Throttled",
        "try again later");
    assertThat(lab.pauses).isEqualTo(seconds(1, 2, 4, 8, 16));
  }

  @Test
  void a_read_that_is_to_wait_too_long_fails_at_once() throws RotationException {
    once.find(NAME, Lab.ATTEMPT);
    busy(Fault.on("GET", "/secrets.*"), 0, "61");
    assertRefused(VaultRefusal.BUSY, () -> once.find(NAME, Lab.ATTEMPT), "429 Throttled");
    busy(Fault.on("GET", "/secrets.*"), 0, "nonsense");
    assertThat(lab.pauses).isEmpty();
  }

  @Test
  void a_page_that_came_is_not_asked_for_again() throws RotationException {
    for (int i = 0; i < 30; i++) {
      lab.vault().setSecret("name-" + i, "value " + i);
    }
    once.find(NAME, Lab.ATTEMPT);
    lab.azure.faults().add(Fault.on("GET", "/secrets").status(429, THROTTLED).nth(2));
    int before = lab.requests("GET", "/secrets\\?.*").size();
    assertThat(once.holding(Lab.fingerprint("value 29"))).hasSize(1);
    // The first page, the second refused, the second.
    assertThat(lab.requests("GET", "/secrets\\?.*")).hasSize(before + 3);
    assertThat(lab.pauses).isEqualTo(seconds(1));
  }

  @Test
  void a_version_is_disabled_when_the_vault_has_time() throws RotationException {
    StoredVersion older = put(Lab.ATTEMPT);
    put(new AttemptId("another-run", "store"));
    busy(Fault.on("PATCH", "/secrets.*"), 1, "3");
    once.disable(older, RETIRE);
    assertThat(lab.pauses).isEqualTo(seconds(3));
    assertThat(versions(NAME)).filteredOn(SecretProperties::isEnabled).hasSize(1);
  }

  @Test
  void who_is_interrupted_while_waiting_is_told_so() throws RotationException {
    KeyVaultStore interrupted = lab.onceIn("vault1")
        .pause(wait -> {
          throw new InterruptedException();
        })
        .build();
    interrupted.find(NAME, Lab.ATTEMPT);
    busy(Fault.on("GET", "/secrets.*"), 0, "1");
    assertFails(() -> interrupted.find(NAME, Lab.ATTEMPT), "interrupted");
    assertThat(Thread.interrupted()).isTrue();
  }

  // Creates.

  @Test
  void a_create_that_was_too_many_is_made_after_the_wait() throws RotationException {
    once.find(NAME, Lab.ATTEMPT);
    busy(Fault.on("PUT", "/secrets.*"), 2, "5");
    StoredVersion stored = put(once, NAME, Lab.ATTEMPT);
    assertThat(lab.pauses).isEqualTo(seconds(5, 5));
    assertThat(sets()).containsExactly(429, 429, 200);
    assertThat(versions(NAME))
        .singleElement()
        .satisfies(only -> assertThat(only.getVersion()).isEqualTo(stored.version()));
  }

  @Test
  void a_create_that_is_always_too_many_says_that_nothing_was_written() throws RotationException {
    once.find(NAME, Lab.ATTEMPT);
    busy(Fault.on("PUT", "/secrets.*"), 0, "120");
    assertRefused(
        VaultRefusal.BUSY,
        () -> put(once, NAME, Lab.ATTEMPT),
        "429 Throttled",
        "try again later, in 120 seconds (looked: nothing was written)");
    assertThat(sets()).containsExactly(429);
    lab.azure.faults().clear();
    assertThat(once.find(NAME, Lab.ATTEMPT)).isEmpty();
  }

  @Test
  void a_create_whose_lost_answer_is_followed_by_a_refusal_is_not_made_again()
      throws RotationException {
    store.find(NAME, Lab.ATTEMPT); // Its client sends a write again whose answer was lost.
    lab.azure.faults().add(Fault.on("PUT", "/secrets/.+").dropAfter());
    busy(Fault.on("PUT", "/secrets/.+"), 0);
    StoredVersion stored = put(Lab.ATTEMPT);
    assertThat(lab.pauses).isEqualTo(seconds(1));
    assertThat(versions(NAME))
        .singleElement()
        .satisfies(only -> assertThat(only.getVersion()).isEqualTo(stored.version()));
  }

  @Test
  void a_create_of_which_nobody_knows_what_became_is_not_made_again() throws RotationException {
    once.find(NAME, Lab.ATTEMPT);
    for (Fault fault : List.of(
        Fault.on("PUT", "/secrets/.+").dropBefore(),
        Fault.on("PUT", "/secrets/.+").dropAfter(),
        Fault.on("PUT", "/secrets/.+").status(503, "{}").header("Retry-After", "1"))) {
      lab.azure.faults().add(fault);
      int before = lab.wire.sent("PUT .+/secrets/.+").size();
      assertFails(() -> put(once, NAME, Lab.ATTEMPT), "putting secret " + NAME);
      lab.azure.faults().clear();
      // With the token that is there already: one request each.
      assertThat(lab.wire.sent("PUT .+/secrets/.+")).hasSize(before + 1);
    }
    assertThat(lab.pauses).isEmpty();
  }

  @Test
  void three_hundred_and_one_creates_are_not_too_many_for_a_vault() throws RotationException {
    Shared clock = new Shared();
    try (Lab timed = Lab.of(clock, List.of(), Vault.named("vault1"))) {
      KeyVaultStore paced = KeyVaultStore.builder(
              timed.vault(
                  timed.azure.vault("vault1").toString(),
                  timed.credential(Lab.OWNER, Lab.TENANT),
                  Lab.ONCE),
              Lab.FINGERPRINTS)
          .clock(clock)
          .pause(wait -> {
            timed.pauses.add(wait);
            clock.now = clock.now.plus(wait);
          })
          .build();
      for (int i = 0; i <= VaultThrottle.MOST_CREATES; i++) {
        put(paced, "name-" + i, Lab.ATTEMPT);
      }
      assertThat(timed.pauses).containsExactly(VaultThrottle.WINDOW);
      assertThat(timed.requests("PUT", "/secrets/.*"))
          .extracting(RecordedRequest::status)
          .doesNotContain(429);
    }
  }

  /** The time of the store and of the vault: it passes when somebody waits. */
  private static final class Shared extends Clock {
    private volatile Instant now = Instant.now();

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }
}
