package dev.rekey.detect;

import dev.rekey.detect.engine.LatePattern;
import dev.rekey.detect.engine.Program;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one kind of secret looks like, how bad it is, and what to do about it: data.
 *
 * <p>A rule is looked for where one of its keywords stands, by patterns in the syntax of RE2J over
 * bytes seen as ISO-8859-1 characters, each with a group named {@code secret} around the value. Or
 * it is a <em>block</em> between two markers. Rules come from code by {@link #named} or from YAML
 * files by {@link RuleSet#plus(java.nio.file.Path)}; a rule whose own examples don't match cannot be
 * built.
 *
 * <p>Immutable and thread-safe.
 */
public final class Rule {
  private static final java.util.regex.Pattern ID =
      java.util.regex.Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*(\\.[a-z0-9]+(-[a-z0-9]+)*)+");

  /** The word in {@link Builder#yieldsTo} that stands for every other rule. */
  static final String EVERY_RULE = "*";

  /** The word there that stands for every other rule but those that yield to every rule. */
  static final String SPECIFIC_RULES = "specific";

  private static final int DEFAULT_SPAN = 1024;
  private static final int DEFAULT_WITHIN = 20;

  private final String id;
  private final String label;
  private final Severity severity;
  private final Remedy remedy;
  private final double confidence;
  private final double minEntropy;
  private final List<String> signatures;
  private final List<Escape> escapes;
  private final Map<String, LatePattern> parts;
  private final Set<String> requires;
  private final int within;
  private final List<String> checks;
  private final List<String> suppressors;
  private final Set<String> yields;
  private final boolean requiresChecksum;
  private final List<String> examples;
  private final List<String> counterexamples;
  private final Evidence evidence;
  private final List<String> references;
  private final String runbook;
  private final Program program;
  private final Builder made;

  private Rule(Builder builder, Program program, Map<String, LatePattern> parts) {
    this.id = builder.id;
    this.label = builder.label;
    this.severity = builder.severity;
    this.remedy = builder.remedy;
    this.confidence = builder.confidence;
    this.minEntropy = builder.minEntropy;
    this.signatures = List.copyOf(builder.signatures);
    this.escapes = List.copyOf(builder.escapes); // an EnumSet's order: how they are undone
    this.parts = parts;
    this.requires = Collections.unmodifiableSet(new LinkedHashSet<>(builder.requires));
    this.within = builder.within;
    this.checks = List.copyOf(builder.checks);
    this.suppressors = List.copyOf(builder.suppressors);
    this.yields = Set.copyOf(builder.yields);
    this.requiresChecksum = builder.requiresChecksum;
    this.examples = List.copyOf(builder.examples);
    this.counterexamples = List.copyOf(builder.counterexamples);
    this.evidence = builder.evidence;
    this.references = List.copyOf(builder.references);
    this.runbook = builder.runbook;
    this.program = program;
    this.made = new Builder(builder);
  }

  /**
   * Starts a rule.
   *
   * @param id lower-case words joined by hyphens, the provider first, with a dot: {@code
   *     acme.api-token}
   */
  public static Builder named(String id) {
    return new Builder(id);
  }

  /** Returns the id. */
  public String id() {
    return id;
  }

  /** Returns what it finds, as a fragment of a sentence: "an Azure storage account key". */
  public String label() {
    return label;
  }

  /** Returns the harm that this kind of secret can do. */
  public Severity severity() {
    return severity;
  }

  /** Returns what ends the danger. */
  public Remedy remedy() {
    return remedy;
  }

  /** Returns what a person does to end the danger, as a text; empty if nobody has written it. */
  public String runbook() {
    return runbook;
  }

  /** Returns a builder that holds all of this rule, to build another of the same id. */
  public Builder toBuilder() {
    return new Builder(made);
  }

  /** Returns how likely a match is a secret, from 0 to 1, before its checksum is looked at. */
  public double confidence() {
    return confidence;
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
    return checks;
  }

  /** Returns whether a value whose checksum is wrong is no finding, but a rejected candidate. */
  public boolean requiresChecksum() {
    return requiresChecksum;
  }

  /** Returns the names of the suppressors, in order. */
  public List<String> suppressors() {
    return suppressors;
  }

  /** Returns what the form of the secret is known from. */
  public Evidence evidence() {
    return evidence;
  }

  /** Returns the documents that the rule was written from, each an address and perhaps a note. */
  public List<String> references() {
    return references;
  }

  double minEntropy() {
    return minEntropy;
  }

  List<String> signatures() {
    return signatures;
  }

  List<Escape> escapes() {
    return escapes;
  }

  /** For each part's name, the pattern that finds it around the value. */
  Map<String, LatePattern> parts() {
    return parts;
  }

  /** Returns the names of the parts without which a match is no finding, in order. */
  public Set<String> requires() {
    return requires;
  }

  /** Returns how many lines from the value its parts may stand. */
  int within() {
    return within;
  }

  /** Whether an overlap may be left to another rule; both may say so of each other. */
  boolean yieldsTo(Rule other) {
    return !id.equals(other.id)
        && (yields.contains(EVERY_RULE)
            || yieldsByNameTo(other)
            || (yields.contains(SPECIFIC_RULES) && !other.yields.contains(EVERY_RULE)));
  }

  boolean yieldsByNameTo(Rule other) {
    return yields.contains(other.id);
  }

  Set<String> yields() {
    return yields;
  }

  /** Returns the examples with their holes filled. */
  List<String> examples() {
    return examples.stream().map(ExampleTemplate::fill).toList();
  }

  /** Returns the examples as they were written. */
  List<String> exampleTemplates() {
    return examples;
  }

  /** Returns the counterexamples with their holes filled. */
  List<String> counterexamples() {
    return counterexamples.stream().map(ExampleTemplate::fill).toList();
  }

  Program program() {
    return program;
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

    private Builder(String id) {
      this.id = id;
      if (!ID.matcher(id).matches()) {
        throw RuleException.of(
            id,
            "id",
            "expected lower-case words like provider.kind-of-secret, with one dot or more");
      }
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
      RuleForm form = new RuleForm(this);
      form.checkFields();
      form.checkPatterns();
      Rule rule = assemble();
      form.checkExamples(rule);
      return rule;
    }

    /** Returns the rule, whose patterns and examples have been tried elsewhere. */
    Rule buildUntried() {
      new RuleForm(this).checkFields();
      return assemble();
    }

    boolean isBlock() {
      return !begin.isEmpty() || !end.isEmpty();
    }

    private Rule assemble() {
      Program program = isBlock()
          ? Program.block(keywords, begin, end, span)
          : Program.patterned(keywords, regexes, span);
      Map<String, LatePattern> latePatterns = new LinkedHashMap<>();
      parts.forEach((name, regex) -> latePatterns.put(name, LatePattern.of(regex)));
      return new Rule(this, program, Map.copyOf(latePatterns));
    }
  }
}
