package dev.rekey.detect;

/** The harm that a secret of some kind can do in the wrong hands, least first. */
public enum Severity {
  /** Little: it opens nothing of value, or only for minutes. */
  LOW,
  /** Some: it reads data, or opens a small part of a service. */
  MEDIUM,
  /** Much: it reads and changes the data of one service. */
  HIGH,
  /** All: it controls a service, an account or an identity. */
  CRITICAL
}
