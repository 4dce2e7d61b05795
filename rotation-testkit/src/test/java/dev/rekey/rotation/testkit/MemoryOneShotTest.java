package dev.rekey.rotation.testkit;

import dev.rekey.detect.FingerprintKey;
import dev.rekey.rotation.OneShotIssuer;

/** The double of an issuer that tells a value once keeps the contract. */
class MemoryOneShotTest extends OneShotIssuerContract {
  private final FingerprintKey key = FingerprintKey.random();
  private final MemoryOneShot issuer = new MemoryOneShot(key, new Values());

  @Override
  protected OneShotIssuer issuer() {
    return issuer;
  }

  @Override
  protected FingerprintKey fingerprints() {
    return key;
  }
}
