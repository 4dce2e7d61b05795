package dev.rekey.rotation;

import java.util.Objects;

/**
 * What an endpoint answered to a credential, typed so that nothing is taken for death that is not.
 *
 * <p>An HTTP status alone decides nothing: firewalls, disabled keys and clocks that are off give the
 * same ones. An issuer maps only the exact answer to a wrong credential to {@link Refused}.
 */
public sealed interface ProbeAnswer {
  /** Returns the endpoint. */
  String endpoint();

  /** Returns what it answered, without any part of the credential. */
  String evidence();

  /**
   * The endpoint honours the credential.
   *
   * @param endpoint which
   * @param evidence what it answered
   */
  record Accepted(String endpoint, String evidence) implements ProbeAnswer {
    /** Checks that nothing is null. */
    public Accepted {
      Objects.requireNonNull(endpoint, "endpoint");
      Objects.requireNonNull(evidence, "evidence");
    }
  }

  /**
   * The endpoint refuses the credential because it is a wrong one.
   *
   * @param endpoint which
   * @param evidence the error code that says so
   */
  record Refused(String endpoint, String evidence) implements ProbeAnswer {
    /** Checks that nothing is null. */
    public Refused {
      Objects.requireNonNull(endpoint, "endpoint");
      Objects.requireNonNull(evidence, "evidence");
    }
  }

  /**
   * The endpoint's answer says nothing about the credential: a firewall, a throttle, no answer.
   *
   * @param endpoint which
   * @param evidence what it answered
   */
  record Unclear(String endpoint, String evidence) implements ProbeAnswer {
    /** Checks that nothing is null. */
    public Unclear {
      Objects.requireNonNull(endpoint, "endpoint");
      Objects.requireNonNull(evidence, "evidence");
    }
  }
}
