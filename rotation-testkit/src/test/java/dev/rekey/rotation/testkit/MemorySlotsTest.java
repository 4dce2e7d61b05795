package dev.rekey.rotation.testkit;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.SlotIssuer;
import java.util.Optional;

/** The double of an issuer with two slots keeps the contract. */
class MemorySlotsTest extends SlotIssuerContract {
  private final FingerprintKey key = FingerprintKey.random();
  private final MemorySlots issuer = new MemorySlots(key, new Values());

  @Override
  protected SlotIssuer issuer() {
    return issuer;
  }

  @Override
  protected Optional<IssuerFinder> finder() {
    return Optional.of(new MemoryFinder(issuer));
  }

  @Override
  protected FingerprintKey fingerprints() {
    return key;
  }
}
