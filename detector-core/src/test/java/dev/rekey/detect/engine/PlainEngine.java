package dev.rekey.detect.engine;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@link Sweep} is to find, said as plainly as can be: the whole text in memory, keywords by
 * {@code indexOf}, the patterns of the JDK, no buffer, no automaton, no queue, no budget.
 */
final class PlainEngine {
  private static final int STRIDE = 64 * 1024;
  private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();

  /** A program as it is written. */
  record Written(
      List<String> keywords,
      List<String> patterns,
      boolean block,
      int span,
      Optional<Program.TokenRun> run) {
    Written(List<String> keywords, List<String> patterns, boolean block, int span) {
      this(keywords, patterns, block, span, Optional.empty());
    }

    static Written run(int shortest, double minEntropy, int span) {
      Program.TokenRun run = new Program.TokenRun(shortest, minEntropy, span);
      return new Written(List.of(), List.of(), false, span, Optional.of(run));
    }

    /** Whether its places are told by anchors: then it is matched from every position. */
    boolean anchored() {
      return Lookout.of((Program.Patterned) compiled()).filter(Lookout::atStart).isPresent();
    }

    Program compiled() {
      if (run.isPresent()) {
        return run.get();
      }
      return block
          ? Program.block(keywords, patterns.get(0), patterns.get(1), span)
          : Program.patterned(keywords, patterns, span);
    }
  }

  private record Hit(int start, int length) {}

  private record Span(int program, int start, int end) {}

  final List<String> matches = new ArrayList<>();
  final List<String> events = new ArrayList<>();

  private final String text;
  private final List<Span> spans = new ArrayList<>();
  private int resume;

  PlainEngine(List<Written> programs, byte[] content) {
    this.text = new String(content, StandardCharsets.ISO_8859_1);
    int context = Text.REACH;
    for (int program = 0; program < programs.size(); program++) {
      Written written = programs.get(program);
      context = written.block() ? context : Math.max(context, written.span());
      resume = 0;
      if (written.run().isPresent()) {
        runs(program, written.run().get());
      } else if (!written.block() && written.anchored()) {
        fromEveryPosition(program, written);
      } else if (written.keywords().isEmpty()) {
        everywhere(program, written);
      } else {
        for (Hit hit : hits(written.keywords())) {
          if (hit.start() >= resume) {
            if (written.block()) {
              block(program, written, hit);
            } else {
              around(program, written, hit);
            }
          }
        }
      }
    }
    spans.sort(Comparator.comparingInt(Span::start)
        .thenComparingInt(Span::end)
        .thenComparingInt(Span::program));
    for (Span span : spans) {
      matches.add(match(span) + " " + line(span, context));
    }
  }

