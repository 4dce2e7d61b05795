package dev.rekey.detect;

import dev.rekey.detect.engine.Engine;
import dev.rekey.detect.engine.Program;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.UnaryOperator;

/**
 * Rules, with the checks and suppressors that they name.
 *
 * <p>Each change gives a new set. A set whose rules name an unknown check, or whose examples and
 * counterexamples don't prove true with it, cannot exist; but for {@link #plusUnproved(Collection)},
 * which takes many rules that were proved before, on the word of whoever calls it.
 *
 * <p>Immutable and thread-safe.
 */
public final class RuleSet {
  private static final RuleSet EMPTY = new RuleSet(
      Map.of(),
      Optional.empty(),
      Named.by(new BuiltInChecks()),
      Named.by(new BuiltInSuppressors()));

  /** More that are wrong in a set are not told at once. */
  private static final int MOST_WRONG = 100;

  private final Map<String, Rule> rules;

  /** The compact form of exactly these rules in this order, if they were read from it. */
  private final Optional<byte[]> compact;

  private final Named<Check> checks;
  private final Named<Suppressor> suppressors;

  RuleSet(Map<String, Rule> rules, Named<Check> checks, Named<Suppressor> suppressors) {
    this(rules, Optional.empty(), checks, suppressors);
  }

  private RuleSet(
      Map<String, Rule> rules,
      Optional<byte[]> compact,
      Named<Check> checks,
      Named<Suppressor> suppressors) {
    this.rules = rules;
    this.compact = compact;
    this.checks = checks;
    this.suppressors = suppressors;
  }

  /**
   * Returns the rules that come with Rekey.
   *
   * <p>Their examples are proved when Rekey is built, not here: that would cost most of the time to
   * load them.
   */
  public static RuleSet builtIn() {
    return BuiltIn.RULES;
  }

  /** Returns a set without rules, which holds the checks and suppressors that come with Rekey. */
  public static RuleSet empty() {
    return EMPTY;
  }

  /**
   * Returns the rules that come with Rekey and those of all {@link RuleProvider}s that the context
   * class loader of the calling thread knows, in the order of their class names.
   *
   * @throws RuleException if a provider fails: the message names it, and nothing of it is used
   */
  public static RuleSet discovered() {
    return Discovery.addTo(builtIn(), ServiceLoader.load(RuleProvider.class));
  }

  /**
   * Returns the same of the providers that a class loader knows.
   *
   * @throws RuleException if a provider fails: the message names it, and nothing of it is used
   */
  public static RuleSet discovered(ClassLoader loader) {
    return Discovery.addTo(builtIn(), ServiceLoader.load(RuleProvider.class, loader));
  }

  /**
   * Returns this set with more rules.
   *
   * @throws RuleException if an id is taken, a rule names a check, suppressor or rule that this set
   *     does not hold, or a counterexample gives a finding
   */
  public RuleSet plus(Rule... more) {
    return plus(Arrays.asList(more));
  }

