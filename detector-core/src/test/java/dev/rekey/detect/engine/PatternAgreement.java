package dev.rekey.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** One pattern as a byte program and for RE2J, which must agree at every position of a text. */
public final class PatternAgreement {
  private final String regex;
  private final int span;
  private final ByteClasses classes = new ByteClasses();
  private final Optional<ByteProgram> program;
  private final Syntax syntax;
  private final List<List<Anchor>> ways;
  private final Pattern searched;
  private final Matched.Oracle oracle;
  private long positions;
  private int gaveUp;

  private PatternAgreement(String regex, int span) {
    this.regex = regex;
    this.span = span;
    this.syntax = Syntax.read(regex).orElse(Syntax.NOTHING);
    this.program = Syntax.read(regex).flatMap(read -> ByteProgram.compile(read, classes));
    this.ways = Anchors.of(syntax);
    this.searched = Pattern.compile(regex);
    this.oracle = new Matched.Oracle(regex);
  }

  public static PatternAgreement of(String regex, int span) {
    return new PatternAgreement(regex, span);
  }

  public boolean compiled() {
    return program.isPresent();
  }

  /** Returns how often in a million calls the program gave up, if at all. */
  public long gaveUpPerMillion() {
    return gaveUp == 0 ? 0 : Math.max(1, gaveUp * 1_000_000L / positions);
  }

  /** Returns whether there are anchors that cover every match. */
  public boolean anchored() {
    return !ways.isEmpty();
  }

  private void checkShape(byte[] text, int at, int end) {
    String value = new String(text, at, end - at, StandardCharsets.ISO_8859_1);
    assertThat(AnchorsTest.missed(ways, text, at, end))
        .as("%s in %s", regex, value)
        .isEmpty();
    assertThat(value.length()).isBetween(Shape.shortest(syntax), Shape.longest(syntax));
    assertThat(Shape.requiredTexts(syntax))
        .as("%s in %s", regex, value)
        .allMatch(required -> value.toLowerCase(Locale.ROOT).contains(required));
  }

  /** Compares, and returns how many positions have a match. */
  public int check(String text, String why) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteMatcher matcher = new ByteMatcher();
    matcher.use(classes);
    boolean somewhere =
        searched.matcher(new String(bytes, StandardCharsets.ISO_8859_1)).find();
    int matches = 0;
    for (int at = 0; at <= bytes.length; at++) {
      int to = Math.min(bytes.length, at + span);
      int end = program.orElseThrow().match(matcher, bytes, Math.max(0, at - 1), at, to);
      positions++;
      if (end == ByteProgram.GAVE_UP) {
        gaveUp++;
        continue;
      }
      if (end >= 0 || (somewhere && at % 4 == 0)) {
        Optional<Matched> matched = end < 0
            ? Optional.empty()
            : Optional.of(new Matched(end, matcher.secretStart(), matcher.secretEnd()));
        assertThat(matched)
            .as("%s: %s at %d of %s", why, regex, at, text)
            .isEqualTo(oracle.match(bytes, at, to));
        matches += end >= 0 ? 1 : 0;
      }
      if (end >= 0) {
        checkShape(bytes, at, end);
      }
    }
    // RE2J looks everywhere at once: a match that the program misses would be seen here.
    if (bytes.length <= span && !somewhere) {
      assertThat(matches).as("%s: %s in %s", why, regex, text).isZero();
    }
    return matches;
  }
}
