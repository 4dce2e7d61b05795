package dev.rekey.detect;

import java.util.Optional;

/**
 * Rejects what is no password of Cisco's type 7: two decimal digits, where in a published text the
 * key begins, and the password's characters combined with it, in hexadecimal.
 */
final class CiscoPassword {
  private static final String TEXT = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87";

  private CiscoPassword() {}

  /** Returns why a candidate does not decode to a password. */
  static Optional<String> reason(Candidate candidate) {
    int start = 10 * digit(candidate, 0, 10) + digit(candidate, 1, 10);
    boolean printable = start >= 0 && start < TEXT.length() && candidate.length() % 2 == 0;
    for (int i = 2; printable && i + 1 < candidate.length(); i += 2) {
      int character = 16 * digit(candidate, i, 16) + digit(candidate, i + 1, 16);
      character ^= TEXT.charAt((start + i / 2 - 1) % TEXT.length());
      printable = character >= 0x20 && character < 0x7f;
    }
    return printable ? Optional.empty() : Optional.of("it doesn't decode to a password");
  }

  /** Far below zero where there is none, so that no sum with it is a place or a character. */
  private static int digit(Candidate candidate, int index, int radix) {
    int digit = index < candidate.length() ? Character.digit(candidate.charAt(index), radix) : -1;
    return digit < 0 ? -1_000_000 : digit;
  }
}
