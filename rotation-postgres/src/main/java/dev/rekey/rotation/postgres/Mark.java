package dev.rekey.rotation.postgres;

import dev.rekey.detect.Fingerprint;
import dev.rekey.rotation.AttemptId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What stands in the comment on a user about the password that was set last, after whatever else the
 * comment says. Everybody in the database can read it: it holds keyed fingerprints and no value.
 *
 * @param at when, by the server's clock
 * @param by the attempt that did
 * @param value the fingerprint of the password; empty where nobody has it
 * @param verifier the fingerprint of what the server keeps of it
 */
record Mark(Instant at, String by, Optional<Fingerprint> value, Fingerprint verifier) {
  private static final String NOBODY = "nobody's";
  private static final Pattern FORM =
      Pattern.compile(" ?\\[rekey 1 at=(\\S+) by=(\\S+) value=(\\S+) verifier=([^\\s\\]]+)\\]");

  static Mark of(Instant at, AttemptId attempt, Optional<Fingerprint> value, Fingerprint verifier) {
    return new Mark(at, attempt.toString(), value, verifier);
  }

  /** Returns the mark in a comment; empty where there is none that can be read. */
  static Optional<Mark> in(String comment) {
    Matcher form = FORM.matcher(comment);
    if (!form.find()) {
      return Optional.empty();
    }
    try {
      Optional<Fingerprint> value = form.group(3).equals(NOBODY)
          ? Optional.empty()
          : Optional.of(Fingerprint.parse(form.group(3)));
      return Optional.of(new Mark(
          Instant.parse(form.group(1)), form.group(2), value, Fingerprint.parse(form.group(4))));
    } catch (DateTimeParseException | IllegalArgumentException foreign) {
      return Optional.empty();
    }
  }

  /** Returns a comment with this mark, and all else that it says. */
  String into(String comment) {
    String rest = FORM.matcher(comment).replaceAll("");
    return rest.isEmpty() ? text() : rest + " " + text();
  }

  /** Returns the mark as it is written. */
  String text() {
    return "[rekey 1 at=" + at + " by=" + by + " value="
        + value.map(Fingerprint::toString).orElse(NOBODY) + " verifier=" + verifier + "]";
  }
}
