package dev.rekey.detect;

/** What the checksum that an issuer built into a value says about it. */
public enum Checksum {
  /** The value carries a checksum, and it is right: the issuer (or its algorithm) made it. */
  VALID,
  /** The value has the shape that carries a checksum, and it is wrong: mistyped or made up. */
  INVALID,
  /** The value carries no checksum that is known. */
  NONE
}
