package dev.rekey.detect;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a pattern over bytes may not say, though RE2J would take it: classes of Unicode, characters
 * beyond 0xFF, and what costs much to compile.
 */
final class BytePattern {
  private static final int LONGEST = 8 * 1024;
  private static final int DEEPEST = 64;

  /** How many instructions nested repeats may multiply to. */
  private static final long LARGEST = 20_000;

  /** A flag that folds case, and a byte beyond ASCII: RE2J would fold that too, as Unicode does. */
  private static final Pattern FOLDS = Pattern.compile("\\(\\?[a-zA-Z]*i");

  private static final Pattern BEYOND_ASCII = Pattern.compile("\\\\x\\{?0*[89A-Fa-f][0-9A-Fa-f]");

  private BytePattern() {}

  /** Returns what is wrong with a pattern, which need not be well-formed otherwise. */
  static Optional<String> problem(String regex) {
    if (regex.length() > LONGEST) {
      return Optional.of("expected at most " + LONGEST + " characters");
    }
    if (FOLDS.matcher(regex).find() && BEYOND_ASCII.matcher(regex).find()) {
      return Optional.of("case is folded for ASCII only: no (?i) beside bytes from \\x80 on");
    }
    long[] sizes = new long[DEEPEST + 1]; // of the groups that are open, repeats written out
    long last = 0; // of what a repeat would repeat
    int depth = 0;
    int i = 0;
    while (i < regex.length()) {
      char c = regex.charAt(i);
      int next = i + 1;
      if (c == '\\' && next < regex.length()) {
        char escaped = regex.charAt(next);
        if (escaped == 'p' || escaped == 'P') {
          return Optional.of("Unicode classes don't apply to bytes; write the bytes");
        }
        if (escaped == 'x' && regex.startsWith("{", next + 1) && beyondBytes(regex, next + 2)) {
          return Optional.of("a byte is \\x00 to \\xFF");
        }
        if (escaped == 'Q' || escaped == 'C') {
          return Optional.of("\\" + escaped + " is not used; escape each character");
        }
        next++;
      } else if (c == '[') {
        next = classEnd(regex, i);
      } else if (c == '(') {
        if (++depth > DEEPEST) {
          return Optional.of("nested deeper than " + DEEPEST + " groups");
        }
        sizes[depth] = 0;
        last = 0;
        i = next;
        continue;
      } else if (c == ')' && depth > 0) {
        last = 1 + sizes[depth--];
        sizes[depth] += last;
        i = next;
        continue;
      } else if (c == '{') {
        long times = repeats(regex, next);
        sizes[depth] += last * Math.max(0, times - 1);
        last *= Math.max(1, times);
        if (sizes[depth] > LARGEST) {
          return Optional.of("its repeats multiply to more than " + LARGEST + " steps");
        }
        i = next;
        continue;
      }
      last = 1;
      sizes[depth]++;
      i = next;
    }
    return Optional.empty();
  }

  private static boolean beyondBytes(String regex, int from) {
    int end = regex.indexOf('}', from);
    return end - from > 2
        && !regex.substring(from, end).replaceFirst("^0+", "").matches("[0-9A-Fa-f]{0,2}");
  }

  /** The index after a class; a bracket right after its start is a member. */
  private static int classEnd(String regex, int start) {
    int i = start + 1;
    if (regex.startsWith("^", i)) {
      i++;
    }
    if (regex.startsWith("]", i)) {
      i++;
    }
    while (i < regex.length() && regex.charAt(i) != ']') {
      if (regex.startsWith("[:", i) && regex.indexOf(":]", i) > 0) {
        i = regex.indexOf(":]", i) + 2;
      } else {
        i += regex.charAt(i) == '\\' ? 2 : 1;
      }
    }
    return Math.min(regex.length(), i + 1);
  }

  /** The larger bound of {@code {n,m}}; 1 where it is no repeat. */
  private static long repeats(String regex, int from) {
    int end = regex.indexOf('}', from);
    if (end < 0 || !regex.substring(from, end).matches("[0-9]{1,4}(,[0-9]{0,4})?")) {
      return 1;
    }
    String bounds = regex.substring(from, end);
    String larger = bounds.substring(bounds.indexOf(',') + 1);
    return Long.parseLong(larger.isEmpty() ? bounds.substring(0, bounds.length() - 1) : larger);
  }
}
