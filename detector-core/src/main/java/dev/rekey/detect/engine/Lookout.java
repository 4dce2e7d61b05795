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
  static Optional<Lookout> of(Program.Patterned program) {
    List<Anchor> anchors = new ArrayList<>();
    List<Integer> expressions = new ArrayList<>();
    boolean implied = true;
    for (int i = 0; i < program.expressions().size(); i++) {
      Optional<Syntax> syntax = program.expressions().get(i).syntax();
      Optional<List<Anchor>> rarest = syntax.flatMap(Lookout::rarest);
      if (syntax.isEmpty() || rarest.isEmpty()) {
        return program.keywords().isEmpty()
            ? Optional.empty()
            : Optional.of(keywords(program.keywords(), false));
      }
      for (Anchor anchor : rarest.get()) {
        anchors.add(anchor);
        expressions.add(i);
      }
      implied &= implied(syntax.get(), rarest.get(), program.keywords());
    }
    int[] each = expressions.stream().mapToInt(Integer::intValue).toArray();
    return Optional.of(new Lookout(List.copyOf(anchors), each, true, implied));
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
    return keywords.isEmpty()
        || holdsOne(Shape.requiredTexts(syntax), keywords)
        || anchors.stream().allMatch(anchor -> keywords.stream().anyMatch(anchor::holds));
  }

  private static boolean holdsOne(List<String> texts, List<String> keywords) {
    for (String keyword : keywords) {
      for (String text : texts) {
        if (text.contains(keyword.toLowerCase(Locale.ROOT))) {
          return true;
        }
      }
    }
    return false;
  }

  private static Lookout keywords(List<String> keywords, boolean atStart) {
    List<Anchor> anchors = keywords.stream()
        .map(keyword -> keyword.toLowerCase(Locale.ROOT))
        .distinct()
        .map(Anchor::keyword)
        .toList();
    return new Lookout(anchors, new int[anchors.size()], atStart, true);
  }
}
