package dev.rekey.detect.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Where to look for a program: anchors of which one is in every match, and how they lie in it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param anchors one of them is in every match
 * @param expressions for each anchor, the index of the expression in whose matches it is
 * @param atStart whether an anchor tells where a match can start; else it is a keyword, and a pattern
 *     must be searched for around it
 * @param implied whether what is found so is known to hold a keyword
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record Lookout(List<Anchor> anchors, int[] expressions, boolean atStart, boolean implied) {
  /** The farthest that a match may start before its anchor; beyond it, a search is no worse. */
  private static final int FARTHEST = 512;

  /** An anchor that is found in more than this share of the text is none. */
  private static final float COMMON = 0.02f;

  /** Returns the lookout for patterns; empty if they must be looked for everywhere. */
  static Optional<Lookout> of(List<String> keywords, List<Expression> expressions) {
    List<Anchor> anchors = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    boolean implied = true;
    for (int i = 0; i < expressions.size(); i++) {
      Optional<Syntax> syntax = expressions.get(i).syntax();
      Optional<List<Anchor>> rarest = syntax.isPresent() ? rarest(syntax.get()) : Optional.empty();
      if (syntax.isEmpty() || rarest.isEmpty()) {
        return keywords.isEmpty() ? Optional.empty() : Optional.of(keywords(keywords, false));
      }
      for (Anchor anchor : rarest.get()) {
        anchors.add(anchor);
        numbers.add(i);
      }
      implied &= implied(syntax.get(), rarest.get(), keywords);
    }
    int[] each = new int[numbers.size()];
    for (int i = 0; i < each.length; i++) {
      each[i] = numbers.get(i);
    }
    return Optional.of(new Lookout(List.copyOf(anchors), each, true, implied));
  }

  /** The same, when it is first asked for. */
  static Late<Optional<Lookout>> late(List<String> keywords, List<Expression> expressions) {
    return new Late<>() {
      @Override
      protected Optional<Lookout> make() {
        return of(keywords, expressions);
      }
    };
  }

  /** Returns the lookout for a block, which begins with a keyword. */
  static Lookout of(Program.Block block) {
    return keywords(block.keywords(), true);
  }

  /** Of the sets of anchors of which each match has one, the one that raises fewest false alarms. */
  private static Optional<List<Anchor>> rarest(Syntax syntax) {
    Optional<List<Anchor>> rarest = Optional.empty();
    float least = COMMON;
    for (List<Anchor> option : Anchors.of(syntax)) {
      float cost = 0;
      for (Anchor anchor : option) {
        cost += anchor.farthest() <= FARTHEST
            ? SieveBuilder.cost(anchor, GramFrequencies.shipped())
            : Float.POSITIVE_INFINITY;
        if (cost >= least) {
          break;
        }
      }
      if (cost < least) {
        least = cost;
        rarest = Optional.of(option);
      }
    }
    return rarest;
  }

  /** Returns whether a match is known to hold a keyword, if there are any. */
  private static boolean implied(Syntax syntax, List<Anchor> anchors, List<String> keywords) {
    if (keywords.isEmpty() || holdsOne(Shape.requiredTexts(syntax), keywords)) {
      return true;
    }
    for (Anchor anchor : anchors) {
      if (!holdsOne(anchor, keywords)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holdsOne(Anchor anchor, List<String> keywords) {
    for (String keyword : keywords) {
      if (anchor.holds(keyword)) {
        return true;
      }
    }
    return false;
  }

  private static boolean holdsOne(List<String> texts, List<String> keywords) {
    for (String keyword : keywords) {
      String lower = keyword.toLowerCase(Locale.ROOT);
      for (String text : texts) {
        if (text.contains(lower)) {
          return true;
        }
      }
    }
    return false;
  }

  private static Lookout keywords(List<String> keywords, boolean atStart) {
    Set<String> distinct = new LinkedHashSet<>();
    for (String keyword : keywords) {
      distinct.add(keyword.toLowerCase(Locale.ROOT));
    }
    List<Anchor> anchors = new ArrayList<>();
    for (String keyword : distinct) {
      anchors.add(Anchor.keyword(keyword));
    }
    return new Lookout(List.copyOf(anchors), new int[anchors.size()], atStart, true);
  }
}
