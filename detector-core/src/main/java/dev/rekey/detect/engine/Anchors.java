package dev.rekey.detect.engine;

import dev.rekey.detect.engine.Syntax.Choice;
import dev.rekey.detect.engine.Syntax.One;
import dev.rekey.detect.engine.Syntax.Position;
import dev.rekey.detect.engine.Syntax.Repeat;
import dev.rekey.detect.engine.Syntax.Secret;
import dev.rekey.detect.engine.Syntax.Sequence;
import java.util.ArrayList;
import java.util.Arrays;
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

  private static final ByteClass LINE_FEED = ByteClass.of('\n');

  private Anchors() {}

  /**
   * What was spelled out so far, and whether the next byte would follow at once.
   *
   * @param bytes nobody writes to them
   * @param narrow how many of the bytes tell much
   */
  @SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
  private record Spelled(
      ByteClass left, ByteClass[] bytes, int narrow, boolean atBoundary, boolean open) {
    static final Spelled NOTHING = new Spelled(ByteClass.ALL, new ByteClass[0], 0, false, true);

    Spelled closed() {
      return open ? new Spelled(left, bytes, narrow, atBoundary, false) : this;
    }

    Spelled at(Position position) {
      if (bytes.length > 0) {
        return this;
      }
      return switch (position) {
        case TEXT_START -> new Spelled(ByteClass.NONE, bytes, narrow, atBoundary, open);
        case LINE_START ->
          new Spelled(left.intersection(LINE_FEED), bytes, narrow, atBoundary, open);
        case WORD_BOUNDARY -> new Spelled(left, bytes, narrow, true, open);
        default -> this;
      };
    }

    /** Adds a byte so many times, as far as there is room. */
    Spelled plus(ByteClass next, int times) {
      ByteClass before = left;
      if (atBoundary && bytes.length == 0 && next.isSubsetOf(ByteClass.WORD)) {
        before = left.minus(ByteClass.WORD);
      } else if (atBoundary && bytes.length == 0 && !next.intersects(ByteClass.WORD)) {
        before = left.intersection(ByteClass.WORD);
      }
      int length = Math.min(LONGEST, bytes.length + times);
      ByteClass[] longer = Arrays.copyOf(bytes, length);
      Arrays.fill(longer, bytes.length, length, next);
      int more = Anchor.isNarrow(next) ? length - bytes.length : 0;
      return new Spelled(before, longer, narrow + more, atBoundary, length < LONGEST);
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

  /** Anchors of which one is in every match, and how much the one tells that tells least. */
  private record Way(List<Anchor> anchors, double strength) {
    static Way of(List<Anchor> anchors) {
      double least = Double.POSITIVE_INFINITY;
      for (Anchor anchor : anchors) {
        least = Math.min(least, anchor.strength());
      }
      return new Way(anchors, least);
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
    List<Way> ways = ways(items, items.size(), start, 0);
    ways.sort(Comparator.comparingDouble(Way::strength).reversed());
    List<List<Anchor>> best = new ArrayList<>();
    for (Way way : ways.subList(0, Math.min(MOST_WAYS, ways.size()))) {
      best.add(way.anchors());
    }
    return best;
  }

  /**
   * Returns the ways that begin at one of the first items.
   *
   * @param starts how many they are; those after them only follow
   */
  private static List<Way> ways(List<Syntax> items, int starts, Distance start, int depth) {
    List<Way> ways = new ArrayList<>();
    Distance distance = start;
    for (int i = 0; i < starts && distance.farthest() <= FARTHEST; i++) {
      List<Syntax> rest = items.subList(i, items.size());
      Optional<Way> way =
          fewestNarrow(rest) < Anchor.FEWEST ? Optional.empty() : spelled(rest, distance);
      if (way.isEmpty() && items.get(i) instanceof Choice choice && depth < DEEPEST) {
        way = byAlternative(choice, rest.subList(1, rest.size()), distance, depth);
      }
      if (way.isPresent()) {
        ways.add(way.get());
      }
      distance = distance.plus(items.get(i));
    }
    return ways;
  }

  /** The best way for each alternative, together. */
  private static Optional<Way> byAlternative(
      Choice choice, List<Syntax> rest, Distance distance, int depth) {
    List<Anchor> all = new ArrayList<>();
    for (Syntax alternative : choice.alternatives()) {
      List<Syntax> items = new ArrayList<>();
      items(alternative, items);
      int starts = items.size();
      items.addAll(rest);
      Way best = new Way(List.of(), Double.NEGATIVE_INFINITY);
      for (Way way : ways(items, starts, distance, depth + 1)) {
        best = way.strength() > best.strength() ? way : best;
      }
      if (best.anchors().isEmpty()) {
        return Optional.empty();
      }
      all.addAll(best.anchors());
    }
    return merged(all);
  }

  /**
   * Returns at most how many bytes that tell much are spelled out in that alternative which has the
   * fewest, or {@link Anchor#FEWEST}: with fewer, there is no use in spelling out any.
   */
  private static int fewestNarrow(List<Syntax> items) {
    int narrow = 0;
    for (Syntax item : items) {
      if (narrow >= Anchor.FEWEST || isVague(item)) {
        break;
      }
      narrow += fewestNarrow(item);
      if (item instanceof Repeat repeat
          && repeat.body() instanceof One
          && repeat.min() != repeat.max()) {
        break;
      }
    }
    return narrow;
  }

  /** Whether nothing is spelled out of it or after it. */
  private static boolean isVague(Syntax item) {
    return item instanceof Repeat repeat
        && !(repeat.body() instanceof One && repeat.min() > 0)
        && !isOptional(repeat);
  }

  private static int fewestNarrow(Syntax item) {
    if (item instanceof One one) {
      return Anchor.isNarrow(one.bytes()) ? 1 : 0;
    }
    if (item instanceof Repeat repeat && repeat.body() instanceof One one && repeat.min() > 0) {
      return Anchor.isNarrow(one.bytes()) ? Math.min(Anchor.FEWEST, repeat.min()) : 0;
    }
    int fewest = 0;
    if (item instanceof Choice choice) {
      fewest = Anchor.FEWEST;
      for (Syntax alternative : choice.alternatives()) {
        fewest = Math.min(fewest, fewestNarrow(items(alternative)));
      }
    }
    return fewest;
  }

  /** The way that begins at the first of the items. */
  private static Optional<Way> spelled(List<Syntax> items, Distance distance) {
    List<Spelled> all = spell(Spelled.NOTHING, items);
    for (Spelled one : all) {
      if (one.narrow() < Anchor.FEWEST) {
        return Optional.empty();
      }
    }
    List<Anchor> anchors = new ArrayList<>(all.size());
    for (Spelled one : all) {
      anchors.add(new Anchor(
          one.left(),
          List.of(one.bytes()),
          distance.nearest(),
          distance.farthest(),
          distance.before()));
    }
    return merged(anchors);
  }

  /**
   * Leaves out what another covers, and makes one of two that differ in one letter's case; empty if
   * too many are left.
   */
  private static Optional<Way> merged(List<Anchor> anchors) {
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
    return !merged.isEmpty() && merged.size() <= MOST_ANCHORS
        ? Optional.of(Way.of(List.copyOf(merged)))
        : Optional.empty();
  }

  private static Optional<Anchor> both(Anchor one, Anchor other) {
    if (one.covers(other)) {
      return Optional.of(one);
    }
    if (other.covers(one)) {
      return Optional.of(other);
    }
    int size = one.bytes().size();
    if (size != other.bytes().size()
        || !one.left().equals(other.left())
        || !one.sameDistance(other)) {
      return Optional.empty();
    }
    int different = -1;
    for (int i = 0; i < size; i++) {
      if (!one.bytes().get(i).equals(other.bytes().get(i))) {
        if (different >= 0) {
          return Optional.empty();
        }
        different = i;
      }
    }
    ByteClass either = one.bytes().get(different).union(other.bytes().get(different));
    if (!Anchor.isNarrow(either)) {
      return Optional.empty();
    }
    List<ByteClass> bytes = new ArrayList<>(one.bytes());
    bytes.set(different, either);
    return Optional.of(new Anchor(one.left(), bytes, one.nearest(), one.farthest(), one.before()));
  }

  /** Goes on with each alternative of what comes next, until its length is not fixed any more. */
  private static List<Spelled> spell(Spelled before, List<Syntax> items) {
    List<Spelled> spelled = List.of(before);
    for (Syntax item : items) {
      List<Spelled> longer = new ArrayList<>(spelled.size());
      boolean open = false;
      for (Spelled one : spelled) {
        if (one.open()) {
          spell(one, item, longer);
        } else {
          longer.add(one);
        }
      }
      if (longer.size() > MOST_ANCHORS) {
        return closed(spelled);
      }
      spelled = longer;
      for (Spelled one : spelled) {
        open |= one.open();
      }
      if (!open) {
        break;
      }
    }
    return spelled;
  }

  private static List<Spelled> closed(List<Spelled> spelled) {
    List<Spelled> closed = new ArrayList<>(spelled.size());
    for (Spelled one : spelled) {
      closed.add(one.closed());
    }
    return closed;
  }

  private static void spell(Spelled before, Syntax item, List<Spelled> spelled) {
    if (item instanceof One one) {
      spelled.add(before.plus(one.bytes(), 1));
    } else if (item instanceof Position position) {
      spelled.add(before.at(position));
    } else if (item instanceof Choice choice) {
      int size = spelled.size();
      for (Syntax alternative : choice.alternatives()) {
        spelled.addAll(spell(before, items(alternative)));
      }
      if (spelled.size() - size > MOST_ANCHORS) {
        spelled.subList(size, spelled.size()).clear();
        spelled.add(before.closed());
      }
    } else if (item instanceof Repeat repeat
        && repeat.body() instanceof One one
        && repeat.min() > 0) {
      Spelled longer = before.plus(one.bytes(), repeat.min());
      spelled.add(repeat.min() == repeat.max() ? longer : longer.closed());
    } else if (item instanceof Repeat repeat && isOptional(repeat)) {
      spelled.add(before);
      spelled.addAll(spell(before, items(repeat.body())));
    } else {
      spelled.add(before.closed());
    }
  }

  private static boolean isOptional(Repeat repeat) {
    return repeat.min() == 0 && repeat.max() == 1;
  }

  private static List<Syntax> items(Syntax syntax) {
    if (syntax instanceof Sequence || syntax instanceof Secret || syntax instanceof Repeat) {
      List<Syntax> items = new ArrayList<>();
      items(syntax, items);
      return items;
    }
    return List.of(syntax);
  }

  /** A pattern as a row of items, with the first copies of what is repeated before the others. */
  private static void items(Syntax syntax, List<Syntax> items) {
    if (syntax instanceof Sequence sequence) {
      for (Syntax part : sequence.parts()) {
        items(part, items);
      }
    } else if (syntax instanceof Secret secret) {
      items(secret.body(), items);
    } else if (syntax instanceof Repeat repeat
        && !(repeat.body() instanceof One)
        && repeat.min() > 0) {
      int copies = Math.min(COPIES, repeat.min());
      boolean bounded = repeat.max() != Syntax.UNBOUNDED;
      int max = bounded ? repeat.max() - copies : Syntax.UNBOUNDED;
      for (int i = 0; i < copies; i++) {
        items(repeat.body(), items);
      }
      if (max > 0) {
        items.add(new Repeat(repeat.body(), repeat.min() - copies, max, repeat.greedy()));
      }
    } else {
      items.add(syntax);
    }
  }
}
