package dev.rekey.detect;

import dev.rekey.detect.engine.Late;
import dev.rekey.detect.engine.LatePattern;
import dev.rekey.detect.engine.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What one kind of secret looks like, how bad it is, and what to do about it: data.
 *
 * <p>A rule is looked for where one of its keywords stands, by patterns in the syntax of RE2J over
 * bytes seen as ISO-8859-1 characters, each with a group named {@code secret} around the value. Or
 * it is a <em>block</em> between two markers, or a <em>run</em> of characters that look random,
 * whatever stands around them ({@link #highEntropyRuns}). Rules come from code by {@link #named} or from YAML
 * files by {@link RuleSet#plus(java.nio.file.Path)}; a rule whose own examples don't match cannot be
 * built, but by {@link Builder#buildUnproved}.
 *
 * <p>Immutable and thread-safe.
 */
public final class Rule {
  /** The word in {@link Builder#yieldsTo} that stands for every other rule. */
  static final String EVERY_RULE = "*";

  /** The word there that stands for every other rule but those that yield to every rule. */
  static final String SPECIFIC_RULES = "specific";

  private static final int DEFAULT_SPAN = 1024;
  private static final int DEFAULT_WITHIN = 20;
  private static final double RUN_ENTROPY = 3.6;

  private final String id;
  private final Program program;

  /** All that it says: a detector needs only the program, until there is a match. */
  private final Late<Facts> facts;

  /** Whether its patterns are known to be patterns that RE2J takes. */
  private final boolean formed;

  Rule(String id, Program program, Late<Facts> facts, boolean formed) {
    this.id = id;
    this.program = program;
    this.facts = facts;
    this.formed = formed;
  }

  /**
   * What a rule was built of, which nobody changes any more, the patterns of its parts, and what of it
   * a detector asks for at each match, made once.
   */
  record Facts(
      Builder built,
      List<String> signatures,
      List<Escape> escapes,
      Map<String, LatePattern> parts,
      Set<String> requires,
      List<String> checks,
      List<String> suppressors) {
    static Facts of(Builder built) {
      Map<String, LatePattern> parts = new LinkedHashMap<>();
      for (Map.Entry<String, String> part : built.parts.entrySet()) {
        parts.put(part.getKey(), LatePattern.of(part.getValue()));
      }
      return new Facts(
          built,
          List.copyOf(built.signatures),
          List.copyOf(built.escapes),
          parts.isEmpty() ? Map.of() : Collections.unmodifiableMap(parts),
          built.requires.isEmpty() ? Set.of() : Collections.unmodifiableSet(built.requires),
          List.copyOf(built.checks),
          List.copyOf(built.suppressors));
    }
  }

  private Builder built() {
    return facts.get().built();
  }

  /**
   * Starts a rule.
   *
   * @param id lower-case words joined by hyphens, the provider first, with a dot: {@code
   *     acme.api-token}
   */
  public static Builder named(String id) {
    RuleForm.checkId(id);
    return new Builder(id);
  }

  /**
   * Returns a rule for long runs of characters that look random, whatever stands around them: {@code
   * generic.high-entropy}, which no set has unless it is added.
   *
   * <p>It finds secrets that no other rule knows, and also what is no secret and looks the same, such
   * as digests and ids: it is of low severity, its confidence is 0.2, it yields to every other rule,
   * and suppressors reject what its name or its form tells. Another least entropy, or more
   * suppressors: {@code highEntropyRuns(24).toBuilder().minEntropy(4).build()}.
   *
   * @param shortest how long the shortest run is: see {@link Builder#run}
   * @throws RuleException if it is out of range
   */
  public static Rule highEntropyRuns(int shortest) {
    return HighEntropyRuns.of(shortest);
  }

  /** Returns the id. */
  public String id() {
    return id;
  }

  /** Returns what it finds, as a fragment of a sentence: "an Azure storage account key". */
  public String label() {
    return built().label;
  }

  /** Returns the harm that this kind of secret can do. */
  public Severity severity() {
    return built().severity;
  }

  /** Returns what ends the danger. */
  public Remedy remedy() {
    return built().remedy;
  }

  /** Returns what a person does to end the danger, as a text; empty if nobody has written it. */
  public String runbook() {
    return built().runbook;
  }

  /** Returns a builder that holds all of this rule, to build another of the same id. */
  public Builder toBuilder() {
    return new Builder(built());
  }

  /** Returns how likely a match is a secret, from 0 to 1, before its checksum is looked at. */
  public double confidence() {
    return built().confidence;
  }

  /** Returns the keywords, one of which is in every match. */
  public List<String> keywords() {
    return program.keywords();
  }

  /** Returns the longest match in bytes. */
  public int span() {
    return program.span();
  }

  /** Returns the names of the checks, in order. */
  public List<String> checks() {
    return facts.get().checks();
  }

  /** Returns whether a value whose checksum is wrong is no finding, but a rejected candidate. */
  public boolean requiresChecksum() {
    return built().requiresChecksum;
  }

  /** Returns the names of the suppressors, in order. */
  public List<String> suppressors() {
    return facts.get().suppressors();
  }

  /** Returns what the form of the secret is known from. */
  public Evidence evidence() {
    return built().evidence;
  }

  /** Returns the documents that the rule was written from, each an address and perhaps a note. */
  public List<String> references() {
    return Collections.unmodifiableList(built().references);
  }

  double minEntropy() {
    return built().minEntropy;
  }

  List<String> signatures() {
    return facts.get().signatures();
  }

  /** In the order in which they are undone. */
  List<Escape> escapes() {
    return facts.get().escapes();
  }

  /** For each part's name, the pattern that finds it around the value. */
  Map<String, LatePattern> parts() {
    return facts.get().parts();
  }

  /** Returns the names of the parts without which a match is no finding, in order. */
  public Set<String> requires() {
    return facts.get().requires();
  }

  /** Returns how many lines from the value its parts may stand. */
  int within() {
    return built().within;
  }

  /** Whether an overlap may be left to another rule; both may say so of each other. */
  boolean yieldsTo(Rule other) {
    return !id.equals(other.id)
        && (yields().contains(EVERY_RULE)
            || yieldsByNameTo(other)
            || (yields().contains(SPECIFIC_RULES) && !other.yields().contains(EVERY_RULE)));
  }

  boolean yieldsByNameTo(Rule other) {
    return yields().contains(other.id);
  }

  Set<String> yields() {
    return Collections.unmodifiableSet(built().yields);
  }

  /** Returns the examples with their holes filled. */
  List<String> examples() {
    return built().examples.stream().map(ExampleTemplate::fill).toList();
  }

  /** Returns the examples as they were written. */
  List<String> exampleTemplates() {
    return Collections.unmodifiableList(built().examples);
  }

  /** Returns the counterexamples with their holes filled. */
  List<String> counterexamples() {
    return built().counterexamples.stream().map(ExampleTemplate::fill).toList();
  }

  Program program() {
    return program;
  }

  /** Returns whether its patterns are known to be patterns that RE2J takes. */
  boolean formed() {
    return formed;
  }

  /** Returns the id. */
  @Override
  public String toString() {
    return id;
  }

  /** Collects the fields of a rule. Not thread-safe. */
  public static final class Builder {
    final String id;
    String label = "";
    Severity severity = Severity.HIGH;
    Remedy remedy = Remedy.GUIDED;
    double confidence = 0.8;
    double minEntropy;
    int span = DEFAULT_SPAN;
    final List<String> keywords = new ArrayList<>();
    final List<String> regexes = new ArrayList<>();
    String begin = "";
    String end = "";
    OptionalInt run = OptionalInt.empty();
    final List<String> signatures = new ArrayList<>();
    final Set<Escape> escapes = EnumSet.noneOf(Escape.class);
    final Map<String, String> parts = new LinkedHashMap<>();
    final Set<String> requires = new LinkedHashSet<>();
    int within = DEFAULT_WITHIN;
    final List<String> checks = new ArrayList<>();
    final List<String> suppressors = new ArrayList<>();
    final Set<String> yields = new LinkedHashSet<>();
    boolean requiresChecksum;
    final List<String> examples = new ArrayList<>();
    final List<String> counterexamples = new ArrayList<>();
    Evidence evidence = Evidence.OBSERVED;
    final List<String> references = new ArrayList<>();
    String runbook = "";

    private Builder(Builder other) {
      id = other.id;
      label = other.label;
      severity = other.severity;
      remedy = other.remedy;
      confidence = other.confidence;
      minEntropy = other.minEntropy;
      span = other.span;
      keywords.addAll(other.keywords);
      regexes.addAll(other.regexes);
      begin = other.begin;
      end = other.end;
      run = other.run;
      signatures.addAll(other.signatures);
      escapes.addAll(other.escapes);
      parts.putAll(other.parts);
      requires.addAll(other.requires);
      within = other.within;
      checks.addAll(other.checks);
      suppressors.addAll(other.suppressors);
      yields.addAll(other.yields);
      examples.addAll(other.examples);
      counterexamples.addAll(other.counterexamples);
      evidence = other.evidence;
      references.addAll(other.references);
      runbook = other.runbook;
      requiresChecksum = other.requiresChecksum;
    }

    /** Starts a rule whose id has the form of one. */
    Builder(String id) {
      this.id = id;
    }

    /** Sets what it finds, as a fragment of a sentence that starts with "a" or "an". Required. */
    public Builder label(String fragment) {
      label = fragment;
      return this;
    }

    /** Sets the harm that it can do; {@link Severity#HIGH} if not set. */
    public Builder severity(Severity harm) {
      severity = harm;
      return this;
    }

    /** Sets what ends the danger; {@link Remedy#GUIDED} if not set. */
    public Builder remedy(Remedy what) {
      remedy = what;
      return this;
    }

    /** Says what a person does to end the danger; each {@link Remedy#GUIDED} rule should. */
    public Builder runbook(String text) {
      runbook = text.strip();
      return this;
    }

    /** Sets how likely a match is a secret, from 0 to 1; 0.8 if not set. */
    public Builder confidence(double likelihood) {
      confidence = likelihood;
      return this;
    }

    /** Adds a text that is in every match, in ASCII; upper and lower case are the same here. */
    public Builder keyword(String text) {
      keywords.add(text);
      return this;
    }

    /**
     * Adds a pattern with a group named {@code secret}. With several, the first that matches at a
     * keyword counts.
     */
    public Builder regex(String pattern) {
      regexes.add(pattern);
      return this;
    }

    /**
     * Makes this a block: the value is everything from a begin marker, which starts with the keyword,
     * through the first end marker, at most {@code max} bytes.
     */
    public Builder block(String beginMarker, String endMarker, int max) {
      begin = beginMarker;
      end = endMarker;
      span = max;
      return this;
    }

    /**
     * Makes this a run: the value is at least so many characters of {@code [A-Za-z0-9+/_-]} with none
     * of these beside it, three of them digits or more, and of the least entropy that is set by {@link
     * #minEntropy}: 3.6 bits a byte if none is set before.
     *
     * <p>Such a rule has no keyword, pattern or block. It costs the more the shorter its runs may be;
     * 24 is the usual. So, with 3.6 bits, of random letters of both cases and digits are found 77 of
     * 100 that are 24 long, 91 of 32, 97 of 40 (the others have fewer digits); of lower-case letters
     * and digits 97 of 24; of hexadecimal digits 24 of 24, 57 of 32, 82 of 40; of numbers none. A run
     * that is longer than {@link #span} is no match, but a {@link Note.Kind#TRUNCATED} note if it
     * begins like one: an image, a certificate.
     *
     * @param shortest 16 to 256
     */
    public Builder run(int shortest) {
      run = OptionalInt.of(shortest);
      minEntropy = minEntropy == 0 ? RUN_ENTROPY : minEntropy;
      return this;
    }

    /** Sets the longest match in bytes; 1,024 if not set. */
    public Builder span(int bytes) {
      span = bytes;
      return this;
    }

    /** Adds a fixed part of the value, which may be shown when the value may not. */
    public Builder signature(String fixed) {
      signatures.add(fixed);
      return this;
    }

    /** Names an escape that the value may be written in: percent, json, xml, properties or lines. */
    public Builder escape(String name) {
      escapes.add(RuleForm.choose(id, "escapes", name, List.of(Escape.values()), Escape::word));
      return this;
    }

    /**
     * Names something that belongs to the value, and the pattern that finds it, with one group: what
     * the group holds becomes an attribute of the finding.
     *
     * <p>It may stand before the value or after it, at most 4 KiB and so many lines away as {@link
     * #within} says; the nearest counts. What is beyond an empty line, a smaller indent, the head of
     * a section or a closing brace of another block does not belong to the value. An attribute is
     * shown, so the pattern must not match what is secret.
     */
    public Builder part(String name, String pattern) {
      parts.put(name, pattern);
      return this;
    }

    /** Says that a match without this part near it is no finding, but a rejected candidate. */
    public Builder requires(String part) {
      requires.add(part);
      return this;
    }

    /** Sets how many lines from the value its parts may stand, 0 for its own line; 20 if not set. */
    public Builder within(int lines) {
      within = lines;
      return this;
    }

    /** Names a check that the value goes through. */
    public Builder check(String name) {
      checks.add(name);
      return this;
    }

    /**
     * Says that the checksum is the only evidence: a value for which a check says {@link
     * Checksum#INVALID} is then no finding, but a {@link Note.Kind#REJECTED} note.
     */
    public Builder requireChecksum() {
      requiresChecksum = true;
      return this;
    }

    /** Names a suppressor that may reject the value. */
    public Builder suppressor(String name) {
      suppressors.add(name);
      return this;
    }

    /** Sets the least Shannon entropy of the value, in bits for each byte; 0 if not set. */
    public Builder minEntropy(double bits) {
      minEntropy = bits;
      return this;
    }

    /**
     * Says that where another rule's value overlaps, the other is reported and this is not.
     *
     * <p>If two rules yield to each other, the one does that names the other by its id; if both do
     * or neither does, the one that was added to the set later.
     *
     * @param otherId the other's id; {@code *} for every other; {@code specific} for every other but
     *     those that yield to {@code *}: so a rule stands between rules with a form of their own and
     *     rules for anything
     */
    public Builder yieldsTo(String otherId) {
      yields.add(otherId);
      return this;
    }

    /** Adds a text that must match; {@code <<[A-Z2-7]{16}>>} is filled with random characters. */
    public Builder example(String text) {
      examples.add(text);
      return this;
    }

    /** Adds a text that must not give a finding of this rule. */
    public Builder counterexample(String text) {
      counterexamples.add(text);
      return this;
    }

    /** Sets what the form is known from; {@link Evidence#OBSERVED} if not set. */
    public Builder evidence(Evidence knownFrom) {
      evidence = knownFrom;
      return this;
    }

    /** Adds a document that the rule was written from. */
    public Builder reference(String document) {
      references.add(document);
      return this;
    }

    /**
     * Returns the rule, whose examples have been tried.
     *
     * @throws RuleException if a field is missing or wrong, or an example does not match
     */
    public Rule build() {
      Rule rule = buildFormed();
      new RuleForm(this).checkExamples(rule);
      return rule;
    }

    /**
     * Returns the rule without trying its patterns and examples, for {@link
     * RuleSet#plusUnproved(java.util.Collection)}: for rules that are known to have been built before.
     *
     * <p>A detector of a rule whose patterns RE2J does not take fails when it meets the rule's keyword,
     * and no bound holds for the cost of patterns that were never looked at: so never do this with
     * rules from strangers.
     *
     * @throws RuleException if a field is missing or out of its range
     */
    public Rule buildUnproved() {
      new RuleForm(this).checkFields();
      return assemble(false);
    }

    /** Returns the rule without trying its examples: for a set that is to prove them. */
    Rule buildFormed() {
      RuleForm form = new RuleForm(this);
      form.checkFields();
      form.checkPatterns();
      return assemble(true);
    }

    boolean isBlock() {
      return !begin.isEmpty() || !end.isEmpty();
    }

    /** Returns what the engine runs for it. */
    Program program() {
      if (run.isPresent()) {
        return Program.tokenRun(run.getAsInt(), minEntropy, span);
      }
      return isBlock()
          ? Program.block(keywords, begin, end, span)
          : Program.patterned(keywords, regexes, span);
    }

    private Rule assemble(boolean formed) {
      return new Rule(id, program(), Late.known(Facts.of(new Builder(this))), formed);
    }
  }
}
