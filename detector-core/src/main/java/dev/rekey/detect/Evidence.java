package dev.rekey.detect;

/** What the form of a rule's secret is known from. */
public enum Evidence {
  /** Its issuer's own pages or published code state the form; the references name them. */
  DOCUMENTED,
  /** Seen in use: the references say who issues it, not what it looks like. */
  OBSERVED
}
