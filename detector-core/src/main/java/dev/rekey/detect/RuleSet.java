package dev.rekey.detect;

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

/**
 * Rules, with the checks and suppressors that they name.
 *
 * <p>Each change gives a new set. A set whose rules name an unknown check, or whose examples and
 * counterexamples don't prove true with it, cannot exist.
 *
 * <p>Immutable and thread-safe.
 */
public final class RuleSet {
  private static final List<String> FILES = List.of(
      "azure",
      "azure-context",
      "azure-passwords",
      "azure-tokens",
      "generic",
      "github",
      "private-key");

  private final Map<String, Rule> rules;
  private final Map<String, Check> checks;
  private final Map<String, Suppressor> suppressors;

  private RuleSet(
      Map<String, Rule> rules, Map<String, Check> checks, Map<String, Suppressor> suppressors) {
    this.rules = rules;
    this.checks = checks;
    this.suppressors = suppressors;
  }

  /** Returns the rules that come with Rekey. */
  public static RuleSet builtIn() {
    return BuiltIn.RULES;
  }

  /** Returns a set without rules, which holds the checks and suppressors that come with Rekey. */
  public static RuleSet empty() {
    return new RuleSet(
        Map.of(),
        Map.of(
            "azure.storage-key", new IdentifiableKeyCheck("+ASt", 88, "Default0"),
            "azure.cask", new CaskCheck(),
            "azure.sas", new SasCheck(),
            "azure.entra-token", new EntraTokenCheck(),
            "azure.git-password", new GitPasswordCheck(),
            "github.token", new GitHubTokenCheck(),
            "private-key.pem", new PemCheck()),
        Suppressors.builtIn());
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
      return plusFile(file.toString(), reader);
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
   * Returns this set without some rules.
   *
   * @throws IllegalArgumentException if there is no rule of an id
   */
  public RuleSet without(String... ids) {
    Map<String, Rule> fewer = new LinkedHashMap<>(rules);
    for (String id : ids) {
      if (fewer.remove(id) == null) {
        throw new IllegalArgumentException("no rule " + id + " in this set");
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

  /** Returns the rules without a keyword, whose patterns must run over all of the text. */
  public List<Rule> slowRules() {
    return rules.values().stream().filter(rule -> rule.keywords().isEmpty()).toList();
  }

  Check check(String name) {
    return named(checks, name);
  }

  Suppressor suppressor(String name) {
    return named(suppressors, name);
  }

  private RuleSet plusFile(String name, Reader reader) throws IOException {
    RuleFile file = RuleFile.read(name, reader);
    try {
      return plus(file.rules());
    } catch (RuleException wrong) {
      throw file.locate(wrong);
    }
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
        .filter(id -> !id.equals(Rule.EVERY_RULE))
        .sorted()
        .toList();
    requireKnown(rule, "yields", yields, rules.keySet());
    proveExamples(rule);
  }

  private void proveExamples(Rule rule) {
    Detector alone = Detector.builder(new RuleSet(Map.of(rule.id(), rule), checks, suppressors))
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

  private static <T> T named(Map<String, T> all, String name) {
    T one = all.get(name);
    if (one == null) {
      throw new IllegalStateException("a rule set can't hold a rule that names an unknown " + name);
    }
    return one;
  }

  /** Loaded once, when first asked for. */
  private static final class BuiltIn {
    static final RuleSet RULES = load();

    private static RuleSet load() {
      List<Rule> all = new ArrayList<>();
      for (String name : FILES) {
        String file = "rules/" + name + ".yaml";
        try (InputStream in = RuleSet.class.getResourceAsStream(file)) {
          if (in == null) {
            throw new IllegalStateException("the jar lacks its resource " + file);
          }
          all.addAll(RuleFile.read(file, RuleFile.utf8(in)).rules());
        } catch (IOException unreadable) {
          throw new UncheckedIOException(unreadable);
        }
      }
      return empty().plus(all);
    }
  }
}
