package dev.rekey.detect;

import dev.rekey.detect.engine.Engine;
import dev.rekey.detect.engine.Late;
import dev.rekey.detect.engine.Lookouts;
import dev.rekey.detect.engine.Packed;
import dev.rekey.detect.engine.Program;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/**
 * The rules that come with Rekey as they are loaded: in one file, in sections.
 *
 * <p>To read 400 files of YAML would be most of the time to the first finding. So {@link #main} reads
 * them when Rekey is built, as any files are read, with every example tried and every counterexample,
 * and writes this; it can't be made of rules that don't prove true. What it was made of it names by a
 * hash.
 *
 * <p>The head is a version, the hash, and the number of sections; a section is its length and its
 * bytes, numbers and texts as in {@link Packed}. The first section is that of the rules: their number,
 * then for each its length, what a detector needs before there is a match, and the rest. The rest is
 * read when it is first asked for: most rules never match. The others hold what takes time to find
 * out: the tables of the engine of exactly these rules in this order; and for an engine of some of
 * them, or of more, the anchors of each. They have a checksum in front, since tables that are wrong
 * would find nothing and not say so.
 */
final class CompactRules {
  /** Beside {@code rules/index}, in the jar. */
  static final String RESOURCE = "rules/compact";

  /** Changes with the form. */
  private static final int VERSION = 0x52_4b_59_04;

  private static final int HASH = 32;

  /** The sections, in the order in which they stand. */
  private static final int RULES = 0;

  private static final int ENGINE = 1;
  private static final int LOOKOUTS = 2;

  private CompactRules() {}

  /**
   * Writes the rules of the built-in files to {@code rules/compact} in the folder of this package's
   * classes, which is the argument.
   */
  public static void main(String[] folder) throws IOException {
    Path file = Path.of(folder[0], "dev/rekey/detect", RESOURCE);
    Files.write(file, write(proved(), sources()));
  }

  /** The built-in rules, read and proved as rules of others are. */
  static Collection<Rule> proved() throws IOException {
    List<Rule> rules = new ArrayList<>();
    for (String file : RuleSet.builtInFiles()) {
      StringReader yaml = new StringReader(RuleSet.resource(file));
      rules.addAll(RuleFile.read(file, yaml, Rule.Builder::buildFormed).rules());
    }
    return RuleSet.empty().plus(rules.toArray(Rule[]::new)).rules();
  }

