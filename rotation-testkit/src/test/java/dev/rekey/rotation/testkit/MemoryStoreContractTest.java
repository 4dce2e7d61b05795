package dev.rekey.rotation.testkit;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.detect.Secret;
import dev.rekey.rotation.MemoryStore;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretStore;
import org.junit.jupiter.api.AfterEach;

/** The store in memory keeps the contract. */
class MemoryStoreContractTest extends SecretStoreContract {
  private final FingerprintKey key = FingerprintKey.random();
  private final MemoryStore store = MemoryStore.named("shop", key);

  @AfterEach
  void close() {
    store.close();
  }

  @Override
  protected SecretStore store() {
    return store;
  }

  @Override
  protected SecretStore reopened() {
    return store;
  }

  @Override
  protected FingerprintKey fingerprints() {
    return key;
  }

  @Override
  protected void putByOthers(String name, Secret value) throws RotationException {
    store.add(name, value);
  }
}
