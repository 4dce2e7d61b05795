package dev.rekey.detect.engine;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
  private static final String BOUNDARY =
      "(?:(?<=[A-Za-z0-9_])(?![A-Za-z0-9_])|(?<![A-Za-z0-9_])(?=[A-Za-z0-9_]))";

  private static final String NO_BOUNDARY =
      "(?:(?<=[A-Za-z0-9_])(?=[A-Za-z0-9_])|(?<![A-Za-z0-9_])(?![A-Za-z0-9_]))";
  private static final Map<String, Pattern> COMPILED = new ConcurrentHashMap<>();
  private static final Map<String, Matched.Oracle> ORACLES = new ConcurrentHashMap<>();

  /**
   * A program as it is written.
   *
   * @param byRe2j whether Java does not take the pattern, and RE2J must be asked at every position
   */
  record Written(
      List<String> keywords,
      List<String> patterns,
      boolean block,
      int span,
      Optional<Program.TokenRun> run,
      boolean byRe2j) {
    Written(List<String> keywords, List<String> patterns, boolean block, int span) {
      this(keywords, patterns, block, span, Optional.empty(), false);
    }

    static Written byRe2j(List<String> keywords, List<String> patterns, int span) {
      return new Written(keywords, patterns, false, span, Optional.empty(), true);
    }

    /** Writes down a program that is compiled. */
    static Written of(Program program) {
      if (program instanceof Program.Block block) {
        List<String> markers =
            List.of(block.begin().pattern().pattern(), block.end().pattern().pattern());
        return new Written(block.keywords(), markers, true, block.span());
      }
      if (program instanceof Program.Patterned patterned) {
        List<String> patterns = patterned.expressions().stream()
            .map(expression -> expression.pattern().pattern())
            .toList();
        return new Written(patterned.keywords(), patterns, false, patterned.span());
      }
      Program.TokenRun run = (Program.TokenRun) program;
      return new Written(List.of(), List.of(), false, run.span(), Optional.of(run), false);
    }

    static Written run(int shortest, double minEntropy, int span) {
      Program.TokenRun run = new Program.TokenRun(shortest, minEntropy, span);
      return new Written(List.of(), List.of(), false, span, Optional.of(run), false);
    }

    /** Whether it is matched from every position, and not around its keywords. */
    boolean anchored() {
      return keywords.isEmpty()
          || ((Program.Patterned) compiled()).lookout().filter(Lookout::atStart).isPresent();
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
    String lower = lower(text);
    List<Hit> hits = new ArrayList<>();
    for (String keyword : keywords) {
      String wanted = lower(keyword);
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
        Optional<Matched> matched =
            written.byRe2j() ? re2j(pattern, from, to) : jdk(pattern, from, to);
        if (matched.isPresent() && accept(program, written, from, matched.get(), to)) {
          break;
        }
      }
    }
  }

  private Optional<Matched> re2j(String pattern, int from, int to) {
    return ORACLES
        .computeIfAbsent(pattern, Matched.Oracle::new)
        .match(text.getBytes(StandardCharsets.ISO_8859_1), from, to);
  }

  private Optional<Matched> jdk(String pattern, int from, int to) {
    Matcher matcher = jdk(pattern).matcher(CharBuffer.wrap(text, 0, to));
    matcher.region(from, to).useTransparentBounds(true).useAnchoringBounds(false);
    return matcher.lookingAt() ? Optional.of(matched(matcher)) : Optional.empty();
  }

  private static Matched matched(Matcher matcher) {
    return new Matched(matcher.end(), matcher.start("secret"), matcher.end("secret"));
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
          if (accept(program, written, matcher.start(), matched(matcher), to)) {
            return;
          }
          break;
        }
        next = Math.max(matcher.end(), matcher.start() + 1);
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

  private boolean accept(int program, Written written, int start, Matched matched, int to) {
    String lower = lower(text.substring(start, matched.end()));
    if (!written.keywords().isEmpty()
        && written.keywords().stream().noneMatch(keyword -> lower.contains(lower(keyword)))) {
      return false;
    }
    boolean atEdge = matched.end() == to && to < text.length();
    if (matched.end() - start > written.span() || atEdge) {
      events.add("truncated " + program + " at " + start);
      resume = matched.end();
      return true;
    }
    if (matched.secretStart() < 0 || matched.secretStart() == matched.secretEnd()) {
      return false;
    }
    spans.add(new Span(program, matched.secretStart(), matched.secretEnd()));
    resume = matched.end();
    return true;
  }

  /** Letters beyond ASCII keep their case, and their place. */
  private static String lower(String text) {
    return text.chars()
        .map(c -> c < 0x80 ? Character.toLowerCase(c) : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
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

  private static Pattern jdk(String pattern) {
    return COMPILED.computeIfAbsent(
        pattern, key -> Pattern.compile(inJava(key), Pattern.UNIX_LINES));
  }

  /**
   * Says in Java's words what RE2J means: its end of text, its ASCII boundary, its plain classes. The
   * spaces of both are the same but for the vertical tab, which no text here has.
   */
  private static String inJava(String pattern) {
    StringBuilder java = new StringBuilder();
    boolean inClass = false;
    boolean byLine = pattern.matches("(?s)\\(\\?[a-z]*m[a-z]*\\).*");
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '\\') {
        String escape = pattern.substring(i, i + 2);
        java.append(
            switch (escape) {
              case "\\b" -> BOUNDARY;
              case "\\B" -> NO_BOUNDARY;
              default -> escape;
            });
        i++;
      } else if (inClass) {
        inClass = c != ']';
        java.append(c == '[' || c == '&' ? "\\" : "").append(c);
      } else if (c == '[') {
        inClass = true;
        String opening = pattern.startsWith("^", i + 1) ? "[^" : "[";
        i += opening.length() - 1;
        java.append(opening);
        if (pattern.startsWith("]", i + 1)) {
          java.append("\\]");
          i++;
        }
      } else {
        java.append(c == '$' && !byLine ? "\\z" : String.valueOf(c));
      }
    }
    return java.toString();
  }
}
