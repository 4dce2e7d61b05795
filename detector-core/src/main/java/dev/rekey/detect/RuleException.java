package dev.rekey.detect;

/**
 * Says that a rule can't exist as written: which file, line, rule and field, and what was expected.
 *
 * <p>The message carries all of it; what is not known is left out.
 */
public final class RuleException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Makes the exception with a message that names the rule and the field. */
  public RuleException(String message) {
    super(message);
  }

  static RuleException of(String rule, String field, String problem) {
    return new RuleException("rule " + rule + ", field " + field + ": " + problem);
  }

  RuleException in(String file, int line) {
    RuleException located = new RuleException(file + ":" + line + ": " + getMessage());
    located.initCause(this);
    return located;
  }
}
