package dev.rekey.detect;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * Why one match of a rule was reported, or was not. It holds no part of a value but what is redacted.
 *
 * <p>Given on request by {@link Detector#explain(CharSequence)} and {@link
 * Detector#explain(java.io.InputStream, String, java.util.function.Consumer)}.
 */
public sealed interface Explanation {
  /** Returns the id of the rule, or empty where it concerns all. */
  String rule();

  /** Returns where it is. */
  Place place();

  /** Returns the same of another place. */
  Explanation at(Place other);

  /** Returns the reason as the rest of a sentence. */
  String reason();

  /**
   * What one check said.
   *
   * @param check the name of the check
   * @param checksum its verdict
   */
  record Verdict(String check, Checksum checksum) {
    /** Checks that nothing is null. */
    public Verdict {
      Objects.requireNonNull(check, "check");
      Objects.requireNonNull(checksum, "checksum");
    }

    /** Returns the check and its verdict. */
    @Override
    public String toString() {
      return check + " says " + checksum;
    }
  }

  /**
   * It is a finding: a pattern matched, no suppressor objected, and no other rule went first.
   *
   * @param finding the finding
   * @param likelihood the confidence that the rule has in a match before its checks are asked; the
   *     finding's own is what they made of it
   * @param verdicts what the rule's checks said, in order
   * @param suppressors the names of the suppressors that did not object, in order
   * @param evidence what the rule's form is known from
   * @param references the documents that the rule was written from
   */
  record Reported(
      Finding finding,
      double likelihood,
      List<Verdict> verdicts,
      List<String> suppressors,
      Evidence evidence,
      List<String> references)
      implements Explanation {
    /** Copies the lists. */
    public Reported {
      Objects.requireNonNull(finding, "finding");
      verdicts = List.copyOf(verdicts);
      suppressors = List.copyOf(suppressors);
      Objects.requireNonNull(evidence, "evidence");
      references = List.copyOf(references);
    }

    @Override
    public String rule() {
      return finding.rule();
    }

    @Override
    public Place place() {
      return finding.place();
    }

    @Override
    public Explanation at(Place other) {
      return new Reported(
          finding.at(other), likelihood, verdicts, suppressors, evidence, references);
    }

    @Override
    public String reason() {
      String checks = verdicts.isEmpty()
          ? "no check"
          : verdicts.stream().map(Verdict::toString).collect(Collectors.joining(", "));
      String passed = suppressors.isEmpty() ? "none to ask" : String.join(", ", suppressors);
      return "reported as " + finding.label() + " " + finding.redacted() + ": " + checks
          + "; confidence " + finding.confidence() + ", of the rule alone " + likelihood
          + "; suppressors that did not object: " + passed;
    }

    /** Returns one line. */
    @Override
    public String toString() {
      return line(this);
    }
  }

  /**
   * It was rejected as no secret.
   *
   * @param by the name of the suppressor, or {@code entropy}
   * @param why in words
   */
  record Rejected(String rule, Place place, String by, String why) implements Explanation {
    /** Checks that nothing is null. */
    public Rejected {
      Objects.requireNonNull(rule, "rule");
      Objects.requireNonNull(place, "place");
      Objects.requireNonNull(by, "by");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public Explanation at(Place other) {
      return new Rejected(rule, other, by, why);
    }

    @Override
    public String reason() {
      return "rejected by " + by + ": " + why;
    }

    /** Returns one line. */
    @Override
    public String toString() {
      return line(this);
    }
  }

  /**
   * It was left to another rule, which matched a part of the same.
   *
   * @param to the other rule
   * @param toPlace where the other matched
   */
  record Yielded(String rule, Place place, String to, Place toPlace) implements Explanation {
    /** Checks that nothing is null. */
    public Yielded {
      Objects.requireNonNull(rule, "rule");
      Objects.requireNonNull(place, "place");
      Objects.requireNonNull(to, "to");
      Objects.requireNonNull(toPlace, "toPlace");
    }

    @Override
    public Explanation at(Place other) {
      return new Yielded(rule, other, to, toPlace);
    }

    @Override
    public String reason() {
      return "left to " + to + ", found at " + toPlace;
    }

    /** Returns one line. */
    @Override
    public String toString() {
      return line(this);
    }
  }

  /**
   * It reached the rule's longest span without an end. Its place is where it starts, with no length.
   *
   * @param why in words
   */
  record Truncated(String rule, Place place, String why) implements Explanation {
    /** Checks that nothing is null. */
    public Truncated {
      Objects.requireNonNull(rule, "rule");
      Objects.requireNonNull(place, "place");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public Explanation at(Place other) {
      return new Truncated(rule, other, why);
    }

    @Override
    public String reason() {
      return "cut off: " + why;
    }

    /** Returns one line. */
    @Override
    public String toString() {
      return line(this);
    }
  }

  /**
   * The pattern budget of a block of 64 KiB was used up, so that not all in it was looked at. Its
   * place is where the block starts.
   *
   * @param why in words
   */
  record Exhausted(Place place, String why) implements Explanation {
    /** Checks that nothing is null. */
    public Exhausted {
      Objects.requireNonNull(place, "place");
      Objects.requireNonNull(why, "why");
    }

    @Override
    public String rule() {
      return "";
    }

    @Override
    public Explanation at(Place other) {
      return new Exhausted(other, why);
    }

    @Override
    public String reason() {
      return "given up: " + why;
    }

    /** Returns one line. */
    @Override
    public String toString() {
      return line(this);
    }
  }

  private static String line(Explanation of) {
    return of.place() + (of.rule().isEmpty() ? "" : " " + of.rule()) + " " + of.reason();
  }
}
