package dev.rekey.detect.engine;

import java.nio.charset.StandardCharsets;

/**
 * A text that is in every match of a pattern, without regard to ASCII case: where it is not to be
 * seen, the pattern need not run. It is read off the pattern's text, conservatively.
 *
 * <p>Immutable and thread-safe.
 */
final class RequiredText {
  private static final int SHORTEST = 3;

  private final byte[] lower;

  private RequiredText(String lower) {
    this.lower = lower.getBytes(StandardCharsets.US_ASCII);
  }

  /** Returns such a text; an empty one if none of three characters or more is plain to see. */
  static RequiredText of(String regex) {
    if (regex.contains("\\Q")) {
      return new RequiredText("");
    }
    Reading reading = new Reading(regex);
    return new RequiredText(
        reading.readAll() && reading.longest.length() >= SHORTEST ? reading.longest : "");
  }

  /** Returns whether the text is among the bytes from one index to another. */
  boolean isIn(byte[] bytes, int from, int to) {
    if (lower.length == 0) {
      return true;
    }
    int last = to - lower.length;
    for (int i = from; i <= last; i++) {
      if (folded(bytes[i]) == lower[0] && follows(bytes, i)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the text in lower case. */
  @Override
  public String toString() {
    return new String(lower, StandardCharsets.US_ASCII);
  }

  private boolean follows(byte[] bytes, int at) {
    for (int i = 1; i < lower.length; i++) {
      if (folded(bytes[at + i]) != lower[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte folded(byte b) {
    return b >= 'A' && b <= 'Z' ? (byte) (b + ('a' - 'A')) : b;
  }

  /** Reads a pattern from left to right, and keeps the longest text that must be there. */
  private static final class Reading {
    private final String regex;
    private final StringBuilder text = new StringBuilder();
    private String longest = "";

    Reading(String regex) {
      this.regex = regex;
    }

    /** Returns false if an alternative stands outside of all groups: nothing must be there. */
    boolean readAll() {
      boolean single = !hasAlternative(0, regex.length());
      if (single) {
        read(0, regex.length());
        end();
      }
      return single;
    }

    private void read(int from, int to) {
      int i = from;
      while (i < to) {
        int next = after(i);
        boolean mayMiss = next < to && "*?{".indexOf(regex.charAt(next)) >= 0;
        boolean repeated = next < to && "*+?{".indexOf(regex.charAt(next)) >= 0;
        if (regex.charAt(i) == '(') {
          group(i, next, mayMiss, repeated);
        } else if (plain(i) >= 0 && !mayMiss) {
          text.append(lower((char) plain(i)));
          if (repeated) {
            end();
          }
        } else {
          end();
        }
        i = repeated ? afterQuantifier(next) : next;
      }
    }

    private void group(int open, int close, boolean mayMiss, boolean repeated) {
      int body = body(open);
      if (body < 0) {
        return; // flags: (?i)
      }
      if (mayMiss || repeated || hasAlternative(body, close - 1)) {
        end();
        return;
      }
      read(body, close - 1);
    }

    /** Where the inside of a group starts, or -1 where it has none. */
    private int body(int open) {
      if (!regex.startsWith("(?", open)) {
        return open + 1;
      }
      int colon = regex.indexOf(':', open);
      int bracket = regex.indexOf('>', open);
      int close = regex.indexOf(')', open);
      if (regex.charAt(open + 2) == '<' || regex.charAt(open + 2) == 'P') {
        return bracket + 1;
      }
      return colon >= 0 && colon < close ? colon + 1 : -1;
    }

    private boolean hasAlternative(int from, int to) {
      for (int i = from; i < to; i = after(i)) {
        if (regex.charAt(i) == '|') {
          return true;
        }
      }
      return false;
    }

    /** The character that stands for itself here, or -1. */
    private int plain(int at) {
      char c = regex.charAt(at);
      if (c == '\\') {
        char escaped = at + 1 < regex.length() ? regex.charAt(at + 1) : 'x';
        return escaped > ' ' && escaped < 0x7f && !Character.isLetterOrDigit(escaped)
            ? escaped
            : -1;
      }
      return ".[]{}()*+?^$|".indexOf(c) < 0 && c < 0x7f ? c : -1;
    }

    private void end() {
      longest = text.length() > longest.length() ? text.toString() : longest;
      text.setLength(0);
    }

    /** The index after an escape, a class, a group, or one character. */
    private int after(int at) {
      char c = regex.charAt(at);
      int i = at + 1;
      if (c == '\\') {
        // \x41 and \x{41} are one character; what their digits are does not matter.
        boolean hex = regex.startsWith("x", i);
        boolean braces = regex.startsWith("x{", i);
        return braces ? regex.indexOf('}', i) + 1 : Math.min(regex.length(), i + (hex ? 3 : 1));
      }
      if (c == '[') {
        i += regex.startsWith("^", i) ? 1 : 0;
        i += regex.startsWith("]", i) ? 1 : 0;
        while (i < regex.length() && regex.charAt(i) != ']') {
          i += regex.charAt(i) == '\\' ? 2 : 1;
        }
        return Math.min(regex.length(), i + 1);
      }
      if (c == '(') {
        while (i < regex.length() && regex.charAt(i) != ')') {
          i = after(i);
        }
        return Math.min(regex.length(), i + 1);
      }
      return i;
    }

    private int afterQuantifier(int at) {
      int end = regex.charAt(at) == '{' ? regex.indexOf('}', at) + 1 : at + 1;
      int lazy = end < regex.length() && regex.charAt(end) == '?' ? 1 : 0;
      return end <= at ? regex.length() : end + lazy;
    }

    private static char lower(char c) {
      return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }
  }
}
