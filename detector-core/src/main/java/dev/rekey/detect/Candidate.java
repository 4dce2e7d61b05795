package dev.rekey.detect;

import dev.rekey.detect.engine.Latin1;

/**
 * A value that a rule's pattern matched, before it is known to be a finding.
 *
 * <p>A view on memory that is wiped and reused: valid only during the call it is passed to. Its
 * {@code toString} is fixed.
 */
public final class Candidate {
  private final String rule;
  private final byte[] value;
  private final byte[] before;

  Candidate(String rule, byte[] value, byte[] before) {
    this.rule = rule;
    this.value = value;
    this.before = before;
  }

  /** Returns the id of the rule whose pattern matched. */
  public String rule() {
    return rule;
  }

  /** Returns the number of bytes of the canonical value. */
  public int length() {
    return value.length;
  }

  /**
   * Returns the byte of the canonical value at an index, as an ISO-8859-1 character.
   *
   * @throws IndexOutOfBoundsException if the index is outside 0 to {@code length() - 1}
   */
  public char charAt(int index) {
    return (char) (value[index] & 0xff);
  }

  /** Returns a view of the canonical value as ISO-8859-1 characters. */
  public CharSequence value() {
    return new Latin1(value, 0, value.length);
  }

  /** Returns a view of up to 256 bytes before the value on its line, as ISO-8859-1 characters. */
  public CharSequence before() {
    return new Latin1(before, 0, before.length);
  }

  byte[] bytes() {
    return value;
  }

  /** Returns the rule and the length, never the value. */
  @Override
  public String toString() {
    return "Candidate(" + rule + ", " + value.length + " bytes)";
  }
}
