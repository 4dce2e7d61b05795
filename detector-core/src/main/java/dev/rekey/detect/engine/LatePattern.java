package dev.rekey.detect.engine;

import com.google.re2j.Pattern;
import java.util.Optional;

/**
 * A pattern that is compiled when it is first run.
 *
 * <p>A text meets the keywords of a few rules; to compile the patterns of all, hundreds, would be a
 * good part of the time to the first finding. So whoever makes one sees before that RE2J takes it.
 *
 * <p>Thread-safe: threads that come first together may each compile it, and one of the equals stays.
 */
public final class LatePattern {
  private final String regex;
  private volatile Optional<Pattern> compiled = Optional.empty();
  private volatile Optional<RequiredText> required = Optional.empty();

  private LatePattern(String regex) {
    this.regex = regex;
  }

  /** Returns a pattern that RE2J is known to take. */
  public static LatePattern of(String regex) {
    return new LatePattern(regex);
  }

  /** Returns whether the pattern matches all of a text. */
  public boolean matches(CharSequence text) {
    return get().matcher(text).matches();
  }

  /** Returns false only where the pattern can't match: a text of every match is not there. */
  public boolean mayMatch(byte[] bytes, int from, int to) {
    Optional<RequiredText> text = required;
    if (text.isEmpty()) {
      text = Optional.of(RequiredText.of(regex));
      required = text;
    }
    return text.get().isIn(bytes, from, to);
  }

  /**
   * Returns the pattern.
   *
   * @throws com.google.re2j.PatternSyntaxException if RE2J refuses it
   */
  public Pattern get() {
    Optional<Pattern> pattern = compiled;
    if (pattern.isEmpty()) {
      pattern = Optional.of(Pattern.compile(regex));
      compiled = pattern;
    }
    return pattern.get();
  }
}
