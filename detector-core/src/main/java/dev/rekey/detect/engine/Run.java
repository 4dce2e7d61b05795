package dev.rekey.detect.engine;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pattern that is nothing but so many letters and digits of one class, with no others beside them:
 * a token without a keyword.
 *
 * <p>Where such a run can start is found by looking at every n-th character, backwards, as Boyer and
 * Moore do (1977): in ordinary text a small part of it is looked at, where RE2J would follow a start
 * at every character. RE2J decides at what is found.
 *
 * <p>Immutable and thread-safe.
 */
final class Run {
  /** Loaded for a pattern that looks like one. */
  private static final class Forms {
    static final Pattern FORM = Pattern.compile(
        "\\\\b\\(\\?P?<" + Expression.SECRET + ">\\[([A-Za-z0-9_-]+)]\\{([0-9]{1,3})}\\)\\\\b");

    static final Pattern RANGE =
        Pattern.compile("([a-z])-([a-z])|([A-Z])-([A-Z])" + "|([0-9])-([0-9])|([A-Za-z0-9_])");
  }

  private final boolean[] members;
  private final int length;

  private Run(boolean[] members, int length) {
    this.members = members;
    this.length = length;
  }

  /** Returns the run that a pattern is, or empty if it is, or may be, something else. */
  static Optional<Run> of(String regex) {
    if (!regex.startsWith("\\b(?") || !regex.endsWith("})\\b")) {
      return Optional.empty();
    }
    Matcher form = Forms.FORM.matcher(regex);
    if (!form.matches()) {
      return Optional.empty();
    }
    boolean[] members = new boolean[256];
    Matcher range = Forms.RANGE.matcher(form.group(1));
    int end = 0;
    while (range.find() && range.start() == end) {
      String text = range.group();
      for (char c = text.charAt(0); c <= text.charAt(text.length() - 1); c++) {
        members[c] = true;
      }
      end = range.end();
    }
    int length = Integer.parseInt(form.group(2));
    return end == form.group(1).length() && length > 0
        ? Optional.of(new Run(members, length))
        : Optional.empty();
  }

  /**
   * Returns the first index from one on at which a run starts, or a negative number.
   *
   * @param first where the text starts
   * @param to where the text ends, exclusive
   */
  int next(byte[] text, int first, int from, int to) {
    boolean[] member = members;
    int start = from;
    while (start <= to - length) {
      int i = start + length - 1;
      while (i >= start && member[text[i] & 0xff]) {
        i--;
      }
      if (i >= start) {
        start = i + 1;
      } else if (bounded(text, first, start, to)) {
        return start;
      } else {
        start = afterWord(text, start, to); // inside one, each has a letter or digit before it
      }
    }
    return -1;
  }

  private static int afterWord(byte[] text, int from, int to) {
    int i = from;
    while (i < to && isWord(text[i])) {
      i++;
    }
    return i;
  }

  private boolean bounded(byte[] text, int first, int start, int to) {
    int end = start + length;
    return (start == first || !isWord(text[start - 1])) && (end == to || !isWord(text[end]));
  }

  private static boolean isWord(byte b) {
    return (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || (b >= '0' && b <= '9') || b == '_';
  }
}
