package dev.rekey.detect;

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
import java.util.HashMap;
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
 * counterexamples don't prove true with it, cannot exist.
 *
 * <p>Immutable and thread-safe.
 */
public final class RuleSet {
  private final Map<String, Rule> rules;
  private final Map<String, Check> checks;
  private final Map<String, Suppressor> suppressors;

  private RuleSet(
      Map<String, Rule> rules, Map<String, Check> checks, Map<String, Suppressor> suppressors) {
    this.rules = rules;
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
    Map<String, Check> checks = new HashMap<>(AzureChecks.all());
    checks.put("aws.access-key-id", new AwsKeyIdCheck());
    checks.put("azure.sas", new SasCheck());
    checks.put("azure.entra-token", new EntraTokenCheck());
    checks.put("azure.git-password", new GitPasswordCheck());
    checks.put("basic", new BasicCheck());
    checks.put("base58", new Base58Check());
    checks.put("bech32", new Bech32Check());
    checks.put("cb58", Base58Check.cb58());
    checks.put("github.token", PrefixedCrcCheck.of(30));
    checks.put("gitlab.token", new GitLabTokenCheck());
    checks.put("grafana.token", new GrafanaTokenCheck());
    checks.put("jwt", new JwtCheck());
    checks.put("nats.nkey", new NkeyCheck());
    checks.put("jsr.token", PrefixedCrcCheck.withPrefix(29));
    checks.put("netbird.token", PrefixedCrcCheck.of(30));
    checks.put("matrix.token", new MatrixTokenCheck());
    checks.put("npm.token", PrefixedCrcCheck.of(30));
    checks.put("packagist.token", new HexCrcCheck());
    checks.put("polar.token", PrefixedCrcCheck.of(37));
    checks.put("private-key.pem", new PemCheck());
    checks.put("private-key.wrapped", new WrappedKeyCheck());
    checks.put("pypi.token", new PyPiTokenCheck());
    return new RuleSet(Map.of(), Map.copyOf(checks), Suppressors.builtIn());
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
    RuleFile file = RuleFile.read(name, yaml);
    try {
      return plus(file.rules());
    } catch (RuleException wrong) {
      throw file.locate(wrong);
    }
  }

  /** Returns this set with a check that rules can name; it may replace one. */
  public RuleSet plusCheck(String name, Check check) {
    Map<String, Check> more = new HashMap<>(checks);
    more.put(name, check);
    RuleSet changed = new RuleSet(rules, Map.copyOf(more), suppressors);
    rules().stream().filter(rule -> rule.checks().contains(name)).forEach(changed::proveExamples);
    return changed;
  }

  /**
   * Returns this set with a suppressor that rules can name; it may replace one.
   *
   * @throws RuleException if an example or counterexample of a rule that names it fails with it
   */
  public RuleSet plusSuppressor(String name, Suppressor suppressor) {
    Map<String, Suppressor> more = new HashMap<>(suppressors);
    more.put(name, suppressor);
    RuleSet changed = new RuleSet(rules, checks, Map.copyOf(more));
    rules().stream()
        .filter(rule -> rule.suppressors().contains(name))
        .forEach(changed::proveExamples);
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
    set.prove(changed);
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
   * Returns the rules without a keyword, whose patterns must run over all of the text. One of the
   * form {@code \b(?<secret>[a-z2-7]{52})\b} is not slow without a keyword either.
   */
  public List<Rule> slowRules() {
    return rules.values().stream().filter(rule -> rule.program().slow()).toList();
  }

  /** Returns whether all of another set is in this one, unchanged. */
  boolean holdsAllOf(RuleSet other) {
    return rules.entrySet().containsAll(other.rules.entrySet())
        && checks.entrySet().containsAll(other.checks.entrySet())
        && suppressors.entrySet().containsAll(other.suppressors.entrySet());
  }

  Check check(String name) {
    return named(checks, name);
  }

  Suppressor suppressor(String name) {
    return named(suppressors, name);
  }

  private RuleSet plus(List<Rule> more) {
    Map<String, Rule> all = new LinkedHashMap<>(rules);
    for (Rule rule : more) {
      if (all.put(rule.id(), rule) != null) {
        throw RuleException.of(rule.id(), "id", "another rule has this id; without(id) drops it");
      }
    }
    RuleSet grown = new RuleSet(all, checks, suppressors);
    for (Rule rule : more) {
      grown.prove(rule);
    }
    return grown;
  }

  private void prove(Rule rule) {
    requireKnown(rule, "checks", rule.checks(), checks.keySet());
    requireKnown(rule, "suppressors", rule.suppressors(), suppressors.keySet());
    List<String> yields = rule.yields().stream()
        .filter(id -> !id.equals(Rule.EVERY_RULE) && !id.equals(Rule.SPECIFIC_RULES))
        .sorted()
        .toList();
    requireKnown(rule, "yields", yields, rules.keySet());
    proveExamples(rule);
  }

  private void proveExamples(Rule rule) {
    // Examples are random but for their fixed parts, so no checksum in them is right.
    Detector alone = Detector.builder(new RuleSet(Map.of(rule.id(), rule), checks, suppressors))
        .ignoringRequiredChecksums()
        .fingerprintKey(FingerprintKey.random())
        .build();
    for (String example : rule.examples()) {
      if (alone.detect(example).isEmpty()) {
        throw RuleException.of(
            rule.id(), "examples", "an example is rejected by a suppressor or for its entropy");
      }
    }
    for (String counterexample : rule.counterexamples()) {
      if (!alone.detect(counterexample).isEmpty()) {
        throw RuleException.of(
            rule.id(), "counterexamples", "a counterexample gives a finding: " + counterexample);
      }
    }
  }

  private static void requireKnown(
      Rule rule, String field, List<String> names, Collection<String> known) {
    for (String name : names) {
      if (!known.contains(name)) {
        List<String> sorted = new ArrayList<>(known);
        sorted.sort(null);
        throw RuleException.of(
            rule.id(),
            field,
            "\"" + name + "\" is not in this rule set, which has " + String.join(", ", sorted));
      }
    }
  }

  private static IllegalArgumentException missing(String id) {
    return new IllegalArgumentException("no rule " + id + " in this set");
  }

  private static <T> T named(Map<String, T> all, String name) {
    T one = all.get(name);
    if (one == null) {
      throw new IllegalStateException("a rule set can't hold a rule that names an unknown " + name);
    }
    return one;
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
      RuleSet none = empty();
      Map<String, Rule> all = new LinkedHashMap<>();
      for (Rule rule : CompactRules.read(bytes(CompactRules.RESOURCE))) {
        all.put(rule.id(), rule);
      }
      return new RuleSet(all, none.checks, none.suppressors);
    }
  }
}
