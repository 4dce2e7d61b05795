package dev.rekey.benchmarks.compare;

import dev.rekey.detect.Rule;
import dev.rekey.detect.RuleSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * A made-up set of rules with the composition of a real one, the same for the same seed.
 *
 * <p>{@link #STANDARD} rules are <em>bench-354</em>: 172 prefixes, 154 vendors' names, 24 words for
 * secrets, 4 markers; 8 literals of 3 characters, 57 of 4, 37 of 5, 252 of 6 and more; the 178 names
 * and words in any case. Other sizes have the same proportions.
 */
public final class BenchRules {
  /** The size of bench-354. */
  static final int STANDARD = 354;

  private static final long SEED = 355;

  /** How many rules of bench-354 are of a kind and have a literal of a length; 6 is 6 and more. */
  private record Part(BenchRule.Kind kind, int length, int count) {}

  private static final List<Part> PARTS = List.of(
      new Part(BenchRule.Kind.PREFIX, 3, 7),
      new Part(BenchRule.Kind.PREFIX, 4, 45),
      new Part(BenchRule.Kind.PREFIX, 5, 17),
      new Part(BenchRule.Kind.PREFIX, 6, 103),
      new Part(BenchRule.Kind.VENDOR, 3, 1),
      new Part(BenchRule.Kind.VENDOR, 4, 12),
      new Part(BenchRule.Kind.VENDOR, 5, 20),
      new Part(BenchRule.Kind.VENDOR, 6, 121),
      new Part(BenchRule.Kind.GENERIC, 6, 24),
      new Part(BenchRule.Kind.MARKER, 6, 4));

  /** The alphabets of values, the usual ones more often. */
  private static final List<String> ALPHABETS = List.of(
      "A-Za-z0-9", "A-Za-z0-9", "A-Za-z0-9_-", "a-f0-9", "a-f0-9", "a-z0-9", "A-Z2-7", "A-Z0-9");

  private static final List<Integer> LENGTHS =
      List.of(16, 20, 22, 24, 27, 32, 32, 32, 36, 40, 40, 43, 48, 64);

  private final List<BenchRule> rules;

  private BenchRules(List<BenchRule> rules) {
    this.rules = List.copyOf(rules);
  }

  /**
   * Makes so many rules.
   *
   * @throws IllegalArgumentException if there would not be one of each kind and length
   */
  public static BenchRules of(int count) {
    return of(count, SEED);
  }

  static BenchRules of(int count, long seed) {
    if (count < PARTS.size()) {
      throw new IllegalArgumentException("at least " + PARTS.size() + " rules, not " + count);
    }
    Random random = new Random(seed);
    Vocabulary vocabulary = new Vocabulary(random);
    List<BenchRule> rules = new ArrayList<>();
    Map<BenchRule.Kind, Integer> numbers = new EnumMap<>(BenchRule.Kind.class);
    List<Part> parts = scaled(count);
    for (Part part : parts) {
      for (int i = 0; i < part.count(); i++) {
        int number = numbers.merge(part.kind(), 1, Integer::sum) - 1;
        rules.add(rule(part, number, vocabulary, random));
      }
    }
    return new BenchRules(rules);
  }

  /** By the method of the largest remainder, so that the counts add up. */
  private static List<Part> scaled(int count) {
    int[] counts =
        PARTS.stream().mapToInt(part -> part.count() * count / STANDARD).toArray();
    int missing = count - IntStream.of(counts).sum();
    IntStream.range(0, counts.length)
        .boxed()
        .sorted(Comparator.comparingInt(i -> -(PARTS.get(i).count() * count % STANDARD)))
        .limit(missing)
        .forEach(i -> counts[i]++);
    return IntStream.range(0, counts.length)
        .mapToObj(i -> new Part(PARTS.get(i).kind(), PARTS.get(i).length(), counts[i]))
        .toList();
  }

  private static BenchRule rule(Part part, int number, Vocabulary words, Random random) {
    String alphabet = ALPHABETS.get(random.nextInt(ALPHABETS.size()));
    int length = LENGTHS.get(random.nextInt(LENGTHS.size()));
    BenchRule.Kind kind = part.kind();
    return switch (kind) {
      case PREFIX -> {
        int most = switch (random.nextInt(8)) {
          case 0 -> length + 8;
          case 1 -> length * 2;
          default -> length;
        };
        yield new BenchRule(kind, number, words.prefix(part.length()), alphabet, length, most);
      }
      case VENDOR -> {
        String lower = random.nextInt(3) == 0 ? "a-f0-9" : "a-z0-9";
        yield new BenchRule(kind, number, words.vendor(part.length()), lower, length, length);
      }
      case GENERIC -> new BenchRule(kind, number, words.secretWord(number), "!-~", 8, 64);
      case MARKER -> new BenchRule(kind, number, words.marker(), "a", 0, 0);
    };
  }

  List<BenchRule> list() {
    return rules;
  }

  /** Returns the rules as Rekey's. */
  public RuleSet ruleSet() {
    return ruleSet(rules, BenchRule::rule);
  }

  /** Tells the literal and the expression of each. */
  public void each(BiConsumer<String, String> told) {
    rules.forEach(rule -> told.accept(rule.literal(), rule.regex()));
  }

  /** Returns the literal of one of them, which is no match but for few, as it may be spelled. */
  public String literal(Random random) {
    return rules.get(random.nextInt(rules.size())).spelled(random);
  }

  /** Returns a text that one of them matches. */
  public String secret(Random random) {
    return rules.get(random.nextInt(rules.size())).text(random);
  }

  /** Rules for the literals alone, of those rules whose case counts. */
  RuleSet caseSensitiveLiterals() {
    return ruleSet(caseSensitive(), BenchRule::literalRule);
  }

  List<BenchRule> caseSensitive() {
    return rules.stream().filter(rule -> !rule.caseless()).toList();
  }

  private static RuleSet ruleSet(List<BenchRule> rules, Function<BenchRule, Rule> made) {
    return RuleSet.empty().plus(rules.stream().map(made).toArray(Rule[]::new));
  }

  /** The rules for the Hyperscan harness: {@code i} or {@code -}, a tab, the expression. */
  List<String> exported() {
    return rules.stream()
        .map(rule -> (rule.caseless() ? "i\t" : "-\t") + rule.exported())
        .toList();
  }

  /** How the set is made up, in words. */
  String composition() {
    return count(BenchRule.Kind.PREFIX) + " prefix, " + count(BenchRule.Kind.VENDOR) + " vendor, "
        + count(BenchRule.Kind.GENERIC) + " generic, " + count(BenchRule.Kind.MARKER)
        + " marker rules; literals: " + literals(3, 3) + " of 3 characters, " + literals(4, 4)
        + " of 4, " + literals(5, 5) + " of 5, " + literals(6, Integer.MAX_VALUE)
        + " of 6 and more; " + (rules.size() - caseSensitive().size()) + " caseless";
  }

  private long count(BenchRule.Kind kind) {
    return rules.stream().filter(rule -> rule.kind() == kind).count();
  }

  private long literals(int least, int most) {
    return rules.stream()
        .mapToInt(rule -> rule.literal().length())
        .filter(length -> length >= least && length <= most)
        .count();
  }
}
