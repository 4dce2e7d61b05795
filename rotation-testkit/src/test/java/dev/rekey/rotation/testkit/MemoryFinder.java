package dev.rekey.rotation.testkit;

import dev.rekey.detect.Fingerprint;
import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import dev.rekey.rotation.IssuerFinder;
import dev.rekey.rotation.RotationException;
import dev.rekey.rotation.SecretIssuer;
import java.util.Optional;

/** Knows one issuer whose snapshot shows its values. */
class MemoryFinder implements IssuerFinder {
  final SecretIssuer issuer;

  MemoryFinder(SecretIssuer issuer) {
    this.issuer = issuer;
  }

  @Override
  public Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
      throws RotationException {
    Fingerprint fingerprint = credential.fingerprint();
    return issuer.snapshot().holding(fingerprint).map(slot -> new Holding(issuer, slot));
  }

  @Override
  public SecretIssuer issuer(String id) throws RotationException {
    if (!id.equals(issuer.id())) {
      throw new RotationException("there is no issuer " + id);
    }
    return issuer;
  }
}
