package dev.rekey.detect.engine;

import dev.rekey.detect.engine.Syntax.Choice;
import dev.rekey.detect.engine.Syntax.One;
import dev.rekey.detect.engine.Syntax.Position;
import dev.rekey.detect.engine.Syntax.Repeat;
import dev.rekey.detect.engine.Syntax.Secret;
import dev.rekey.detect.engine.Syntax.Sequence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the anchors of a pattern: ways to cover all its matches by a few {@link Anchor}s.
 *
 * <p>A pattern is taken for a row of items. From each of them on, its bytes are spelled out as far as
 * their number is fixed, once for each alternative: together that is one way. Where a choice gives none,
 * each of its alternatives is covered by what tells most in it.
 */
final class Anchors {
  private static final int LONGEST = 12;
  private static final int MOST_ANCHORS = 64;
  private static final int MOST_WAYS = 8;
  private static final int FARTHEST = 1024;
  private static final int DEEPEST = 4;

  /** How often the body of a repeat is spelled out. */
  private static final int COPIES = 3;

  private Anchors() {}

  /** What was spelled out so far, and whether the next byte would follow at once. */
  private record Spelled(ByteClass left, List<ByteClass> bytes, boolean atBoundary, boolean open) {
    static final Spelled NOTHING = new Spelled(ByteClass.ALL, List.of(), false, true);

    Spelled closed() {
      return new Spelled(left, bytes, atBoundary, false);
    }

    Spelled at(Position position) {
      if (!bytes.isEmpty()) {
        return this;
      }
      return switch (position) {
        case TEXT_START -> new Spelled(ByteClass.NONE, bytes, atBoundary, open);
        case LINE_START ->
          new Spelled(left.intersection(ByteClass.of('\n')), bytes, atBoundary, open);
        case WORD_BOUNDARY -> new Spelled(left, bytes, true, open);
        default -> this;
      };
    }

    Spelled plus(ByteClass next) {
      ByteClass before = left;
      if (atBoundary && bytes.isEmpty() && next.isSubsetOf(ByteClass.WORD)) {
        before = left.minus(ByteClass.WORD);
      } else if (atBoundary && bytes.isEmpty() && !next.intersects(ByteClass.WORD)) {
        before = left.intersection(ByteClass.WORD);
      }
      List<ByteClass> longer = new ArrayList<>(bytes);
      longer.add(next);
      return new Spelled(before, longer, atBoundary, longer.size() < LONGEST);
    }
  }

  /** How far into a match the next item is, and what comes before it. */
  private record Distance(int nearest, int farthest, ByteClass before) {
    Distance plus(Syntax item) {
      return new Distance(
          Shape.sum(nearest, Shape.shortest(item)),
          Shape.sum(farthest, Shape.longest(item)),
          before.union(Shape.bytes(item)));
    }
  }

  /**
   * Returns ways to cover every match, the most telling first: in each match, one anchor at least of
   * each way is found. All of their anchors are telling, and near enough to the start of a match to
   * walk back to it. Empty if there is no such way.
   */
  static List<List<Anchor>> of(Syntax syntax) {
    List<Syntax> items = items(syntax);
    Distance start = new Distance(0, 0, ByteClass.NONE);
    return ways(items, items.size(), start, 0).stream()
        .sorted(Comparator.comparingDouble(Anchors::strength).reversed())
        .limit(MOST_WAYS)
        .toList();
  }

  private static double strength(List<Anchor> way) {
    return way.stream().mapToDouble(Anchor::strength).min().orElse(0);
  }

  /**
   * Returns the ways that begin at one of the first items.
   *
   * @param starts how many they are; those after them only follow
   */
  private static List<List<Anchor>> ways(
      List<Syntax> items, int starts, Distance start, int depth) {
    List<List<Anchor>> ways = new ArrayList<>();
    Distance distance = start;
    for (int i = 0; i < starts && distance.farthest() <= FARTHEST; i++) {
      List<Syntax> rest = items.subList(i, items.size());
      Optional<List<Anchor>> way = spelled(rest, distance);
      way.ifPresent(ways::add);
      if (way.isEmpty() && items.get(i) instanceof Choice choice && depth < DEEPEST) {
        byAlternative(choice, rest.subList(1, rest.size()), distance, depth).ifPresent(ways::add);
      }
      distance = distance.plus(items.get(i));
    }
    return ways;
  }

  /** The best way for each alternative, together. */
  private static Optional<List<Anchor>> byAlternative(
      Choice choice, List<Syntax> rest, Distance distance, int depth) {
    List<Anchor> all = new ArrayList<>();
    for (Syntax alternative : choice.alternatives()) {
      List<Syntax> items = new ArrayList<>(items(alternative));
      int starts = items.size();
      items.addAll(rest);
      Optional<List<Anchor>> best = ways(items, starts, distance, depth + 1).stream()
          .max(Comparator.comparingDouble(Anchors::strength));
      if (best.isEmpty()) {
        return Optional.empty();
      }
      all.addAll(best.get());
    }
    return usable(all);
  }