  private List<Hit> hits(List<String> keywords) {
    String lower = text.toLowerCase(Locale.ROOT);
    List<Hit> hits = new ArrayList<>();
    for (String keyword : keywords) {
      String wanted = keyword.toLowerCase(Locale.ROOT);
      for (int at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, at + 1)) {
        hits.add(new Hit(at, wanted.length()));
      }
    }
    hits.sort(Comparator.comparingInt(Hit::start).thenComparingInt(Hit::length));
    return hits;
  }

  private void fromEveryPosition(int program, Written written) {
    for (int from = 0; from <= text.length(); from++) {
      from = Math.max(from, resume);
      int to = Math.min(text.length(), from + written.span());
      for (String pattern : written.patterns()) {
        Matcher matcher = jdk(pattern).matcher(CharBuffer.wrap(text, 0, to));
        matcher.region(from, to).useTransparentBounds(true).useAnchoringBounds(false);
        if (matcher.lookingAt() && accept(program, written, matcher, to)) {
          break;
        }
      }
    }
  }

  private void around(int program, Written written, Hit hit) {
    int to = Math.min(text.length(), hit.start() + written.span());
    for (String pattern : written.patterns()) {
      int from = Math.max(resume, Math.max(0, hit.start() - written.span()));
      Matcher matcher = jdk(pattern).matcher(CharBuffer.wrap(text, 0, to));
      for (int next = from; next <= to && matcher.find(next); ) {
        if (matcher.start() > hit.start()) {
          break;
        }
        if (matcher.end() >= hit.start() + hit.length()) {
          if (accept(program, written, matcher, to)) {
            return;
          }
          break;
        }
        next = Math.max(matcher.end(), matcher.start() + 1);
      }
    }
  }

  private void everywhere(int program, Written written) {
    for (int stride = 0; stride < text.length(); stride += STRIDE) {
      int last = stride + STRIDE;
      int to = Math.min(text.length(), last + written.span());
      CharBuffer seen = CharBuffer.wrap(text, 0, to);
      int from = Math.max(resume, stride);
      while (true) {
        Matcher first = null;
        for (String pattern : written.patterns()) {
          Matcher matcher = jdk(pattern).matcher(seen);
          boolean earlier = from <= to
              && matcher.find(from)
              && matcher.start() < last
              && (first == null || matcher.start() < first.start());
          first = earlier ? matcher : first;
        }
        if (first == null) {
          break;
        }
        accept(program, written, first, to);
        from = Math.max(first.end(), first.start() + 1);
      }
    }
  }

  private void runs(int program, Program.TokenRun wanted) {
    for (Matcher run = jdk("[A-Za-z0-9+/_-]+").matcher(text); run.find(); ) {
      String seen = run.group().substring(0, Math.min(run.group().length(), wanted.span()));
      boolean random = run.group().length() >= wanted.shortest()
          && seen.chars().filter(c -> c >= '0' && c <= '9').count() >= 3
          && entropy(seen) >= wanted.minEntropy() - 1e-9;
      if (random && run.group().length() > wanted.span()) {
        events.add("truncated " + program + " at " + run.start());
      } else if (random) {
        spans.add(new Span(program, run.start(), run.end()));
      }
    }
  }

  private static double entropy(String text) {
    Map<Integer, Long> counts = text.chars().boxed().collect(groupingBy(c -> c, counting()));
    double length = text.length();
    return counts.values().stream()
        .mapToDouble(count -> -(count / length) * Math.log(count / length) / Math.log(2))
        .sum();
  }

  private void block(int program, Written written, Hit hit) {
    int to = Math.min(text.length(), hit.start() + written.span());
    Matcher begin = jdk(written.patterns().get(0)).matcher(CharBuffer.wrap(text, 0, to));
    begin.region(hit.start(), Math.min(to, hit.start() + 128));
    if (!begin.lookingAt()) {
      return;
    }
    int body = begin.end();
    int[] end = marker(written.patterns().get(1), body, to);
    boolean ends = end[1] >= 0;
    if (ends && marker(written.patterns().get(0), body, end[0])[1] < 0) {
      spans.add(new Span(program, hit.start(), end[1]));
      resume = end[1];
    } else {
      events.add("truncated " + program + " at " + hit.start());
      resume = body;
    }
  }

  /** Where the first marker starts and ends, of those of at most 128 bytes; -1 if there is none. */
  private int[] marker(String pattern, int from, int to) {
    for (int at = from; at < to; at++) {
      int limit = Math.min(to, at + 128);
      Matcher marker = jdk(pattern).matcher(CharBuffer.wrap(text, 0, limit));
      marker.region(at, limit).useTransparentBounds(true).useAnchoringBounds(false);
      if (marker.lookingAt()) {
        return new int[] {at, marker.end()};
      }
    }
    return new int[] {-1, -1};
  }

  private boolean accept(int program, Written written, Matcher matcher, int to) {
    boolean atEdge = matcher.end() == to && to < text.length();
    if (matcher.end() - matcher.start() > written.span() || atEdge) {
      events.add("truncated " + program + " at " + matcher.start());
      resume = matcher.end();
      return true;
    }
    if (matcher.start("secret") < 0 || matcher.start("secret") == matcher.end("secret")) {
      return false;
    }
    spans.add(new Span(program, matcher.start("secret"), matcher.end("secret")));
    resume = matcher.end();
    return true;
  }

  private Match match(Span span) {
    String before = text.substring(0, span.start());
    long line = before.chars().filter(c -> c == '\n').count() + 1;
    String lineBefore = before.substring(before.lastIndexOf('\n') + 1);
    long column = lineBefore.chars().filter(c -> (c & 0xc0) != 0x80).count() + 1;
    return new Match(span.program(), span.start(), span.end(), line, column);
  }

  private String line(Span span, int context) {
    int from = span.start();
    while (from > 0 && from > span.start() - context && text.charAt(from - 1) != '\n') {
      from--;
    }
    int to = span.end();
    while (to < text.length() && to < span.end() + context && text.charAt(to) != '\n') {
      to++;
    }
    return text.substring(from, to);
  }

  /** RE2J's end of text and its ASCII boundary, in the JDK's words. */
  private static Pattern jdk(String pattern) {
    return COMPILED.computeIfAbsent(
        pattern,
        key -> Pattern.compile(key.replace("$", "\\z")
            .replace(
                "\\b", "(?:(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))")));
  }
}
