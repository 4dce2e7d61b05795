package dev.rekey.detect.engine;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Where a match ends, and where its value is: -1 if it has none. */
record Matched(int end, int secretStart, int secretEnd) {

  /** What RE2J matches at a position, of which it sees one byte before and all after. */
  static final class Oracle {
    private final Pattern atStart;
    private final Pattern afterOne;
    private final boolean secret;

    Oracle(String regex) {
      // A match through to the end of the text: for the groups, RE2J runs a second time, over the
      // text up to the end of the match, and what it then finds may be something else.
      String through = "(?P<whole>" + regex + ")(?s:.*)";
      this.atStart = Pattern.compile(through);
      this.afterOne = Pattern.compile("\\A(?s:.)" + through);
      this.secret = atStart.namedGroups().containsKey(Expression.SECRET);
    }

    /** Returns the match, if there is one, in positions of the text. */
    Optional<Matched> match(byte[] text, int at, int to) {
      int seen = Math.max(0, at - 1);
      String window = new String(text, seen, to - seen, StandardCharsets.ISO_8859_1);
      Matcher matcher = (at == 0 ? atStart : afterOne).matcher(window);
      if (!matcher.lookingAt()) {
        return Optional.empty();
      }
      int end = seen + matcher.end("whole");
      return Optional.of(
          secret && matcher.start(Expression.SECRET) >= 0
              ? new Matched(
                  end,
                  seen + matcher.start(Expression.SECRET),
                  seen + matcher.end(Expression.SECRET))
              : new Matched(end, -1, -1));
    }
  }
}
