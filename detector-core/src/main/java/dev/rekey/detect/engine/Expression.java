package dev.rekey.detect.engine;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.util.Optional;

/**
 * One pattern of a {@link Program}: what it says, and the ways to run it.
 *
 * <p>A {@link ByteProgram} runs it at one position. RE2J runs it where there is none, where it gave
 * up, and where a pattern has no anchor and must be searched for.
 *
 * <p>Immutable and thread-safe.
 */
final class Expression {
  /** The group that holds the value. */
  static final String SECRET = "secret";

  private final String regex;
  private final LatePattern pattern;

  private Expression(String regex) {
    this.regex = regex;
    this.pattern = LatePattern.of(regex);
  }

  /** Takes a pattern, which RE2J is known to take. */
  static Expression of(String regex) {
    return new Expression(regex);
  }

  /** Returns what the pattern says; empty if it is not understood with certainty. */
  Optional<Syntax> syntax() {
    return Syntax.read(regex);
  }

  /** Returns the pattern as a program, with its classes added to others; empty if there is none. */
  Optional<ByteProgram> compile(ByteClasses classes) {
    Optional<Syntax> syntax = syntax();
    return syntax.isPresent() ? ByteProgram.compile(syntax.get(), classes) : Optional.empty();
  }

  /** Returns a quick way to where the pattern can match, if there is one. */
  Optional<Run> run() {
    return Run.of(regex);
  }

  /** Returns false only where the pattern can't match: a text of every match is not there. */
  boolean mayMatch(byte[] bytes, int from, int to) {
    return pattern.mayMatch(bytes, from, to);
  }

  Pattern pattern() {
    return pattern.get();
  }

  /**
   * Has RE2J match at the start of a window, or at its second byte if it begins with one more, by
   * which the pattern can look back.
   *
   * @return a matcher that has matched, or empty
   */
  Optional<Matcher> matchAt(Window window, int start) {
    Matcher matcher = pattern().matcher(window);
    return matcher.find(start) && matcher.start() == start
        ? Optional.of(matcher)
        : Optional.empty();
  }
}
