package dev.rekey.detect.engine;

import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern that is compiled when it is first run.
 *
 * <p>Most patterns of many rules are never run: no keyword of theirs is in what is swept. To compile
 * them all would be most of the time in which a process starts.
 *
 * <p>Thread-safe: what two threads compile at once is the same.
 */
final class LatePattern {
  private final String regex;
  private volatile @Nullable Pattern compiled;

  LatePattern(String regex) {
    this.regex = regex;
  }

  /**
   * Returns the pattern.
   *
   * @throws com.google.re2j.PatternSyntaxException if RE2J refuses it
   */
  Pattern pattern() {
    Pattern pattern = compiled;
    if (pattern == null) {
      pattern = Pattern.compile(regex);
      compiled = pattern;
    }
    return pattern;
  }
}
