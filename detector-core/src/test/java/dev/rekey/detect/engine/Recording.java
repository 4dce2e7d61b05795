package dev.rekey.detect.engine;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes down all that a sweep says, with the lines around each match. */
final class Recording implements Sink {
  final List<String> matches = new ArrayList<>();
  final List<String> events = new ArrayList<>();
  private long settled;

  @Override
  public void matched(Match match, Text text) {
    if (match.start() < settled) {
      events.add("match at " + match.start() + " after all before " + settled + " was settled");
    }
    long from = text.lineStart(match.start(), 100_000);
    long to = text.lineEnd(match.end(), 100_000);
    matches.add(match + " " + new String(text.copy(from, to), StandardCharsets.ISO_8859_1));
  }

  @Override
  public void settled(long position) {
    settled = Math.max(settled, position);
  }

  @Override
  public void truncated(int program, long position) {
    events.add("truncated " + program + " at " + position);
  }

  @Override
  public void exhausted(long position) {
    events.add("exhausted at " + position);
  }
}