  /** SHA-256 of the names and texts of the built-in files. */
  static byte[] sources() {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String file : RuleSet.builtInFiles()) {
        sha.update((file + "\n" + RuleSet.resource(file) + "\n").getBytes(StandardCharsets.UTF_8));
      }
      return sha.digest();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java platform has SHA-256", impossible);
    }
  }

  /** Returns the bytes of these rules, with the hash of what they were made of. */
  static byte[] write(Collection<Rule> rules, byte[] sources) {
    Packed.Out out = new Packed.Out();
    out.number(VERSION);
    out.raw(sources);
    List<byte[]> sections = sections(rules);
    out.number(sections.size());
    for (byte[] section : sections) {
      out.number(section.length);
      out.raw(section);
    }
    return out.bytes();
  }

  private static List<byte[]> sections(Collection<Rule> rules) {
    List<Program> programs = rules.stream().map(Rule::program).toList();
    Packed.Out engine = new Packed.Out();
    Engine.write(programs, engine);
    Packed.Out lookouts = new Packed.Out();
    Lookouts.write(programs, lookouts);
    return List.of(rules(rules), checked(engine), checked(lookouts));
  }

  private static byte[] checked(Packed.Out section) {
    byte[] bytes = section.bytes();
    Packed.Out checked = new Packed.Out();
    checked.ints(new int[] {checksum(bytes, 0, bytes.length)});
    checked.raw(bytes);
    return checked.bytes();
  }

  private static int checksum(byte[] bytes, int from, int to) {
    CRC32 checksum = new CRC32();
    checksum.update(bytes, from, to - from);
    return (int) checksum.getValue();
  }

  /**
   * Returns the hash of what the rules were made of.
   *
   * @throws IllegalStateException if the bytes are none of this form
   */
  static byte[] sources(byte[] compact) {
    return head(compact).raw(HASH);
  }

  /**
   * Reads rules, which were proved when they were written.
   *
   * @param compact kept, since what is not needed yet is read from it later
   * @throws IllegalStateException if the bytes are none of this form
   */
  static List<Rule> read(byte[] compact) {
    try {
      Packed.In in = head(compact);
      seek(in, compact, RULES);
      int count = in.number();
      List<Rule> rules = new ArrayList<>(count);
      Lookouts lookouts = new CompactLookouts(compact);
      for (int i = 0; i < count; i++) {
        int end = in.number();
        end += in.at();
        rules.add(rule(compact, in, lookouts, i));
        in.skipTo(end);
      }
      return rules;
    } catch (IndexOutOfBoundsException | IllegalArgumentException cut) {
      throw new IllegalStateException(RESOURCE + " is damaged", cut);
    }
  }

  /**
   * Returns the engine of the programs of all rules that {@link #read} reads, in their order.
   *
   * @throws IllegalStateException if the bytes are none of this form
   */
  static Engine engine(byte[] compact, List<Program> programs) {
    try {
      return Engine.read(programs, checked(compact, ENGINE, "the engine's tables"));
    } catch (IndexOutOfBoundsException | IllegalArgumentException other) {
      throw new IllegalStateException(
          RESOURCE + " is damaged: its tables are not those of its rules", other);
    }
  }

  private static final class CompactLookouts extends Lookouts {
    private final byte[] compact;

    CompactLookouts(byte[] compact) {
      this.compact = compact;
    }

    @Override
    protected Packed.In open() {
      return checked(compact, LOOKOUTS, "the anchors of its rules");
    }
  }

  /** Returns a reader of a section behind its checksum, which is right. */
  private static Packed.In checked(byte[] compact, int which, String what) {
    Packed.In in = head(compact);
    int end = seek(in, compact, which);
    int start = in.at() + Integer.BYTES;
    if (start > end || in.ints(1)[0] != checksum(compact, start, end)) {
      throw new IllegalStateException(RESOURCE + " is damaged: " + what
          + " don't fit their checksum; take the jar anew, or in a build run mvn process-classes");
    }
    return in;
  }

  private static Packed.In head(byte[] compact) {
    Packed.In in = new Packed.In(compact, 0);
    if (in.number() != VERSION) {
      throw new IllegalStateException(RESOURCE + " is of another version of Rekey");
    }
    return in;
  }

  /** Moves a reader behind the head to the start of a section, and returns where the section ends. */
  private static int seek(Packed.In in, byte[] compact, int which) {
    in.skipTo(in.at() + HASH);
    int sections = in.number();
    int start = -1;
    int end = -1;
    for (int i = 0; i < sections; i++) {
      int length = in.number();
      if (length < 0 || length > compact.length - in.at()) {
        throw new IllegalStateException(RESOURCE + " is damaged: section " + i + " is cut");
      }
      start = i == which ? in.at() : start;
      in.skipTo(in.at() + length);
      end = i == which ? in.at() : end;
    }
    if (end < 0 || in.at() != compact.length) {
      throw new IllegalStateException(
          RESOURCE + " is damaged: it has " + sections + " sections, and lacks some or has more");
    }
    in.skipTo(start);
    return end;
  }

  private static byte[] rules(Collection<Rule> rules) {
    Packed.Out out = new Packed.Out();
    out.number(rules.size());
    for (Rule rule : rules) {
      Packed.Out one = new Packed.Out();
      Rule.Builder built = rule.toBuilder();
      writeProgram(built, one);
      writeRest(built, one);
      byte[] bytes = one.bytes();
      out.number(bytes.length);
      out.raw(bytes);
    }
    return out.bytes();
  }

  /** Reads as much of a rule as a detector needs. */
  private static Rule rule(byte[] compact, Packed.In in, Lookouts lookouts, int number) {
    int start = in.at();
    String id = in.ascii();
    List<String> keywords = in.asciis();
    List<String> regexes = in.asciis();
    List<String> markers = in.asciis();
    int span = in.number();
    int run = in.number();
    Program program;
    if (run != 0) {
      program = Program.tokenRun(run, in.fraction(), span);
    } else if (markers.isEmpty()) {
      program = Program.patterned(keywords, regexes, span, lookouts, number);
    } else {
      program = Program.block(keywords, markers.get(0), markers.get(1), span);
    }
    return new Rule(id, program, new LateFacts(compact, start), true);
  }

  /** The facts of the rule that starts at an index. */
  private static final class LateFacts extends Late<Rule.Facts> {
    private final byte[] compact;
    private final int start;

    LateFacts(byte[] compact, int start) {
      this.compact = compact;
      this.start = start;
    }

    @Override
    protected Rule.Facts make() {
      Packed.In in = new Packed.In(compact, start);
      Rule.Builder rule = readProgram(in);
      readRest(rule, in);
      return Rule.Facts.of(rule);
    }
  }

  /** All of it is ASCII, or it were no rule. */
  private static void writeProgram(Rule.Builder rule, Packed.Out out) {
    out.text(rule.id);
    out.texts(rule.keywords);
    out.texts(rule.regexes);
    out.texts(rule.isBlock() ? List.of(rule.begin, rule.end) : List.of());
    out.number(rule.span);
    out.number(rule.run.orElse(0));
    if (rule.run.isPresent()) {
      out.fraction(rule.minEntropy); // as part of what is looked for
    }
  }

  private static Rule.Builder readProgram(Packed.In in) {
    Rule.Builder rule = new Rule.Builder(in.ascii());
    in.texts(rule.keywords);
    in.texts(rule.regexes);
    List<String> markers = in.asciis();
    if (!markers.isEmpty()) {
      rule.begin = markers.get(0);
      rule.end = markers.get(1);
    }
    rule.span = in.number();
    int run = in.number();
    if (run != 0) {
      rule.run = OptionalInt.of(run);
      rule.minEntropy = in.fraction();
    }
    return rule;
  }

  private static void writeRest(Rule.Builder rule, Packed.Out out) {
    out.text(rule.label);
    out.text(rule.severity.name());
    out.text(rule.remedy.name());
    out.text(rule.evidence.name());
    out.fraction(rule.confidence);
    out.fraction(rule.minEntropy);
    out.number(rule.within);
    out.number(rule.requiresChecksum ? 1 : 0);
    out.text(rule.runbook);
    out.texts(rule.signatures);
    out.texts(rule.escapes.stream().map(Escape::name).toList());
    out.texts(rule.parts.keySet());
    out.texts(rule.parts.values());
    out.texts(rule.requires);
    out.texts(rule.checks);
    out.texts(rule.suppressors);
    out.texts(rule.yields);
    out.texts(rule.examples);
    out.texts(rule.counterexamples);
    out.texts(rule.references);
  }

  private static void readRest(Rule.Builder rule, Packed.In in) {
    rule.label = in.text();
    rule.severity = Severity.valueOf(in.text());
    rule.remedy = Remedy.valueOf(in.text());
    rule.evidence = Evidence.valueOf(in.text());
    rule.confidence = in.fraction();
    rule.minEntropy = in.fraction();
    rule.within = in.number();
    rule.requiresChecksum = in.number() != 0;
    rule.runbook = in.text();
    in.texts(rule.signatures);
    List<String> escapes = new ArrayList<>();
    in.texts(escapes);
    for (String escape : escapes) {
      rule.escapes.add(Escape.valueOf(escape));
    }
    List<String> names = new ArrayList<>();
    in.texts(names);
    List<String> patterns = new ArrayList<>();
    in.texts(patterns);
    for (int i = 0; i < names.size(); i++) {
      rule.parts.put(names.get(i), patterns.get(i));
    }
    in.texts(rule.requires);
    in.texts(rule.checks);
    in.texts(rule.suppressors);
    in.texts(rule.yields);
    in.texts(rule.examples);
    in.texts(rule.counterexamples);
    in.texts(rule.references);
  }
}
