package dev.rekey.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What this store does beyond the contract of stores, which the testkit holds it to. */
class MemoryStoreTest {
  private static final FingerprintKey KEY = FingerprintKey.random();
  private static final AttemptId ATTEMPT = new AttemptId("run-9", "store");

  private final MemoryStore store = MemoryStore.named("shop", KEY);

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void a_closed_store_refuses_everything_and_says_so() throws RotationException {
    StoredVersion stored;
    SecretMetadata metadata;
    try (Secret value = Secret.of("a value of somebody")) {
      stored = store.add("a", value);
      metadata =
          new SecretMetadata("a", KEY.fingerprint(value), "issuer", "slot", KEY.fingerprint(value));
    }
    store.close();
    store.close();
    try (Secret value = Secret.of("another value")) {
      for (ThrowingCallable call : List.<ThrowingCallable>of(
          () -> store.read(stored),
          () -> store.newest("a"),
          () -> store.find("a", ATTEMPT),
          () -> store.holding(metadata.fingerprint()),
          () -> store.add("a", value),
          () -> store.put(value, metadata, ATTEMPT),
          () -> store.disable(stored, ATTEMPT))) {
        assertThatThrownBy(call)
            .isInstanceOf(RotationException.class)
            .hasMessageStartingWith("memory:shop is closed");
      }
    }
    assertThat(store.toString()).isEqualTo("MemoryStore[memory:shop, names=0]");
  }

  @Test
  void followers_get_the_newest_version() throws RotationException {
    assertThat(store.newest("a")).isEmpty();
    try (Secret value = Secret.of("a value of somebody")) {
      store.add("a", value);
      StoredVersion newer = store.add("a", value);
      assertThat(store.newest("a")).contains(newer);
    }
  }
}