  /**
   * Returns this set with the rules of a YAML file.
   *
   * @throws RuleException if the file or a rule is wrong: the message has file, line, rule and field
   * @throws IOException if the file can't be read
   */
  public RuleSet plus(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return plus(file.toString(), reader);
    }
  }

  /**
   * Returns this set with the rules of a YAML file that stands beside a class, or in the folder that
   * a name with a leading {@code /} says.
   *
   * <p>Where the class is in a named module, the file's package must be open to {@code
   * dev.rekey.detect}, or the file in a folder whose name is none of a package, like {@code
   * /META-INF/rekey}; else {@link #plus(String, Reader)} takes it.
   *
   * @throws RuleException if the file or a rule is wrong: the message has file, line, rule and field
   * @throws IOException if there is no such file, or it can't be read
   */
  public RuleSet plusResource(Class<?> anchor, String name) throws IOException {
    try (InputStream in = anchor.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException("no resource " + name + " beside " + anchor.getName()
            + ": check the name, and in a module that its package is open to dev.rekey.detect");
      }
      return plus(name, RuleFile.utf8(in));
    }
  }

  /**
   * Returns this set with the rules of a YAML file that is already open. The reader is not closed.
   *
   * @param name what the file is called in messages
   * @throws RuleException if the file or a rule is wrong: the message has file, line, rule and field
   * @throws IOException if the reader does
   */
  public RuleSet plus(String name, Reader yaml) throws IOException {
    RuleFile file = RuleFile.read(name, yaml, Rule.Builder::buildFormed);
    try {
      return plus(file.rules());
    } catch (RuleException wrong) {
      throw file.locate(wrong);
    }
  }

  /**
   * Returns this set with more rules, without proving them: the one exception to the law that a set
   * whose rules don't prove true cannot exist, for many rules that have been proved before.
   *
   * <p>Only what costs little is looked at: that ids are free, fields in their ranges, and names
   * known. {@link #verify} proves the rest at any time. Rules from strangers are never to be added
   * so: see {@link Rule.Builder#buildUnproved}, which makes such rules in code.
   *
   * @throws RuleException if an id is taken, or a rule names a check, suppressor or rule that this set
   *     does not hold
   */
  public RuleSet plusUnproved(Collection<Rule> more) {
    RuleSet grown = grown(more);
    Proof proof = grown.proof();
    for (Rule rule : more) {
      proof.names(rule);
    }
    return grown;
  }

  /**
   * Returns this set with the rules of a YAML file, without proving them, as {@link
   * #plusUnproved(Collection)} does.
   *
   * @throws RuleException if the file or a field is wrong: the message has file, line, rule and field
   * @throws IOException if the file can't be read
   */
  public RuleSet plusUnproved(Path file) throws IOException {
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      return plusUnproved(file.toString(), reader);
    }
  }

  /**
   * Returns this set with the rules of a YAML file that is already open, without proving them, as
   * {@link #plusUnproved(Collection)} does. The reader is not closed.
   *
   * @param name what the file is called in messages
   * @throws RuleException if the file or a field is wrong: the message has file, line, rule and field
   * @throws IOException if the reader does
   */
  public RuleSet plusUnproved(String name, Reader yaml) throws IOException {
    RuleFile file = RuleFile.read(name, yaml, Rule.Builder::buildUnproved);
    try {
      return plusUnproved(file.rules());
    } catch (RuleException wrong) {
      throw file.locate(wrong);
    }
  }

  /**
   * Proves every rule of this set, however it was added: fields, patterns, the names of checks,
   * suppressors and rules, examples and counterexamples.
   *
   * @return this set
   * @throws RuleException if a rule doesn't prove true: the message names it and its field. The others
   *     that don't, 99 of them at most, are {@linkplain Throwable#getSuppressed suppressed}
   */
  public RuleSet verify() {
    Proof proof = proof();
    List<RuleException> wrong = new ArrayList<>();
    for (Rule rule : rules.values()) {
      try {
        proof.proveAnew(rule);
      } catch (RuleException one) {
        wrong.add(one);
      }
      if (wrong.size() == MOST_WRONG) {
        break;
      }
    }
    if (wrong.isEmpty()) {
      return this;
    }
    RuleException first = wrong.get(0);
    wrong.subList(1, wrong.size()).forEach(first::addSuppressed);
    throw first;
  }

  /** Returns this set with a check that rules can name; it may replace one. */
  public RuleSet plusCheck(String name, Check check) {
    RuleSet changed = new RuleSet(rules, compact, checks.plus(name, check), suppressors);
    Proof proof = changed.proof();
    rules().stream().filter(rule -> rule.checks().contains(name)).forEach(proof::examples);
    return changed;
  }

  /**
   * Returns this set with a suppressor that rules can name; it may replace one.
   *
   * @throws RuleException if an example or counterexample of a rule that names it fails with it
   */
  public RuleSet plusSuppressor(String name, Suppressor suppressor) {
    RuleSet changed = new RuleSet(rules, compact, checks, suppressors.plus(name, suppressor));
    Proof proof = changed.proof();
    rules().stream().filter(rule -> rule.suppressors().contains(name)).forEach(proof::examples);
    return changed;
  }

  /**
   * Returns this set with one rule changed, in its place: {@code with("generic.password", rule ->
   * rule.severity(Severity.LOW).minEntropy(3))}.
   *
   * @param change receives a builder that holds all of the rule
   * @throws IllegalArgumentException if there is no rule of this id, or the changed one has another
   * @throws RuleException if the changed rule is wrong, or its examples don't prove true any more
   */
  public RuleSet with(String id, UnaryOperator<Rule.Builder> change) {
    Rule rule = rule(id).orElseThrow(() -> missing(id));
    Rule changed = change.apply(rule.toBuilder()).build();
    if (!changed.id().equals(id)) {
      throw new IllegalArgumentException(
          "a change keeps the id: expected " + id + ", not " + changed.id());
    }
    Map<String, Rule> all = new LinkedHashMap<>(rules);
    all.put(id, changed);
    RuleSet set = new RuleSet(all, checks, suppressors);
    set.proof().prove(changed);
    return set;
  }

  /**
   * Returns this set without some rules.
   *
   * @throws IllegalArgumentException if there is no rule of an id
   */
  public RuleSet without(String... ids) {
    Map<String, Rule> fewer = new LinkedHashMap<>(rules);
    for (String id : ids) {
      if (fewer.remove(id) == null) {
        throw missing(id);
      }
    }
    return new RuleSet(fewer, checks, suppressors);
  }

  /** Returns the rules in the order in which they were added. */
  public Collection<Rule> rules() {
    return List.copyOf(rules.values());
  }

  /** Returns the rule with an id. */
  public Optional<Rule> rule(String id) {
    return Optional.ofNullable(rules.get(id));
  }

  /**
   * Returns the rules whose patterns must be tried all over the text: they have no keyword, and no
   * text is in each of their matches. One of the form {@code \b(?<secret>[a-z2-7]{52})\b} is not slow
   * without a keyword either.
   *
   * <p>Each takes time linear in the text. Measured on source code, JDK 17, an AMD EPYC: {@code
   * \b(?<secret>[a-z]+[0-9]{3,8}[a-z]*)\b} 46 MB a second, {@code (?<secret>[A-Z][a-z0-9]{20,40}[!%])}
   * 71; {@code (?<secret>[^\n]{4,200}[0-9a-f]{8}-[0-9a-f]{4})}, which can begin at any byte, 4, and the
   * pattern budget of two blocks in 128 was used up.
   */
  public List<Rule> slowRules() {
    return rules.values().stream().filter(rule -> rule.program().slow()).toList();
  }

  /** Returns whether all of another set is in this one, unchanged. */
  boolean holdsAllOf(RuleSet other) {
    return rules.entrySet().containsAll(other.rules.entrySet())
        && checks.holdsAllOf(other.checks)
        && suppressors.holdsAllOf(other.suppressors);
  }

  /** Returns an engine for the rules, by their order. */
  Engine engine() {
    List<Program> programs = new ArrayList<>(rules.size());
    for (Rule rule : rules.values()) {
      programs.add(rule.program());
    }
    return compact.isPresent()
        ? CompactRules.engine(compact.get(), programs)
        : Engine.compile(programs);
  }

  Check check(String name) {
    return checks.get(name);
  }

  Suppressor suppressor(String name) {
    return suppressors.get(name);
  }

  private RuleSet plus(List<Rule> more) {
    RuleSet grown = grown(more);
    Proof proof = grown.proof();
    for (Rule rule : more) {
      proof.prove(rule);
    }
    return grown;
  }

  private RuleSet grown(Collection<Rule> more) {
    Map<String, Rule> all = new LinkedHashMap<>(rules);
    for (Rule rule : more) {
      if (all.put(rule.id(), rule) != null) {
        throw RuleException.of(rule.id(), "id", "another rule has this id; without(id) drops it");
      }
    }
    return new RuleSet(all, checks, suppressors);
  }

  private Proof proof() {
    return new Proof(rules, checks, suppressors);
  }

  private static IllegalArgumentException missing(String id) {
    return new IllegalArgumentException("no rule " + id + " in this set");
  }

  /** The files of the rules that come with Rekey, in order: the lines of {@code rules/index}. */
  static List<String> builtInFiles() {
    return resource("rules/index").lines().map(name -> "rules/" + name).toList();
  }

  static String resource(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  static byte[] bytes(String name) {
    try (InputStream in = RuleSet.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "the jar lacks its resource " + name + "; in a build, mvn process-classes makes it");
      }
      return in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Loaded once, when first asked for. */
  private static final class BuiltIn {
    static final RuleSet RULES = load();

    private static RuleSet load() {
      byte[] compact = bytes(CompactRules.RESOURCE);
      RuleSet read = EMPTY.grown(CompactRules.read(compact));
      return new RuleSet(read.rules, Optional.of(compact), read.checks, read.suppressors);
    }
  }
}
