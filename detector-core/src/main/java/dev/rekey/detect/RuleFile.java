package dev.rekey.detect;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.composer.Composer;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The rules of one YAML file.
 *
 * <p>The file is a mapping of {@code schema: 1}, {@code provider} and {@code rules}; every field that
 * is not known is an error, since a misspelt one would change what is found without a word. Files
 * come from anywhere: tags and aliases are refused, depth and size are bounded.
 *
 * @param name what the file is called in messages
 * @param rules the rules in order
 * @param lines the line of each rule by its id, and of each field by {@code id field}
 */
record RuleFile(String name, List<Rule> rules, Map<String, Integer> lines) {
  private static final int DEEPEST = 8;
  private static final int LONGEST = 4 * 1024 * 1024;
  private static final String SCHEMA = "1";

  static Reader utf8(InputStream in) {
    return new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()); // refuses what is none
  }

  /**
   * Reads a file.
   *
   * @throws RuleException if it is not YAML, or not of this form, or a rule in it is wrong
   */
  static RuleFile read(String name, Reader reader) throws IOException {
    return read(name, text(name, reader), false);
  }

  /**
   * Reads a file of our own, which was read as any other when Rekey was built: its examples are not
   * tried again, nor is its YAML distrusted.
   */
  static RuleFile readProved(String name, String text) {
    return read(name, text, true);
  }

  private static RuleFile read(String name, String text, boolean proved) {
    LoadSettings settings = LoadSettings.builder()
        .setLabel(name)
        .setCodePointLimit(LONGEST)
        .setMaxAliasesForCollections(0)
        .build();
    try {
      if (!proved) {
        checkEvents(name, settings, text);
      }
      Optional<Node> root = new Composer(settings, parser(settings, text)).getSingleNode();
      return new Reading(name, proved).file(root);
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

  /**
   * Refuses what no rule file needs. The composer recurses and follows aliases, so this looks at the
   * flat stream of events before it runs.
   */
  private static void checkEvents(String name, LoadSettings settings, String text) {
    int depth = 0;
    ParserImpl parser = parser(settings, text);
    while (parser.hasNext()) {
      Event event = parser.next();
      String where = name + ":" + (event.getStartMark().map(Mark::getLine).orElse(0) + 1) + ": ";
      if (event instanceof CollectionStartEvent && ++depth > DEEPEST) {
        throw new RuleException(
            where + "nested deeper than the " + DEEPEST + " levels of a rule file");
      }
      if (event instanceof NodeEvent node && node.getAnchor().isPresent()) {
        throw new RuleException(where + "anchors and aliases are not used in a rule file");
      }
      boolean tagged = (event instanceof ScalarEvent scalar && scalar.getTag().isPresent())
          || (event instanceof CollectionStartEvent start && start.getTag().isPresent());
      if (tagged) {
        throw new RuleException(where + "tags are not used in a rule file");
      }
      if (event instanceof CollectionEndEvent) {
        depth--;
      }
    }
  }

  private static ParserImpl parser(LoadSettings settings, String text) {
    return new ParserImpl(settings, new StreamReader(settings, text));
  }

  /** Turns nodes into rules, and says where it can't. */
  private static final class Reading {
    private final String file;
    private final boolean proved;

    Reading(String file, boolean proved) {
      this.file = file;
      this.proved = proved;
    }

    RuleFile file(Optional<Node> root) {
      if (root.isEmpty()) {
        throw new RuleException(file + ":1: the file is empty; expected schema, provider, rules");
      }
      Map<String, Node> fields = fields("", root.get());
      requireOnly("", fields, Set.of("schema", "provider", "rules"));
      Node schema = required("", root.get(), fields, "schema");
      if (!scalar("", "schema", schema).equals(SCHEMA)) {
        throw wrong("", "schema", schema, "expected " + SCHEMA + ", the format of this version");
      }
      Node provider = required("", root.get(), fields, "provider");
      String prefix = scalar("", "provider", provider) + ".";
      List<Rule> rules = new ArrayList<>();
      Map<String, Integer> lines = new HashMap<>();
      for (Node node : sequence("", "rules", required("", root.get(), fields, "rules"))) {
        Rule rule = rule(node);
        if (!rule.id().startsWith(prefix)) {
          throw wrong(rule.id(), "id", node, "expected an id that starts with " + prefix);
        }
        rules.add(rule);
        lines.put(rule.id(), line(node));
        fields(rule.id(), node)
            .forEach((field, value) -> lines.put(rule.id() + " " + field, line(value)));
      }
      return new RuleFile(file, List.copyOf(rules), Map.copyOf(lines));
    }

    private Rule rule(Node node) {
      Map<String, Node> fields = fields(idOf(node), node);
      String id = scalar("", "id", required("", node, fields, "id"));
      Map<String, Integer> lineOf = new HashMap<>();
      fields.forEach((field, value) -> lineOf.put(field, line(value)));
      try {
        return rule(id, node, fields);
      } catch (RuleException wrong) {
        if (wrong.rule().isEmpty()) {
          throw wrong; // Thrown here, with its line.
        }
        String field = wrong.field().replaceFirst("\\..*", "");
        throw wrong.in(file, lineOf.getOrDefault(field, line(node)));
      }
    }

    /** The id for messages about the fields themselves, or empty. */
    private static String idOf(Node node) {
      if (node instanceof MappingNode mapping) {
        for (NodeTuple entry : mapping.getValue()) {
          if (entry.getKeyNode() instanceof ScalarNode key
              && key.getValue().equals("id")
              && entry.getValueNode() instanceof ScalarNode id) {
            return id.getValue();
          }
        }
      }
      return "";
    }

    private Rule rule(String id, Node node, Map<String, Node> fields) {
      Rule.Builder rule = Rule.named(id);
      Map<String, Consumer<Node>> readers = new LinkedHashMap<>();
      readers.put("id", value -> {});
      readers.put("label", value -> rule.label(scalar(id, "label", value)));
      readers.put(
          "severity",
          value -> rule.severity(rule.choose(
              "severity",
              scalar(id, "severity", value),
              List.of(Severity.values()),
              Severity::name)));
      readers.put(
          "remedy",
          value -> rule.remedy(rule.choose(
              "remedy",
              scalar(id, "remedy", value),
              List.of(Remedy.values()),
              remedy -> remedy.name().toLowerCase(Locale.ROOT))));
      readers.put("runbook", value -> rule.runbook(scalar(id, "runbook", value)));
      readers.put("confidence", value -> rule.confidence(number(id, "confidence", value)));
      readers.put("entropy", value -> rule.minEntropy(number(id, "entropy", value)));
      readers.put("span", value -> rule.span(whole(id, "span", value)));
      readers.put("block", value -> block(id, rule, value));
      readers.put("parts", value -> parts(id, rule, value));
      readers.put("requires", value -> each(id, "requires", value, rule::requires));
      readers.put("within", value -> rule.within(whole(id, "within", value)));
      readers.put("keywords", value -> each(id, "keywords", value, rule::keyword));
      readers.put("patterns", value -> each(id, "patterns", value, rule::regex));
      readers.put("signatures", value -> each(id, "signatures", value, rule::signature));
      readers.put("escapes", value -> each(id, "escapes", value, rule::escape));
      readers.put("checks", value -> each(id, "checks", value, rule::check));
      readers.put("suppressors", value -> each(id, "suppressors", value, rule::suppressor));
      readers.put("requires-checksum", value -> {
        if (flag(id, "requires-checksum", value)) {
          rule.requireChecksum();
        }
      });
      readers.put("yields", value -> each(id, "yields", value, rule::yieldsTo));
      readers.put("examples", value -> each(id, "examples", value, rule::example));
      readers.put(
          "counterexamples", value -> each(id, "counterexamples", value, rule::counterexample));
      readers.put(
          "evidence",
          value -> rule.evidence(rule.choose(
              "evidence",
              scalar(id, "evidence", value),
              List.of(Evidence.values()),
              evidence -> evidence.name().toLowerCase(Locale.ROOT))));
      readers.put("references", value -> each(id, "references", value, rule::reference));
      requireOnly(id, fields, readers.keySet());
      if (fields.containsKey("block") && fields.containsKey("span")) {
        throw wrong(id, "span", node, "a block has block.max instead");
      }
      for (String field : List.of("label", "severity", "remedy", "examples")) {
        required(id, node, fields, field);
      }
      readers.forEach((field, reader) -> {
        Node value = fields.get(field);
        if (value != null) {
          reader.accept(value);
        }
      });
      return proved ? rule.buildUntried() : rule.build();
    }

    private void block(String id, Rule.Builder rule, Node node) {
      Map<String, Node> fields = fields(id, node);
      requireOnly(id, fields, Set.of("begin", "end", "max"));
      rule.block(
          scalar(id, "block.begin", required(id, node, fields, "begin")),
          scalar(id, "block.end", required(id, node, fields, "end")),
          whole(id, "block.max", required(id, node, fields, "max")));
    }

    private void parts(String id, Rule.Builder rule, Node node) {
      fields(id, node).forEach((name, value) -> rule.part(name, scalar(id, "parts", value)));
    }

    private void each(String id, String field, Node node, Consumer<String> use) {
      for (Node element : sequence(id, field, node)) {
        use.accept(scalar(id, field, element));
      }
    }

    private Map<String, Node> fields(String id, Node node) {
      if (!(node instanceof MappingNode mapping)) {
        throw wrong(id, "", node, "expected fields with names");
      }
      Map<String, Node> fields = new LinkedHashMap<>();
      for (NodeTuple entry : mapping.getValue()) {
        String name = scalar(id, "", entry.getKeyNode());
        if (fields.put(name, entry.getValueNode()) != null) {
          throw wrong(id, name, entry.getKeyNode(), "the field is given twice");
        }
      }
      return fields;
    }

    private void requireOnly(String id, Map<String, Node> fields, Set<String> known) {
      Set<String> unknown = new HashSet<>(fields.keySet());
      unknown.removeAll(known);
      fields.forEach((field, node) -> {
        if (unknown.contains(field)) {
          List<String> names = known.stream().sorted().toList();
          throw wrong(
              id, field, node, "unknown field; expected one of " + String.join(", ", names));
        }
      });
    }

    private Node required(String id, Node parent, Map<String, Node> fields, String field) {
      Node value = fields.get(field);
      if (value == null) {
        throw wrong(id, field, parent, "the field is missing");
      }
      return value;
    }

    private List<Node> sequence(String id, String field, Node node) {
      if (!(node instanceof SequenceNode sequence)) {
        throw wrong(id, field, node, "expected a list");
      }
      return sequence.getValue();
    }

    private String scalar(String id, String field, Node node) {
      if (!(node instanceof ScalarNode scalar)) {
        throw wrong(id, field, node, "expected one value, not a list or fields");
      }
      return scalar.getValue();
    }

    private boolean flag(String id, String field, Node node) {
      String text = scalar(id, field, node);
      if (!text.equals("true") && !text.equals("false")) {
        throw wrong(id, field, node, "expected true or false, not \"" + text + "\"");
      }
      return text.equals("true");
    }

    private double number(String id, String field, Node node) {
      String text = scalar(id, field, node);
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException malformed) {
        throw wrong(id, field, node, "expected a number, not \"" + text + "\"");
      }
    }

    private int whole(String id, String field, Node node) {
      String text = scalar(id, field, node);
      try {
        return Integer.parseInt(text);
      } catch (NumberFormatException malformed) {
        throw wrong(id, field, node, "expected a whole number, not \"" + text + "\"");
      }
    }

    private RuleException wrong(String id, String field, Node node, String problem) {
      String rule = id.isEmpty() ? "" : "rule " + id + ", ";
      String where = field.isEmpty() ? "" : "field " + field + ": ";
      return new RuleException(file + ":" + line(node) + ": " + rule + where + problem);
    }

    private static int line(Node node) {
      return node.getStartMark().map(Mark::getLine).orElse(0) + 1;
    }
  }
}
