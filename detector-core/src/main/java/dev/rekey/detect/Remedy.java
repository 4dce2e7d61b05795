package dev.rekey.detect;

/** What ends the danger of an exposed secret of some kind. */
public enum Remedy {
  /** Its issuer makes a new one by API; the old one dies. */
  ROTATE,
  /** It can be killed by API, but nothing new can be issued by API. */
  REVOKE,
  /** A person acts, by a runbook. */
  GUIDED
}