  /** The way that begins at the first of the items. */
  private static Optional<List<Anchor>> spelled(List<Syntax> items, Distance distance) {
    return usable(spell(Spelled.NOTHING, items).stream()
        .map(one -> new Anchor(
            one.left(), one.bytes(), distance.nearest(), distance.farthest(), distance.before()))
        .toList());
  }

  private static Optional<List<Anchor>> usable(List<Anchor> anchors) {
    if (!anchors.stream().allMatch(Anchor::isTelling)) {
      return Optional.empty();
    }
    List<Anchor> fewer = merged(anchors);
    return !fewer.isEmpty() && fewer.size() <= MOST_ANCHORS ? Optional.of(fewer) : Optional.empty();
  }

  /** Leaves out what another covers, and makes one of two that differ in one letter's case. */
  private static List<Anchor> merged(List<Anchor> anchors) {
    List<Anchor> merged = new ArrayList<>();
    for (Anchor anchor : anchors) {
      Anchor next = anchor;
      for (int i = 0; i < merged.size(); i++) {
        Optional<Anchor> both = both(merged.get(i), next);
        if (both.isPresent()) {
          next = both.get();
          merged.remove(i);
          i = -1; // what it has become may cover one that came before
        }
      }
      merged.add(next);
    }
    return List.copyOf(merged);
  }

  private static Optional<Anchor> both(Anchor one, Anchor other) {
    if (one.covers(other)) {
      return Optional.of(one);
    }
    if (other.covers(one)) {
      return Optional.of(other);
    }
    if (!one.sameDistance(other)
        || !one.left().equals(other.left())
        || one.bytes().size() != other.bytes().size()) {
      return Optional.empty();
    }
    List<ByteClass> bytes = new ArrayList<>();
    int differences = 0;
    for (int i = 0; i < one.bytes().size(); i++) {
      ByteClass either = one.bytes().get(i).union(other.bytes().get(i));
      bytes.add(either);
      boolean same = one.bytes().get(i).equals(other.bytes().get(i));
      differences += same ? 0 : Anchor.isNarrow(either) ? 1 : 2;
    }
    return differences == 1
        ? Optional.of(new Anchor(one.left(), bytes, one.nearest(), one.farthest(), one.before()))
        : Optional.empty();
  }

  /** Goes on with each alternative of what comes next, until its length is not fixed any more. */
  private static List<Spelled> spell(Spelled before, List<Syntax> items) {
    List<Spelled> spelled = List.of(before);
    for (Syntax item : items) {
      List<Spelled> longer = new ArrayList<>();
      for (Spelled one : spelled) {
        longer.addAll(one.open() ? spell(one, item) : List.of(one));
      }
      if (longer.size() > MOST_ANCHORS) {
        return spelled.stream().map(Spelled::closed).toList();
      }
      spelled = longer;
      if (spelled.stream().noneMatch(Spelled::open)) {
        break;
      }
    }
    return spelled;
  }

  private static List<Spelled> spell(Spelled before, Syntax item) {
    if (item instanceof One one) {
      return List.of(before.plus(one.bytes()));
    }
    if (item instanceof Position position) {
      return List.of(before.at(position));
    }
    if (item instanceof Choice choice) {
      List<Spelled> spelled = choice.alternatives().stream()
          .flatMap(alternative -> spell(before, items(alternative)).stream())
          .toList();
      return spelled.size() > MOST_ANCHORS ? List.of(before.closed()) : spelled;
    }
    if (item instanceof Repeat repeat && repeat.body() instanceof One one && repeat.min() > 0) {
      Spelled spelled = before;
      for (int i = 0; i < repeat.min() && spelled.open(); i++) {
        spelled = spelled.plus(one.bytes());
      }
      return List.of(repeat.min() == repeat.max() ? spelled : spelled.closed());
    }
    if (item instanceof Repeat repeat && repeat.min() == 0 && repeat.max() == 1) {
      List<Spelled> spelled = new ArrayList<>(List.of(before));
      spelled.addAll(spell(before, items(repeat.body())));
      return spelled;
    }
    return List.of(before.closed());
  }

  /** A pattern as a row of items, with the first copies of what is repeated before the others. */
  private static List<Syntax> items(Syntax syntax) {
    if (syntax instanceof Sequence sequence) {
      return sequence.parts().stream().flatMap(part -> items(part).stream()).toList();
    }
    if (syntax instanceof Secret secret) {
      return items(secret.body());
    }
    if (syntax instanceof Repeat repeat && !(repeat.body() instanceof One) && repeat.min() > 0) {
      int copies = Math.min(COPIES, repeat.min());
      boolean bounded = repeat.max() != Syntax.UNBOUNDED;
      int max = bounded ? repeat.max() - copies : Syntax.UNBOUNDED;
      List<Syntax> items = new ArrayList<>();
      for (int i = 0; i < copies; i++) {
        items.addAll(items(repeat.body()));
      }
      if (max > 0) {
        items.add(new Repeat(repeat.body(), repeat.min() - copies, max, repeat.greedy()));
      }
      return items;
    }
    return List.of(syntax);
  }
}
