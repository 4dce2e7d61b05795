package dev.rekey.detect.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Where to look for a program: anchors of which one is in every match, and how they lie in it.
 *
 * <p>Immutable and thread-safe.
 *
 * @param anchors one of them is in every match
 * @param atStart whether an anchor tells where a match can start; else it is a keyword, and a pattern
 *     must be searched for around it
 */
record Lookout(List<Anchor> anchors, boolean atStart) {
  /** The farthest that a match may start before its anchor; beyond it, a search is no worse. */
  private static final int FARTHEST = 512;

  /** An anchor that is found in more than this share of the text is none. */
  private static final float COMMON = 0.02f;

  /** Returns the lookout for patterns; empty if they must be looked for everywhere. */
  static Optional<Lookout> of(List<String> keywords, List<Expression> expressions) {
    List<Anchor> anchors = new ArrayList<>();
    for (Expression expression : expressions) {
      Optional<List<Anchor>> rarest = rarest(expression, keywords);
      if (rarest.isEmpty()) {
        return keywords.isEmpty()
            ? Optional.empty()
            : Optional.of(new Lookout(keywords(keywords), false));
      }
      anchors.addAll(rarest.get());
    }
    return Optional.of(new Lookout(List.copyOf(anchors), true));
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
    return new Lookout(keywords(block.keywords()), true);
  }

  /** Of the sets of anchors of which each match has one, the one that raises fewest false alarms. */
  private static Optional<List<Anchor>> rarest(Expression expression, List<String> keywords) {
    Optional<Syntax> syntax = expression.syntax();
    if (syntax.isEmpty() || !ByteProgram.takes(syntax.get())) {
      return Optional.empty();
    }
    boolean implied = keywords.isEmpty() || holdsOne(Shape.requiredTexts(syntax.get()), keywords);
    Optional<List<Anchor>> rarest = Optional.empty();
    float least = COMMON;
    for (List<Anchor> option : Anchors.of(syntax.get())) {
      float cost = 0;
      for (Anchor anchor : option) {
        boolean usable = anchor.farthest() <= FARTHEST && (implied || holdsOne(anchor, keywords));
        cost +=
            usable ? SieveBuilder.cost(anchor, GramFrequencies.shipped()) : Float.POSITIVE_INFINITY;
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

  private static List<Anchor> keywords(List<String> keywords) {
    return keywords.stream()
        .map(keyword -> keyword.toLowerCase(Locale.ROOT))
        .distinct()
        .map(Anchor::keyword)
        .toList();
  }
}
