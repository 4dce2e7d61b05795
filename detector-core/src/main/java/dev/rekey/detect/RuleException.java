package dev.rekey.detect;

/**
 * Says that a rule can't exist as written: which file, line, rule and field, and what was expected.
 *
 * <p>The message carries all of it; what is not known is left out.
 */
public final class RuleException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String rule;
  private final String field;

  /** Makes the exception with a message that names the rule and the field. */
  public RuleException(String message) {
    this("", "", message);
  }

  private RuleException(String rule, String field, String message) {
    super(message);
    this.rule = rule;
    this.field = field;
  }

  static RuleException of(String rule, String field, String problem) {
    return new RuleException(rule, field, "rule " + rule + ", field " + field + ": " + problem);
  }

  /** Returns the id of the rule, or empty where the whole file is wrong. */
  String rule() {
    return rule;
  }

  /** Returns the field as it is called in a file, with what it is in: {@code block.begin}. */
  String field() {
    return field;
  }

  RuleException in(String file, int line) {
    RuleException located = new RuleException(rule, field, file + ":" + line + ": " + getMessage());
    located.initCause(this);
    return located;
  }
}
