package dev.rekey.rotation;

import dev.rekey.detect.Secret;
import dev.rekey.detect.exposure.Credential;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** Knows the issuers. Implementations are thread-safe and change nothing. */
public interface IssuerFinder {
  /**
   * Returns the issuer that holds this credential in one of its slots now, and the slot; empty where
   * none of the issuers does.
   *
   * @param value the value itself, where it could be had: it stays the caller's. Issuers that don't show
   *     what they hold are found by trying it
   * @throws RotationException if it can't be told: which slot holds it must be proved, for a wrong one
   *     would be revoked
   */
  Optional<Holding> findIssuing(Credential credential, Optional<Secret> value)
      throws RotationException, InterruptedException;

  /**
   * Returns the issuer with an id.
   *
   * @throws RotationException if there is none any more
   */
  SecretIssuer issuer(String id) throws RotationException;

  /** Returns the finder of whichever issuer any of these finds, asked in their order. */
  static IssuerFinder of(IssuerFinder... finders) {
    return new IssuerFinders(List.of(finders));
  }

  /**
   * Where a credential is.
   *
   * @param issuer who holds it
   * @param slot in which slot
   */
  record Holding(SecretIssuer issuer, String slot) {
    /** Checks that nothing is null. */
    public Holding {
      Objects.requireNonNull(issuer, "issuer");
      Objects.requireNonNull(slot, "slot");
    }
  }
}
