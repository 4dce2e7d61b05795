package dev.rekey.rotation.testkit;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.SlotIssuer;

/** The double of an issuer with two slots keeps the contract. */
class MemorySlotsTest extends SlotIssuerContract {
  private final FingerprintKey key = FingerprintKey.random();
  private final MemorySlots issuer = new MemorySlots(key, new Values());

  @Override
  protected SlotIssuer issuer() {
    return issuer;
  }

  @Override
  protected FingerprintKey fingerprints() {
    return key;
  }
}
