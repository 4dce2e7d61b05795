package dev.rekey.detect;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * The rules that come with Rekey as they are loaded: the fields of each, one after another.
 *
 * <p>To read 400 files of YAML would be most of the time to the first finding. So {@link #main} reads
 * them when Rekey is built, as any files are read, with every example tried and every counterexample,
 * and writes this; it can't be made of rules that don't prove true. What it was made of it names by a
 * hash.
 *
 * <p>A text is its length in bytes and its UTF-8; a list is its size and its texts; numbers are big
 * endian.
 */
final class CompactRules {
  /** Beside {@code rules/index}, in the jar. */
  static final String RESOURCE = "rules/compact";

  /** Changes with the form. */
  private static final int VERSION = 0x52_4b_59_01;

  private static final int HASH = 32;

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
      rules.addAll(RuleFile.read(file, new StringReader(RuleSet.resource(file))).rules());
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
  static byte[] write(Collection<Rule> rules, byte[] sources) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(VERSION);
    out.write(sources);
    out.writeInt(rules.size());
    for (Rule rule : rules) {
      write(rule.toBuilder(), out);
    }
    return bytes.toByteArray();
  }

  /** Returns the hash of what the rules were made of. */
  static byte[] sources(byte[] compact) {
    byte[] hash = new byte[HASH];
    ByteBuffer.wrap(compact).position(Integer.BYTES).get(hash);
    return hash;
  }

  /**
   * Reads rules, whose examples have been tried when they were written.
   *
   * @throws IllegalStateException if the bytes are none of this form
   */
  static List<Rule> read(byte[] compact) {
    try {
      ByteBuffer in = ByteBuffer.wrap(compact);
      if (in.getInt() != VERSION) {
        throw new IllegalStateException(RESOURCE + " is of another version of Rekey");
      }
      in.position(in.position() + HASH);
      int count = in.getInt();
      List<Rule> rules = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        rules.add(read(in).buildUntried());
      }
      return rules;
    } catch (BufferUnderflowException | IllegalArgumentException cut) {
      throw new IllegalStateException(RESOURCE + " is damaged", cut);
    }
  }

  private static void write(Rule.Builder rule, DataOutputStream out) throws IOException {
    text(out, rule.id);
    text(out, rule.label);
    text(out, rule.severity.name());
    text(out, rule.remedy.name());
    text(out, rule.evidence.name());
    out.writeDouble(rule.confidence);
    out.writeDouble(rule.minEntropy);
    out.writeInt(rule.span);
    out.writeInt(rule.within);
    out.writeBoolean(rule.requiresChecksum);
    text(out, rule.begin);
    text(out, rule.end);
    text(out, rule.runbook);
    texts(out, rule.keywords);
    texts(out, rule.regexes);
    texts(out, rule.signatures);
    texts(out, rule.escapes.stream().map(Escape::word).toList());
    texts(out, rule.parts.keySet());
    texts(out, rule.parts.values());
    texts(out, rule.requires);
    texts(out, rule.checks);
    texts(out, rule.suppressors);
    texts(out, rule.yields);
    texts(out, rule.examples);
    texts(out, rule.counterexamples);
    texts(out, rule.references);
  }

  private static Rule.Builder read(ByteBuffer in) {
    Rule.Builder rule = Rule.named(text(in));
    rule.label = text(in);
    rule.severity = Severity.valueOf(text(in));
    rule.remedy = Remedy.valueOf(text(in));
    rule.evidence = Evidence.valueOf(text(in));
    rule.confidence = in.getDouble();
    rule.minEntropy = in.getDouble();
    rule.span = in.getInt();
    rule.within = in.getInt();
    rule.requiresChecksum = in.get() != 0;
    rule.begin = text(in);
    rule.end = text(in);
    rule.runbook = text(in);
    texts(in, rule.keywords::add);
    texts(in, rule.regexes::add);
    texts(in, rule.signatures::add);
    texts(in, rule::escape);
    List<String> names = new ArrayList<>();
    texts(in, names::add);
    List<String> patterns = new ArrayList<>();
    texts(in, patterns::add);
    for (int i = 0; i < names.size(); i++) {
      rule.parts.put(names.get(i), patterns.get(i));
    }
    texts(in, rule.requires::add);
    texts(in, rule.checks::add);
    texts(in, rule.suppressors::add);
    texts(in, rule.yields::add);
    texts(in, rule.examples::add);
    texts(in, rule.counterexamples::add);
    texts(in, rule.references::add);
    return rule;
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void texts(DataOutputStream out, Collection<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      text(out, text);
    }
  }

  private static String text(ByteBuffer in) {
    int length = in.getInt();
    int start = in.position();
    in.position(start + length);
    return new String(in.array(), in.arrayOffset() + start, length, StandardCharsets.UTF_8);
  }

  private static void texts(ByteBuffer in, Consumer<String> use) {
    for (int i = in.getInt(); i > 0; i--) {
      use.accept(text(in));
    }
  }
}
