package dev.rekey.rotation;

import dev.rekey.detect.exposure.Credential;
import java.util.Optional;

/** Knows the issuers. Implementations are thread-safe and change nothing. */
public interface IssuerFinder {
  /** Returns the issuer that holds this credential in one of its slots now. */
  Optional<SecretIssuer> findIssuing(Credential credential) throws RotationException;

  /**
   * Returns the issuer with an id.
   *
   * @throws RotationException if there is none any more
   */
  SecretIssuer issuer(String id) throws RotationException;
}
