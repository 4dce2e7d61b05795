package dev.rekey.detect;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.parser.Parser;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The rules of one YAML file.
 *
 * <p>The file is a mapping of {@code schema: 1}, {@code provider} and {@code rules}, or of {@code
 * schema: 1} and a {@code table} ({@link VendorTable}); every field that is not known is an error,
 * since a misspelt one would change what is found without a word. Files come from anywhere: tags and
 * aliases are refused, depth and size are bounded.
 *
 * @param name what the file is called in messages
 * @param rules the rules in order
 * @param lines the line of each rule by its id, and of each field by {@code id field}
 */
record RuleFile(String name, List<Rule> rules, Map<String, Integer> lines) {
  private static final int LONGEST = 4 * 1024 * 1024;
  private static final String SCHEMA = "1";

  static Reader utf8(InputStream in) {
    return new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()); // refuses what is none
  }

  /**
   * Reads a file.
   *
   * @param build how a rule is built whose fields have been read
   * @throws RuleException if it is not YAML, or not of this form, or a rule in it is wrong
   */
  static RuleFile read(String name, Reader reader, Function<Rule.Builder, Rule> build)
      throws IOException {
    String text = text(name, reader);
    LoadSettings settings = LoadSettings.builder()
        .setLabel(name)
        .setCodePointLimit(LONGEST)
        .setMaxAliasesForCollections(0)
        .build();
    try {
      Parser events = new ParserImpl(settings, new StreamReader(settings, text));
      Optional<Node> root = new Composer(settings, new PlainEvents(name, events)).getSingleNode();
      return new Reading(name, build).file(root);
    } catch (MarkedYamlEngineException malformed) {
      int line = malformed.getProblemMark().map(Mark::getLine).orElse(0) + 1;
      throw new RuleException(name + ":" + line + ": not YAML: " + malformed.getProblem());
    } catch (YamlEngineException malformed) {
      throw new RuleException(name + ":1: not YAML: " + malformed.getMessage());
    }
  }

  /** Returns the exception with the file and the line of the rule that it names. */
  RuleException locate(RuleException wrong) {
    int rule = lines.getOrDefault(wrong.rule(), 1);
    return wrong.in(name, lines.getOrDefault(wrong.rule() + " " + wrong.field(), rule));
  }

  private static String text(String name, Reader reader) throws IOException {
    StringBuilder text = new StringBuilder();
    char[] piece = new char[8192];
    try {
      for (int n = reader.read(piece); n >= 0; n = reader.read(piece)) {
        text.append(piece, 0, n);
        if (text.length() > LONGEST) {
          throw new RuleException(name + ":1: a rule file has at most " + LONGEST + " characters");
        }
      }
    } catch (CharacterCodingException malformed) {
      long line = 1 + text.chars().filter(c -> c == '\n').count();
      throw new RuleException(name + ":" + line + ": not UTF-8, here or shortly after");
    }
    return text.toString();
  }

  /** Turns nodes into rules. */
  private static final class Reading {
    private final String file;
    private final YamlFields yaml;
    private final Function<Rule.Builder, Rule> build;

    Reading(String file, Function<Rule.Builder, Rule> build) {
      this.file = file;
      this.build = build;
      this.yaml = new YamlFields(file);
    }

    RuleFile file(Optional<Node> root) {
      if (root.isEmpty()) {
        throw new RuleException(file + ":1: the file is empty; expected schema, provider, rules");
      }
      Map<String, Node> fields = yaml.fields("", root.get());
      yaml.requireOnly("", fields, Set.of("schema", "provider", "rules", "table", "runbook"));
      Node schema = yaml.required("", root.get(), fields, "schema");
      if (!yaml.scalar("", "schema", schema).equals(SCHEMA)) {
        throw yaml.wrong(
            "", "schema", schema, "expected " + SCHEMA + ", the format of this version");
      }
      Map<String, Integer> lines = new HashMap<>();
      List<Rule> rules = fields.containsKey("table")
          ? new VendorTable(yaml, build).rules(fields, lines)
          : rules(root.get(), fields, lines);
      return new RuleFile(file, List.copyOf(rules), Map.copyOf(lines));
    }

    private List<Rule> rules(Node root, Map<String, Node> fields, Map<String, Integer> lines) {
      if (fields.containsKey("runbook")) {
        throw yaml.wrong(
            "", "runbook", fields.get("runbook"), "only a table has one; a rule has its own");
      }
      Node provider = yaml.required("", root, fields, "provider");
      String prefix = yaml.scalar("", "provider", provider) + ".";
      List<Rule> rules = new ArrayList<>();
      for (Node node : yaml.sequence("", "rules", yaml.required("", root, fields, "rules"))) {
        String id = yaml.id(node);
        Rule rule = yaml.rule(node, () -> rule(id, node));
        if (!id.startsWith(prefix)) {
          throw yaml.wrong(id, "id", node, "expected an id that starts with " + prefix);
        }
        rules.add(rule);
        yaml.addLines(id, node, lines);
      }
      return rules;
    }

    private Rule rule(String id, Node node) {
      Rule.Builder rule = Rule.named(id);
      Map<String, Consumer<Node>> readers = yaml.readers(id, rule);
      // Before the entropy, so that a number there counts, whatever it is.
      readers.put("run", value -> rule.run(yaml.whole(id, "run", value)));
      readers.put("entropy", value -> rule.minEntropy(yaml.number(id, "entropy", value)));
      readers.put("span", value -> rule.span(yaml.whole(id, "span", value)));
      readers.put("block", value -> block(id, rule, value));
      readers.put("parts", value -> parts(id, rule, value));
      readers.put("requires", value -> yaml.each(id, "requires", value, rule::requires));
      readers.put("within", value -> rule.within(yaml.whole(id, "within", value)));
      readers.put("keywords", value -> yaml.each(id, "keywords", value, rule::keyword));
      readers.put("patterns", value -> yaml.each(id, "patterns", value, rule::regex));
      readers.put("signatures", value -> yaml.each(id, "signatures", value, rule::signature));
      readers.put("escapes", value -> yaml.each(id, "escapes", value, rule::escape));
      readers.put("checks", value -> yaml.each(id, "checks", value, rule::check));
      readers.put("suppressors", value -> yaml.each(id, "suppressors", value, rule::suppressor));
      readers.put("requires-checksum", value -> {
        if (yaml.flag(id, "requires-checksum", value)) {
          rule.requireChecksum();
        }
      });
      readers.put("yields", value -> yaml.each(id, "yields", value, rule::yieldsTo));
      readers.put("examples", value -> yaml.each(id, "examples", value, rule::example));
      readers.put(
          "counterexamples",
          value -> yaml.each(id, "counterexamples", value, rule::counterexample));
      Map<String, Node> fields = yaml.fields(id, node);
      if (fields.containsKey("block") && fields.containsKey("span")) {
        throw yaml.wrong(id, "span", node, "a block has block.max instead");
      }
      yaml.read(id, node, readers, List.of("label", "severity", "remedy", "examples"));
      return build.apply(rule);
    }

    private void block(String id, Rule.Builder rule, Node node) {
      Map<String, Node> fields = yaml.fields(id, node);
      yaml.requireOnly(id, fields, Set.of("begin", "end", "max"));
      rule.block(
          yaml.scalar(id, "block.begin", yaml.required(id, node, fields, "begin")),
          yaml.scalar(id, "block.end", yaml.required(id, node, fields, "end")),
          yaml.whole(id, "block.max", yaml.required(id, node, fields, "max")));
    }

    private void parts(String id, Rule.Builder rule, Node node) {
      yaml.fields(id, node)
          .forEach((name, value) -> rule.part(name, yaml.scalar(id, "parts", value)));
    }
  }
}
